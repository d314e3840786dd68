"""How many customers a trial takes, and whether its arms are as large as they were drawn."""

import numpy as np
import pytest

from tests.campaigns.trials import figure
from wowengine.campaigns.lift_intervals import Sample, at_one_look
from wowengine.campaigns.lift_plan import sample_ratio, size_for_shares
from wowengine.errors import BadInput


@pytest.mark.parametrize("share", [0.5, 0.8])
def test_the_planned_size_finds_what_it_was_planned_for(share: float) -> None:
    rng, runs = np.random.default_rng(18), 1_000
    low, high = 0.1, 0.13
    n = size_for_shares(low, high - low, treated=share)
    treated_n = round(n * share)
    control, treated = rng.binomial(n - treated_n, low, runs), rng.binomial(treated_n, high, runs)
    found = 0
    for a, b in zip(control.tolist(), treated.tolist(), strict=True):
        arms = Sample("", n - treated_n, a / (n - treated_n), 0.0), Sample("", treated_n, b / treated_n, 0.0)
        interval = at_one_look(*arms, binary=True)
        assert interval is not None
        found += not interval.leaves_doubt
    figure(f"planned {n:,} customers, {share:.0%} treated, for a power of 80 %: {found / runs:.1%} found")
    assert found / runs == pytest.approx(0.8, abs=0.04)


def test_sound_lots_raise_no_alarm_and_lost_customers_do() -> None:
    rng = np.random.default_rng(18)
    for shares in ({"a": 0.5, "b": 0.5}, {"a": 0.1, "b": 0.9}, {"a": 0.2, "b": 0.3, "c": 0.5}):
        sound = rng.multinomial(10_000, list(shares.values()), 1_000).tolist()
        false = sum(sample_ratio(dict(zip(shares, drawn, strict=True)), shares).alarm for drawn in sound)
        lossy = [[round(first * 0.8), *others] for first, *others in sound]
        true = sum(sample_ratio(dict(zip(shares, drawn, strict=True)), shares).alarm for drawn in lossy)
        figure(f"sample ratio {shares}: {false} alarms in 1,000 sound trials, {true} where one arm lost a fifth")
        assert false <= 4
        assert true >= 990


def test_of_more_than_two_arms_the_chance_is_chi_squares() -> None:
    from scipy.stats import chisquare

    found = sample_ratio({"a": 90, "b": 110, "c": 130})
    assert found.chance == pytest.approx(chisquare([90, 110, 130]).pvalue)
    assert found.told is False


def test_of_two_arms_the_chance_is_exact_however_few_they_are() -> None:
    assert sample_ratio({"a": 0, "b": 10}).chance == pytest.approx(2 / 2**10)
    assert sample_ratio({"a": 10, "b": 0}).chance == pytest.approx(2 / 2**10)
    assert sample_ratio({"a": 5, "b": 5}).chance == 1.0


def test_an_arm_that_nobody_came_into_is_an_alarm_and_too_few_are_none() -> None:
    shares = {"a": 0.4, "b": 0.4, "c": 0.2}
    assert sample_ratio({"a": 100, "b": 100}, shares).alarm
    few = sample_ratio({"a": 3, "b": 3}, shares)
    assert (few.chance, few.alarm) == (None, False)


@pytest.mark.parametrize("shares", [{"a": 0.5}, {"a": 0.5, "b": 0.4}, {"a": 1.0, "b": 0.0}, {"a": 1.5, "b": -0.5}])
def test_shares_that_cannot_be_are_said_to_be_so(shares: dict[str, float]) -> None:
    with pytest.raises(BadInput):
        sample_ratio({"a": 10, "b": 10}, shares)


def test_shares_may_be_rounded() -> None:
    assert sum(sample_ratio({"a": 1}, {"a": 0.33, "b": 0.33, "c": 0.33}).planned.values()) == pytest.approx(1)
