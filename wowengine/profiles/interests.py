"""Mentions into affinities: what was said often, lately and outright counts most, and all of it fades.

A mention weighs ``weight x source x 0.5 ** (age / half_life)``. The weights of a topic are summed to ``n``, and the
affinity is ``sign(n) * (1 - exp(-|n| / SCALE))``: in -1 to 1, rising with each mention and never past the end. What a
person says about one topic in one day counts once, so that an evening's ranting is no passion.
"""

import math
from collections.abc import Mapping
from datetime import datetime

import polars as pl

from wowengine.profiles.keys import ranked
from wowengine.profiles.reading.taxonomy import taxonomy
from wowengine.terms import SignalKind

SCALE = 1.5  # a single plain post of today gives 0.49, three give 0.86
FAINTEST = 0.05  # a fainter affinity is forgotten
LONGEST_QUOTE = 300

# How much of a taste shows in what sort of thing somebody says or does.
SOURCE_WEIGHT: Mapping[str, float] = {
    SignalKind.POST: 1.0,
    SignalKind.CHECKIN: 1.0,
    SignalKind.PURCHASE: 1.0,
    SignalKind.REVIEW: 0.8,
    SignalKind.MENTION: 0.7,
    SignalKind.MESSAGE: 0.7,
    SignalKind.TICKET: 0.4,
    SignalKind.INCIDENT: 0.0,
}


def weigh(mentions: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Weigh each mention as of a time.

    Parameters
    ----------
    mentions
        ``customer_id``, ``signal_id``, ``kind``, ``occurred_at`` (not after `as_of`), ``topic``, ``weight`` (negative
        for a dislike), ``quote``.
    as_of
        The time at which a mention of that moment weighs in full.

    Returns
    -------
    pl.DataFrame
        Evidence: ``customer_id``, ``topic``, ``signal_id``, ``quote``, ``weight`` (faded), ``at``, ``half_life_days``;
        of one day and topic the strongest alone. Sorted by customer and topic, the newest first.
    """
    lasting = {topic.id: topic.half_life_days for topic in taxonomy().values()}
    days = (pl.lit(as_of) - pl.col("occurred_at")).dt.total_seconds() / 86_400
    half_life = pl.col("topic").replace_strict(lasting, return_dtype=pl.Float64)
    source = pl.col("kind").replace_strict(dict(SOURCE_WEIGHT), return_dtype=pl.Float64)
    weighed = _paired(mentions).with_columns(half_life_days=half_life)
    weighed = weighed.with_columns(
        weight=pl.col("weight") * source * (-days / pl.col("half_life_days") * math.log(2)).exp(),
        day=pl.col("occurred_at").dt.date(),
    )
    strongest = weighed.sort("pair", "day", pl.col("weight").abs(), "signal_id", descending=[False, True, True, False])
    first = pl.any_horizontal(pl.col("pair", "day").ne_missing(pl.col("pair", "day").shift()))
    return strongest.filter(first, pl.col("weight") != 0).select(
        "customer_id",
        "topic",
        "signal_id",
        pl.col("quote").str.slice(0, LONGEST_QUOTE),
        "weight",
        at="occurred_at",
        half_life_days="half_life_days",
    )


def affinities(evidence: pl.DataFrame) -> pl.DataFrame:
    """Sum evidence into affinities.

    Returns
    -------
    pl.DataFrame
        ``customer_id``, ``topic``, ``affinity`` (-1 to 1, negative is dislike), ``half_life_days``, ``mentions``,
        ``last_at``; sorted, those too faint left out.
    """
    # In the order of signals, so that the sum is the same to the last bit whatever the order they came in; and the rows
    # of a pair side by side, since otherwise each thread may sum a share of them.
    summed = (
        _paired(evidence)
        .sort("pair", "signal_id")
        .group_by("pair", maintain_order=True)
        .agg(
            pl.col("customer_id", "topic", "half_life_days").first(),
            net=pl.col("weight").sum(),
            mentions=pl.len(),
            last_at=pl.col("at").max(),
        )
    )
    affinity = pl.col("net").sign() * (1 - (-pl.col("net").abs() / SCALE).exp())
    rated = summed.with_columns(affinity=affinity).filter(pl.col("affinity").abs() >= FAINTEST)
    return rated.select("customer_id", "topic", "affinity", "half_life_days", "mentions", "last_at")


def _paired(frame: pl.DataFrame) -> pl.DataFrame:
    """Add ``pair``: a number for each customer and topic, in their order, since text is slow to sort and to group."""
    who, what = (ranked(frame[name]).to_physical().cast(pl.UInt64) for name in ("customer_id", "topic"))
    return frame.with_columns(pair=who * frame["topic"].n_unique() + what)
