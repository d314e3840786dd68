"""Readers learned from labelled texts: what a company's own tickets teach, and how the starter was made.

A gram counts for as much as it tells labels apart (the log ratio of Naive Bayes, root mean square over the labels:
after Wang and Manning 2012, one weight for all labels in place of one each), times how rare it is. On airline tweets
that gives an accuracy of 0.83 where plain TF-IDF gives 0.80, at no cost. A logistic regression does the rest; rare
labels weigh more, by a power of what would balance them.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wowengine.errors import Misconfigured
from wowengine.profiles.reading.grams import BITS
from wowengine.profiles.reading.reader import Card, Floats, Head, Reader, Sparse, places, weigh

FOLDS, INNER_FOLDS = 5, 3
LEAST_SEEN = 2  # a gram seen once tells nothing of other texts
MOST_WEIGHTS = 650_000  # in a reader: of many labels only the grams that tell them apart best are kept
SMOOTH = 0.1
STRENGTH = 4.0  # inverse of the penalty
ACROSS_STRENGTH = 36.0
BALANCE = 0.6  # 0: labels weigh as often as they come; 1: all the same
CUTS = np.arange(0.2, 0.65, 0.05)

Rows = NDArray[np.int64]
Marks = NDArray[np.bool_]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Lesson:
    """Labelled texts of one question, counted once and learned from as often as one likes.

    Attributes
    ----------
    card
        Question, labels and origin; figures and cuts are still to come.
    counts
        Texts x grams.
    vectors
        Texts x the encoder's numbers, or None without it.
    marks
        Texts x labels: which are borne.
    sure
        How much each text counts, such as the share of people who agreed on its label.
    balance
        Where a text may bear several labels: 0, and texts weigh as often as they come; 1, and those that bear a label
        weigh as much in sum as those that do not, however rare it is.
    """

    card: Card
    counts: Sparse
    vectors: Floats | None
    marks: Marks
    sure: Floats
    balance: float = 0.0

    def part(self, rows: Rows) -> "Lesson":
        """Return some of its texts."""
        vectors = None if self.vectors is None else self.vectors[rows]
        return replace(self, counts=self.counts[rows], vectors=vectors, marks=self.marks[rows], sure=self.sure[rows])


def learn(lesson: Lesson) -> Reader:
    """Learn a reader; the same lesson gives the same reader.

    Raises
    ------
    Misconfigured
        scikit-learn is not installed.
    """
    known, scale = _scale(lesson)
    home = _fit(lesson, weigh(lesson.counts, places(known), scale), STRENGTH)
    across = None if lesson.vectors is None else _fit(lesson, lesson.vectors, ACROSS_STRENGTH)
    return Reader(lesson.card, known, scale, home, across)


def learn_with_cuts(lesson: Lesson, seed: int = 0) -> Reader:
    """Learn a reader and, where a text may bear several labels, from which probability on each is borne."""
    reader = learn(lesson)
    if not lesson.card.several:
        return reader
    told = out_of_fold(lesson, INNER_FOLDS, seed)
    cuts = tuple(_best_cut(told[:, place], lesson.marks[:, place]) for place in range(told.shape[1]))
    return replace(reader, card=replace(reader.card, cuts=cuts))


def out_of_fold(lesson: Lesson, folds: int, seed: int, progress: Progress | None = None) -> Floats:
    """Return what readers that learned from the other folds say of each fold: texts x labels, probabilities."""
    told = np.zeros(lesson.marks.shape, np.float32)
    for done, (rest, fold) in enumerate(split(lesson, folds, seed), 1):
        part = lesson.part(fold)
        home = np.zeros(len(fold), bool)
        told[fold] = learn(lesson.part(rest)).read(part.counts, part.vectors, home)
        if progress:
            progress(f"learning {lesson.card.name}", done, folds)
    return told


def split(lesson: Lesson, folds: int, seed: int) -> list[tuple[Rows, Rows]]:
    """Split a lesson into folds; with one label a text, each fold has the same mix of them."""
    selection = sklearn("model_selection")
    options = {"n_splits": folds, "shuffle": True, "random_state": seed}
    if lesson.card.several:
        return list(selection.KFold(**options).split(lesson.marks))
    return list(selection.StratifiedKFold(**options).split(lesson.marks, lesson.marks.argmax(axis=1)))


def sklearn(part: str) -> Any:
    """Import a part of scikit-learn, which learning alone needs."""
    try:
        return import_module(f"sklearn.{part}")
    except ImportError:
        raise Misconfigured("Learning needs scikit-learn: pip install 'wowengine[train]'.") from None


def _scale(lesson: Lesson) -> tuple[NDArray[np.uint32], Floats]:
    """Return the grams worth knowing and how much each counts: how rare it is, times how well it tells labels apart."""
    counts, texts = lesson.counts, lesson.counts.shape[0]
    seen = np.bincount(counts.indices, minlength=2**BITS)
    known = np.flatnonzero(seen >= LEAST_SEEN).astype(np.uint32)
    most = np.minimum(seen[known], texts)  # in long texts a gram stands several times
    rare = (np.log((1 + texts) / (1 + most)) + 1).astype(np.float32)
    weighed = weigh(counts, places(known), rare)
    borne = np.asarray(weighed.T @ lesson.marks.astype(np.float32), np.float32)  # grams x labels
    others = np.asarray(weighed.sum(axis=0), np.float32).reshape(-1, 1) - borne
    ratio = np.log(_share(borne + SMOOTH) / _share(others + SMOOTH))
    scale = (rare * np.sqrt((ratio**2).mean(axis=1))).astype(np.float32)
    most = MOST_WEIGHTS // lesson.marks.shape[1]
    kept = np.sort(np.argsort(-scale, kind="stable")[:most])
    return known[kept], scale[kept]


def _share(sums: Floats) -> Floats:
    return np.asarray(sums / sums.sum(axis=0), np.float32)


def _fit(lesson: Lesson, numbers: Any, strength: float) -> Head:
    """Fit one map over all labels, or one a label where a text may bear several."""
    linear = sklearn("linear_model")
    marks, sure = lesson.marks, lesson.sure
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sklearn("exceptions").ConvergenceWarning)  # the last steps change no answer
        if lesson.card.several:
            fitted = [
                linear.LogisticRegression(C=strength, solver="liblinear").fit(
                    numbers, mark, sure * _balanced(mark, lesson.balance)
                )
                for mark in marks.T
            ]
            weights, bias = np.vstack([one.coef_ for one in fitted]), np.concatenate([one.intercept_ for one in fitted])
        else:
            answers = marks.argmax(axis=1)
            often = marks.sum(axis=0)
            balance = (len(answers) / (len(often) * often)) ** BALANCE
            one = linear.LogisticRegression(C=strength, max_iter=100).fit(numbers, answers, sure * balance[answers])
            weights, bias = _both(one.coef_, one.intercept_)
    return Head(weights.T.astype(np.float32), bias.astype(np.float32))


def _balanced(mark: NDArray[np.bool_], balance: float) -> Floats:
    """Weigh the texts that bear a label against those that do not."""
    share = np.where(mark, mark.mean(), 1 - mark.mean())
    return np.asarray((2 * share) ** -balance, np.float32)


def _both(weights: NDArray[np.float64], bias: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give two labels a row each: scikit-learn writes one row, for the second."""
    if len(weights) > 1:
        return weights, bias
    return np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2


def _best_cut(told: Floats, borne: Marks) -> float:
    """Return the cut with the best F1, the middle one of equals."""
    hits = [(2 * (borne & (told >= cut)).sum() / max(borne.sum() + (told >= cut).sum(), 1), cut) for cut in CUTS]
    best = max(score for score, _ in hits)
    equals = [float(cut) for score, cut in hits if score == best]
    return round(equals[len(equals) // 2], 2)
