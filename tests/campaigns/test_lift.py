"""What a trial is said to show, and when it is said that one cannot tell."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.campaigns.trials import figure
from wowengine.campaigns.lift import Lift, Trial, Verdict, customers_needed, measure
from wowengine.campaigns.lift_intervals import Sample
from wowengine.errors import BadInput

Shares = dict[str, float] | None
FEW = {"few": 0.1, "off": 0.45, "on": 0.45}


def share(arm: str, yes: int, n: int) -> Sample:
    return Sample(arm, n, yes / n, yes * (n - yes) / n / (n - 1))


def trial(off: tuple[int, int], on: tuple[int, int], planned: int | None = None, shares: Shares = None) -> Trial:
    return measure([share("on", *on), share("off", *off)], "off", binary=True, planned=planned, shares=shares)


def lift(off: tuple[int, int], on: tuple[int, int], planned: int | None = None, shares: Shares = None) -> Lift:
    (only,) = trial(off, on, planned, shares).lifts
    return only


def test_a_known_difference_lies_within_its_interval() -> None:
    rng, held = np.random.default_rng(18), 0
    for _ in range(500):
        off, on = int(rng.binomial(3_000, 0.2)), int(rng.binomial(3_000, 0.26))
        found = lift((off, 3_000), (on, 3_000))
        assert found.once is not None
        held += found.once.low <= 0.06 <= found.once.high
    figure(f"500 trials of 6 points: {held / 500:.1%} of intervals hold them")
    assert held / 500 == pytest.approx(0.95, abs=0.025)


def test_a_strong_effect_is_told_however_often_one_looks() -> None:
    assert (lift((200, 1_000), (320, 1_000)).verdict, lift((320, 1_000), (200, 1_000)).verdict) == ("higher", "lower")
    assert lift((200, 1_000), (320, 1_000)).why == "however often one looks"


def test_a_weak_one_is_told_at_the_planned_end_alone_and_with_a_caution() -> None:
    assert lift((200, 1_000), (236, 1_000)).verdict is Verdict.CANNOT_TELL
    off, on = (200, 1_000), (237, 1_000)
    assert lift(off, on).verdict is Verdict.HIGHER
    assert "the one look" in lift(off, on).why
    assert lift(off, on, planned=2_000).verdict is Verdict.HIGHER
    assert lift(off, on, planned=2_001).verdict is Verdict.CANNOT_TELL
    assert "not all that were planned are in" in lift(off, on, planned=2_001).why


def test_too_few_and_all_alike_are_reasons_not_to_tell() -> None:
    assert "fewer than 10" in lift((0, 9), (9, 9)).why
    alike = measure([Sample("off", 50, 1.0, 0.0), Sample("on", 50, 2.0, 0.0)], "off", binary=False).lifts[0]
    assert alike.verdict is Verdict.CANNOT_TELL
    assert "nobody did anything else" in alike.why


def test_of_several_treatments_each_is_held_against_the_control_alone() -> None:
    arms = [share("off", 200, 1_000), share("on", 320, 1_000), share("more", 210, 1_000)]
    more, on = measure(arms, "off", binary=True).lifts
    assert (more.arm, more.verdict, on.arm, on.verdict) == ("more", Verdict.CANNOT_TELL, "on", Verdict.HIGHER)
    assert on.once == lift((200, 1_000), (320, 1_000)).once


def test_no_verdict_is_given_where_the_lots_were_not_sound() -> None:
    off, on = (200, 1_000), (400, 1_300)
    assert lift(off, on).verdict is Verdict.HIGHER  # nobody said what was planned
    assert trial(off, on).ratio.alarm
    assert lift(off, on, shares={"on": 0.5, "off": 0.5}).verdict is Verdict.CANNOT_TELL
    assert lift(off, on, shares={"on": 0.57, "off": 0.43}).verdict is Verdict.HIGHER


def test_a_relative_lift_is_told_only_where_the_control_is_well_away_from_nothing() -> None:
    found = lift((200, 1_000), (240, 1_000)).relative
    assert found is not None
    assert found.ratio == pytest.approx(0.2)
    assert found.low < 0.2 < found.high
    assert lift((5, 1_000), (240, 1_000)).relative is None


def test_a_relative_lift_is_covered() -> None:
    rng, held = np.random.default_rng(18), 0
    for _ in range(500):
        found = lift((int(rng.binomial(2_000, 0.2)), 2_000), (int(rng.binomial(2_000, 0.24)), 2_000)).relative
        assert found is not None
        held += found.low <= 0.2 <= found.high
    assert held / 500 >= 0.93


@given(some.permutations(["a", "b", "c"]))
def test_the_order_in_which_arms_come_changes_nothing(names: list[str]) -> None:
    arms = [share(name, 20 + ord(name), 400) for name in names]
    assert measure(arms, "b", binary=True) == measure(sorted(arms, key=lambda one: one.arm), "b", binary=True)


def test_what_cannot_be_measured_is_said_in_a_sentence() -> None:
    both = [share("on", 1, 20), share("off", 1, 20)]
    with pytest.raises(BadInput, match="'none' is none of the arms: 'off', 'on'"):
        measure(both, "none", binary=True)
    with pytest.raises(BadInput, match="one arm only"):
        measure(both[:1], "on", binary=True)
    with pytest.raises(BadInput, match="planned for one customer"):
        measure(both, "off", binary=True, planned=0)


def test_the_customers_needed_grow_as_the_difference_shrinks() -> None:
    found = trial((200, 1_000), (240, 1_000))
    assert customers_needed(found, 0.02)["on"] > 3 * customers_needed(found, 0.04)["on"] > 3_000
    money = measure([Sample("off", 50, 20.0, 400.0), Sample("on", 50, 20.0, 400.0)], "off", binary=False)
    assert customers_needed(money, 5.0) == {"on": 503}
    three = measure([share(name, 80, 400) for name in ("few", "off", "on")], "off", binary=True, shares=FEW)
    assert customers_needed(three, 0.04)["on"] == customers_needed(found, 0.04)["on"]
    assert customers_needed(three, 0.04)["few"] > customers_needed(found, 0.04)["on"]
    for cannot in (0.0, 0.9):
        with pytest.raises(BadInput):
            customers_needed(found, cannot)
