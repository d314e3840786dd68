"""Moments of a customer's life that a text tells of, with their day where it names one.

Only the writer's own: "my mum's birthday" is none. Each kind has its rules in ``moments.toml``, both languages in one;
the guards there come from reading every hit over real complaints by eye (`benchmarks/statements.py` shows them).
"""

from datetime import date
from functools import cache
from typing import Any

import polars as pl

from wowengine.profiles.reading.dates import named_day
from wowengine.profiles.reading.rules import Rule, found, plain_text, rule
from wowengine.profiles.reading.words import load

COLUMNS = ("id", "kind", "date", "quote")


def moments(sentences: pl.DataFrame) -> pl.DataFrame:
    """Find the writer's own moments.

    Parameters
    ----------
    sentences
        ``id``, ``sentence``, ``language`` (or null), ``on`` (the day on which the text was written, or null).

    Returns
    -------
    pl.DataFrame
        ``id``, ``kind``, ``date`` (null: no day is named, see `dates`), ``quote`` (the sentence): one row a text and
        kind, the first one with a day, else the first.
    """
    told = found(sentences.with_row_index("place"), "sentence", kinds())
    dated = told.with_columns(
        kind="rule",
        date=pl.struct("plain", "before", "language", "on").map_elements(_day, return_dtype=pl.Date),
        quote=pl.col("sentence").str.strip_chars(),
    )
    ordered = dated.sort(pl.col("date").is_null(), "place", maintain_order=True)
    once = ordered.unique(["id", "kind"], keep="first", maintain_order=True)
    return once.sort("place", maintain_order=True).select(COLUMNS)


@cache
def kinds() -> list[Rule]:
    """Return the rules, one or more for each kind of moment."""
    told = load("moments.toml")
    return [rule(entry, told["parts"]) for entry in told["moment"]]


def day_in(sentence: str, on: date | None, language: str | None) -> date | None:
    """Tell the first day that a sentence names."""
    return named_day(plain_text(sentence), 0, on, language)


def _day(told: dict[str, Any]) -> Any:
    return named_day(told["plain"], len(told["before"]), told["on"], told["language"])
