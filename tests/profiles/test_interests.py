from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from wowengine.profiles.interests import affinities, weigh
from wowengine.profiles.reading.taxonomy import taxonomy

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
KINDS = ["post", "mention", "review", "checkin", "message", "ticket", "purchase"]
MENTION = st.tuples(st.integers(0, 300), st.sampled_from(KINDS), st.sampled_from([-2.0, 1.0, 2.0]))


def affinity(*mentions: tuple[float, str, float], as_of: datetime = NOW, topic: str = "hiking") -> float:
    rows = [
        ("c1", n, kind, NOW - timedelta(days=days), topic, weight, "q" * 400)
        for n, (days, kind, weight) in enumerate(mentions)
    ]
    columns = ("customer_id", "signal_id", "kind", "occurred_at", "topic", "weight", "quote")
    told = affinities(weigh(pl.DataFrame(rows, schema=columns, orient="row"), as_of))
    return float(told["affinity"][0]) if told.height else 0.0


@settings(deadline=None)  # a busy machine is no error
@given(st.lists(MENTION, min_size=1, max_size=12))
def test_an_affinity_lies_within_its_bounds(mentions: list[tuple[int, str, float]]) -> None:
    assert -1 <= affinity(*mentions) <= 1


@settings(deadline=None)  # a busy machine is no error
@given(
    st.lists(
        st.tuples(st.integers(0, 300), st.sampled_from(KINDS), st.sampled_from([1.0, 2.0])), min_size=1, max_size=8
    )
)
def test_liking_something_once_more_never_lowers_it(mentions: list[tuple[int, str, float]]) -> None:
    assert 0 <= affinity(*mentions) <= affinity(*mentions, (301, "post", 2.0)) + 1e-12


@settings(deadline=None)  # a busy machine is no error
@given(st.lists(MENTION, min_size=1, max_size=8), st.integers(1, 400))
def test_what_is_left_alone_fades(mentions: list[tuple[int, str, float]], days: int) -> None:
    later = abs(affinity(*mentions, as_of=NOW + timedelta(days=days)))
    assert later <= abs(affinity(*mentions)) + 1e-12


def test_after_its_half_life_a_mention_counts_half() -> None:
    half = taxonomy()["hiking"].half_life_days
    rows = [("c1", 1, "post", NOW - timedelta(days=days), "hiking", 1.0, "q") for days in (0, half)]
    columns = ("customer_id", "signal_id", "kind", "occurred_at", "topic", "weight", "quote")
    weights = weigh(pl.DataFrame(rows, schema=columns, orient="row"), NOW)["weight"].to_list()
    assert weights == [1.0, 0.5]


def test_a_dislike_is_negative_and_outweighs_an_equal_liking_it_came_after() -> None:
    assert affinity((0, "post", -2.0)) < 0
    assert affinity((60, "post", 2.0), (0, "post", -2.0)) < 0


def test_an_evening_of_ranting_is_one_mention() -> None:
    assert affinity((0.0, "post", 1.0), (0.1, "post", 1.0), (0.2, "post", 1.0)) == affinity((0.0, "post", 1.0))
    assert affinity((0, "post", 1.0), (1, "post", 1.0)) > affinity((0, "post", 1.0))


def test_what_is_too_faint_is_forgotten() -> None:
    assert affinity((0, "post", 1.0), as_of=NOW + timedelta(days=2_000)) == 0.0


def test_the_order_of_mentions_does_not_matter() -> None:
    mentions = [(1, "post", 1.0), (7, "ticket", 2.0), (30, "review", -2.0), (90, "mention", 1.0)]
    assert affinity(*mentions) == affinity(*reversed(mentions))
