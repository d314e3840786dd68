"""A frame of texts through everything that is read from them."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl

from wowengine.profiles.reading import language
from wowengine.profiles.reading.flags import FLAGS, flags
from wowengine.profiles.reading.moments import moments
from wowengine.profiles.reading.places import places
from wowengine.profiles.reading.preferences import preferences
from wowengine.profiles.reading.reader import Floats, Reader
from wowengine.profiles.reading.readers import NEGATIVE, POSITIVE, REASON, SENTIMENT, STATES, Readers, in_force
from wowengine.profiles.reading.rules import sentences
from wowengine.profiles.reading.states import Told, completed
from wowengine.profiles.reading.topics import mentions
from wowengine.profiles.reading.words import split


@dataclass(frozen=True)
class Readings:
    """What texts say.

    Attributes
    ----------
    texts
        ``id``, ``language`` (null: unclear), ``sentiment`` (``negative``, ``neutral``, ``positive``), its probability
        ``sentiment_p``, ``mood`` (-1 to 1: the probability of good less that of bad), ``reason`` of the complaint and
        its probability ``reason_p`` (null: no complaint). All null in a language that no reader in force has learned.
        Whether it is ``urgent``, tells of a danger (``safety``) and asks a ``question``: never null.
    mentions
        ``id``, ``topic``, ``weight``, ``quote``.
    preferences
        ``id``, ``slot``, ``value``, ``quote``.
    moments
        ``id``, ``kind``, ``date`` (null: no day is named), ``quote``.
    places
        ``id``, ``place``, ``country``: cities, islands and regions, never anything finer.
    """

    texts: pl.DataFrame
    mentions: pl.DataFrame
    preferences: pl.DataFrame
    moments: pl.DataFrame
    places: pl.DataFrame


def read(texts: pl.DataFrame) -> Readings:
    """Read texts.

    Parameters
    ----------
    texts
        ``id``, ``text``, ``language`` (as the source has it, or null) and ``spoken`` (the customer's language, which
        stands in where a text is too short to tell, or null), and, where it is known,
        ``on``, the day on which it was written: what names a day ("on Friday") is told from it.
    """
    known = _languages(texts if "on" in texts.columns else texts.with_columns(on=pl.lit(None, pl.Date)))
    clauses = split(known.select("id", "text", "language"))
    told_in = sentences(known.select("id", "language", "on", "text"))
    readers = in_force()
    with ThreadPoolExecutor() as threads:  # none waits for another, and array arithmetic lets go of Python's lock
        answered = threads.submit(readers.answer, known.select("text", "language"))
        flagged = threads.submit(flags, told_in, known)
        liked = threads.submit(mentions, clauses)
        stated = threads.submit(preferences, told_in.select("id", "sentence"))
        lived = threads.submit(moments, told_in)
        odds = answered.result()
        told = _stated(Told(stated.result(), lived.result(), odds[STATES]), readers, known, told_in)
        return Readings(
            texts=_learned(known, odds, readers).hstack(flagged.result().select(FLAGS)),
            mentions=liked.result(),
            preferences=told.preferences,
            moments=told.moments,
            places=places(known.select("id", "text")),
        )


def _stated(told: Told, readers: Readers, known: pl.DataFrame, told_in: pl.DataFrame) -> Told:
    """Add to what rules found to be stated what the reader of states is sure of."""

    def ask(some: pl.DataFrame) -> Floats:
        return readers.answer(some, [STATES])[STATES]

    return completed(told, readers.by_name[STATES].card, known.select("id"), told_in, ask)


def _learned(known: pl.DataFrame, told: Mapping[str, Floats], readers: Readers) -> pl.DataFrame:
    """Say how a text feels, and why it complains where it does."""
    felt, why = (_answers(told[name], readers.by_name[name], name) for name in (SENTIMENT, REASON))
    odds = pl.DataFrame(told[SENTIMENT], schema=list(readers.by_name[SENTIMENT].card.labels), orient="row")
    joined = pl.concat([known.select("id", "language"), felt, why, odds], how="horizontal")
    return joined.select(
        "id",
        "language",
        SENTIMENT,
        "sentiment_p",
        (pl.col(POSITIVE) - pl.col(NEGATIVE)).cast(pl.Float64).fill_nan(None).alias("mood"),
        REASON,
        "reason_p",
    )


def _answers(told: Floats, reader: Reader, name: str) -> pl.DataFrame:
    """Return the likeliest label of each text and its probability, null where it could not be read."""
    sure = told.max(axis=1) if len(told) else np.zeros(0, np.float32)
    best = pl.Series(told.argmax(axis=1) if len(told) else [], dtype=pl.Int64)
    labels = best.replace_strict(range(len(reader.card.labels)), reader.card.labels, return_dtype=pl.String)
    frame = pl.DataFrame({name: labels, f"{name}_p": pl.Series(sure, dtype=pl.Float64).fill_nan(None)})
    return frame.with_columns(pl.when(pl.col(f"{name}_p").is_not_null()).then(name).alias(name))


def _languages(texts: pl.DataFrame) -> pl.DataFrame:
    """Take the source's word, else detect, else assume the customer's own."""
    base = pl.col("language").str.to_lowercase().str.extract(r"^([a-z]+)")
    given = texts.with_columns(base.alias("language"))
    silent = given.filter(pl.col("language").is_null())
    detected = silent.select("id", detected=language.detect(silent["text"]))
    joined = given.join(detected, on="id", how="left", maintain_order="left")
    spoken = pl.col("spoken").str.to_lowercase().str.extract(r"^([a-z]+)")
    return joined.with_columns(language=pl.coalesce("language", "detected", spoken))
