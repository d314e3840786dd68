"""What customers state in their own odd ways, found by the learned reader where no rule finds it."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from wowengine.profiles.reading.reader import Card
from wowengine.profiles.reading.states import Told, by_rule, completed, labels

IDS = pl.DataFrame({"id": [7, 8]})
SENTENCES = pl.DataFrame(
    {
        "id": [7, 7, 8],
        "sentence": ["Hello there", "only the window lets me sleep", "My bag is lost"],
        "language": ["en"] * 3,
        "on": [date(2026, 11, 27)] * 3,
    }
)
CARD = Card("states", ("seat", "birthday"), True, (0.6, 0.6), ("en",), None, (), {})


def nothing_by_rule(odds: list[list[float]]) -> Told:
    stated = pl.DataFrame(schema={"id": pl.Int64, "slot": pl.String, "value": pl.String, "quote": pl.String})
    lived = pl.DataFrame(schema={"id": pl.Int64, "kind": pl.String, "date": pl.Date, "quote": pl.String})
    return Told(stated, lived, np.array(odds, np.float32))


def surest_of_the_window(texts: pl.DataFrame) -> np.ndarray:
    return np.array([[0.9 if "window" in text else 0.1, 0.2] for text in texts["text"]], np.float32).reshape(-1, 2)


def test_what_the_reader_is_sure_of_is_stated_with_the_sentence_that_says_it_and_its_value() -> None:
    told = completed(nothing_by_rule([[0.8, 0.1], [0.1, 0.1]]), CARD, IDS, SENTENCES, surest_of_the_window)
    assert told.preferences.rows() == [(7, "seat", "window", "only the window lets me sleep")]
    assert told.moments.is_empty()


def test_what_it_is_not_sure_of_or_cannot_read_is_not_stated() -> None:
    told = completed(nothing_by_rule([[0.59, 0.1], [np.nan, np.nan]]), CARD, IDS, SENTENCES, surest_of_the_window)
    assert told.preferences.is_empty()
    assert told.moments.is_empty()


def test_without_the_encoder_a_thing_that_is_not_named_is_not_stated_however_sure_the_reader() -> None:
    told = completed(nothing_by_rule([[0.1, 0.1], [0.99, 0.99]]), CARD, IDS, SENTENCES, surest_of_the_window)
    assert told.preferences.is_empty()
    assert told.moments.is_empty()


def test_what_a_rule_found_stays_as_it_was() -> None:
    found = pl.DataFrame({"id": [7], "slot": ["seat"], "value": ["aisle"], "quote": ["aisle, please"]})
    told = nothing_by_rule([[0.9, 0.0], [0.0, 0.0]])
    kept = completed(Told(found, told.moments, told.odds), CARD, IDS, SENTENCES, surest_of_the_window)
    assert kept.preferences.rows() == found.rows()


@pytest.mark.parametrize(("text", "label"), [("window seat please", "seat"), ("it's my birthday tomorrow", "birthday")])
def test_the_rules_alone_mark_what_they_find(text: str, label: str) -> None:
    marks = by_rule(pl.Series([text, "ok"]), labels())
    assert [labels()[at] for at in np.flatnonzero(marks[0])] == [label]
    assert not marks[1].any()


def test_without_the_encoder_no_journey_is_taken_from_the_readers_word_alone() -> None:
    off = SENTENCES.with_columns(sentence=pl.lit("my flight tomorrow, the trip of a lifetime"))
    by_words = Card("states", ("trip", "birthday"), True, (0.6, 0.6), ("en",), None, (), {})
    sure = nothing_by_rule([[0.99, 0.1], [0.99, 0.1]])
    assert completed(sure, by_words, IDS, off, surest_of_the_window).moments.is_empty()
    by_meaning = replace(by_words, encoder="any")
    assert completed(sure, by_meaning, IDS, off, surest_of_the_window).moments["kind"].to_list() == ["trip", "trip"]
