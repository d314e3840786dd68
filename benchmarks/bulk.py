"""How much memory the best of everybody take, and how fast they are written: ``python -m benchmarks.bulk [--json]``.

A million customers, 500 gestures, 64 dimensions, ten of each, into Parquet, in a process of its own. Customers are
represented block by block, as `bulk.write` asks for them; the peak is that of the whole process (Linux counts KiB).

With `--model`, not random vectors but profiles in frames, scored by a model that was really trained, as `wow score`
does, but for the database: a tier and two interests or so are told of a customer, and the model learned from
5,000 answers.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
import polars as pl

from benchmarks.say import Found, say
from tests.recommend.worlds import NOW, hidden_tastes
from wowengine.profiles.frames import ProfileFrames
from wowengine.recommend.base import ASSUMED, Scores
from wowengine.recommend.bulk import Shard, write
from wowengine.recommend.calibrate import ASSUMED_WEIGHT, sigmoid
from wowengine.recommend.dataset import examples, settle
from wowengine.recommend.doubt import limits
from wowengine.recommend.fit import fit, learners
from wowengine.recommend.score import blended
from wowengine.recommend.topk import Pool

DIMENSIONS = 64
K = 10
ANSWERS = 5_000
GIB = 1 << 20  # in KiB


def main() -> None:
    """Measure in a child, and say so."""
    given = _arguments()
    if given.child:
        sys.stdout.write(json.dumps(_measured(given)) + "\n")
        return
    told = subprocess.run(  # noqa: S603  (this module again)
        [sys.executable, "-m", "benchmarks.bulk", "--child", *sys.argv[1:]], check=True, capture_output=True, text=True
    )
    say(json.loads(told.stdout), as_json=given.json)


def _measured(given: argparse.Namespace) -> Found:
    before = _peak()
    blocks = _scored(given) if given.model else _blocks(given)
    with tempfile.TemporaryDirectory() as folder:
        start = perf_counter()
        path = write(blocks, Path(folder), Shard(1, 1))
        seconds = perf_counter() - start
        size = path.stat().st_size
        rows: int = pl.scan_parquet(path).select(pl.len()).collect().item()
    return {
        "customers": given.customers,
        "gestures": given.gestures,
        "model": given.model,
        "a_block": given.block,
        "threads": given.threads,
        "rows": rows,
        "seconds": round(seconds, 1),
        "customers_per_second": round(given.customers / seconds),
        "rows_per_second": round(rows / seconds),
        "file_mib": round(size / 2**20),
        "peak_gib": round(_peak() / GIB, 2),
        "peak_gib_of_imports": round(before / GIB, 2),
    }


def _blocks(given: argparse.Namespace) -> Iterator[pl.DataFrame]:
    """Make the scores of one block of customers after another."""
    chooser = np.random.default_rng(0)
    things = pl.Series([f"gesture-{n:06}" for n in range(given.gestures)], dtype=pl.String)
    pool = Pool(chooser.standard_normal((given.gestures, DIMENSIONS), np.float32) / np.float32(8))
    for start in range(0, given.customers, given.block):
        many = min(given.block, given.customers - start)
        index, score = pool.best(chooser.standard_normal((many, DIMENSIONS), np.float32), K, threads=given.threads)
        chance = sigmoid(score.ravel().astype(np.float64))
        low, high = limits(score.ravel(), 0.0, np.full(len(chance), ASSUMED_WEIGHT))
        people = pl.Series([f"customer-{n:08}" for n in range(start, start + many)], dtype=pl.String)
        yield pl.DataFrame(
            {
                "customer_id": people.gather(np.repeat(np.arange(many), K)),
                "gesture_id": things.gather(index.ravel()),
                "score": score.ravel(),
                "propensity": chance,
                "propensity_low": low,
                "propensity_high": high,
                "propensity_basis": pl.repeat(ASSUMED, many * K, eager=True),
                "rank": np.tile(np.arange(1, K + 1, dtype=np.uint32), many),
                "model_version": pl.repeat("benchmark", many * K, eager=True),
            },
            schema=Scores.SCHEMA,
        )


def _scored(given: argparse.Namespace) -> Iterator[pl.DataFrame]:
    """Score one block of profiles after another, which are alike but for the ids."""
    world = hidden_tastes(ANSWERS, given.block, given.gestures)
    recommender = blended(fit(examples(settle(world.outcomes, NOW), world.profiles, world.gestures), learners()))
    return (
        recommender.score(_called(world.profiles, start), world.gestures, k=K).frame
        for start in range(0, given.customers, given.block)
    )


def _called(profiles: ProfileFrames, start: int) -> ProfileFrames:
    """Return profiles of other people: ids and affinities are new."""
    new = pl.format("{}-{}", pl.lit(f"{start:08}"), "customer_id").alias("customer_id")
    moved = ProfileFrames(*(frame.with_columns(new) for frame in vars(profiles).values()))
    affinity = np.random.default_rng(start).random(len(moved.interests))
    return replace(moved, interests=moved.interests.with_columns(affinity=affinity))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--gestures", type=int, default=500)
    parser.add_argument("--block", type=int, default=20_000, help="customers represented at once")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--model", action="store_true", help="score profiles by a trained model")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
