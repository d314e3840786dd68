"""Who is meant by what a text says, and which way: the guards of interests and preferences.

Read clause by clause, because "I hate coffee, but I love tea" is both; a few phrases ("no thank you", "said nobody")
speak of the whole text.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import polars as pl

from wowengine.profiles.reading.words import load, says_any, without

LIKES, DISLIKES = "likes", "dislikes"
OWN, OTHER = "own", "other"
SOUR = -1.5  # a clause that feels so bad is a complaint, not a taste
HANDLE, FRIEND = r"(?:^|\s)@\w", r"(?i)\b(?:with|w|w/|con|and|e|feat|ft) @\w"
NUMBERED = r"\bno \d+"  # "no 7" denies nothing
WE_DO = r" \p{L}+iamo "  # Italian says "we" in the verb: "andiamo", "abbiamo"
COMPLAINTS = 2  # words of service and business in one text that make it one to a company


def judged(clauses: pl.DataFrame, feelings: pl.DataFrame) -> pl.DataFrame:
    """Judge clauses.

    Parameters
    ----------
    clauses
        All clauses of the texts, in order: ``id``, ``clause_id``, ``sentence``, ``padded``.
    feelings
        ``clause_id``, ``feeling``.

    Returns
    -------
    pl.DataFrame
        ``clause_id``, ``counts`` (whether a mention in it counts at all), ``polarity``, ``whose``, ``outright``
        (said with a word of love or dislike), ``doing`` (the writer does something in it), ``trading`` (the text talks
        to a company or of its service, or complains).
    """
    guards = load_guards()
    plain = without(pl.col("padded"), guards["still"]).str.replace_all(NUMBERED, " ")
    alone = plain  # without those it was done together with: they do not make it somebody else's
    for pattern in guards["together"]:
        alone = alone.str.replace_all(pattern, " ")
    read = clauses.join(feelings, on="clause_id", how="left", maintain_order="left")
    read = read.with_columns(plain=plain, alone=alone).with_columns(**_signs(guards))
    led = pl.col("others").first().over("id", "sentence") & ~pl.col("mine")
    whole = ("refusal", "irony", "praise", "asks", "service", "handle")
    refused, ironic, praised, asked, served, handle = (pl.col(name).any().over("id") for name in whole)
    trouble = pl.col("business").sum().over("id") + served.cast(pl.UInt32)
    company = asked | (trouble >= COMPLAINTS) | (handle & (trouble > 0)) | ((handle | served) & ~pl.col("loved"))
    other = pl.col("others") | led
    dislike = pl.col("dislike") | refused
    complains = (pl.col("sour") & ~dislike).any().over("id")
    trading = asked | handle | (trouble > 0) | pl.col("yours").any().over("id") | complains
    mocked = ironic | (praised & trading)
    void = (
        mocked
        | pl.col("void")
        | (~pl.col("devoted") & (company | pl.col("yours")))
        | (pl.col("sour") & ~pl.col("loved"))
    )
    return read.select(
        "clause_id",
        doing=(pl.col("doing") | pl.col("loved")).any().over("id", "sentence"),
        outright=pl.col("loved") | dislike,
        trading=trading,
        counts=other | dislike | ~void,
        polarity=pl.when(dislike & ~other).then(pl.lit(DISLIKES)).otherwise(pl.lit(LIKES)),
        whose=pl.when(other).then(pl.lit(OTHER)).otherwise(pl.lit(OWN)),
    )


@cache
def load_guards() -> Mapping[str, Any]:
    """Read the guards: lists of phrases, and patterns for doing something together with others.

    Returns
    -------
    Mapping
        ``others`` tells of somebody else, the writer's kin among them ("my brother"); the rest as in ``guards.toml``.
    """
    told: dict[str, Any] = load("guards.toml")
    kin = [f"{owner} {name}" for owner in told["own"] for name in told["kin"]]
    return told | {"others": [*told["others"], *kin]}


def _signs(guards: Mapping[str, Any]) -> dict[str, pl.Expr]:
    """Say what to look for in a clause: a sign each, by name."""
    return {
        "dislike": says_any("plain", guards["dislike"]),
        "void": says_any("plain", guards["void"]),
        "yours": says_any("plain", guards["yours"]),
        "devoted": says_any("padded", guards["devoted"]).any().over("id", "sentence"),
        "doing": _doing(guards),
        "loved": says_any("padded", [*guards["love"], *guards["devoted"]]),
        "others": _others(guards),
        "mine": says_any("padded", guards["self"]),
        "sour": pl.col("feeling").fill_null(0) <= SOUR,
        "refusal": says_any("padded", guards["refusal"]),
        "irony": says_any("padded", guards["irony"]),
        "praise": says_any("padded", guards["praise"]),
        "asks": says_any("padded", guards["asks"]),
        "service": says_any("padded", guards["service"]),
        "business": pl.col("padded").str.count_matches(rf"\b{_any_of(guards['business'])}\b"),
        "handle": pl.col("sentence").str.contains(HANDLE) & ~pl.col("sentence").str.contains(FRIEND),
    }


def _others(guards: Mapping[str, Any]) -> pl.Expr:
    """Tell whether a clause is about somebody else's doings, and not only about a thing done with them or to them."""
    owners, kin, bare = (_any_of(guards[name]) for name in ("kin_of", "kin", "kin_alone"))
    theirs = rf" {owners} (?:[\p{{L}}-]+ )?{kin}(?:'s|s')? |^ {bare}(?:'s)? "
    return (pl.col("alone").str.contains(theirs) | says_any("alone", guards["others"])) & ~_unsaid(guards)


def _doing(guards: Mapping[str, Any]) -> pl.Expr:
    """Tell whether the writer does something in a clause, with or without an "I"."""
    english, italian = (says_any("padded", guards["doing"][tongue]) for tongue in ("en", "it"))
    we = pl.col("padded").str.contains(WE_DO)
    spoken = pl.col("language")
    return (spoken.ne_missing("it") & english) | (spoken.ne_missing("en") & (italian | we)) | _unsaid(guards)


def _unsaid(guards: Mapping[str, Any]) -> pl.Expr:
    """Tell whether a clause begins with what the writer did, with or without its "I"."""
    return pl.col("padded").str.contains("^ (?:(?:i|we|i've|we've|just) )?" + _any_of(guards["unsaid"]) + " ")


def _any_of(phrases: list[str]) -> str:
    """Write a pattern for one of several phrases, the longer ones first."""
    return f"(?:{'|'.join(sorted(phrases, key=len, reverse=True))})"
