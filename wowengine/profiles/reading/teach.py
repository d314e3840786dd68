"""A company teaches its own readers, and each is used only where it reads better than what was in force."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from wowengine.errors import BadInput
from wowengine.profiles.reading.examine import Figures, figures, held_out
from wowengine.profiles.reading.learn import Lesson, Progress, learn_with_cuts
from wowengine.profiles.reading.lesson import LabelMap, Origin, lessons
from wowengine.profiles.reading.reader import Floats, Reader, save
from wowengine.profiles.reading.readers import SENTIMENT, STATES, Readers
from wowengine.profiles.reading.states import labels

KNOWN = {SENTIMENT: ("negative", "neutral", "positive"), STATES: labels()}  # what is done hangs on these words


@dataclass(frozen=True)
class Taught:
    """What came of teaching one question.

    Attributes
    ----------
    figures
        Of the new reader, on texts held out.
    before
        Of the one in force until now, on the same texts; of always giving the commonest answer where it knows other
        labels.
    compared
        What `before` tells of: ``in force`` or ``commonest answer``.
    used
        Whether the new one is in force now.
    """

    name: str
    labels: tuple[str, ...]
    texts: int
    figures: Figures
    before: Figures
    compared: str
    used: bool


def teach(
    labelled: pl.DataFrame,
    origin: Origin,
    mapped: LabelMap,
    folder: Path,
    in_force: Readers,
    *,
    encoded: bool,
    seed: int = 0,
    progress: Progress | None = None,
) -> list[Taught]:
    """Teach a reader for each question of a labelled file; those that are better go into `folder`.

    Raises
    ------
    BadInput
        There is nothing to learn from, or feelings are called by words that we could not act on.
    Misconfigured
        scikit-learn, or the encoder that was asked for, is not installed.
    """
    found = lessons(labelled, origin, mapped, encoded=encoded)
    for lesson in found:
        known = KNOWN.get(lesson.card.name, lesson.card.labels)
        strange = set(lesson.card.labels) - set(known)
        if strange:
            name, words = lesson.card.name.capitalize(), ", ".join(sorted(known))
            raise BadInput(f"{name} is one of {words}: map {', '.join(sorted(strange))} to it.")
    return [_teach(lesson, folder, in_force, seed, progress) for lesson in found]


def _teach(lesson: Lesson, folder: Path, in_force: Readers, seed: int, progress: Progress | None) -> Taught:
    found = held_out(lesson, seed, progress)
    before, compared = _before(lesson, in_force.by_name)
    measure = "micro_f1" if lesson.card.several else "macro_f1"
    better = found[measure] > before[measure]
    if better:
        reader = learn_with_cuts(lesson, seed)
        save(replace(reader, card=replace(reader.card, figures=found)), folder)
    return Taught(lesson.card.name, lesson.card.labels, len(lesson.marks), found, before, compared, better)


def _before(lesson: Lesson, known: Mapping[str, Reader]) -> tuple[Figures, str]:
    """Examine what is in force on the same texts, where it knows their labels and reads without what is not there."""
    cuts = lesson.card.cuts if lesson.card.several else None
    reader = known.get(lesson.card.name)
    if reader is None or not set(lesson.card.labels) <= set(reader.card.labels) or not _can_read(reader, lesson):
        commonest = np.tile(lesson.marks.mean(axis=0, dtype=np.float32), (len(lesson.marks), 1))
        return _rounded(figures(commonest, lesson.marks, cuts)), "commonest answer"
    told = reader.read(lesson.counts, lesson.vectors, np.zeros(len(lesson.marks), bool))
    return _rounded(figures(_as_labelled(told, reader, lesson), lesson.marks, cuts)), "in force"


def _can_read(reader: Reader, lesson: Lesson) -> bool:
    return reader.card.encoder is None or lesson.vectors is not None


def _as_labelled(told: Floats, reader: Reader, lesson: Lesson) -> Floats:
    """Take a reader's answers in the order of the lesson's labels; an answer that is no label here is an error."""
    places = [reader.card.labels.index(label) for label in lesson.card.labels]
    return told[:, places]


def _rounded(found: Figures) -> Figures:
    return {name: round(value, 4) for name, value in found.items()}
