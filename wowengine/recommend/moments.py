"""What the time of a moment tells of a customer: their part of the day, weekend and season, how long we know them.

A moment carries its time as the fact `DECIDED_AT`. It is never a word itself: nobody decides at the same second twice.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

DECIDED_AT = "decided_at"  # of a moment: its time in UTC, ISO 8601
PARTS_OF_DAY = ((6, "night"), (12, "morning"), (18, "afternoon"), (24, "evening"))  # until this hour
SEASONS = ("December to February", "March to May", "June to August", "September to November")  # in either hemisphere
SATURDAY = 5
TOLD = frozenset({"part_of_day", "day", "season", "days_since_joined"})  # what a time tells

_ITSELF = rf'"({"|".join(sorted(TOLD))})"\s*:'
_ITS_TIME = rf'("{DECIDED_AT}"\s*:\s*)"?([^",}}]*)"?'


@dataclass(frozen=True)
class Calendar:
    """What a customer's days go by: their time zone, and since when we know them."""

    time_zone: str | None
    joined_on: date | None


def calendars(customers: pl.DataFrame) -> dict[str, Calendar]:
    """Return the calendar of each customer, by id."""
    return {
        who: Calendar(*told) for who, *told in customers.select("customer_id", "time_zone", "joined_on").iter_rows()
    }


def told_by_time(moment: Mapping[str, Any], calendar: Calendar | None) -> Iterator[tuple[str, str]]:
    """Yield what the time tells, as facts of the moment; nothing of what is not known, or where it says some itself.

    Whose time zone is not known has no part of the day of theirs: ours would be another's.
    """
    at = _time(moment.get(DECIDED_AT))
    if calendar is None or at is None or not TOLD.isdisjoint(moment):
        return
    if zone := _zone(calendar.time_zone):
        local = at.astimezone(zone)
        yield "part_of_day", next(name for until, name in PARTS_OF_DAY if local.hour < until)
        yield "day", "weekend" if local.weekday() >= SATURDAY else "weekday"
        yield "season", SEASONS[local.month % 12 // 3]
    if calendar.joined_on and calendar.joined_on <= at.date():
        yield "days_since_joined", str((at.date() - calendar.joined_on).days)


def apart(moments: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    """Part what its time tells from the rest of each moment: of many at once what `told_by_time` tells of one.

    Parameters
    ----------
    moments
        ``customer_id`` and ``context`` (JSON).
    customers
        As `calendars` reads them.

    Returns
    -------
    pl.DataFrame
        A row a moment, in their order: ``rest`` (the context, its time blanked), ``clock`` (part of the day, day and
        season, a fact a line) and ``days`` (since they joined, as a fact); null where that is not known, or where the
        moment says one of these itself.
    """
    texts = moments["context"].str.extract(_ITS_TIME, 2)
    seconds = [at and math.floor(at.timestamp()) for at in map(_time, texts)]  # far faster laid in than datetimes
    dated = moments.select(
        "customer_id",
        at=pl.from_epoch(pl.Series(seconds, dtype=pl.Int64)).dt.replace_time_zone("UTC"),
        rest=pl.col("context").str.replace(_ITS_TIME, '$1""'),
    )
    told = dated.join(
        customers.select("customer_id", "time_zone", "joined_on"), on="customer_id", how="left", maintain_order="left"
    ).with_columns(at=pl.when(~pl.col("rest").str.contains(_ITSELF)).then("at"))
    days = (pl.col("at").dt.date() - pl.col("joined_on")).dt.total_days()
    since = pl.when(days >= 0).then(pl.format("days_since_joined={}", days))
    return told.select("rest", clock=_clock(told), days=since)


def _clock(told: pl.DataFrame) -> pl.Series:
    """Return the facts of the clock, zone by zone."""
    here = told.select("time_zone", "at").with_row_index("place")
    read = [
        group.select("place", clock=_facts(pl.col("at").dt.convert_time_zone(zone.key)))
        for (name,), group in here.drop_nulls().group_by("time_zone")
        if (zone := _zone(str(name)))
    ]
    empty = pl.DataFrame(schema={"place": pl.UInt32, "clock": pl.String})
    return here.join(pl.concat([empty, *read]), on="place", how="left", maintain_order="left")["clock"]


def _facts(local: pl.Expr) -> pl.Expr:
    hour, parts = local.dt.hour(), pl.lit(PARTS_OF_DAY[-1][1])
    for until, name in reversed(PARTS_OF_DAY[:-1]):
        parts = pl.when(hour < until).then(pl.lit(name)).otherwise(parts)
    weekend = pl.when(local.dt.weekday() > SATURDAY).then(pl.lit("weekend")).otherwise(pl.lit("weekday"))
    season = (local.dt.month() % 12 // 3).replace_strict(dict(enumerate(SEASONS)), return_dtype=pl.String)
    return pl.format("part_of_day={}\nday={}\nseason={}", parts, weekend, season)


def _zone(name: str | None) -> ZoneInfo | None:
    """Return a time zone, or None for what is not one."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):  # not in the database, not a name, or a folder of it
        return None


def _time(fact: object) -> datetime | None:
    """Return a time in UTC, or None for what is not one: anybody may send a moment."""
    try:
        at = datetime.fromisoformat(str(fact))
    except ValueError:
        return None
    if at.year in {MINYEAR, MAXYEAR}:  # in some time zone it would be beyond what a datetime can hold
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
