"""At the hour that a campaign names, where the customer is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wowengine.campaigns.hours import next_at
from wowengine.decide.zones import local

ROME, SYDNEY = "Europe/Rome", "Australia/Sydney"


@given(
    st.integers(0, 365 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.integers(0, 23),
    st.sampled_from([ROME, SYDNEY, "America/New_York", "Asia/Kathmandu", "nowhere", None]),
)
def test_it_is_the_first_such_hour_there_and_within_a_day(at: datetime, hour: int, zone: str | None) -> None:
    found = next_at(at, hour, zone)
    assert at <= found <= at + timedelta(hours=25)
    assert local(found, zone).hour in (hour, (hour + 1) % 24)  # the hour after, where clocks leave it out
    passed = (at + timedelta(minutes=one) for one in range(0, int((found - at).total_seconds() // 60), 30))
    assert all(local(one, zone).hour != hour for one in passed)


@pytest.mark.parametrize(
    ("at", "hour", "found"),
    [
        ("2026-03-28T20:00+00:00", 9, "2026-03-29T07:00+00:00"),  # summer begins in the night
        ("2026-03-28T08:00+00:00", 9, "2026-03-28T08:00+00:00"),
        ("2026-03-29T00:30+00:00", 2, "2026-03-29T01:00+00:00"),  # there is no two o'clock: three
        ("2026-10-24T20:00+00:00", 9, "2026-10-25T08:00+00:00"),  # summer ends
        ("2026-10-24T20:00+00:00", 2, "2026-10-25T00:00+00:00"),  # two o'clock comes twice: the first
        ("2026-11-03T09:20+00:00", 10, "2026-11-03T09:20+00:00"),  # it is that hour now
    ],
)
def test_it_keeps_to_their_clock_when_clocks_change(at: str, hour: int, found: str) -> None:
    assert next_at(datetime.fromisoformat(at), hour, ROME) == datetime.fromisoformat(found)
