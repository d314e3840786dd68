"""Who is meant by what a text says, and which way: the guards of interests and preferences.

Read clause by clause, because "I hate coffee, but I love tea" is both; a few phrases ("no thank you", "said nobody")
speak of the whole text.
"""

from collections.abc import Mapping
from functools import cache

import polars as pl

from wowengine.profiles.reading.words import load, says_any, without

LIKES, DISLIKES = "likes", "dislikes"
OWN, OTHER = "own", "other"
SOUR = -1.5  # a clause that feels so bad is a complaint, not a taste
HANDLE, FRIEND = r"(?:^|\s)@\w", r"(?i)\b(?:with|w|w/|con|and|e|feat|ft) @\w"
NUMBERED = r"\bno \d+"  # "no 7" denies nothing
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
        (said with a word of love or dislike).
    """
    guards = load_guards()
    plain = without(pl.col("padded"), guards["still"]).str.replace_all(NUMBERED, " ")
    alone = plain  # without those it was done together with: they do not make it somebody else's
    for pattern in guards["together"]:
        alone = alone.str.replace_all(pattern, " ")
    read = clauses.join(feelings, on="clause_id", how="left", maintain_order="left").with_columns(
        plain=plain, alone=alone
    )
    read = read.with_columns(
        dislike=says_any("plain", guards["dislike"]),
        void=says_any("plain", guards["void"]),
        loved=says_any("padded", guards["love"]),
        others=_others(guards),
        mine=says_any("padded", guards["self"]),
        sour=pl.col("feeling").fill_null(0) <= SOUR,
        refusal=says_any("padded", guards["refusal"]),
        irony=says_any("padded", guards["irony"]),
        praise=says_any("padded", guards["praise"]),
        asks=says_any("padded", guards["asks"]),
        service=says_any("padded", guards["service"]),
        business=pl.col("padded").str.count_matches(rf"\b{_any_of(guards['business'])}\b"),
        handle=pl.col("sentence").str.contains(HANDLE) & ~pl.col("sentence").str.contains(FRIEND),
    )
    led = pl.col("others").first().over("id", "sentence") & ~pl.col("mine")
    whole = ("refusal", "irony", "praise", "asks", "service", "handle")
    refused, ironic, praised, asked, served, handle = (pl.col(name).any().over("id") for name in whole)
    trouble = pl.col("business").sum().over("id") + served.cast(pl.UInt32)
    company = asked | (trouble >= COMPLAINTS) | (handle & (trouble > 0)) | ((handle | served) & ~pl.col("loved"))
    other = pl.col("others") | led
    dislike = pl.col("dislike") | refused
    void = ironic | (praised & (trouble > 0)) | company | pl.col("void") | (pl.col("sour") & ~pl.col("loved"))
    return read.select(
        "clause_id",
        outright=pl.col("loved") | dislike,
        counts=other | dislike | ~void,
        polarity=pl.when(dislike & ~other).then(pl.lit(DISLIKES)).otherwise(pl.lit(LIKES)),
        whose=pl.when(other).then(pl.lit(OTHER)).otherwise(pl.lit(OWN)),
    )


@cache
def load_guards() -> Mapping[str, list[str]]:
    """Read the guards: lists of phrases, and patterns for doing something together with others.

    Returns
    -------
    Mapping
        ``others`` tells of somebody else, the writer's kin among them ("my brother"); the rest as in ``guards.toml``.
    """
    told: dict[str, list[str]] = load("guards.toml")
    kin = [f"{owner} {name}" for owner in told["own"] for name in told["kin"]]
    return told | {"others": [*told["others"], *kin]}


def _others(guards: Mapping[str, list[str]]) -> pl.Expr:
    """Tell whether a clause is about somebody else's doings, and not only about a thing done with them or to them."""
    owners, kin, bare = (_any_of(guards[name]) for name in ("kin_of", "kin", "kin_alone"))
    theirs = rf" {owners} (?:[\p{{L}}-]+ )?{kin}(?:'s|s')? |^ {bare}(?:'s)? "
    unsaid = pl.col("padded").str.contains("^ (?:(?:i|we|i've|we've|just) )?" + _any_of(guards["unsaid"]) + " ")
    return (pl.col("alone").str.contains(theirs) | says_any("alone", guards["others"])) & ~unsaid


def _any_of(phrases: list[str]) -> str:
    """Write a pattern for one of several phrases, the longer ones first."""
    return f"(?:{'|'.join(sorted(phrases, key=len, reverse=True))})"
