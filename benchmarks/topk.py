"""How fast the best ten of many are chosen, beside others: ``python -m benchmarks.topk [--json] [--threads 1]``.

Ours (and by numpy alone, where the extra `fast` compiles it) against implicit's batch top-k (the same product, equal
threads), a bare float32 product of the same size, and LightFM's own batched predict (alone, and with the choice of
ten), all in one run; and one customer at a time. Customers come in pieces, so that a million fit in memory; where a
figure would take longer than `--seconds`, fewer are timed, and their number is told.
Which BLAS kernel ran stands beside the figures: OPENBLAS_CORETYPE in the environment can slow it.
"""

import argparse
from collections.abc import Callable, Iterator
from functools import partial
from time import perf_counter
from typing import Any
from unittest.mock import patch

import implicit.cpu.topk
import numpy as np
import scipy.sparse as sp
from lightfm import LightFM
from numpy.typing import NDArray
from threadpoolctl import threadpool_info, threadpool_limits

from benchmarks.say import Clock, Found, say
from wowengine.recommend import topk
from wowengine.recommend.topk import Floats, Pool

DIMENSIONS = 64
K = 10
PIECE = 20_000
PRODUCT = 1 << 24  # scores of the bare product in one call
PREDICTED = 2_000
ALONE = 1_000


def main() -> None:
    """Measure every size, and say so."""
    given = _arguments()
    found: Found = {"compiled": topk.COMPILED, "threads": given.threads, "k": K, "dimensions": DIMENSIONS}
    with threadpool_limits(limits=1, user_api="blas"):
        found["blas"] = [f"{one['prefix']} {one['version']} {one['architecture']}" for one in _blas()]
        for gestures in given.gestures:
            things = _vectors(gestures, 0)
            predict, predict_best = _predicted(things, given.threads)
            for customers in given.customers:
                measured = _measured(things, customers, given)
                measured |= {"predict_us": round(predict, 2), "predict_best_us": round(predict_best, 2)}
                measured["times_predict"] = round(predict / measured["ours_us"], 1)
                measured["times_predict_best"] = round(predict_best / measured["ours_us"], 1)
                found[f"{customers:,} x {gestures:,}"] = measured
            found[f"one x {gestures:,}, p50 us"] = _alone(things)
    say(found, as_json=given.json)


def _measured(things: Floats, customers: int, given: argparse.Namespace) -> Found:
    """Take turns, piece by piece, and return microseconds a customer and ratios."""
    pool, room = Pool(things), np.empty((max(1, PRODUCT // len(things)), len(things)), dtype=np.float32)
    ways: dict[str, Callable[[Floats], Any]] = {
        "ours": lambda people: pool.best(people, K, threads=given.threads),
        "numpy": lambda people: _without_compiling(pool, people, given.threads),
        "implicit": lambda people: implicit.cpu.topk.topk(things, people, K, num_threads=given.threads),
        "product": lambda people: _product(people, things, room, given.threads),
    }
    for way in ways.values():  # the first call of each pays for what is made once
        way(next(_pieces(customers, len(things))))
    clocks, timed = {name: Clock() for name in ways}, 0
    for people in _pieces(customers, len(things)):
        for name, way in ways.items():
            clocks[name].time(partial(way, people))
        timed += len(people)
        if sum(clock.seconds for clock in clocks.values()) > given.seconds:
            break
    cost = {name: clock.seconds / timed * 1e6 for name, clock in clocks.items()}
    return {
        "customers_timed": timed,
        **{f"{name}_us": round(us, 3) for name, us in cost.items()},
        "times_implicit": round(cost["implicit"] / cost["ours"], 2),
        "times_numpy": round(cost["numpy"] / cost["ours"], 2),
        "of_product": round(cost["product"] / cost["ours"], 2),
    }


def _pieces(customers: int, gestures: int) -> Iterator[Floats]:
    size = min(PIECE, max(1_000, PRODUCT // gestures))
    for start in range(0, customers, size):
        yield _vectors(min(size, customers - start), start + 1)


def _without_compiling(pool: Pool, people: Floats, threads: int) -> None:
    with patch.object(topk, "COMPILED", new=False):
        pool.best(people, K, threads=threads)


def _product(people: Floats, things: Floats, room: Floats, threads: int) -> None:
    """Multiply alone, as many customers at a time as there is room for."""
    step = len(room)
    with threadpool_limits(limits=threads, user_api="blas"):
        for start in range(0, len(people), step):
            part = people[start : start + step]
            np.matmul(part, things.T, out=room[: len(part)])


def _predicted(things: Floats, threads: int) -> tuple[float, float]:
    """Return microseconds a customer of LightFM's predict alone, and with all it takes to have the best ten."""
    m = len(things)
    model = LightFM(no_components=DIMENSIONS, random_state=0)
    model.fit_partial(sp.coo_matrix(([1.0], ([0], [0])), shape=(PREDICTED, m), dtype=np.float32), epochs=1)
    bare, whole, step = Clock(), Clock(), max(1, min(PREDICTED, 2_000_000 // m))

    def best(users: NDArray[np.int32]) -> None:
        pairs = np.repeat(users, m), np.tile(np.arange(m, dtype=np.int32), len(users))
        scores = bare.time(partial(model.predict, *pairs, num_threads=threads)).reshape(-1, m)
        found = np.argpartition(scores, -K, axis=1)[:, -K:]
        np.take_along_axis(found, np.argsort(-np.take_along_axis(scores, found, axis=1), axis=1), axis=1)

    for start in range(0, PREDICTED, step):
        whole.time(partial(best, np.arange(start, min(PREDICTED, start + step), dtype=np.int32)))
    return bare.seconds / PREDICTED * 1e6, whole.seconds / PREDICTED * 1e6


def _alone(things: Floats) -> Found:
    """Return the median time of choosing for one customer."""
    pool, everybody = Pool(things), things.T
    ways: dict[str, Callable[[Floats], Any]] = {
        "ours": lambda one: pool.best(one, K),
        "implicit": lambda one: implicit.cpu.topk.topk(things, one, K, num_threads=1),
        "numpy": lambda one: _plainly((one @ everybody)[0]),
    }
    took: dict[str, list[float]] = {name: [] for name in ways}
    for one in _vectors(ALONE, 1)[:, None]:
        for name, way in ways.items():
            start = perf_counter()
            way(one)
            took[name].append(perf_counter() - start)
    return {name: round(float(np.median(times)) * 1e6, 1) for name, times in took.items()}


def _plainly(scores: Floats) -> Any:
    best = np.argpartition(scores, -K)[-K:]
    return best[np.argsort(-scores[best])]


def _vectors(count: int, seed: int) -> Floats:
    return np.random.default_rng(seed).standard_normal((count, DIMENSIONS), np.float32)


def _blas() -> list[dict[str, Any]]:
    return [one for one in threadpool_info() if one["user_api"] == "blas"]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--gestures", type=int, nargs="+", default=[50, 500, 50_000])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=30.0, help="of a figure, after which no more is timed")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
