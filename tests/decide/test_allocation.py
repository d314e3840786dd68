from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from wowengine.decide.allocation import NOTHING, Allocation, Limit, Use, allocate


@dataclass(frozen=True)
class World:
    values: NDArray[np.float32]
    costs: NDArray[np.int64]
    limits: tuple[Limit, ...]
    most: int = 1

    def allocated(self) -> Allocation:
        return allocate(self.values, self.costs, self.limits, most=self.most)


@st.composite
def worlds(draw: st.DrawFn, largest: int = 30) -> World:
    people, gestures = draw(st.integers(0, largest)), draw(st.integers(0, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    few = draw(st.booleans())
    values = rng.choice([0, 0.5, 1, 2], (people, gestures)) if few else rng.normal(0.5, 1, (people, gestures))
    values = np.where(rng.random((people, gestures)) < draw(st.sampled_from([0, 0.3, 1])), -np.inf, values)
    costs = rng.integers(0, 500, gestures)
    limits = (
        Limit("budget", [int(rng.integers(0, 100 * people + 1))], Use.COST),
        Limit("stock", [int(rng.integers(0, people + 1))], gestures=[0] if gestures else []),
        Limit("a day", rng.integers(0, people + 1, 3).tolist(), part_of=rng.integers(-1, 3, people)),
        Limit("a store", rng.integers(0, 60 * people + 1, 2).tolist(), Use.COST, part_of=rng.integers(0, 2, people)),
    )
    kept = draw(st.sets(st.sampled_from(range(len(limits)))))
    return World(values.astype(np.float32), costs, tuple(limits[one] for one in sorted(kept)), draw(st.integers(1, 3)))


def large(people: int = 20_000, gestures: int = 12, seed: int = 1) -> World:
    """All limits bind, and there are more customers than are looked at closely."""
    rng = np.random.default_rng(seed)
    costs = rng.integers(100, 3_000, gestures)
    values = rng.gamma(2.0, 1.0, (people, gestures)) * np.sqrt(costs)
    values[rng.random(values.shape) < 0.3] = -np.inf
    demand = int(costs[values.argmax(axis=1)].sum())
    limits = (
        Limit("budget", [demand // 5], Use.COST),
        *(Limit(f"stock {one}", [people // 50], gestures=[one]) for one in range(0, gestures, 3)),
        Limit("a day", [people // 40] * 10, part_of=rng.integers(0, 10, people)),
    )
    return World(values.astype(np.float32), costs, limits)


def uses(world: World, limit: Limit) -> NDArray[np.int64]:
    """What each pair uses of each part, worked out plainly: parts x customers x gestures."""
    used = np.zeros((len(limit.capacities), *world.values.shape), dtype=np.int64)
    for who in range(len(world.values)):
        part = 0 if limit.part_of is None else int(limit.part_of[who])
        for what in range(len(world.costs)) if limit.gestures is None else limit.gestures:
            if part >= 0:
                used[part, who, what] = world.costs[what] if limit.use is Use.COST else 1
    return used


def taken(world: World, allocation: Allocation) -> NDArray[np.int64]:
    pairs = np.zeros(world.values.shape, dtype=np.int64)
    for who, gestures in enumerate(allocation.gestures):
        for what in gestures[gestures != NOTHING]:
            pairs[who, what] += 1
    return pairs


def solved(world: World, *, whole: bool = False, more: tuple[str, int] | None = None) -> float:
    """The best value as HiGHS finds it: in whole gestures, or in parts; perhaps with more of a limit."""
    people, gestures = world.values.shape
    worth = np.where(np.isfinite(world.values), world.values, 0).astype(float).ravel()
    rows = [np.kron(np.eye(people), np.ones(gestures)).astype(np.float64)]
    capacities = [np.full(people, float(world.most))]
    for limit in world.limits:
        rows.append(uses(world, limit).reshape(len(limit.capacities), -1).astype(np.float64))
        extra = more[1] if more and more[0] == limit.name else 0
        capacities.append(np.asarray(limit.capacities, dtype=float) + extra)
    table, room, top = np.vstack(rows), np.concatenate(capacities), (worth > 0).astype(float)
    if not len(worth):
        return 0.0
    if whole:
        limits = LinearConstraint(table, -np.inf, room)
        return -float(milp(-worth, constraints=limits, bounds=Bounds(0, top), integrality=np.ones(len(worth))).fun)
    return -float(linprog(-worth, A_ub=table, b_ub=room, bounds=np.column_stack([0 * top, top])).fun)


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_no_limit_is_ever_passed_and_nobody_gets_what_is_not_for_them(world: World) -> None:
    allocation = world.allocated()
    pairs = taken(world, allocation)
    for limit in world.limits:
        used = (uses(world, limit) * pairs).sum(axis=(1, 2))
        assert (used <= np.asarray(limit.capacities)).all()
        assert (used == allocation.used[limit.name]).all()
    assert pairs.max(initial=0) <= 1
    assert pairs.sum(axis=1).max(initial=0) <= world.most
    assert (world.values[pairs == 1] > 0).all()
    assert allocation.value == pytest.approx(world.values[pairs == 1].sum(dtype=np.float64))


@settings(max_examples=60, deadline=None)
@given(worlds(largest=12))
def test_the_best_allocation_lies_between_value_and_bound(world: World) -> None:
    allocation, best = world.allocated(), solved(world, whole=True)
    assert allocation.value <= best + 1e-5
    assert best <= allocation.bound + 1e-5


@settings(max_examples=60, deadline=None)
@given(worlds(largest=12))
def test_the_bound_is_that_of_the_linear_programme(world: World) -> None:
    bound, judge = world.allocated().bound, solved(world)
    assert judge - 1e-5 <= bound <= judge * 1.02 + 1e-5


@settings(max_examples=60, deadline=None)
@given(worlds(largest=12), st.data())
def test_a_price_is_what_one_more_would_buy(world: World, data: st.DataObject) -> None:
    allocation = world.allocated()
    whole = [limit for limit in world.limits if len(limit.capacities) == 1]
    if not whole:
        return
    limit = data.draw(st.sampled_from(whole))
    price, now, slack = allocation.prices[limit.name][0], solved(world), 1e-5
    slack += allocation.bound - now
    assert solved(world, more=(limit.name, 1)) - now <= price + slack
    if limit.capacities[0]:
        assert now - solved(world, more=(limit.name, -1)) >= price - slack
    assert price >= 0


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_without_a_limit_nothing_is_lost_but_the_gap(world: World) -> None:
    allocation = world.allocated()
    for limit in world.limits:
        rest = tuple(one for one in world.limits if one is not limit)
        freer = World(world.values, world.costs, rest, world.most).allocated()
        assert freer.bound >= allocation.value - 1e-5
        assert freer.value >= allocation.value - (freer.bound - freer.value) - 1e-5


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_without_limits_everybody_gets_their_favourites(world: World) -> None:
    free = World(world.values, world.costs, (), world.most).allocated()
    worth = np.sort(np.maximum(world.values, 0), axis=1)[:, ::-1][:, : world.most]
    assert free.value == pytest.approx(worth.sum(dtype=np.float64))
    assert free.gap < 1e-6


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_nothing_that_still_fits_is_left_over(world: World) -> None:
    allocation = world.allocated()
    pairs = taken(world, allocation)
    for who, what in np.argwhere((pairs == 0) & (world.values > 0)):
        if pairs[who].sum() < world.most:
            full = [
                (uses(world, one)[:, who, what] + allocation.used[one.name] > np.asarray(one.capacities))
                & (uses(world, one)[:, who, what] > 0)
                for one in world.limits
            ]
            assert any(each.any() for each in full)


def test_of_equal_customers_the_first_are_served_and_of_equal_gestures_the_cheaper() -> None:
    values = np.ones((10, 3), dtype=np.float32)
    served = allocate(values, [300, 200, 200], [Limit("budget", [700], Use.COST)])
    assert served.gestures[:, 0].tolist() == [1, 1, 1] + [NOTHING] * 7
    assert allocate(values, [300, 200, 200]).gestures[:, 0].tolist() == [1] * 10
    stocked = allocate(values, [300, 200, 200], [Limit("stock", [2], gestures=[1]), Limit("all", [5])])
    assert (stocked.gestures[:5, 0] != NOTHING).all()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_world_is_allocated_the_same(seed: int) -> None:
    one, other = large(15_000, 6, seed).allocated(), large(15_000, 6, seed).allocated()
    assert (one.gestures == other.gestures).all()
    assert (one.value, one.bound) == (other.value, other.bound)


def test_many_customers_are_allocated_nearly_as_well_as_can_be() -> None:
    world = large()
    allocation = world.allocated()
    assert allocation.gap < 1e-3
    for limit in world.limits:
        assert (allocation.used[limit.name] <= np.asarray(limit.capacities)).all()
    assert allocation.prices["budget"][0] > 0


def test_many_equal_customers_are_allocated_as_well() -> None:
    values = np.tile(np.array([3, 2, 1], dtype=np.float32), (30_000, 1))
    limits = [Limit("budget", [5_000_000], Use.COST), Limit("stock", [7_000], gestures=[0])]
    allocation = allocate(values, [400, 300, 100], limits)
    assert allocation.gap < 1e-3
    assert allocation.used["budget"][0] <= 5_000_000


def test_some_kinds_of_equal_customers_are_allocated_as_well() -> None:
    rng = np.random.default_rng(3)
    values = rng.gamma(2.0, 1.0, (5, 8)).astype(np.float32)[rng.integers(0, 5, 20_000)]
    limits = (
        Limit("budget", [8_000_000], Use.COST),
        Limit("stock", [1_500], gestures=[0]),
        Limit("a day", [500] * 7, part_of=rng.integers(0, 7, 20_000)),
    )
    assert World(values, rng.integers(500, 5_000, 8), limits).allocated().gap < 2e-3


def test_several_gestures_to_a_customer_are_nearly_as_good_as_can_be() -> None:
    world = large(14_000, 6)
    allocation = World(world.values, world.costs, world.limits, 2).allocated()
    assert allocation.gap < 1e-3
    assert (np.sort(allocation.gestures, axis=1)[:, 0] != NOTHING).any()


def test_scarce_gestures_go_to_those_who_would_love_them_most_and_not_to_the_first_in_line() -> None:
    loves = np.array([[1.0], [5.0], [2.0], [4.0]])
    allocation = allocate(loves, [90_000], [Limit("a day in the bay", [2])])
    assert allocation.gestures[:, 0].tolist() == [NOTHING, 0, NOTHING, 0]
    assert 2 <= allocation.prices["a day in the bay"][0] <= 4


def test_nothing_there_means_nothing_given_and_a_price_all_the_same() -> None:
    allocation = allocate(np.full((3, 1), 2.0), [100], [Limit("stock", [0])])
    assert allocation.value == 0
    assert (allocation.gestures == NOTHING).all()
    assert allocation.prices["stock"][0] == pytest.approx(2, rel=0.05)


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_nobody_and_nothing_are_allocated_too(shape: tuple[int, int]) -> None:
    limits = [Limit("budget", [100], Use.COST), Limit("a day", [1, 1], part_of=np.zeros(shape[0], dtype=np.int64))]
    allocation = allocate(np.ones(shape), np.ones(shape[1], dtype=np.int64), limits)
    assert (allocation.value, allocation.gap) == (0, 0)
    assert allocation.gestures.shape[0] == shape[0]


def test_nobody_eligible_gets_anything() -> None:
    allocation = allocate(np.full((4, 2), -np.inf), [1, 2], [Limit("budget", [100], Use.COST)])
    assert (allocation.gestures == NOTHING).all()
    assert (allocation.bound, allocation.gap) == (0, 0)


@pytest.mark.parametrize(
    ("values", "costs", "limits", "most", "says"),
    [
        ([[np.nan]], [1], [], 1, "number"),
        ([[np.inf]], [1], [], 1, "number"),
        ([[1.0]], [1, 2], [], 1, "each gesture has a cost"),
        ([[1.0]], [0.5], [], 1, "whole cents"),
        ([[1.0]], [-1], [], 1, "whole cents"),
        ([[1.0]], [1], [Limit("a", [1]), Limit("a", [1])], 1, "name of its own"),
        ([[1.0]], [1], [Limit("a", [-1])], 1, "a: capacities"),
        ([[1.0]], [1], [Limit("a", [1, 2])], 1, "nothing says"),
        ([[1.0]], [1], [Limit("a", [1, 2], part_of=np.array([2]))], 1, "part of 0 to 1"),
        ([[1.0]], [1], [Limit("a", [1], gestures=[1])], 1, "a: gestures are numbered"),
        ([[1.0]], [1], [], 0, "one gesture or more"),
    ],
)
def test_what_makes_no_sense_is_refused(
    values: list[list[float]], costs: list[int], limits: list[Limit], most: int, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        allocate(values, costs, limits, most=most)
