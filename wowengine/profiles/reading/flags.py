"""What must be seen at once: that somebody cannot wait, that somebody may come to harm, that a question was asked.

By rule and never by a model, for a model's miss cannot be explained to whom it left waiting. The rules stand in
``flags.toml``, both languages in one.
"""

from functools import cache

import polars as pl

from wowengine.profiles.reading.rules import Rule, found, rule
from wowengine.profiles.reading.words import load

URGENT, SAFETY, QUESTION = "urgent", "safety", "question"
FLAGS = (URGENT, SAFETY, QUESTION)
_ASKED = r"\?(?:[^\w/=&]|$)"  # a question mark, not the one in a link


def flags(sentences: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    """Raise the flags of texts.

    Parameters
    ----------
    sentences
        ``id``, ``sentence``, without what ends them.
    texts
        ``id``, ``text``.

    Returns
    -------
    pl.DataFrame
        As many rows as texts, in order: ``id``, and whether it is ``urgent``, tells of a danger (``safety``; which is
        urgent too), and asks a ``question``.
    """
    told = found(sentences.select("id", "sentence"), "sentence", kinds()).select("id", "rule").unique()
    ids = {name: told.filter(pl.col("rule") == name)["id"].implode() for name in FLAGS}
    said = {name: pl.col("id").is_in(ids[name]) for name in FLAGS}
    return texts.select(
        "id",
        (said[URGENT] | said[SAFETY]).alias(URGENT),
        said[SAFETY].alias(SAFETY),
        (said[QUESTION] | pl.col("text").str.contains(_ASKED).fill_null(value=False)).alias(QUESTION),
    )


@cache
def kinds() -> list[Rule]:
    """Return the rules, one for each flag."""
    told = load("flags.toml")
    return [rule(entry, told["parts"]) for entry in told["flag"]]
