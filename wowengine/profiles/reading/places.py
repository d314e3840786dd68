"""Cities, islands and regions that a text names, by their names or the codes of their airports.

Never finer than a city. A name is taken where it is written with a capital; one that is also a word or somebody's name
(``Nice``, ``Charlotte``) only behind a word of going or being there, and so are codes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl

from wowengine.profiles.reading.words import load

_BEFORE_CODE = r"(?:[-–—>/→]|\b(?:to|from|at|in|via|out of|a|da|per|di)) ?"
_AFTER_CODE = r" ?(?:[-–—>/→]|&gt;|to\b)"


@dataclass(frozen=True)
class Atlas:
    """What is looked for.

    Attributes
    ----------
    place
        By each name or code, the place it stands for.
    country
        By place, its country (ISO 3166).
    anywhere, behind
        Patterns whose group is a name or code: those that tell wherever they stand, and those that need the words
        around them.
    """

    place: Mapping[str, str]
    country: Mapping[str, str]
    anywhere: str
    behind: tuple[str, ...]


def places(texts: pl.DataFrame) -> pl.DataFrame:
    """Find the places that texts name.

    Parameters
    ----------
    texts
        ``id``, ``text``.

    Returns
    -------
    pl.DataFrame
        ``id``, ``place`` (its English name), ``country`` (ISO 3166): one row a text and place, in the order told.
    """
    atlas = known()
    told = texts.filter(pl.col("text").str.contains_any(list(atlas.place)))
    ways = [pl.col("text").str.extract_all(atlas.anywhere)]
    ways += [pl.col("text").str.extract_all(way).list.eval(pl.element().str.extract(way)) for way in atlas.behind]
    named = told.select("id", "text", said=pl.concat_list(ways)).explode("said").drop_nulls("said")
    found = named.with_columns(
        at=pl.col("text").str.find(pl.col("said"), literal=True),
        place=pl.col("said").replace_strict(atlas.place, return_dtype=pl.String),
    )
    once = found.sort("id", "at", maintain_order=True).unique(["id", "place"], keep="first", maintain_order=True)
    return once.select(
        "id", "place", pl.col("place").replace_strict(atlas.country, return_dtype=pl.String).alias("country")
    )


@cache
def known() -> Atlas:
    """Return what is looked for."""
    told = load("places.toml")
    entries: dict[str, Any] = told["places"]
    names = {name: place for place, (_, others, _) in entries.items() for name in (place, *others)}
    codes = {code: place for place, (_, _, listed) in entries.items() for code in listed}
    unsure = [name for name in names if name in set(told["ambiguous"])]
    sure = [name for name in names if name not in set(told["ambiguous"])]
    going = rf"(?i:\b(?:{_either(told['before'])})) "
    return Atlas(
        place=names | codes,
        country={place: country for place, (country, _, _) in entries.items()},
        anywhere=rf"\b(?:{_either(sure)})\b",
        behind=(
            rf"{going}({_either(unsure)})\b",
            rf"{_BEFORE_CODE}({_either(codes)})\b",
            rf"\b({_either(codes)}){_AFTER_CODE}",
        ),
    )


def _either(names: Any) -> str:
    """Write one pattern for names, the longest first."""
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
