"""Conversations have come as far as they could have by now, and waits are what waits are like."""

from datetime import UTC, datetime, timedelta
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from wowengine.demo.care import DESK, conversations
from wowengine.demo.delays import Disruption
from wowengine.demo.network import Route, routes
from wowengine.demo.people import people

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
PERSON = people(7, NOW, 1)[0]


def late(route: Route, ended_before: timedelta) -> Disruption:
    departed = NOW - ended_before - timedelta(minutes=route.flying_minutes + 200)
    return Disruption("Ala 1", route, departed, 190, 200, "carrier", None, "none: made for a test")


@given(st.integers(0, 10_000), st.sampled_from(routes()), st.timedeltas(timedelta(), timedelta(days=3)))
def test_nobody_has_written_in_the_future(seed: int, route: Route, ended_before: timedelta) -> None:
    for row in conversations(seed, NOW, PERSON, [late(route, ended_before)]):
        assert datetime.fromisoformat(row["occurred_at"]) < NOW


def test_first_answers_take_about_an_hour_and_a_few_take_days() -> None:
    flight = late(routes()[0], timedelta(days=20))
    waits = []
    for seed in range(2000):
        rows = {row["source_id"]: row for row in conversations(seed, NOW, PERSON, [flight]) if row["kind"] == "message"}
        answers = [row for row in rows.values() if row["author"] == DESK and row["source_id"].endswith("-1")]
        for answer in answers:
            asked = datetime.fromisoformat(rows[answer["in_reply_to"]]["occurred_at"])
            waits.append((datetime.fromisoformat(answer["occurred_at"]) - asked) / timedelta(minutes=1))
    assert 45 < median(waits) < 65
    assert min(waits) < 10
    assert max(waits) > 36 * 60
