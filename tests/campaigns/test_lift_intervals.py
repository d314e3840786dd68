"""Do the intervals hold the truth as often as they say, and does looking every day do no harm?"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.campaigns.trials import Arm, Draw, arm, figure, pairs, spending, yes_or_no
from wowengine.campaigns.lift_intervals import Interval, Sample, at_any_look, at_one_look, reach_at_any_look
from wowengine.campaigns.lift_plan import size_for_shares

LOOKS, RUNS = 28, 1_000


def share(yes: int, n: int) -> Sample:
    return Sample("", n, yes / n, 0.0 if n == 1 else yes * (n - yes) / n / (n - 1))


shares = some.integers(1, 200).flatmap(lambda n: some.integers(0, n).map(lambda yes: share(yes, n)))


@pytest.mark.parametrize(
    ("treated", "control", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_differences_of_shares_are_those_that_newcombe_printed(
    treated: tuple[int, int], control: tuple[int, int], low: float, high: float
) -> None:
    assert at_one_look(share(*control), share(*treated), binary=True) == pytest.approx((low, high), abs=5e-5)


def test_small_arms_are_covered_too() -> None:
    def chances(n: int, rate: float) -> list[float]:
        return [math.comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(n + 1)]

    intervals = {
        (a, b): at_one_look(share(a, 15), share(b, 25), binary=True) or Interval(0, 0)
        for a in range(16)
        for b in range(26)
    }
    for control, treated in ((0.1, 0.1), (0.1, 0.3), (0.5, 0.7), (0.02, 0.1)):
        first, second = chances(15, control), chances(25, treated)
        covered = sum(
            first[a] * second[b]
            for (a, b), (low, high) in intervals.items()
            if low - 1e-12 <= treated - control <= high + 1e-12
        )
        figure(f"arms of 15 and 25, {control:.0%} against {treated:.0%}: {covered:.1%} covered")
        assert covered >= 0.93


@given(shares, shares)
def test_a_difference_of_shares_stays_within_bounds_and_turns_around_with_its_arms(one: Sample, other: Sample) -> None:
    there, back = at_one_look(one, other, binary=True), at_one_look(other, one, binary=True)
    assert there is not None
    assert back is not None
    assert -1 - 1e-9 <= there.low <= other.mean - one.mean + 1e-9
    assert other.mean - one.mean - 1e-9 <= there.high <= 1 + 1e-9
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))


def test_differences_of_means_are_welchs() -> None:
    from scipy.stats import ttest_ind

    rng = np.random.default_rng(1)
    few, many = rng.exponential(20, 12), rng.normal(25, 3, 40)
    mine = at_one_look(*(Sample("", len(x), x.mean(), x.var(ddof=1)) for x in (few, many)), binary=False)
    assert mine == pytest.approx(tuple(ttest_ind(many, few, equal_var=False).confidence_interval(0.95)))


def test_where_nothing_varies_or_too_few_are_in_nothing_is_made_up() -> None:
    same = Sample("", 20, 5.0, 0.0)
    assert at_one_look(same, Sample("", 20, 6.0, 0.0), binary=False) == (1.0, 1.0)
    lonely = Sample("", 1, 5.0, 0.0)
    assert at_one_look(same, lonely, binary=False) is None
    assert at_any_look(same, lonely, binary=False, customers=21, planned=None) is None
    assert at_one_look(Sample("", 0, 0.0, 0.0), same, binary=True) is None


def test_a_sequence_is_never_sure_because_the_first_few_happened_to_agree() -> None:
    found = at_any_look(share(0, 5), share(5, 5), binary=True, customers=10, planned=1_000)
    assert found is not None
    assert found.leaves_doubt


@given(some.integers(1, 10**6), some.integers(1, 10**6))
def test_a_sequence_is_always_wider_than_one_look(customers: int, planned: int) -> None:
    assert reach_at_any_look(customers, planned) > 2.2
    assert reach_at_any_look(customers, None) > 3.0


def test_a_sequence_is_at_most_twice_as_wide_as_one_look_at_the_planned_end_or_without_a_plan() -> None:
    for customers in (100, 1_000, 10_000, 100_000, 1_000_000):
        planned, unplanned = (reach_at_any_look(customers, plan) / 1.96 for plan in (customers, None))
        figure(f"{customers:>9,} customers: {planned:.2f} times the fixed width planned, {unplanned:.2f} unplanned")
        assert planned <= 1.2
        assert unplanned <= 2.0
        assert planned < reach_at_any_look(customers + 1, customers) / 1.96 <= 2.0  # one more than planned


def crossed(control: Arm, treated: Arm, planned: int | None, *, binary: bool) -> tuple[float, float]:
    """The shares of trials that a sequence calls at any look, and the one interval at the last."""
    early = late = 0
    for run in range(len(control.mean)):
        looks = list(pairs(control, treated, run))
        seen = (at_any_look(a, b, binary=binary, customers=a.n + b.n, planned=planned) for a, b in looks)
        early += any(one is not None and not one.leaves_doubt for one in seen)
        once = at_one_look(*looks[-1], binary=binary)
        assert once is not None
        late += not once.leaves_doubt
    return early / len(control.mean), late / len(control.mean)


@pytest.mark.parametrize(
    ("draw", "planned"),
    [(yes_or_no(0.2), True), (yes_or_no(0.2), False), (yes_or_no(0.02), True), (spending(20), True)],
    ids=["planned", "unplanned", "rare", "money"],
)
def test_where_nothing_differs_one_look_is_wrong_one_time_in_twenty_and_daily_looks_no_oftener(
    draw: Draw, planned: bool, request: pytest.FixtureRequest
) -> None:
    rng = np.random.default_rng(18)
    control, treated = (arm(rng, draw, RUNS, LOOKS, 50) for _ in range(2))
    binary = "money" not in request.node.name
    daily, end = crossed(control, treated, 2 * 50 * LOOKS if planned else None, binary=binary)
    figure(f"{RUNS:,} A/A trials, {request.node.callspec.id}: {end:.1%} wrong at the end, {daily:.1%} by daily looks")
    assert end == pytest.approx(0.05, abs=0.014)
    assert daily <= 0.064


def test_an_effect_that_one_look_would_find_nine_times_in_ten_is_found_by_daily_looks() -> None:
    rng = np.random.default_rng(18)
    rates = (0.2, 0.25)
    planned = size_for_shares(rates[0], rates[1] - rates[0], power=0.9)
    a_look = round(planned / 2 / LOOKS)
    control, treated = (arm(rng, yes_or_no(rate), RUNS, LOOKS, a_look) for rate in rates)
    daily, end = crossed(control, treated, 2 * a_look * LOOKS, binary=True)
    figure(f"an effect planned for 90 % at {planned:,}: {end:.1%} found at the end, {daily:.1%} by daily looks")
    assert end == pytest.approx(0.9, abs=0.03)
    assert daily >= 0.8


def test_skewed_money_is_covered_at_the_end() -> None:
    rng = np.random.default_rng(18)
    control, treated = (arm(rng, spending(mean), RUNS, 1, 500) for mean in (20, 24))
    held = 0
    for run in range(RUNS):
        found = at_one_look(control.at(run, 0), treated.at(run, 0), binary=False)
        assert found is not None
        held += found.low <= 4 <= found.high
    figure(f"money of 500 customers an arm: {held / RUNS:.1%} of intervals hold the truth")
    assert held / RUNS >= 0.93
