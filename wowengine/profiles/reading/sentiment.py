"""How a clause feels: a hand-written lexicon, with negation and emphasis, in English and Italian.

Small and honest: it reads words, not irony. It guards interests ("great, my skis are gone" is no taste for skiing) and
hints at feelings to the learned readers. The weights and their sum follow VADER (Hutto and Gilbert 2014), the words are
our own.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import polars as pl

from wowengine.profiles.reading.words import folded, load

LANGUAGES = ("en", "it")
REACH = 3  # words that a negation reaches over
NEGATED_GOOD, NEGATED_BAD = -0.9, -0.3  # "not good" is bad; "not bad" is hardly good
LOUDER, SOFTER = 1.3, 0.7


def clause_feelings(clauses: pl.DataFrame) -> pl.DataFrame:
    """Weigh clauses.

    Parameters
    ----------
    clauses
        ``clause_id``, ``padded``, ``language``. Languages without a lexicon are left out.

    Returns
    -------
    pl.DataFrame
        ``clause_id``, ``feeling``: the sum of the clause's words, each about -4 to 4.
    """
    return pl.concat(_weigh(clauses.filter(pl.col("language") == language), language) for language in LANGUAGES)


def _weigh(clauses: pl.DataFrame, language: str) -> pl.DataFrame:
    lexicon = _lexicon(language)
    joined = pl.col("padded").str.replace_many(lexicon["phrases"], lexicon["joined"], leftmost=True)
    words = clauses.select("clause_id", word=joined.str.strip_chars().str.split(" ")).explode("word")
    negates = pl.col("word").is_in(lexicon["negators"])
    negated = pl.any_horizontal(negates.shift(step).over("clause_id") for step in range(1, REACH + 1))
    before = pl.col("word").shift(1).over("clause_id")
    weight = pl.col("word").replace_strict(lexicon["weights"], default=None, return_dtype=pl.Float64)
    words = words.with_columns(weight=weight, negated=negated, before=before).filter(pl.col("weight").is_not_null())
    turned = pl.when(pl.col("weight") > 0).then(NEGATED_GOOD).otherwise(NEGATED_BAD)
    boosted, damped = (pl.col("before").is_in(lexicon[name]) for name in ("boosters", "dampers"))
    emphasis = pl.when(boosted).then(LOUDER).when(damped).then(SOFTER).otherwise(1.0)
    value = pl.col("weight") * pl.when("negated").then(turned).otherwise(1.0) * emphasis
    return words.group_by("clause_id", maintain_order=True).agg(feeling=value.sum())


@cache
def _lexicon(language: str) -> Mapping[str, Any]:
    """Read a language's words; phrases become one word by joining theirs with ``_``."""
    told = load("sentiment.toml")
    weights: dict[str, float] = {}
    for words in (told["any"]["words"], told[language]["words"]):
        for weight, listed in words.items():
            weights.update(dict.fromkeys((word.strip() for word in folded(listed)), float(weight)))
    phrases = sorted((word for word in weights if " " in word), key=len, reverse=True)
    return {
        "weights": {word.replace(" ", "_"): weight for word, weight in weights.items()},
        "phrases": [f" {phrase} " for phrase in phrases],
        "joined": [f" {phrase.replace(' ', '_')} " for phrase in phrases],
        **{
            name: [word.strip() for word in folded(told[language][name])]
            for name in ("negators", "boosters", "dampers")
        },
    }
