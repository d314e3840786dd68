"""A time where the customer is."""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def local(at: datetime, *zones: str | None) -> datetime:
    """Return the time in the first of the zones that is known; in UTC where none is."""
    found = (zone for name in zones if name and (zone := _zone(name)))
    return at.astimezone(next(found, UTC))


def is_known(name: str) -> bool:
    """Return whether there is such a time zone."""
    return _zone(name) is not None


@cache
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # no such zone, or not even the form of one
        return None
