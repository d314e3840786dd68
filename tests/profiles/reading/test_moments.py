"""Moments of the writer's own life: each example of the rules file, and what a text tells as a whole."""

from datetime import date
from functools import cache

import polars as pl
import pytest

from wowengine.profiles.reading.moments import moments
from wowengine.profiles.reading.read import read
from wowengine.profiles.reading.words import load

FRIDAY = date(2026, 11, 27)
KINDS = {
    *("birthday", "anniversary", "wedding", "honeymoon", "graduation", "new_job", "retirement", "moving_home"),
    *("first_with_brand", "first_time", "trip", "milestone"),
}


def told(*sentences: str, on: date | None = FRIDAY) -> pl.DataFrame:
    columns = {"id": list(range(len(sentences))), "sentence": sentences}
    return moments(pl.DataFrame(columns).with_columns(language=pl.lit(None, pl.String), on=pl.lit(on, pl.Date)))


@cache
def examples() -> list[tuple[str, bool, str]]:
    return [
        (entry["name"], wanted, text)
        for entry in load("moments.toml")["moment"]
        for name, wanted in (("must", True), ("must_not", False))
        for text in entry.get(name, [])
    ]


@cache
def found() -> list[set[str]]:
    kinds = told(*(text for _, _, text in examples()))
    return [set(kinds.filter(pl.col("id") == at)["kind"]) for at in range(len(examples()))]


@pytest.mark.parametrize("at", range(len(examples())), ids=lambda at: f"{examples()[at][0]}: {examples()[at][2][:50]}")
def test_each_example_of_the_rules_reads_as_it_says(at: int) -> None:
    kind, wanted, _ = examples()[at]
    assert (kind in found()[at]) == wanted


def test_every_kind_has_examples_of_both_sorts() -> None:
    assert {kind for kind, wanted, _ in examples() if wanted} == KINDS
    assert {kind for kind, wanted, _ in examples() if not wanted} == KINDS


def test_the_day_is_told_from_the_day_of_writing() -> None:
    days = told("It's my birthday tomorrow!", "Domani è il mio compleanno", "my bday is on Friday")["date"].to_list()
    assert days == [date(2026, 11, 28), date(2026, 11, 28), date(2026, 12, 4)]
    assert told("It's my birthday tomorrow!", on=None)["date"].to_list() == [None]


def test_a_text_tells_its_moment_once_with_the_sentence_it_stands_in() -> None:
    texts = {"id": [7], "text": ["So tired. It's my birthday on 2 December! Finally. My birthday, and no seat."]}
    missing = {name: pl.lit(None, pl.String) for name in ("language", "spoken")}
    frame = pl.DataFrame(texts).with_columns(**missing, on=pl.lit(FRIDAY))
    (row,) = read(frame).moments.rows()
    assert row == (7, "birthday", date(2026, 12, 2), "It's my birthday on 2 December")


def test_nothing_said_gives_an_empty_frame() -> None:
    assert told("Where is my bag?").is_empty()
