"""How well and how fast scarce gestures are allocated: ``python -m benchmarks.allocation [--json] [--large]``.

100,000 customers x 50 gestures under one budget, ten stocks and a cap for each day, all of them binding; the bound
beside that of HiGHS at 10,000 x 20; with one budget alone beside a plain numpy price search (bisection of one price,
then greedy repair), at 100,000 and with ``--large`` 1,000,000 x 20. What greedy by score and first come would have
given stands beside. Each is timed three times, in turns, and the best is told.
"""

import argparse
import resource
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import linprog

from benchmarks.say import Found, say
from wowengine.decide.allocation import NOTHING, Allocation, Limit, Use, allocate

DAYS = 30
STOCKS = 10
TIMES = 3
HALVINGS = 50


@dataclass(frozen=True)
class World:
    """Customers x gestures, a third of them not eligible."""

    values: NDArray[np.float32]
    costs: NDArray[np.int64]
    limits: tuple[Limit, ...]

    @property
    def eligible(self) -> NDArray[np.bool_]:
        """Return which customer may get which gesture."""
        return np.isfinite(self.values)

    def allocated(self) -> Allocation:
        """Return our allocation."""
        return allocate(self.values, self.costs, self.limits)


def main() -> None:
    """Measure, and say so."""
    given = _arguments()
    found: Found = {"all limits, 100,000 x 50": _many(_scarce(100_000, 50))}
    found["bound beside HiGHS, 10,000 x 20"] = _judged(_scarce(10_000, 20))
    for customers in (100_000, 1_000_000) if given.large else (100_000,):
        found[f"one budget, {customers:,} x 20"] = _one_budget(_world(customers, 20))
    say(found, as_json=given.json)


def _world(customers: int, gestures: int) -> World:
    """Return a world with a budget of a fifth of what everybody's favourites would cost."""
    draw = np.random.default_rng(7)
    costs = draw.integers(200, 5_000, gestures)
    values = draw.standard_gamma(2.0, (customers, gestures), dtype=np.float32)
    values *= np.sqrt(costs).astype(np.float32) / 500
    for column in values.T:
        column[draw.random(customers, dtype=np.float32) < 1 / 3] = -np.inf
    budget = int(costs[values.argmax(axis=1)].sum()) // 5
    return World(values, costs, (Limit("budget", [budget], Use.COST),))


def _scarce(customers: int, gestures: int) -> World:
    """Add stocks of a fifth of what would be given without, then caps a day of 95 % of it: all of them bind."""
    world = _world(customers, gestures)
    taken = _taken(world.allocated(), gestures)
    wanted = np.argsort(-taken)[:STOCKS]
    stocks = [Limit(f"stock of {one}", [int(taken[one]) // 5], gestures=[int(one)]) for one in wanted]
    world = replace(world, limits=(*world.limits, *stocks))
    day = np.random.default_rng(8).integers(0, DAYS, customers)
    a_day = np.bincount(day, weights=(world.allocated().gestures[:, 0] != NOTHING), minlength=DAYS)
    caps = Limit("a day", [int(0.95 * one) for one in a_day], part_of=day)
    return replace(world, limits=(*world.limits, caps))


def _taken(allocation: Allocation, gestures: int) -> NDArray[np.int64]:
    given = allocation.gestures[allocation.gestures != NOTHING]
    return np.bincount(given, minlength=gestures)


def _many(world: World) -> Found:
    """Return gap, limits kept and binding, time and memory; and what simpler ways would have given."""
    seconds, ours = _best_of({"ours": world.allocated})["ours"]
    peak = _peak()
    kept = [np.all(ours.used[one.name] <= np.array(one.capacities)) for one in world.limits]
    prices = np.concatenate([ours.prices[one.name] for one in world.limits])
    full = np.concatenate([ours.used[one.name] / np.maximum(one.capacities, 1) for one in world.limits])
    by_score = np.argsort(-world.values.max(axis=1), kind="stable")
    return {
        "gap": float(f"{ours.gap:.2g}"),
        "limits_kept": bool(all(kept)),
        "limits_binding": f"{int(((prices > 0) & (full > 0.99)).sum())} of {len(prices)}",
        "seconds": round(seconds, 2),
        "peak_gib": round(peak, 2),  # of the whole process, with what is measured
        "value": round(ours.value, 1),
        "greedy_by_score": round(_in_turn(world, by_score), 1),
        "first_come": round(_in_turn(world, np.arange(len(by_score))), 1),
        "one_more_euro_buys": round(float(ours.prices["budget"][0]) * 100, 4),
    }


def _judged(world: World) -> Found:
    ours = world.allocated()
    start = perf_counter()
    bound = _highs(world)
    return {
        "bound": round(ours.bound, 4),
        "highs_lp": round(bound, 4),
        "bound_over_lp": float(f"{ours.bound / bound - 1:.2g}"),
        "gap": float(f"{ours.gap:.2g}"),
        "highs_seconds": round(perf_counter() - start, 1),
    }


def _one_budget(world: World) -> Found:
    budget = int(world.limits[0].capacities[0])
    ways: dict[str, Callable[[], Any]] = {
        "ours": world.allocated,
        "plain": partial(_bisected, world.values, world.costs, budget),
    }
    timed = _best_of(ways)
    (seconds, ours), (plainly, (value, bound)) = timed["ours"], timed["plain"]
    return {
        "ours_seconds": round(seconds, 3),
        "plain_seconds": round(plainly, 3),
        "times_plain": round(plainly / seconds, 2),
        "ours_gap": float(f"{ours.gap:.2g}"),
        "plain_gap": float(f"{1 - value / bound:.2g}"),
        "peak_gib": round(_peak(), 2),
    }


def _bisected(values: NDArray[np.float32], costs: NDArray[np.int64], budget: int) -> tuple[float, float]:
    """Return value and bound of a price search as one would write it: halve one price, then fill up greedily."""
    low, high, people = 0.0, float((values.max(axis=0) / costs).max()), np.arange(len(values))
    for _ in range(HALVINGS):
        price = (low + high) / 2
        gains = values - (price * costs).astype(np.float32)
        best = gains.argmax(axis=1)
        taking = gains[people, best] > 0
        spent = int(costs[best[taking]].sum())
        low, high = (price, high) if spent > budget else (low, price)
        if 0 <= budget - spent < costs.max():
            break
    gains = values - (high * costs).astype(np.float32)
    best = gains.argmax(axis=1)
    gain = gains[people, best]
    bound = float(np.maximum(gain, 0).sum(dtype=np.float64)) + high * budget
    order = np.argsort(-gain, kind="stable")
    order = order[: int((gain > 0).sum()) + 1_000]
    left, value = budget, 0.0
    surely = int((np.cumsum(costs[best[order]]) <= budget).sum())
    left -= int(costs[best[order[:surely]]].sum())
    value += float(values[order[:surely], best[order[:surely]]].sum(dtype=np.float64))
    for one in order[surely:]:
        if costs[best[one]] <= left:
            left -= int(costs[best[one]])
            value += float(values[one, best[one]])
    return value, bound


def _in_turn(world: World, order: NDArray[np.int64]) -> float:
    """Return the value when each customer in this order takes the best that is still there."""
    day = world.limits[-1].part_of
    assert day is not None
    budget = int(world.limits[0].capacities[0])
    stock = {one.gestures[0]: int(one.capacities[0]) for one in world.limits[1:-1] if one.gestures}
    a_day, value, least = list(world.limits[-1].capacities), 0.0, int(world.costs.min())
    for one in order:
        if budget < least:
            break
        if not a_day[day[one]]:
            continue
        for gesture in np.argsort(-world.values[one], kind="stable").tolist():
            cost = int(world.costs[gesture])
            if cost <= budget and stock.get(gesture, 1) and world.values[one, gesture] > 0:
                budget, value = budget - cost, value + float(world.values[one, gesture])
                a_day[day[one]] -= 1
                if gesture in stock:
                    stock[gesture] -= 1
                break
    return value


def _highs(world: World) -> float:
    """Return the best value when gestures may be cut into parts: the bound as HiGHS finds it."""
    who, what = np.nonzero(world.eligible)
    pairs, day = np.arange(len(who)), world.limits[-1].part_of
    assert day is not None
    rows = [sp.csr_matrix((np.ones(len(who)), (who, pairs)))]
    rows.append(sp.csr_matrix(world.costs[what][None].astype(float)))
    rows += [sp.csr_matrix((what == one.gestures[0])[None].astype(float)) for one in world.limits[1:-1] if one.gestures]
    rows.append(sp.csr_matrix((np.ones(len(who)), (day[who], pairs))))
    capacities = [float(one) for limit in world.limits for one in limit.capacities]
    most = np.concatenate([np.ones(rows[0].shape[0]), capacities])
    solved = linprog(-world.values[who, what].astype(float), A_ub=sp.vstack(rows).tocsr(), b_ub=most, method="highs")
    return -float(solved.fun)


def _best_of(ways: dict[str, Callable[[], Any]]) -> dict[str, tuple[float, Any]]:
    """Return the least seconds and the result of each, in turns."""
    found: dict[str, tuple[float, Any]] = {}
    for _ in range(TIMES):
        for name, way in ways.items():
            start = perf_counter()
            result = way()
            seconds = perf_counter() - start
            found[name] = min(found.get(name, (seconds, result)), (seconds, result), key=lambda one: one[0])
    return found


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--large", action="store_true", help="a million customers as well")
    return parser.parse_args()


if __name__ == "__main__":
    main()
