"""What another policy would have brought, read from make-believe logs with a known answer.

``python -m benchmarks.off_policy [--worlds N] [--json]``. Each world has its own customers, tastes and policies, and
the true value of its target is computed, not sampled. The reward model is poor on purpose: it knows one rate for all.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

from benchmarks.say import Found, say
from wowengine.recommend.off_policy import (
    NEEDED,
    Estimate,
    Foretold,
    Log,
    direct,
    doubly_robust,
    foretell,
    ips,
    snips,
)

Doubles = NDArray[np.float64]

MOMENTS, FACETS = 400, 5
ACTIONS, ROWS, SMALL = 20, 20_000, 4_000
FLOOR = 0.1  # share of the target's choices that are spread over all actions
RANDOM, SOFT, GREEDY = 0.0, 0.6, 2.0  # sharpness of a logging policy; the last leaves heavy weights


@dataclass(frozen=True)
class World:
    """Moments with their shares, and for each (row) and action (column) the chance that it lands or is chosen."""

    share: Doubles
    landing: Doubles
    logging: Doubles
    target: Doubles

    @property
    def truth(self) -> float:
        """What the target policy brings, a choice."""
        return float(self.share @ (self.target * self.landing).sum(axis=1))


def world(seed: int, sharpness: float) -> World:
    """Make a world: the log follows noisy scores softly (0: at random), the target less noisy ones greedily."""
    chooser = np.random.default_rng(seed)
    tastes = chooser.normal(size=(FACETS, ACTIONS)) / np.sqrt(FACETS)
    scores = chooser.normal(size=(MOMENTS, FACETS)) @ tastes + chooser.normal(-0.5, 0.5, (MOMENTS, ACTIONS))
    blurred, clear = (scores + chooser.normal(0, noise, scores.shape) for noise in (1.0, 0.3))
    greedy = np.eye(ACTIONS)[clear.argmax(axis=1)]
    return World(
        share=chooser.dirichlet(np.ones(MOMENTS)),
        landing=expit(scores),
        logging=softmax(sharpness * blurred, axis=1),
        target=(1 - FLOOR) * greedy + FLOOR / ACTIONS,
    )


def logs(of: World, rows: int, seed: int) -> tuple[Log, Foretold, Foretold]:
    """Draw a log, and what a poor and a perfect reward model foretell of it."""
    chooser = np.random.default_rng((seed, rows))
    moment = chooser.choice(MOMENTS, rows, p=of.share)
    before = of.logging.cumsum(axis=1)[moment, :-1]
    chosen = (chooser.random((rows, 1)) > before).sum(axis=1)
    reward = (chooser.random(rows) < of.landing[moment, chosen]).astype(np.float64)
    log = Log(reward, of.logging[moment, chosen], of.target[moment, chosen])
    one_rate = chooser.binomial(rows, reward.mean()) / rows  # as learned from another log of this size
    poor = Foretold(np.full(rows, one_rate), np.full(rows, one_rate))
    return log, poor, foretell(of.landing[moment], of.target[moment], chosen)


READINGS: dict[str, Callable[[Log, Foretold, Foretold], Estimate]] = {
    "ips": lambda log, _poor, _perfect: ips(log),
    "snips": lambda log, _poor, _perfect: snips(log),
    "doubly_robust": lambda log, poor, _perfect: doubly_robust(log, poor),
    "direct": lambda log, poor, _perfect: direct(log, poor),
    "direct_of_a_perfect_model": lambda log, _poor, perfect: direct(log, perfect),
}


def read(worlds: int, rows: int, sharpness: float) -> tuple[Doubles, dict[str, list[Estimate]]]:
    """Return the truths of many worlds, and what each reading says of them."""
    truths, said = np.empty(worlds), {name: list[Estimate]() for name in READINGS}
    for seed in range(worlds):
        made = world(seed, sharpness)
        truths[seed] = made.truth
        drawn = logs(made, rows, seed)
        for name, reading in READINGS.items():
            said[name].append(reading(*drawn))
    return truths, said


def figures(truths: Doubles, said: Sequence[Estimate]) -> Found:
    """Say how far off the values are, how often their intervals hold the truth, and how often they are told."""
    off = np.abs(np.array([one.value for one in said]) - truths) / truths
    held = np.array([one.low <= truth <= one.high for one, truth in zip(said, truths, strict=True)])
    told = np.array([one.told for one in said])
    return {
        "relative_error_of_ten_%": round(100 * float(off[:10].mean()), 2),
        "relative_error_%": round(100 * float(off.mean()), 2),
        "covered_%": round(100 * float(held.mean()), 1),
        "told_%": round(100 * float(told.mean()), 1),
        "told_wrongly_%": round(100 * float((told & ~held).mean()), 1),
        "effective": round(float(np.median([one.effective for one in said]))),
    }


def main() -> None:
    """Read worlds with a soft log, a random one, a small one, and one whose weights are heavy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    kinds = {
        "soft": (ROWS, SOFT),
        "random": (ROWS, RANDOM),
        "small": (SMALL, SOFT),
        "too_small": (SMALL // 10, SOFT),
        "heavy": (SMALL, GREEDY),
    }
    found: Found = {"worlds": given.worlds, "actions": ACTIONS, "effective_needed": NEEDED}
    for kind, (rows, sharpness) in kinds.items():
        truths, said = read(given.worlds, rows, sharpness)
        found |= {f"{kind}, {rows} rows, {name}": figures(truths, ones) for name, ones in said.items()}
    say(found, as_json=given.json)


if __name__ == "__main__":
    main()
