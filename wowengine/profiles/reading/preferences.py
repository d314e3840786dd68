"""What customers state in so many words: ``coffee: long, no sugar``; a window seat; a firm pillow."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import polars as pl

from wowengine.profiles.reading.guards import load_guards
from wowengine.profiles.reading.words import load, padded, says_any

LONGEST = 300
NOTHING = {"slot": pl.String, "value": pl.String}


@dataclass(frozen=True)
class Slot:
    """One thing that may be stated, the patterns that state it, and one spelling for closed choices."""

    name: str
    patterns: tuple[str, ...]
    values: Mapping[str, str]


def preferences(sentences: pl.DataFrame) -> pl.DataFrame:
    """Find stated preferences.

    Parameters
    ----------
    sentences
        ``id``, ``sentence``.

    Returns
    -------
    pl.DataFrame
        ``id``, ``slot``, ``value``, ``quote``: one row a text and slot, the first statement of it.
    """
    guards = load_guards()
    folded = (
        pl.col("sentence")
        .str.to_lowercase()
        .str.normalize("NFKD")
        .str.replace_all(r"\p{M}", "")
        .str.replace_all("’", "'")
    )
    telling = sentences.with_columns(folded=folded).filter(pl.col("folded").str.contains_any(_triggers()))
    told = telling.with_columns(padded=padded(pl.col("sentence")))
    theirs = ~says_any("padded", guards["others"]) & ~says_any("padded", guards["dislike"])
    told = told.filter(theirs & ~pl.col("sentence").str.ends_with("?"))
    found = pl.concat([_of_slot(told, slot) for slot in slots().values()])
    return found.unique(["id", "slot"], keep="first", maintain_order=True)


@cache
def slots() -> dict[str, Slot]:
    """Return everything that may be stated, by name."""
    return {
        entry["name"]: Slot(entry["name"], tuple(entry["patterns"]), entry.get("values", {}))
        for entry in load("preferences.toml")["slot"]
    }


@cache
def _triggers() -> list[str]:
    """Return the pieces of words without which no pattern matches: most sentences hold none, and are done with."""
    return list(load("preferences.toml")["triggers"])


def _of_slot(told: pl.DataFrame, slot: Slot) -> pl.DataFrame:
    value = pl.coalesce(pl.col("folded").str.extract(pattern) for pattern in slot.patterns)
    value = value.str.strip_chars(" \t,'\"-").str.slice(0, LONGEST)
    found = told.with_columns(value=value).filter(pl.col("value").str.len_chars() > 1)
    spelt = pl.col("value").replace(list(slot.values), list(slot.values.values())) if slot.values else pl.col("value")
    return found.select("id", pl.lit(slot.name).alias("slot"), spelt.alias("value"), pl.col("sentence").alias("quote"))
