from datetime import UTC, datetime, timedelta

import numpy as np
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


def many(count: int, customers: int) -> pl.DataFrame:
    dice = np.random.default_rng(3)
    columns = {
        "customer_id": [f"c{n}" for n in dice.integers(0, customers, count)],
        "signal_id": dice.permutation(count),
        "kind": [KINDS[n] for n in dice.integers(0, len(KINDS), count)],
        "occurred_at": [NOW - timedelta(seconds=int(n)) for n in dice.integers(0, 900 * 86_400, count)],
        "topic": [("hiking", "jazz", "coffee")[n] for n in dice.integers(0, 3, count)],
        "weight": dice.choice([-2.0, 1.0, 2.0], count),
        "quote": ["q"] * count,
    }
    return pl.DataFrame(columns)


def test_of_one_customer_alone_and_of_all_in_any_order_affinities_are_the_same_to_the_last_bit() -> None:
    mentions = many(5_000, customers=20)
    whole = affinities(weigh(mentions, NOW))
    for who in whole["customer_id"].unique():
        shuffled = mentions.filter(pl.col("customer_id") == who).sample(fraction=1, shuffle=True, seed=1)
        assert affinities(weigh(shuffled, NOW)).equals(whole.filter(pl.col("customer_id") == who))


def test_evidence_and_affinities_are_sorted_as_text_is() -> None:
    mentions = many(3_000, customers=11)
    evidence = weigh(mentions, NOW)
    assert evidence.equals(evidence.sort("customer_id", "topic", "at", descending=[False, False, True]))
    told = affinities(evidence)
    assert told.equals(told.sort("customer_id", "topic"))
    assert told["customer_id"].unique(maintain_order=True).to_list()[:3] == ["c0", "c1", "c10"]


def test_without_a_mention_nothing_is_weighed() -> None:
    assert affinities(weigh(many(5, customers=1).clear(), NOW)).is_empty()
