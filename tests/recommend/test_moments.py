import json
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wowengine.recommend.features import context_features
from wowengine.recommend.moments import DECIDED_AT, Calendar, apart, calendars, told_by_time

TOKYO = Calendar("Asia/Tokyo", date(2025, 7, 1))


def told(at: object, calendar: Calendar | None = TOKYO) -> dict[str, str]:
    return dict(told_by_time({DECIDED_AT: at}, calendar))


def test_the_clock_is_the_customers() -> None:
    assert told("2026-07-03T20:30:00+00:00") == {  # Saturday morning in Tokyo
        "part_of_day": "night",
        "day": "weekend",
        "season": "June to August",
        "days_since_joined": "367",
    }
    assert told("2026-07-03T20:30:00+00:00", Calendar("America/New_York", None))["day"] == "weekday"


@pytest.mark.parametrize(
    ("hour", "part"), [(0, "night"), (5, "night"), (6, "morning"), (12, "afternoon"), (18, "evening"), (23, "evening")]
)
def test_parts_of_the_day(hour: int, part: str) -> None:
    assert told(f"2026-07-03T{hour:02}:00:00+00:00", Calendar("UTC", None))["part_of_day"] == part


@pytest.mark.parametrize(
    ("month", "season"),
    [
        (12, "December to February"),
        (2, "December to February"),
        (3, "March to May"),
        (11, "September to November"),
    ],
)
def test_seasons_are_told_by_their_months(month: int, season: str) -> None:
    assert told(f"2026-{month:02}-10T12:00:00+00:00", Calendar("UTC", None))["season"] == season


@pytest.mark.parametrize("zone", [None, "Mars/Base", "../etc", "Europe"])
def test_without_a_time_zone_nobody_elses_clock_is_told(zone: str | None) -> None:
    assert told("2026-07-03T20:30:00+00:00", Calendar(zone, date(2026, 7, 1))) == {"days_since_joined": "2"}


@pytest.mark.parametrize("at", [None, "", "yesterday", 7, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59"])
def test_what_is_no_time_tells_nothing(at: object) -> None:
    assert told(at) == {}


def test_who_is_not_known_or_not_yet_a_customer_has_no_tenure() -> None:
    assert told("2026-07-03T20:30:00+00:00", None) == {}
    assert "days_since_joined" not in told("2025-06-03T20:30:00+00:00")


WORDS = st.dictionaries(st.sampled_from(["weather", "season", "day", "place"]), st.sampled_from(["rain", "sun"]))
TIMES = st.none() | st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat) | st.sampled_from(["", "soon", 2026])
ZONES = st.sampled_from([None, "Asia/Tokyo", "America/New_York", "Europe/Rome", "Mars/Olympus"])
JOINED = st.none() | st.dates()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(WORDS, TIMES, st.integers(0, 3)), min_size=1), st.lists(st.tuples(ZONES, JOINED), max_size=3))
def test_of_many_at_once_a_time_tells_what_it_tells_of_one(
    told_of: list[tuple[dict[str, str], Any, int]], known: list[tuple[str | None, date | None]]
) -> None:
    customers = pl.DataFrame(
        [(f"c{number}", *one) for number, one in enumerate(known)],
        schema={"customer_id": pl.String, "time_zone": pl.String, "joined_on": pl.Date},
        orient="row",
    )
    moments = [(f"c{who}", words | ({} if at is None else {DECIDED_AT: at})) for words, at, who in told_of]
    frame = pl.DataFrame(
        [(who, json.dumps(moment)) for who, moment in moments],
        schema={"customer_id": pl.String, "context": pl.String},
        orient="row",
    )
    of_one = calendars(customers)
    for (who, moment), (rest, clock, days) in zip(moments, apart(frame, customers).iter_rows(), strict=True):
        expected = {f"{name}={word}" for name, word in told_by_time(moment, of_one.get(who))}
        assert {*(clock or "").splitlines(), *([days] if days else [])} == expected
        assert set(context_features(json.loads(rest))) | {f"at:{fact}" for fact in expected} == set(
            context_features(moment, of_one.get(who))
        )
