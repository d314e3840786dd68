"""What training costs over LightFM itself: ``python -m benchmarks.training [--json]``.

Outcomes of the demo's make-believe airline become examples, and LightFM learns from them with every stage kept: timed
whole, beside a bare ``LightFM.fit`` of as many epochs on matrices that are ready. In turns, the quickest of each. A
whole model trains every way many times over, to choose and to mix them: how long that takes is told apart.
"""

import argparse
from time import perf_counter

import numpy as np
import scipy.sparse as sp
from lightfm import LightFM

from benchmarks.airline import NOW, Airline, airline
from benchmarks.say import Clock, Found, say
from wowengine.recommend import lightfm_model
from wowengine.recommend.dataset import Examples, examples, settle
from wowengine.recommend.fit import fit, learners
from wowengine.recommend.lightfm_model import COMPONENTS, EPOCHS, LEARNING_RATE

TURNS = 3


def main() -> None:
    """Time each number of answers, and say so."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=int, nargs="+", default=[5_000, 50_000])
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    say({f"{answers:,} answers": _measured(answers) for answers in given.answers}, as_json=given.json)


def _measured(answers: int) -> Found:
    world = airline(0, max(500, answers // 10), answers)
    learned = _examples(world)
    known = learned.shared()
    bare, ours, prepared = Clock(), Clock(), Clock()
    for _ in range(TURNS):
        bare.time(lambda: _bare(known))
        ours.time(lambda: lightfm_model.path(_examples(world).shared()))
        prepared.time(lambda: _examples(world).shared())
    start = perf_counter()
    fit(learned, learners())
    return {
        "bare_s": round(bare.best, 3),
        "ours_s": round(ours.best, 3),
        "of_which_examples_s": round(prepared.best, 3),
        "overhead_percent": round(100 * (ours.best / bare.best - 1), 1),
        "whole_model_s": round(perf_counter() - start, 1),
    }


def _examples(world: Airline) -> Examples:
    return examples(settle(world.past, NOW), world.profiles, world.gestures)


def _bare(known: Examples) -> None:
    """Fit as many epochs as `lightfm_model.path` does, at once."""
    at, shape = (np.arange(len(known)), known.gesture.astype(np.int32)), (len(known), len(known.offered.ids))
    model = LightFM(no_components=COMPONENTS, loss="logistic", learning_rate=LEARNING_RATE, random_state=0)
    model.fit(
        sp.coo_matrix((np.where(known.landed, 1, -1).astype(np.float32), at), shape=shape),
        user_features=known.people.matrix,
        item_features=known.offered.matrix,
        sample_weight=sp.coo_matrix((known.weight.astype(np.float32), at), shape=shape),
        epochs=EPOCHS[-1],
        num_threads=1,
    )


if __name__ == "__main__":
    main()
