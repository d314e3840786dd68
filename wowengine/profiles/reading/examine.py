"""How well a reader reads texts it has not seen: accuracy, F1, and whether its probabilities can be believed."""

from collections.abc import Mapping

import numpy as np

from wowengine.profiles.reading.learn import FOLDS, Lesson, Marks, Progress, learn_with_cuts, split
from wowengine.profiles.reading.reader import Floats, Reader

BINS = 10

Figures = Mapping[str, float]


def examine(reader: Reader, lesson: Lesson) -> Figures:
    """Put a lesson's texts to a reader that has the same labels."""
    told = reader.read(lesson.counts, lesson.vectors, np.zeros(len(lesson.marks), bool))
    return figures(told, lesson.marks, reader.card.cuts if lesson.card.several else None)


def held_out(lesson: Lesson, seed: int = 0, progress: Progress | None = None) -> Figures:
    """Learn on four fifths and examine on the last, five times over; return the means."""
    found = []
    for done, (rest, fold) in enumerate(split(lesson, FOLDS, seed), 1):
        found.append(examine(learn_with_cuts(lesson.part(rest), seed), lesson.part(fold)))
        if progress:
            progress(f"examining {lesson.card.name}", done, FOLDS)
    return {name: round(float(np.mean([one[name] for one in found])), 4) for name in found[0]}


def figures(told: Floats, marks: Marks, cuts: tuple[float, ...] | None) -> Figures:
    """Compare probabilities with the truth.

    Returns
    -------
    Mapping
        With one label a text ``accuracy``, ``macro_f1`` and ``calibration_error`` (mean distance between how sure it
        was and how often it was right, over ten equal bins); with several ``micro_f1``, ``precision``, ``recall``.
    """
    if cuts is not None:
        return _shares(told >= np.array(cuts), marks)
    answers, truth = told.argmax(axis=1), marks.argmax(axis=1)
    one_each = np.eye(marks.shape[1], dtype=bool)
    f1 = [_shares(one_each[answers][:, [place]], marks[:, [place]])["micro_f1"] for place in range(marks.shape[1])]
    return {
        "accuracy": float((answers == truth).mean()),
        "macro_f1": float(np.mean(f1)),
        "calibration_error": _calibration_error(told.max(axis=1), answers == truth),
    }


def _shares(said: Marks, marks: Marks) -> Figures:
    hits, claims, truths = int((said & marks).sum()), int(said.sum()), int(marks.sum())
    return {
        "micro_f1": 2 * hits / max(claims + truths, 1),
        "precision": hits / max(claims, 1),
        "recall": hits / max(truths, 1),
    }


def _calibration_error(sure: Floats, right: Marks) -> float:
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs(sure[bins == at].sum() - right[bins == at].sum()) for at in range(BINS)]
    return float(sum(gaps) / len(sure))
