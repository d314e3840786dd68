"""Labelled texts into lessons: one a question, with our words for the labels where a map gives them."""

import json
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from wowengine.errors import BadInput
from wowengine.profiles.reading import encoder, language
from wowengine.profiles.reading.hints import grams_of
from wowengine.profiles.reading.learn import Lesson
from wowengine.profiles.reading.reader import Card, Floats, Sparse

LABEL = "label_"
CONFIDENCE = "_confidence"  # label_sentiment_confidence: 0 to 1, how sure the label of that text is
FEWEST = 10  # texts without which a label cannot be learned
LEAST_SURE = 0.05
UNCUT = 0.5

LabelMap = Mapping[str, Mapping[str, str]]  # question -> the file's label -> ours
Words = list[str] | None  # the labels of a text; None: it was not labelled


@dataclass(frozen=True)
class Origin:
    """Where labelled texts come from, for the card."""

    data: str
    licence: str


def lessons(labelled: pl.DataFrame, origin: Origin, mapped: LabelMap, *, encoded: bool) -> list[Lesson]:
    """Make a lesson of each question that a file of labelled texts answers.

    Parameters
    ----------
    labelled
        Cells as text: ``text``; for each question ``label_NAME``, a word, or a list of words in JSON where a text may
        bear several, or null where it is not labelled. Optional: ``language`` and ``label_NAME_confidence``.
    origin
        For the cards.
    mapped
        Other words for labels, by question; an empty word leaves the label out.
    encoded
        Whether to learn with the encoder beside the grams.

    Raises
    ------
    BadInput
        There is no text, or no question with two labels of enough texts.
    """
    if "text" not in labelled.columns:
        raise BadInput("There is no column `text`: nothing to learn from.")
    told = labelled.filter(pl.col("text").str.contains(r"\S"))
    answered = {name: _answers(told, name, mapped.get(name, {})) for name in _questions(told)}
    answered = {name: words for name, words in answered.items() if len(_labels(words)) > 1}
    if not answered:
        raise BadInput(f"There is no column such as `label_sentiment` with two labels of {FEWEST} texts each.")
    counts = grams_of(told["text"])
    vectors = encoder.encode(told["text"]) if encoded else None
    whole = _Told(told, languages_of(told), counts, vectors)
    return [_lesson(name, words, whole, origin) for name, words in answered.items()]


def read_map(path: Path | None) -> LabelMap:
    """Read a map of labels: a TOML table a question, ``"Late Flight" = "late"``."""
    if path is None:
        return {}
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name} is no TOML: {error}.") from error
    if not all(isinstance(table, dict) for table in told.values()):
        raise BadInput(f"{path.name} needs a table a question, such as [reason].")
    return told


def languages_of(told: pl.DataFrame) -> pl.Series:
    """Return the language of each text: the file's word, else what it looks like."""
    seen = language.detect(told["text"])
    if "language" not in told.columns:
        return seen
    given = told["language"].cast(pl.String).str.to_lowercase().str.extract(r"^([a-z]+)")
    return pl.select(pl.coalesce(given, seen)).to_series()


@dataclass(frozen=True)
class _Told:
    """A whole file: its rows, their languages, grams and encoder's numbers."""

    rows: pl.DataFrame
    languages: pl.Series
    counts: Sparse
    vectors: Floats | None


def _questions(told: pl.DataFrame) -> list[str]:
    named = [name.removeprefix(LABEL) for name in told.columns if name.startswith(LABEL)]
    return [name for name in named if not name.endswith(CONFIDENCE)]


def _answers(told: pl.DataFrame, name: str, mapped: Mapping[str, str]) -> list[Words]:
    """Read the labels of each text, in our words."""
    cells = told[LABEL + name].to_list()
    return [None if cell is None else [mapped.get(word, word) for word in _words(cell)] for cell in cells]


def _words(cell: str) -> list[str]:
    if not cell.startswith("["):
        return [cell]
    try:
        return [str(word) for word in json.loads(cell)]
    except (ValueError, TypeError):
        return [cell]


def _labels(words: Sequence[Words]) -> list[str]:
    """Return the labels with enough texts, by name."""
    often = Counter(label for listed in words if listed for label in set(listed) if label)
    return sorted(label for label, count in often.items() if count >= FEWEST)


def _lesson(name: str, words: Sequence[Words], told: _Told, origin: Origin) -> Lesson:
    labels = _labels(words)
    several = any(cell.startswith("[") for cell in told.rows[LABEL + name].drop_nulls())
    known = [None if listed is None else set(listed) & set(labels) for listed in words]
    rows = np.array([row for row, listed in enumerate(known) if listed or (several and listed is not None)], np.int64)
    marks = np.array([[label in (known[row] or ()) for label in labels] for row in rows], bool)
    spoken = told.languages[rows].drop_nulls()
    card = Card(
        name=name,
        labels=tuple(labels),
        several=several,
        cuts=(UNCUT,) * len(labels),
        languages=tuple(_spoken(spoken)),
        encoder=None if told.vectors is None else encoder.NAME,
        learned_from=({"data": origin.data, "licence": origin.licence, "texts": len(rows)},),
        figures={},
    )
    vectors = None if told.vectors is None else told.vectors[rows]
    return Lesson(card, told.counts[rows], vectors, marks, _sureness(told.rows, name)[rows])


def _spoken(languages: pl.Series) -> list[str]:
    """Return the languages that make up a twentieth of the texts or more."""
    often = Counter(languages.to_list())
    return sorted(name for name, count in often.items() if count * 20 >= len(languages))


def _sureness(told: pl.DataFrame, name: str) -> Floats:
    column = LABEL + name + CONFIDENCE
    if column not in told.columns:
        return np.ones(len(told), np.float32)
    sure = told[column].cast(pl.Float64, strict=False).fill_null(1.0).fill_nan(1.0).clip(LEAST_SURE, 1.0)
    return sure.to_numpy().astype(np.float32)
