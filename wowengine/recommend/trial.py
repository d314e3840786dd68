"""A model tried on what it has not seen: it foretells answers, and ranks the whole catalogue for each test customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import scipy.sparse as sp

from wowengine.profiles.frames import ProfileFrames
from wowengine.recommend import metrics
from wowengine.recommend.dataset import Examples
from wowengine.recommend.features import Features, gestures_told, history_of, occasions
from wowengine.recommend.metrics import Doubles, Integers
from wowengine.recommend.scorer import Scorer, lay, represent
from wowengine.recommend.topk import top_k

NEW = "new:"  # begins the name of a figure for which only gestures that were never offered before are wanted
CELLS = 1 << 21  # of customers by gestures scored at once: some tens of MB

Wanted = Mapping[str, sp.csr_matrix]
"""What landed in the test, shape (customers, gestures): under '' all of it, under `NEW` the new gestures alone."""


@dataclass(frozen=True)
class Trial:
    """What a model may learn from, and what it is then tried on.

    Attributes
    ----------
    train, test
        Offers; no offer is in both.
    profiles
        Of customers, among them those of `test`: whoever has none gets no list.
    catalogue
        All gestures that are ranked, as `catalog.load_gestures` gives them.
    """

    train: Examples
    test: Examples
    profiles: ProfileFrames
    catalogue: pl.DataFrame


@dataclass(frozen=True)
class Foretold:
    """What a model said of the answers and the customers of a trial.

    Attributes
    ----------
    answers
        A row an answer: customer_id, score, chance, landed, warm (the customer answered before), new (the gesture was
        never offered before).
    lists
        A row a customer: customer_id, warm, and a column for each figure of `metrics.ranking` and ``auc``, each once
        more under `NEW` + its name; nan where a customer wanted nothing.
    chosen
        The gestures that stand in anybody's list.
    gestures
        How many there are in the catalogue.
    """

    answers: pl.DataFrame
    lists: pl.DataFrame
    chosen: frozenset[str]
    gestures: int


def foretell(scorer: Scorer, trial: Trial, depths: Sequence[int]) -> Foretold:
    """Try a model: lists are as long as the greatest of `depths`, without what the customer had before."""
    catalogue, before = gestures_told(trial.catalogue), trial.train.answers
    who = trial.test.answers["customer_id"].unique().to_list()
    people = occasions(trial.profiles.only(who), history=history_of(before))
    had = _landed(before, people, catalogue)
    wanted = _wanted(trial, people, catalogue, had)
    best, aucs = _ranked(scorer, people, catalogue, had, wanted, depth=max(depths))
    figures = {
        prefix + name: values
        for prefix, sought in wanted.items()
        for name, values in (_ranking(best, sought, before, catalogue, depths) | {"auc": aucs[prefix]}).items()
    }
    warm = np.isin(np.array(people.ids, dtype=np.str_), before["customer_id"].unique().to_list())
    return Foretold(
        _answers(scorer, trial),
        pl.DataFrame({"customer_id": people.ids, "warm": warm} | figures),
        frozenset(catalogue.ids[at] for at in np.unique(best[best >= 0])),
        len(catalogue.ids),
    )


def _answers(scorer: Scorer, trial: Trial) -> pl.DataFrame:
    """Foretell each answer at its moment, by what the customer had answered in training."""
    test, before = trial.test.knowing(trial.train), trial.train.answers
    scores = scorer.logits(test.people, test.offered, test.gesture)
    told = test.offers.with_columns(
        score=pl.Series(scores),
        chance=pl.Series(scorer.ground.curve.chances(scores)),
        warm=pl.col("customer_id").is_in(before["customer_id"].unique().to_list()),
        new=~pl.col("gesture_id").is_in(list(trial.train.offered.ids)),
    )
    return told.filter("answered").select("customer_id", "score", "chance", "landed", "warm", "new")


def _landed(offers: pl.DataFrame, people: Features, catalogue: Features) -> sp.csr_matrix:
    """Return a matrix of customers and gestures, 1 where it landed with them at any time."""
    pairs = offers.filter("landed").select("customer_id", "gesture_id").unique().sort("customer_id", "gesture_id")
    known = [
        (people.position[customer], catalogue.position[gesture])
        for customer, gesture in pairs.iter_rows()
        if customer in people.position and gesture in catalogue.position
    ]
    row, column = np.array(known, dtype=np.int64).reshape(-1, 2).T
    return sp.csr_matrix((np.ones(len(known)), (row, column)), shape=(len(people.ids), len(catalogue.ids)))


def _wanted(trial: Trial, people: Features, catalogue: Features, had: sp.csr_matrix) -> Wanted:
    landed = _landed(trial.test.answers, people, catalogue)
    wanted = sp.csr_matrix(landed - landed.multiply(had))  # what they had already is in no list
    wanted.eliminate_zeros()
    new = ~np.isin(np.array(catalogue.ids, dtype=np.str_), trial.train.offered.ids)
    return {"": wanted, NEW: sp.csr_matrix(wanted @ sp.diags(new.astype(np.float64)))}


def _ranked(
    scorer: Scorer, people: Features, catalogue: Features, had: sp.csr_matrix, wanted: Wanted, *, depth: int
) -> tuple[Integers, dict[str, Doubles]]:
    """Return the best gestures of each customer, -1 where there are no more, and the AUC of all; in blocks."""
    left, right = represent(lay(scorer.forms(people, catalogue), people, catalogue))
    step = max(1, CELLS // max(len(catalogue.ids), 1))
    best = np.full((len(people.ids), depth), -1, dtype=np.int64)
    aucs = {prefix: np.full(len(people.ids), np.nan) for prefix in wanted}
    for start in range(0, len(people.ids), step):
        rows = slice(start, start + step)
        allowed = had[rows].toarray() == 0
        found, _ = top_k(left[rows], right, min(depth, len(catalogue.ids)), allowed)
        best[rows, : found.shape[1]] = found
        scores = left[rows] @ right.T
        for prefix, sought in wanted.items():
            aucs[prefix][rows] = metrics.auc(scores, sought[rows], allowed)
    return best, aucs


def _ranking(
    best: Integers, wanted: sp.csr_matrix, before: pl.DataFrame, catalogue: Features, depths: Sequence[int]
) -> dict[str, Doubles]:
    landed = before.filter("landed").select("customer_id", "gesture_id").unique()
    often = dict(landed.group_by("gesture_id").len().iter_rows())
    counts = np.array([often.get(gesture, 0) for gesture in catalogue.ids], dtype=np.float64)
    return metrics.ranking(best, wanted, counts, before["customer_id"].n_unique(), depths)
