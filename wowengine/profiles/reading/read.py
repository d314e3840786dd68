"""A frame of texts through everything that is read from them."""

from dataclasses import dataclass

import polars as pl

from wowengine.profiles.reading import language, sentiment
from wowengine.profiles.reading.preferences import preferences
from wowengine.profiles.reading.reasons import reasons
from wowengine.profiles.reading.topics import mentions
from wowengine.profiles.reading.words import split


@dataclass(frozen=True)
class Readings:
    """What texts say.

    Attributes
    ----------
    texts
        ``id``, ``language`` (null: unclear), ``mood`` (-1 to 1; null: no lexicon), ``reason`` (null: no complaint).
    mentions
        ``id``, ``topic``, ``weight``, ``quote``.
    preferences
        ``id``, ``slot``, ``value``, ``quote``.
    """

    texts: pl.DataFrame
    mentions: pl.DataFrame
    preferences: pl.DataFrame


def read(texts: pl.DataFrame) -> Readings:
    """Read texts.

    Parameters
    ----------
    texts
        ``id``, ``text``, ``language`` (as the source has it, or null) and ``spoken`` (the customer's language, which
        stands in where a text is too short to tell, or null).
    """
    known = _languages(texts)
    clauses = split(known.select("id", "text", "language"))
    feelings = sentiment.clause_feelings(clauses)
    moods = _moods(known, clauses, feelings)
    told = moods.join(reasons(clauses, moods), on="id", how="left", maintain_order="left")
    return Readings(
        texts=told.select("id", "language", "mood", "reason"),
        mentions=mentions(clauses, feelings),
        preferences=preferences(
            texts.select("id", sentence=pl.col("text").str.split(r"[.!…]+(?:\s+|$)|\n+", literal=False)).explode(
                "sentence"
            )
        ),
    )


def _languages(texts: pl.DataFrame) -> pl.DataFrame:
    """Take the source's word, else detect, else assume the customer's own."""
    base = pl.col("language").str.to_lowercase().str.extract(r"^([a-z]+)")
    given = texts.with_columns(base.alias("language"))
    silent = given.filter(pl.col("language").is_null())
    detected = silent.select("id", detected=language.detect(silent["text"]))
    joined = given.join(detected, on="id", how="left", maintain_order="left")
    spoken = pl.col("spoken").str.to_lowercase().str.extract(r"^([a-z]+)")
    return joined.with_columns(language=pl.coalesce("language", "detected", spoken))


def _moods(texts: pl.DataFrame, clauses: pl.DataFrame, feelings: pl.DataFrame) -> pl.DataFrame:
    summed = clauses.join(feelings, on="clause_id").group_by("id").agg(pl.col("feeling").sum())
    joined = texts.select("id", "language").join(summed, on="id", how="left", maintain_order="left")
    feeling = pl.when(pl.col("language").is_in(sentiment.LANGUAGES)).then(pl.col("feeling").fill_null(0.0))
    return joined.select("id", "language", mood=sentiment.mood(feeling))
