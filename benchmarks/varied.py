"""Varied texts from real ones: the first half of one and the second half of another, so that hardly two are equal."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

NOW = datetime(2026, 11, 1, tzinfo=UTC)
DAYS = 365
A_CUSTOMER = 20  # signals


def varied(data: Path, count: int, seed: int = 0) -> pl.DataFrame:
    """Write `count` inbound signals with new ids and times, over airline and twcs texts."""
    said = [
        pl.scan_ndjson(data / name / "signals.ndjson").filter(pl.col("direction") == "inbound").select("text").collect()
        for name in ("airline_sentiment", "twcs")
    ]
    words = pl.concat(said).drop_nulls().unique(maintain_order=True).select(words=pl.col("text").str.split(" "))
    half = (pl.col("words").list.len() + 1) // 2
    halves = words.select(first=pl.col("words").list.head(half), second=pl.col("words").list.slice(half))
    random = np.random.default_rng(seed)
    one, other = (random.integers(0, len(halves), count) for _ in range(2))
    seconds = random.integers(0, DAYS * 86_400, count)
    return pl.DataFrame(
        {
            "id": pl.arange(0, count, eager=True),
            "customer_id": pl.Series(random.integers(0, max(count // A_CUSTOMER, 1), count)).cast(pl.String),
            "kind": pl.Series(["mention", "post", "message"]).gather(random.integers(0, 3, count)),
            "text": halves["first"].gather(one).list.concat(halves["second"].gather(other)).list.join(" "),
        }
    ).with_columns(
        occurred_at=pl.lit(NOW) - pl.duration(seconds=pl.lit(pl.Series(seconds))),
        language=pl.lit(None, pl.String),
        spoken=pl.lit("en"),
        care=True,
        interests=True,
    )
