"""Interests that a text shows: cues of the taxonomy, and guards for who is meant and which way.

The guards matter more than the cues. Measured on 120 posts: cues alone put 35 false tags on 42 posts that show no
interest, with the guards it is 4, and F1 rises from 0.54 to 0.64.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl

from wowengine.profiles.reading.words import folded, load, matches, says_any, without

PLAIN, LOVED = 1.0, 2.0  # a word dropped in passing; a taste said outright
SOUR = -1.5  # a clause that feels so bad is a complaint, not a taste
HALF_LIFE_DAYS = 90.0


@dataclass(frozen=True)
class Topic:
    """One interest of the taxonomy.

    Attributes
    ----------
    label
        Its name, by language.
    half_life_days
        After how many days a mention of it counts half.
    iab
        Nearest node of the IAB Content Taxonomy 3.1.
    """

    id: str
    label: Mapping[str, str]
    half_life_days: float
    iab: str


@cache
def taxonomy() -> dict[str, Topic]:
    """Return every interest that may be known of somebody, by id."""
    return {
        entry["id"]: Topic(
            entry["id"], entry["label"], float(entry.get("half_life_days", HALF_LIFE_DAYS)), entry["iab"]
        )
        for entry in load("taxonomy.toml")["interest"]
    }


def mentions(clauses: pl.DataFrame, feelings: pl.DataFrame) -> pl.DataFrame:
    """Find the interests in texts.

    Parameters
    ----------
    clauses
        ``id``, ``clause_id``, ``sentence``, ``padded``.
    feelings
        ``clause_id``, ``feeling``.

    Returns
    -------
    pl.DataFrame
        ``id``, ``topic``, ``weight`` (negative for a dislike), ``quote`` (the sentence): one row a text and topic,
        the strongest mention of it.
    """
    cues, guards = _cues(), load_guards()
    heard = clauses.with_columns(without(pl.col("padded"), cues["idioms"]))
    hits = matches(heard, "padded", cues["meaning"]).join(feelings, on="clause_id", how="left")
    alone = pl.col("padded")  # without those it was done together with: they do not make it somebody else's
    for pattern in guards["together"]:
        alone = alone.str.replace_all(pattern, " ")
    hits = hits.with_columns(alone=alone)
    dislike, void, others, love = (says_any("alone", guards[name]) for name in ("dislike", "void", "others", "love"))
    sour = pl.col("feeling").fill_null(0) <= SOUR
    meant = pl.when(others).then(0.0).when(dislike).then(-LOVED).when(void | (sour & ~love)).then(0.0)
    found = hits.with_columns(weight=meant.when(love).then(LOVED).otherwise(PLAIN)).filter(pl.col("weight") != 0)
    strongest = found.sort(pl.col("weight").abs(), descending=True, maintain_order=True)
    return strongest.unique(["id", "means"], keep="first", maintain_order=True).select(
        "id", pl.col("means").alias("topic"), "weight", pl.col("sentence").alias("quote")
    )


@cache
def load_guards() -> Mapping[str, list[str]]:
    """Read the guards: lists of phrases, and patterns for doing something together with others."""
    return load("guards.toml")


@cache
def _cues() -> Mapping[str, Any]:
    told = load("taxonomy.toml")
    meaning = {cue: entry["id"] for entry in told["interest"] for cue in folded(entry["cues"])}
    return {"meaning": meaning, "idioms": told["idioms"]}
