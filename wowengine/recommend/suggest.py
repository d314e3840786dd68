"""One customer at once: the best gestures with their chances and reasons, from a model and catalogue made ready.

`Scorer` lays a model over everybody, which pays for many customers and not for one. Here all that does not hang on the
customer is done beforehand. What is left is small: some twenty features are told of a customer, so each way of scoring
is a matrix of twenty rows (`Way.pairs`), which gives the scores of all gestures, and of the best few the reasons too.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wowengine.recommend.base import ASSUMED, CALIBRATED
from wowengine.recommend.bilinear import Floats
from wowengine.recommend.calibrate import ASSUMED_WEIGHT, sigmoid
from wowengine.recommend.doubt import answers_about_one, limits
from wowengine.recommend.explain import Part
from wowengine.recommend.features import OWN, UNTOLD, Features, gestures_told
from wowengine.recommend.model import WORDS, Mix, Model
from wowengine.recommend.topk import GRAIN
from wowengine.recommend.way import Columns, Indices, Spoken, Told, Way, form_way, words_way

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Suggestion:
    """A gesture for one customer: the columns of `Scores`, and why.

    Attributes
    ----------
    gesture_id, score
        Which, and what orders it among the others, to the nearest `GRAIN`.
    propensity, low, high
        The chance that it lands, and where the true one lies in about nine cases of ten; each from 0 to 1.
    basis
        `CALIBRATED` or `ASSUMED`.
    reasons
        The pairs of features that speak most for it, strongest first; see `explain.reasons`.
    """

    gesture_id: str
    score: float
    propensity: float
    low: float
    high: float
    basis: str
    reasons: tuple[Part, ...]


@dataclass(frozen=True)
class Suggester:
    """A model made ready for a catalogue: see `ready`."""

    model: Model
    offered: Features
    ways: Mapping[str, Way]
    learned: Columns

    def suggest(self, customer_id: str, told: Told, k: int = 10, reasons: int = 3) -> list[Suggestion]:
        """Return the best `k` gestures of one customer, best first: the numbers that `Scorer.score` gives.

        Parameters
        ----------
        customer_id
            Who: a model may know them by their own answers.
        told
            What is told of them, of the moment, and (`took:`) of their answers.
        k, reasons
            How many gestures, and how many reasons of each.

        Notes
        -----
        Sums are taken in another order than there, so that scores less than two grains apart may change places.
        """
        mixes = self._mixes(customer_id)
        spoken = {name: way.of(customer_id, told) for name, way in self.ways.items() if _counts(name, mixes)}
        logits = {name: self.ways[name].logits(said) for name, said in spoken.items()}
        best, score = _best(_sum(mixes, logits), k)
        return self._said(customer_id, told, best, score, self._reasons(mixes, spoken, best, reasons))

    def _mixes(self, customer_id: str) -> Sequence[tuple[Mix, Floats]]:
        """Return the mixes that count for this customer, and how much each does for each gesture."""
        model = self.model
        before = model.known if customer_id in model.acquainted else model.stranger
        return (before, self.trust), (model.new or Mix({WORDS: 1.0}, model.usual), 1 - self.trust)

    @cached_property
    def answers(self) -> Doubles:
        """How many answers each gesture's chance was learned from, shape (m,)."""
        return np.array([self.model.evidence.get(gesture, 0.0) for gesture in self.offered.ids])

    @cached_property
    def trust(self) -> Floats:
        """How far each gesture is scored as one that was offered before, 0 to 1, shape (m,); see `score.blended`."""
        return (self.answers / (self.answers + ASSUMED_WEIGHT)).astype(np.float32)

    @cached_property
    def cells(self) -> tuple[Indices, Floats]:
        """Columns and weights of the features of each gesture, shape (m, widest); filled up with weight 0."""
        matrix = self.offered.matrix
        count = np.diff(matrix.indptr)
        row = np.repeat(np.arange(len(count)), count)
        place = np.arange(len(row)) - matrix.indptr[row]
        column = np.full((len(count), int(count.max(initial=0))), len(self.offered.names))
        weight = np.zeros(column.shape, dtype=np.float32)
        column[row, place], weight[row, place] = matrix.indices, matrix.data
        return column, weight

    def _reasons(
        self, mixes: Sequence[tuple[Mix, Floats]], spoken: Mapping[str, Spoken], best: Indices, k: int
    ) -> list[tuple[Part, ...]]:
        """Explain the best alone. Names are sorted on either side, so a stable sort settles ties as `explain` does."""
        names = sorted(
            {name for said in spoken.values() for name in said.names if not name.endswith(UNTOLD) and OWN not in name}
        )
        row = {name: at for at, name in enumerate(names)}
        column, weight = self.cells[0][best], self.cells[1][best]
        shares = np.zeros((len(names) + 1, *column.shape))  # a row more for what is no reason
        for name, said in spoken.items():
            slopes = [mix.slopes.get(name, 0.0) * share[best] for mix, share in mixes]
            counts = np.sum(slopes, axis=0) * self.ways[name].weight[best]
            rows = [row.get(one, -1) for one in said.names]
            shares[rows] += self.ways[name].pairs(said, column) * (weight * counts[:, None])
        return _parts(names, self.offered.names, shares[:-1].swapaxes(0, 1), column, k)

    def _said(
        self, customer_id: str, told: Told, best: Indices, score: Doubles, why: Sequence[tuple[Part, ...]]
    ) -> list[Suggestion]:
        ground, answers = self.model.ground, self.answers[best]
        beyond = ground.beyond_known if customer_id in self.model.acquainted else ground.beyond
        columns, weights = self.learned.row(customer_id, told)
        about = answers_about_one(weights, self._answers_of_features[columns], ground.usual)
        logit = ground.curve.logits(score)
        low, high = limits(logit, about, answers, beyond)
        basis = [CALIBRATED if known else ASSUMED for known in (answers >= ASSUMED_WEIGHT).tolist()]
        numbers = (score.tolist(), sigmoid(logit).tolist(), low.tolist(), high.tolist())
        ids = (self.offered.ids[one] for one in best)
        return [Suggestion(*one) for one in zip(ids, *numbers, basis, why, strict=True)]

    @cached_property
    def _answers_of_features(self) -> Doubles:
        return np.array(list(self.model.ground.learned.values()), dtype=np.float64)


def ready(model: Model, gestures: pl.DataFrame) -> Suggester:
    """Make a model ready to suggest gestures of a catalogue (see `catalog.load_gestures`) to one customer at once."""
    offered = gestures_told(gestures)
    ways = {name: form_way(name, form, offered) for name, form in model.forms.items()}
    return Suggester(model, offered, ways | {WORDS: words_way(offered)}, Columns(tuple(model.ground.learned)))


def _counts(name: str, mixes: Collection[tuple[Mix, Floats]]) -> bool:
    return any(mix.slopes.get(name, 0.0) for mix, _ in mixes)


def _sum(mixes: Sequence[tuple[Mix, Floats]], logits: Mapping[str, Floats]) -> Doubles:
    """Return the score of each gesture: each mix of the ways, as far as it counts."""
    shares = []
    for mix, share in mixes:
        said = sum((np.float32(mix.slopes.get(name, 0.0)) * logit for name, logit in logits.items()), mix.intercept)
        shares.append(share * said)
    return np.asarray(np.sum(shares, axis=0), dtype=np.float64)


def _best(scores: Doubles, k: int) -> tuple[Indices, Doubles]:
    """Return the best `k`, best first, to the nearest grain; of equal scores the gesture of lower index comes first."""
    grains = np.rint(scores / GRAIN)
    if k < len(grains):
        least = np.partition(grains, len(grains) - k)[len(grains) - k]
        among = np.flatnonzero(grains >= least)
    else:
        among = np.arange(len(grains))
    best = among[np.argsort(-grains[among], kind="stable")[:k]]
    return best, grains[best] * GRAIN


def _parts(
    names: Sequence[str], said: Sequence[str], shares: Doubles, columns: Indices, k: int
) -> list[tuple[Part, ...]]:
    """Return for each gesture the `k` greatest of its shares, shape (gestures, n, widest), that are above zero."""
    width = shares.shape[2]
    flat = shares.reshape(len(shares), shares.shape[1] * width)
    best = np.argsort(-flat, axis=1, kind="stable")[:, :k]
    weights = np.take_along_axis(flat, best, axis=1).tolist()
    return [
        tuple(
            Part(names[at // width], said[column[at % width]], weight)
            for at, weight in zip(places, of, strict=True)
            if weight > 0
        )
        for places, of, column in zip(best.tolist(), weights, columns.tolist(), strict=True)
    ]
