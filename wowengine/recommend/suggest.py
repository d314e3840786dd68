"""One customer at once: the best gestures with their chances and reasons, from a model and catalogue made ready.

`Scorer` lays a model over everybody, which pays for many customers and not for one. Here all that does not hang on the
customer is done beforehand. What is left is small: some twenty features are told of a customer, so each way of scoring
is a matrix of twenty rows (`Way.pairs`), which gives the scores of all gestures, and of the best few the reasons too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wowengine.recommend.base import ASSUMED, CALIBRATED
from wowengine.recommend.bilinear import Floats
from wowengine.recommend.bins import Bins
from wowengine.recommend.calibrate import ASSUMED_WEIGHT, sigmoid
from wowengine.recommend.doubt import answers_about_one, limits
from wowengine.recommend.explain import Part
from wowengine.recommend.features import OWN, Features, gestures_told
from wowengine.recommend.model import WORDS, Mix, Model
from wowengine.recommend.topk import GRAIN
from wowengine.recommend.way import WORDS_KEPT, Columns, Indices, Spoken, Told, Way, form_way, words_way

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
class Blend:
    """The ways that count for one kind of customer.

    Attributes
    ----------
    counts
        By name of the way, shape (m,): how much it counts for each gesture.
    anybody
        Shape (m,): the score of each gesture before anything is said of the customer.
    """

    counts: Mapping[str, Floats]
    anybody: Doubles


@dataclass(frozen=True)
class Suggester:
    """A model made ready for a catalogue: see `ready`."""

    model: Model
    offered: Features
    ways: Mapping[str, Way]
    learned: Columns
    word: Callable[[str], str]

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
        told = {self.word(name): weight for name, weight in told.items()}
        blend = self.known if customer_id in self.model.acquainted else self.stranger
        spoken = {name: self.ways[name].of(customer_id, told) for name in blend.counts}
        said = [blend.counts[name] * self.ways[name].beyond_level(one) for name, one in spoken.items()]
        best, score = _best(np.sum([blend.anybody, *said], axis=0), k)
        return self._said(customer_id, told, best, score, self._reasons(blend, spoken, best, reasons))

    @cached_property
    def stranger(self) -> Blend:
        """What counts for customers of whom only the profile tells."""
        return self._blend(self.model.stranger)

    @cached_property
    def known(self) -> Blend:
        """What counts for customers who are known by their own answers."""
        return self._blend(self.model.known)

    def _blend(self, before: Mix) -> Blend:
        """Weigh a mix for gestures offered before with that for new ones; a way that counts nowhere is left out."""
        new, trust = self.model.new or Mix({WORDS: 1.0}, self.model.usual), self.trust
        slopes = {name: (before.slopes.get(name, 0.0), new.slopes.get(name, 0.0)) for name in self.ways}
        counts = {
            name: np.asarray((trust * old + (1 - trust) * fresh) * self.ways[name].weight, dtype=np.float32)
            for name, (old, fresh) in slopes.items()
            if old or fresh
        }
        levels = [count * self.ways[name].level for name, count in counts.items()]
        usual = trust * before.intercept + (1 - trust) * new.intercept
        return Blend(counts, np.sum([usual, *levels], axis=0, dtype=np.float64))

    @cached_property
    def answers(self) -> Doubles:
        """How many answers the model learned from, of each gesture, shape (m,)."""
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

    def _reasons(self, blend: Blend, spoken: Mapping[str, Spoken], best: Indices, k: int) -> list[tuple[Part, ...]]:
        """Explain the best alone. Names are sorted on either side, so that ties are settled as `explain` does."""
        names = sorted({name for said in spoken.values() for name in said.names if OWN not in name})
        row = {name: at for at, name in enumerate(names)}
        column, weight = self.cells[0][best], self.cells[1][best]
        shares = np.zeros((len(names) + 1, *column.shape))  # a row more for what is no reason
        for name, said in spoken.items():
            rows = [row.get(one, -1) for one in said.names]
            shares[rows] += self.ways[name].pairs(said, column, weight * blend.counts[name][best][:, None])
        return _parts(names, self.offered.names, shares[:-1].swapaxes(0, 1), column, k)

    def _said(
        self, customer_id: str, told: Told, best: Indices, score: Doubles, why: Sequence[tuple[Part, ...]]
    ) -> list[Suggestion]:
        # Of choices alone nothing tells how often: such a chance stays assumed, as in `score.blended`.
        ground, answers = self.model.ground, self.answers[best] * self.model.answered
        beyond = ground.beyond_known if customer_id in self.model.acquainted else ground.beyond
        _, columns, weights = self.learned.row(customer_id, told)
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
    offered, learned = gestures_told(gestures), tuple(model.ground.learned)
    ways = {name: form_way(name, form, offered) for name, form in model.forms.items()}
    word = lru_cache(WORDS_KEPT)(Bins(learned).word)  # every way was taught the same bins
    return Suggester(model, offered, ways | {WORDS: words_way(offered)}, Columns(learned), word)


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
    gesture, at = np.nonzero(flat >= _least(flat, k)[:, None])
    weight, told = flat[gesture, at], columns.tolist()
    order = np.lexsort((at, -weight, gesture))
    parts: list[list[Part]] = [[] for _ in flat]
    for row, place, share in zip(*(one[order].tolist() for one in (gesture, at, weight)), strict=True):
        if len(parts[row]) < k:
            parts[row].append(Part(names[place // width], said[told[row][place % width]], share))
    return [tuple(listed) for listed in parts]


def _least(shares: Doubles, k: int) -> Doubles:
    """Return the kth greatest share of each row, or the least above zero where there are fewer."""
    above = np.nextafter(0.0, 1.0)
    if not 0 < k <= shares.shape[1]:
        return np.full(len(shares), above)
    return np.maximum(np.partition(shares, shares.shape[1] - k, axis=1)[:, shares.shape[1] - k], above)
