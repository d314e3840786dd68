"""How fast texts become profiles: ``python -m benchmarks.profiles [--json] [--sizes 100000 1000000] [--encoder]``.

Reading and aggregation over varied real texts with new ids and times; the same aggregation in DuckDB and pandas, and
VADER on a sample of the texts, in the same run. Needs ``wowengine[bench]``.
"""

import argparse
import math
import resource
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
import pandas as pd
import polars as pl
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from benchmarks.say import say
from benchmarks.varied import NOW, varied
from wowengine.profiles import interests
from wowengine.profiles.reading import readers
from wowengine.profiles.reading.grams import spelt
from wowengine.profiles.reading.read import read
from wowengine.profiles.reading.shelf import shelf
from wowengine.profiles.reading.taxonomy import taxonomy

PART = 50_000  # texts read together, as a rebuild reads some thousand customers together
SAMPLE = 5_000
SQL = """
select customer_id, topic, sign(sum(weight)) * (1 - exp(-abs(sum(weight)) / 1.5)) as affinity, count(*) as mentions,
  max(occurred_at) as last_at
from (select customer_id, topic, occurred_at, weight * source * exp(-days / half_life * ln(2)) as weight,
        row_number() over (partition by customer_id, topic, occurred_at::date
                           order by abs(weight * source * exp(-days / half_life * ln(2))) desc, signal_id) as place
      from mentions)
where place = 1 group by customer_id, topic having abs(1 - exp(-abs(sum(weight)) / 1.5)) >= 0.05
"""

Found = dict[str, Any]


@dataclass
class Clock:
    """Seconds that a call took, and what it gave."""

    seconds: float = 0.0

    def time(self, call: Callable[[], Any]) -> Any:
        """Call, and add the time it took."""
        start = perf_counter()
        given = call()
        self.seconds += perf_counter() - start
        return given


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000, 2_000_000])
    parser.add_argument("--encoder", action="store_true", help="read with the multilingual encoder too")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    shelf.use(None, encoded=given.encoder)
    readers.in_force().answer(pl.DataFrame({"text": ["warm up"], "language": ["en"]}))
    found: Found = {"encoder": given.encoder}
    for size in given.sizes:
        found[f"{size} signals"] = _measure(varied(given.data, size))
    found["vader"] = _vader(varied(given.data, SAMPLE))
    say(found, as_json=given.json)


def _measure(signals: pl.DataFrame) -> Found:
    reading = Clock()
    parts = [signals[start : start + PART] for start in range(0, len(signals), PART)]
    read_parts = (reading.time(partial(read, part.select("id", "text", "language", "spoken"))) for part in parts)
    mentioned = sum(len(readings.mentions) for readings in read_parts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {
        "equal_texts": round(1 - signals.select(spelt(pl.col("text"))).n_unique() / len(signals), 4),
        "mentions": mentioned,
        "read_texts_per_second": round(len(signals) / reading.seconds),
        "read_microseconds_per_text": round(reading.seconds / len(signals) * 1e6, 1),
        "reading_peak_gib": round(peak, 2),
        **_aggregation(signals),
    }


def _aggregation(signals: pl.DataFrame) -> Found:
    """Weigh and sum one mention a signal, frame in, frame out: here, in DuckDB and in pandas."""
    topics = list(taxonomy())
    mentions = signals.select(
        "customer_id",
        "kind",
        "occurred_at",
        signal_id="id",
        topic=(pl.col("id").hash(1) % len(topics)).replace_strict(range(len(topics)), topics),
        weight=pl.when(pl.col("id") % 7 == 0).then(-2.0).otherwise(1.0),
        quote=pl.lit("words"),
    )
    ours, duck, panda = Clock(), Clock(), Clock()
    told = ours.time(lambda: interests.affinities(interests.weigh(mentions, NOW)))
    plain = _prepared(mentions)
    by_duck = duck.time(lambda: _duckdb(plain))
    as_pandas = plain.to_pandas()
    by_pandas = panda.time(lambda: _pandas(as_pandas))
    assert len(told) == len(by_duck) == len(by_pandas), (len(told), len(by_duck), len(by_pandas))
    rate = {name: len(signals) / clock.seconds for name, clock in (("ours", ours), ("duckdb", duck), ("pandas", panda))}
    return {f"aggregate_signals_per_second_{name}": round(value) for name, value in rate.items()}


def _prepared(mentions: pl.DataFrame) -> pl.DataFrame:
    """Give the peers their numbers ready: they are not timed for looking up weights and half-lives."""
    lasting = {topic.id: topic.half_life_days for topic in taxonomy().values()}
    days = (pl.lit(NOW) - pl.col("occurred_at")).dt.total_seconds() / 86_400
    return mentions.with_columns(
        half_life=pl.col("topic").replace_strict(lasting, return_dtype=pl.Float64),
        source=pl.col("kind").replace_strict(dict(interests.SOURCE_WEIGHT), return_dtype=pl.Float64),
        days=days,
    ).with_columns(pl.col("occurred_at").dt.replace_time_zone(None))


def _duckdb(mentions: pl.DataFrame) -> pl.DataFrame:
    with duckdb.connect() as connection:
        connection.register("mentions", mentions.to_arrow())
        summed: pl.DataFrame = connection.sql(SQL).pl()
        return summed


def _pandas(mentions: pd.DataFrame) -> pd.DataFrame:
    faded = (
        mentions["weight"]
        * mentions["source"]
        * (-mentions["days"] / mentions["half_life"] * math.log(2)).map(math.exp)
    )
    weighed = mentions.assign(weight=faded, size=faded.abs(), day=mentions["occurred_at"].dt.date)
    ranked = weighed.sort_values(["size", "signal_id"], ascending=[False, True])
    once = ranked.drop_duplicates(["customer_id", "topic", "day"])
    summed = once.groupby(["customer_id", "topic"]).agg(
        net=("weight", "sum"), mentions=("weight", "size"), last_at=("occurred_at", "max")
    )
    strength = 1 - (-summed["net"].abs() / interests.SCALE).map(math.exp)
    return summed[strength >= interests.FAINTEST]


def _vader(signals: pl.DataFrame) -> Found:
    analyzer, vader, ours = SentimentIntensityAnalyzer(), Clock(), Clock()
    vader.time(lambda: [analyzer.polarity_scores(text) for text in signals["text"]])
    ours.time(lambda: read(signals.select("id", "text", "language", "spoken")))
    return {
        "vader_texts_per_second": round(len(signals) / vader.seconds),
        "ours_texts_per_second": round(len(signals) / ours.seconds),
    }


if __name__ == "__main__":
    main()
