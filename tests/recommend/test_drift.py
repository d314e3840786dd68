import json
from random import Random

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wowengine.recommend.drift import MOVED, STEADY, UNKNOWN, Drift, baseline, compare
from wowengine.recommend.features import Features, gather

Row = list[str]


def features(rows: list[Row], ids: list[str] | None = None) -> Features:
    told = [(row, word, 1.0) for row, words in enumerate(rows) for word in words]
    schema = {"row": pl.UInt32, "feature": pl.String, "weight": pl.Float64}
    frame = pl.DataFrame(told, schema=schema, orient="row")
    return gather(frame, ids or [f"c{row}" for row in range(len(rows))])


def crowd(chooser: np.random.Generator, rows: int, gold: float = 0.3, tail: int = 500) -> list[Row]:
    """People of one world: a tier, mostly a mood, and interests with a long tail of rare ones."""
    likes = 1 / np.arange(1, tail + 1)
    likes /= likes.sum()
    topics, count = chooser.choice(tail, (rows, 4), p=likes), chooser.integers(0, 5, rows)
    people = []
    for row in range(rows):
        words = ["tier:gold" if chooser.random() < gold else "tier:blue"]
        words += [f"mood:{('low', 'even', 'good')[chooser.integers(3)]}"] if chooser.random() < 0.8 else []
        words += [f"interest:{topic}" for topic in set(topics[row, : count[row]])]
        people.append(words)
    return people


def drift(then: list[Row], now: list[Row], of: str = "tier:") -> Drift:
    return {one.family: one for one in compare(baseline(features(then)), features(now))}[of]


def tiers(**counts: int) -> list[Row]:
    return [[f"tier:{word}"] for word, count in counts.items() for _ in range(count)]


@pytest.mark.parametrize("rows", [40, 150, 600])
def test_two_halves_of_one_world_are_steady_in_ninety_five_of_a_hundred_draws(rows: int) -> None:
    chooser = np.random.default_rng(0)
    steady = 0
    for _ in range(100):
        found = compare(baseline(features(crowd(chooser, rows))), features(crowd(chooser, rows)))
        assert [one.family for one in found] == ["interest:", "mood:", "tier:"]
        steady += all(one.verdict == STEADY for one in found)
    assert steady >= 95


def test_chance_is_the_index_to_expect_without_drift() -> None:
    chooser = np.random.default_rng(0)

    def people(rows: int) -> list[Row]:
        return [[f"tier:{word}"] for word in chooser.integers(4, size=rows)]

    draws = [drift(people(100), people(50)) for _ in range(300)]
    assert np.mean([one.psi for one in draws]) == pytest.approx(draws[0].chance, rel=0.15)
    assert draws[0].chance == pytest.approx(3 * (1 / 100 + 1 / 50))


def test_the_index_by_hand() -> None:
    found = drift(tiers(gold=5000, blue=5000), tiers(gold=8000, blue=2000))
    assert found.psi == pytest.approx(0.3 * np.log(0.8 / 0.5) - 0.3 * np.log(0.2 / 0.5), abs=1e-3)
    assert found.chance == pytest.approx(2 / 10_000)
    assert (found.verdict, found.far) == (MOVED, True)


def test_between_a_tenth_and_a_quarter_it_is_shifted_but_not_far() -> None:
    found = drift(tiers(gold=5000, blue=5000), tiers(gold=7000, blue=3000))
    assert 0.1 < found.psi < 0.25
    assert (found.verdict, found.far) == (MOVED, False)


def test_below_a_tenth_it_is_steady() -> None:
    found = drift(tiers(gold=5000, blue=5000), tiers(gold=6000, blue=4000))
    assert 0.03 < found.psi < 0.1
    assert found.verdict == STEADY


def test_what_would_be_a_shift_of_many_is_chance_among_few() -> None:
    assert drift(tiers(gold=5, blue=5), tiers(gold=8, blue=2)).verdict == STEADY


def test_what_chance_brings_is_taken_off_before_a_tenth_counts() -> None:
    few = drift(tiers(gold=50, blue=50), tiers(gold=66, blue=34))
    many = drift(tiers(gold=500, blue=500), tiers(gold=660, blue=340))
    assert 0.1 < few.psi < 0.1 + few.chance
    assert (few.verdict, many.verdict) == (STEADY, MOVED)


def test_a_shift_with_an_unknown_word_beside_it_is_still_a_shift() -> None:
    assert drift(tiers(gold=500, blue=500), tiers(gold=890, blue=100, black=10)).verdict == MOVED


def test_words_the_model_does_not_know_are_counted_and_named_so() -> None:
    found = drift(tiers(gold=500, blue=500), tiers(gold=400, blue=400, platinum=150, black=50))
    assert (found.verdict, found.unknown_words, found.unknown_rows) == (UNKNOWN, 2, 200)
    assert np.isfinite(found.psi)


def test_a_new_word_in_a_few_rows_is_steady_and_still_counted() -> None:
    found = drift(tiers(gold=500, blue=500), tiers(gold=500, blue=497, black=3))
    assert (found.verdict, found.unknown_words, found.unknown_rows) == (STEADY, 1, 3)


def test_unknown_words_that_grow_rare_are_a_shift_not_unknown() -> None:
    everyone_different = [[f"tier:{n}"] for n in range(500)]
    found = drift(everyone_different + tiers(gold=500), tiers(gold=1000))
    assert found.verdict == MOVED


def test_a_family_that_is_told_no_more_has_shifted() -> None:
    found = drift(tiers(gold=1000), [[] for _ in range(1000)])
    assert (found.told_then, found.told_now, found.verdict) == (1.0, 0.0, MOVED)


def test_a_family_that_training_never_told_is_unknown() -> None:
    found = drift(tiers(gold=1000), [["tier:gold", "at:weather=rain"]] * 1000, "at:weather=")
    assert (found.told_then, found.told_now, found.verdict) == (0.0, 1.0, UNKNOWN)


def test_a_card_names_no_word_that_few_customers_share() -> None:
    rows = [*tiers(gold=5, blue=4), ["is:nickname=Ann"], ["is:nickname=Bea"]]
    families = baseline(features(rows))["families"]
    assert families["tier:"] == {"told": 9, "rare": 4, "words": {"tier:gold": 5}}
    assert families["is:nickname="] == {"told": 2, "rare": 2, "words": {}}


def test_one_customer_in_many_rows_is_one_witness() -> None:
    told = baseline(features(tiers(gold=50), ["ann"] * 50))
    assert told["customers"] == 1
    assert told["families"]["tier:"]["words"] == {}
    wavering = features(tiers(gold=25, blue=25), [f"c{n % 5}" for n in range(50)])
    steadfast = features(tiers(gold=45, blue=5), [f"c{n % 5}" for n in range(50)])
    (found,) = compare(baseline(wavering), steadfast)
    assert found.verdict == STEADY
    assert found.chance == pytest.approx(1 / 5 + 1 / 5)


def test_a_baseline_survives_json_and_a_report_becomes_it() -> None:
    chooser = np.random.default_rng(0)
    then, now = features(crowd(chooser, 300)), features(crowd(chooser, 300, gold=0.9))
    read_back = json.loads(json.dumps(baseline(then)))
    found = compare(read_back, now)
    assert found == compare(baseline(then), now)
    tier = json.loads(json.dumps([one.as_json() for one in found]))[2]
    assert (tier["family"], tier["verdict"], tier["far"], tier["unknown_rows"]) == ("tier:", MOVED, True, 0)


def test_nobody_tells_of_no_drift() -> None:
    empty, some = features([]), features(tiers(gold=9))
    assert compare(baseline(empty), some) == compare(baseline(some), empty) == []


@given(st.lists(st.lists(st.sampled_from(["tier:a", "interest:b", "interest:c", "at:x=y"]), max_size=3), min_size=1))
def test_a_world_beside_itself_is_steady_and_its_shares_are_shares(rows: list[Row]) -> None:
    for one in compare(baseline(features(rows)), features(rows)):
        assert one.verdict == STEADY
        assert one.told_then == one.told_now
        assert 0 <= one.told_now <= 1
        assert one.psi >= 0


@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(chooser: Random) -> None:
    rows = tiers(gold=20, blue=10, black=2)
    shuffled = chooser.sample(rows, len(rows))
    assert baseline(features(shuffled)) == baseline(features(rows))


def test_numbers_have_not_drifted_because_each_is_another_one() -> None:
    then, now = ([[f"is:points={n}"] for n in range(start, 2000, 2)] for start in (0, 1))
    assert drift(then, now, "is:points=").verdict == STEADY
    assert drift(then, [[f"is:points={n}"] for n in range(1500, 2000)], "is:points=").verdict == MOVED
