"""What the time of a moment tells of a customer: their part of the day, weekend and season, how long we know them.

A moment carries its time as the fact `DECIDED_AT`. It is never a word itself: nobody decides at the same second twice.
"""

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
    """Yield what the time tells, as facts of the moment; nothing of what is not known.

    Whose time zone is not known has no part of the day of theirs: ours would be another's.
    """
    at = _time(moment.get(DECIDED_AT))
    if calendar is None or at is None:
        return
    if zone := _zone(calendar.time_zone):
        local = at.astimezone(zone)
        yield "part_of_day", next(name for until, name in PARTS_OF_DAY if local.hour < until)
        yield "day", "weekend" if local.weekday() >= SATURDAY else "weekday"
        yield "season", SEASONS[local.month % 12 // 3]
    if calendar.joined_on and calendar.joined_on <= at.date():
        yield "days_since_joined", str((at.date() - calendar.joined_on).days)


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
