"""How long one customer waits for ten explained suggestions: ``python -m benchmarks.one_customer [--json]``.

A model of the shape that training makes, with made-up numbers: LightFM and the linear model over the same features,
and shared words. Twenty features are told of each customer, eight of each gesture, and every gesture was offered. One
core; what does not hang on the customer is made ready before and timed apart.
"""

import argparse
from time import perf_counter

import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

from benchmarks.say import Found, say
from wowengine.recommend.bilinear import Bilinear
from wowengine.recommend.features import gestures_told
from wowengine.recommend.lightfm_model import COMPONENTS
from wowengine.recommend.model import WORDS, Mix, Model
from wowengine.recommend.suggest import Suggester, ready
from wowengine.recommend.way import Told

TOPICS = 300  # interests that the model learned, and tags of gestures
TOLD = 20
TAGS = 5
WARM = 200  # customers served before the clock starts


def main() -> None:
    """Measure every size of the catalogue, and say so."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gestures", type=int, nargs="+", default=[50, 500, 5_000])
    parser.add_argument("--customers", type=int, default=2_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with threadpool_limits(limits=1, user_api="blas"):
        found = {f"{gestures:,} gestures": _measured(gestures, given.customers) for gestures in given.gestures}
    say(found, as_json=given.json)


def _measured(gestures: int, customers: int) -> Found:
    chooser = np.random.default_rng(0)
    catalogue = _catalogue(gestures, chooser)
    model = _model(catalogue, chooser)
    start = perf_counter()
    suggester = ready(model, catalogue)
    took = perf_counter() - start
    people = [_told(chooser) for _ in range(customers)]
    for told in people[:WARM]:
        suggester.suggest("somebody", told)
    micros = [_timed(suggester, told) for told in people]
    p50, p99 = np.percentile(micros, [50, 99])
    return {"p50_us": round(p50), "p99_us": round(p99), "best_us": round(min(micros)), "ready_s": round(took, 2)}


def _timed(suggester: Suggester, told: Told) -> float:
    start = perf_counter()
    suggester.suggest("somebody", told)
    return (perf_counter() - start) * 1e6


def _told(chooser: np.random.Generator) -> Told:
    topics = chooser.choice(TOPICS, TOLD, replace=False).tolist()
    return {f"interest:topic_{_letters(topic)}": float(chooser.random()) + 0.1 for topic in topics}


def _catalogue(gestures: int, chooser: np.random.Generator) -> pl.DataFrame:
    rows = [
        {
            "gesture_id": f"g{n:05}",
            "kind": "surprise",
            "tags": [f"topic {_letters(topic)}" for topic in chooser.choice(TOPICS, TAGS, replace=False).tolist()],
            "cost_cents": 0,
            "channels": [],
            "slots": [],
            "place": None,
            "attributes": "{}",
        }
        for n in range(gestures)
    ]
    lists = {name: pl.List(pl.String()) for name in ("tags", "channels", "slots")}
    return pl.DataFrame(rows, schema_overrides=lists | {"place": pl.String()})


def _letters(number: int) -> str:
    """Spell a number as a word."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:04}")


def _model(catalogue: pl.DataFrame, chooser: np.random.Generator) -> Model:
    ours = tuple(f"interest:topic_{_letters(topic)}" for topic in range(TOPICS))
    theirs = gestures_told(catalogue).names

    def form(dimensions: int | None) -> Bilinear:
        width = dimensions or len(theirs)
        return Bilinear(
            ours,
            chooser.normal(0, 0.1, (len(ours), width)).astype(np.float32),
            chooser.normal(0, 0.1, len(ours)).astype(np.float32),
            theirs,
            chooser.normal(0, 1, (len(theirs), width)).astype(np.float32)
            if dimensions
            else np.eye(width, dtype=np.float32),
            chooser.normal(0, 0.3, len(theirs)).astype(np.float32),
        )

    mix = Mix({"lightfm": 0.5, "linear": 0.5, WORDS: 0.5}, -1.0)
    evidence = dict.fromkeys(catalogue["gesture_id"].to_list(), 50.0)
    return Model("benchmark", {"lightfm": form(COMPONENTS), "linear": form(None)}, mix, mix, mix, evidence)


if __name__ == "__main__":
    main()
