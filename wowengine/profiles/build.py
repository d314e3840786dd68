"""From signals to profiles: a chain of pure steps, with no database in sight.

read the texts -> mentions, moods, reasons, stated preferences, moments -> weigh mentions into evidence and
affinities -> measure threads into waits -> sum up care.
"""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from wowengine.profiles import care, interests
from wowengine.profiles.keys import commonest
from wowengine.profiles.reading.read import Readings, read


@dataclass(frozen=True)
class Built:
    """Profiles of some customers, as frames that fit the tables of the same names."""

    interests: pl.DataFrame
    evidence: pl.DataFrame
    preferences: pl.DataFrame
    moments: pl.DataFrame
    waits: pl.DataFrame
    care: pl.DataFrame
    languages: pl.DataFrame  # customer_id, language: the one they mostly write in


def build_profiles(signals: pl.DataFrame, threads: pl.DataFrame, as_of: datetime) -> Built:
    """Build the profiles of the customers whose signals these are.

    Parameters
    ----------
    signals
        Inbound signals up to `as_of`: ``id``, ``customer_id``, ``kind``, ``occurred_at``, ``text``, ``language``,
        ``spoken`` (the customer's language), ``care`` and ``interests`` (what each may serve).
    threads
        The threads these customers began, whole: ``id``, ``root``, ``customer_id``, ``kind``, ``direction``,
        ``channel``, ``occurred_at``.
    as_of
        The time that counts as now for everything that fades or waits.
    """
    said = signals.filter(pl.col("text").is_not_null())
    readings = read(said.select("id", "text", "language", "spoken", on=pl.col("occurred_at").dt.date()))
    return aggregate(readings, signals, threads, as_of)


def aggregate(readings: Readings, signals: pl.DataFrame, threads: pl.DataFrame, as_of: datetime) -> Built:
    """Build profiles of what was read already; the rest as in `build_profiles`."""
    evidence = interests.weigh(_of_interest(readings.mentions, signals), as_of)
    affinities = interests.affinities(evidence)
    told = signals.filter("care").join(readings.texts.drop("language"), on="id", how="left", maintain_order="left")
    waited = care.waits(threads.join(told.select("id", "reason").drop_nulls(), on="id", how="left"))
    return Built(
        interests=affinities,
        evidence=evidence.join(affinities, on=["customer_id", "topic"], how="semi").sort("signal_id", "topic"),
        preferences=_preferences(readings.preferences, signals),
        moments=_moments(readings.moments, signals),
        waits=waited,
        care=care.histories(told, waited, as_of),
        languages=_languages(readings, signals),
    )


def _of_interest(mentions: pl.DataFrame, signals: pl.DataFrame) -> pl.DataFrame:
    owned = signals.filter("interests").select("id", "customer_id", "kind", "occurred_at")
    return mentions.join(owned, on="id").rename({"id": "signal_id"})


def _preferences(stated: pl.DataFrame, signals: pl.DataFrame) -> pl.DataFrame:
    """Keep the newest statement of each slot: people change their minds."""
    owned = _of_interest(stated, signals).sort("occurred_at", "signal_id")
    newest = owned.unique(["customer_id", "slot"], keep="last", maintain_order=True)
    quote = pl.col("quote").str.slice(0, interests.LONGEST_QUOTE)
    return newest.select("customer_id", "slot", "value", "signal_id", quote, stated_at="occurred_at")


def _moments(told: pl.DataFrame, signals: pl.DataFrame) -> pl.DataFrame:
    owned = _of_interest(told, signals).sort("signal_id", "kind")
    quote = pl.col("quote").str.slice(0, interests.LONGEST_QUOTE)
    return owned.select("signal_id", "kind", "customer_id", quote, day="date", told_at="occurred_at")


def _languages(readings: Readings, signals: pl.DataFrame) -> pl.DataFrame:
    return commonest(readings.texts.join(signals.select("id", "customer_id"), on="id"), "language")
