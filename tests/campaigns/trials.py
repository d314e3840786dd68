"""Make-believe trials, many at once, as they stand at each day's look."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wowengine.campaigns.lift_intervals import Sample

Doubles = NDArray[np.float64]
Draw = Callable[[np.random.Generator, tuple[int, ...]], Doubles]


def yes_or_no(rate: float) -> Draw:
    """Outcomes that are 1 at this rate."""
    return lambda rng, shape: (rng.random(shape) < rate).astype(np.float64)


def spending(mean: float) -> Draw:
    """Money: two thirds spend nothing, the others a skewed sum; of this mean."""
    return lambda rng, shape: (rng.random(shape) < 1 / 3) * rng.lognormal(np.log(3 * mean) - 0.5, 1.0, shape)


@dataclass
class Arm:
    """One arm of many trials: shape (runs, looks) each."""

    n: NDArray[np.int64]
    mean: Doubles
    variance: Doubles

    def at(self, run: int, look: int) -> Sample:
        return Sample("", int(self.n[look]), float(self.mean[run, look]), float(self.variance[run, look]))


def arm(rng: np.random.Generator, draw: Draw, runs: int, looks: int, a_look: int) -> Arm:
    """Draw an arm of `a_look` more customers at each look."""
    drawn = draw(rng, (runs, looks, a_look))
    n = a_look * np.arange(1, looks + 1)
    mean = drawn.sum(axis=2).cumsum(axis=1) / n
    variance = ((drawn**2).sum(axis=2).cumsum(axis=1) / n - mean**2) * n / (n - 1)
    return Arm(n, mean, variance)


def pairs(control: Arm, treated: Arm, run: int) -> Iterator[tuple[Sample, Sample]]:
    """Both arms of one trial, look by look."""
    for look in range(len(control.n)):
        yield control.at(run, look), treated.at(run, look)


def figure(text: str) -> None:
    """Print a measured figure: ``pytest -rP`` shows it."""
    sys.stdout.write(text + "\n")
