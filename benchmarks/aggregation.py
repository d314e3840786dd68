"""How fast what was read becomes profiles, frame in, frame out: interests here, in DuckDB and pandas; and all of it."""

import resource

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from polars.testing import assert_frame_equal

from benchmarks.say import Clock, Found
from benchmarks.varied import NOW
from wowengine.profiles import interests
from wowengine.profiles.build import aggregate
from wowengine.profiles.care import threads
from wowengine.profiles.reading.read import Readings
from wowengine.profiles.reading.taxonomy import taxonomy

TURNS = 5  # of each in turn, the quickest counts: the machine may have other work
SQL = """
with faded as (
  select *, weight * source * exp(-days / half_life * ln(2)) as faded from mentions
), once as (
  select * from faded
  qualify row_number() over (partition by customer_id, topic, day order by abs(faded) desc, signal_id) = 1
)
select customer_id, topic, sign(sum(faded)) * (1 - exp(-abs(sum(faded)) / 1.5)) as affinity,
  first(half_life) as half_life_days, count(*) as mentions, max(occurred_at) as last_at
from once where faded <> 0 group by customer_id, topic having 1 - exp(-abs(sum(faded)) / 1.5) >= 0.05
"""


def aggregation(signals: pl.DataFrame) -> Found:
    """Aggregate one mention a signal, and answers of ours to a third of them; the peers must come to the same."""
    read_of_them = made_up_readings(signals, made_up_mentions(signals))
    owned = signals.select("id", "customer_id", "kind", "occurred_at")
    mentions = read_of_them.mentions.join(owned, on="id").rename({"id": "signal_id"})
    sent = messages(signals)
    told = interests.affinities(interests.weigh(mentions, NOW))
    assert_frame_equal(aggregate(read_of_them, signals, sent, NOW).interests, told)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    plain = _prepared(mentions)
    arrow, frame = plain.to_arrow(), plain.to_pandas()
    _same(told, _duckdb(arrow))
    _same(told, pl.from_pandas(_pandas(frame).reset_index()))
    ours, duck, panda, whole = Clock(), Clock(), Clock(), Clock()
    for _ in range(TURNS):
        ours.time(lambda: interests.affinities(interests.weigh(mentions, NOW)))
        duck.time(lambda: _duckdb(arrow))
        panda.time(lambda: _pandas(frame))
        whole.time(lambda: aggregate(read_of_them, signals, sent, NOW))
    clocks = {"ours": ours, "duckdb": duck, "pandas": panda, "ours_with_care": whole}
    rates = {f"aggregate_signals_per_second_{name}": round(len(signals) / clock.best) for name, clock in clocks.items()}
    work = {
        f"aggregate_cpu_microseconds_{name}": round(clock.work / len(signals) * 1e6, 2)
        for name, clock in clocks.items()
    }
    return rates | work | {"aggregate_peak_gib": round(peak, 2)}


def made_up_mentions(signals: pl.DataFrame) -> pl.DataFrame:
    """Return one mention of some topic a signal (``id``)."""
    topics = list(taxonomy())
    return signals.select(
        "id",
        topic=(pl.col("id").hash(1) % len(topics)).replace_strict(range(len(topics)), topics),
        weight=pl.when(pl.col("id") % 7 == 0).then(-2.0).otherwise(1.0),
        quote=pl.lit("words"),
    )


def made_up_readings(signals: pl.DataFrame, mentions: pl.DataFrame) -> Readings:
    """Say what might have been read: a mood in each text, a complaint in a third, a wish or a moment in one of ten."""
    asked = signals.filter(pl.col("id") % 10 == 0)
    reasons = ["late", "staff", "lost_bag"]
    return Readings(
        texts=signals.select(
            "id",
            language=pl.lit("en"),
            mood=(pl.col("id").hash(2) % 2001) / 1000.0 - 1,
            reason=pl.when(pl.col("id").hash(3) % 3 == 0).then(
                (pl.col("id").hash(4) % 3).replace_strict(range(3), reasons, return_dtype=pl.String)
            ),
        ),
        mentions=mentions,
        preferences=asked.select("id", slot=pl.lit("seat"), value=pl.lit("window"), quote=pl.lit("window, please")),
        moments=asked.select("id", kind=pl.lit("birthday"), date=pl.lit(NOW.date()), quote=pl.lit("my birthday")),
        places=asked.select("id", place=pl.lit("Lisbon"), country=pl.lit("PT")),
    )


def messages(signals: pl.DataFrame) -> pl.DataFrame:
    """Put signals into threads: every third is a reply to the one before it, and every third is answered."""
    own = signals.select(
        "id",
        "customer_id",
        "kind",
        "occurred_at",
        direction=pl.lit("inbound"),
        source_id=pl.format("s-{}", "id"),
        in_reply_to=pl.when(pl.col("id") % 3 == 1).then(pl.format("s-{}", pl.col("id") - 1)),
    )
    answers = own.filter(pl.col("id") % 3 == 0).with_columns(
        pl.col("id") + len(own),
        pl.col("occurred_at") + pl.duration(minutes=pl.col("id") % 60),
        customer_id=pl.lit(None, pl.String),
        kind=pl.lit("message"),
        direction=pl.lit("outbound"),
        source_id=pl.format("a-{}", "id"),
        in_reply_to=pl.col("source_id"),
    )
    return threads(pl.concat([own, answers]).with_columns(source=pl.lit("x"), channel=pl.lit("x")))


def _prepared(mentions: pl.DataFrame) -> pl.DataFrame:
    """Give the peers their numbers ready: they are not timed for looking up weights, half-lives and days."""
    lasting = {topic.id: topic.half_life_days for topic in taxonomy().values()}
    return mentions.drop("quote").with_columns(
        pl.col("occurred_at").dt.replace_time_zone(None),
        half_life=pl.col("topic").replace_strict(lasting, return_dtype=pl.Float64),
        source=pl.col("kind").replace_strict(dict(interests.SOURCE_WEIGHT), return_dtype=pl.Float64),
        days=(pl.lit(NOW) - pl.col("occurred_at")).dt.total_seconds() / 86_400,
        day=pl.col("occurred_at").dt.epoch("d"),
    )


def _duckdb(mentions: pa.Table) -> pl.DataFrame:
    with duckdb.connect() as connection:
        connection.register("mentions", mentions)
        summed: pl.DataFrame = connection.sql(SQL).pl()
        return summed


def _pandas(mentions: pd.DataFrame) -> pd.DataFrame:
    faded = mentions["weight"] * mentions["source"] * np.exp(-mentions["days"] / mentions["half_life"] * np.log(2))
    ranked = mentions.assign(faded=faded, size=faded.abs()).sort_values(["size", "signal_id"], ascending=[False, True])
    once = ranked.drop_duplicates(["customer_id", "topic", "day"]).query("faded != 0")
    summed = once.groupby(["customer_id", "topic"]).agg(
        net=("faded", "sum"),
        half_life_days=("half_life", "first"),
        mentions=("faded", "size"),
        last_at=("occurred_at", "max"),
    )
    strength = 1 - np.exp(-summed["net"].abs() / interests.SCALE)
    return summed.assign(affinity=np.sign(summed["net"]) * strength)[strength >= interests.FAINTEST]


def _same(told: pl.DataFrame, other: pl.DataFrame) -> None:
    """Hold a peer's answer to ours: the same rows and figures, though floats summed in another order."""
    typed = other.select(pl.col(name).cast(kind) for name, kind in told.schema.items() if name != "last_at")
    last = other.select(pl.col("last_at").cast(pl.Datetime("us")).dt.replace_time_zone("UTC"))
    mine = pl.concat([typed, last], how="horizontal").select(told.columns).sort("customer_id", "topic")
    assert_frame_equal(mine, told, rel_tol=1e-9, abs_tol=1e-12)
