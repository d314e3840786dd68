"""How well tastes are guessed: ``python -m benchmarks.movies [--large] [--movielens DIR] [--json]``.

On data of MovieLens' kind (make-believe, or a real folder) every way to recommend gets the same split in the same run:
known customers and items (split at random, and by time), customers of whom only features are known, and items nobody
has taken yet. Where a way has settings, those with the best NDCG@10 on a split of the training part are taken, then it
learns from all of the training part. Needs ``wowengine[train,bench]`` and implicit; set OPENBLAS_NUM_THREADS=1.
"""

import argparse
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from benchmarks import peers
from benchmarks.movielens import read_movielens
from benchmarks.movies_world import Movies, make_believe
from benchmarks.peers import Floats, Peer
from benchmarks.say import Found, say
from wowengine.recommend import metrics

Booleans = NDArray[np.bool_]
Grid = Mapping[str, Sequence[Peer]]
"""A way to recommend, by name, at each of its settings."""

DEPTH = 10
LATE, COLD = 0.2, 0.2  # shares held out


@dataclass(frozen=True)
class Split:
    """Takings to learn from and to foretell, and the items that may be suggested."""

    early: Booleans
    late: Booleans
    offered: Booleans


Splitter = Callable[[Movies, Booleans, np.random.Generator], Split]
"""Splits those takings of the data that are true in the mask."""


def main() -> None:
    """Read or make the data, measure all of them in every way, and say so."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--movielens", type=Path, metavar="DIR", help="a real MovieLens folder")
    parser.add_argument("--large", action="store_true", help="6,000 x 3,700 and a million takings")
    parser.add_argument("--only", choices=list(SPLITS), action="append", help="measure these splits alone")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    warnings.filterwarnings("ignore", module="implicit")  # it tells how long it took to turn a matrix into CSR
    size = (6040, 3706, 1_000_000) if given.large else (943, 1682, 100_000)
    movies = read_movielens(given.movielens) if given.movielens else make_believe(*size, seed=given.seed)
    found: Found = {"users": len(movies.users.ids), "items": len(movies.items.ids), "taken": len(movies.user)}
    for name in given.only or SPLITS:
        found |= _measured(movies, name, given.seed)
    say(found, as_json=given.json)


def at_random(_movies: Movies, known: Booleans, chooser: np.random.Generator) -> Split:
    """Hold out a fifth of all takings."""
    late = known & (chooser.random(len(known)) < LATE)
    return Split(known & ~late, late, _every_item(_movies))


def by_time(movies: Movies, known: Booleans, _chooser: np.random.Generator) -> Split:
    """Hold out the newest fifth of all takings, of the customers who took something before."""
    late = known & (movies.at >= np.quantile(movies.at[known], 1 - LATE))
    early = known & ~late
    return Split(early, late & np.isin(movies.user, movies.user[early]), _every_item(movies))


def cold_users(movies: Movies, known: Booleans, chooser: np.random.Generator) -> Split:
    """Hold out a fifth of the customers whole."""
    late = known & np.isin(movies.user, _a_fifth(movies.user[known], chooser))
    return Split(known & ~late, late, _every_item(movies))


def cold_items(movies: Movies, known: Booleans, chooser: np.random.Generator) -> Split:
    """Hold out a fifth of the items whole, and suggest no others."""
    cold = _a_fifth(movies.item[known], chooser)
    late = known & np.isin(movies.item, cold)
    return Split(known & ~late, late, np.isin(np.arange(len(movies.items.ids)), cold))


def _warm(large: bool) -> Grid:
    rate, epochs = (0.05, 8) if large else (0.02, 80)
    return {
        "popularity": [peers.popularity],
        "item_knn": [peers.item_knn(neighbours) for neighbours in (50, 100, 200)],
        "ease": [peers.ease(penalty) for penalty in (100, 300, 1000)],
        "als": [peers.als(factors, 1.0, trust) for factors in (16, 32, 64) for trust in (1.0, 4.0)],
        "bpr": [peers.bpr(factors, rate, 0.01) for factors in (32, 64) for rate in (0.01, 0.03, 0.1)],
        "lightfm_warp": [peers.warp(rate, epochs)],
        "lightfm_hybrid": [peers.warp(rate, epochs, hybrid=True)],
        "auto": [peers.ours],
    }


def _for_cold_users(large: bool) -> Grid:
    return {
        "popularity": [peers.popularity],
        "segments": [peers.segments(strength) for strength in (10, 100, 1000)],
        "lightfm_hybrid": _hybrids(large),
        "auto": [peers.ours],
    }


def _for_cold_items(large: bool) -> Grid:
    return {
        "tag_popularity": [peers.tag_popularity],
        "content": [peers.content],
        "lightfm_hybrid": _hybrids(large),
        "auto": [peers.ours],
    }


def _hybrids(large: bool) -> list[Peer]:
    """Return fewer epochs too: who is cold is foretold best before identities have learned everything by heart."""
    rate, epochs = (0.05, (2, 8)) if large else (0.02, (5, 20, 80))
    return [peers.warp(rate, many, hybrid=True) for many in epochs]


SPLITS: dict[str, tuple[Splitter, Callable[[bool], Grid]]] = {
    "random": (at_random, _warm),
    "time": (by_time, _warm),
    "cold_users": (cold_users, _for_cold_users),
    "cold_items": (cold_items, _for_cold_items),
}


def _measured(movies: Movies, name: str, seed: int) -> Found:
    """Measure each way of a split, the best setting of each."""
    splitter, grid = SPLITS[name]
    chooser = np.random.default_rng(seed)
    split = splitter(movies, np.ones(len(movies.user), dtype=np.bool_), chooser)
    tried = splitter(movies, split.early, chooser)
    large = len(movies.user) > 500_000
    found: Found = {}
    for way, settings in grid(large).items():
        start = perf_counter()
        best = _best(settings, movies, tried) if len(settings) > 1 else 0
        chosen = perf_counter()
        scores = _scores(settings[best], movies, split)
        seconds = {"setting": best, "seconds": perf_counter() - chosen, "seconds_to_choose": chosen - start}
        found[f"{name}/{way}"] = _figures(scores, movies, split) | {
            key: round(value, 1) for key, value in seconds.items()
        }
    return found


def _best(settings: Sequence[Peer], movies: Movies, tried: Split) -> int:
    """Return which setting suggests best on a split of the training part."""
    return int(np.argmax([_ndcg(_scores(setting, movies, tried), movies, tried) for setting in settings]))


def _scores(peer: Peer, movies: Movies, split: Split) -> Floats:
    return peer(movies.matrix(split.early), movies.users, movies.items)


def _ndcg(scores: Floats, movies: Movies, split: Split) -> float:
    best, wanted = _suggested(scores, movies, split), movies.matrix(split.late)
    return float(metrics.interval(metrics.ranking(best, wanted, *_taken(movies, split), (DEPTH,))["ndcg@10"]).value)


def _figures(scores: Floats, movies: Movies, split: Split) -> Found:
    wanted = movies.matrix(split.late)
    some = np.diff(wanted.indptr) > 0
    best = _suggested(scores, movies, split)
    ndcg = metrics.interval(metrics.ranking(best, wanted, *_taken(movies, split), (DEPTH,))["ndcg@10"])
    return {
        "ndcg@10": round(ndcg.value, 4),
        "error": round(ndcg.error, 4),
        "auc": round(float(np.nanmean(metrics.auc(scores, wanted, _allowed(movies, split)))), 4),
        "coverage@10": round(metrics.coverage(best[some], int(split.offered.sum())), 3),
        "customers": ndcg.customers,
    }


def _suggested(scores: Floats, movies: Movies, split: Split) -> NDArray[np.int64]:
    """Return the best ten of each customer among what they may get; -1 where there are fewer."""
    kept = np.where(_allowed(movies, split), scores, -np.inf)
    best = np.argsort(-kept, axis=1, kind="stable")[:, :DEPTH]
    return np.where(np.isneginf(np.take_along_axis(kept, best, axis=1)), -1, best)


def _allowed(movies: Movies, split: Split) -> Booleans:
    return np.asarray((movies.matrix(split.early).toarray() == 0) & split.offered)


def _taken(movies: Movies, split: Split) -> tuple[NDArray[np.float64], int]:
    counts = np.bincount(movies.item[split.early], minlength=len(movies.items.ids)).astype(np.float64)
    return counts, len(np.unique(movies.user[split.early]))


def _every_item(movies: Movies) -> Booleans:
    return np.ones(len(movies.items.ids), dtype=np.bool_)


def _a_fifth(rows: NDArray[np.int64], chooser: np.random.Generator) -> NDArray[np.int64]:
    every = np.unique(rows)
    return chooser.choice(every, round(len(every) * COLD), replace=False)


if __name__ == "__main__":
    main()
