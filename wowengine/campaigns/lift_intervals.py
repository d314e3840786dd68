"""How far the truth may lie from a difference that was seen: at one planned look, and whenever one looks.

Each interval is for the mean under treatment less the mean under control, in the outcome's own unit (a share of 1 for
a 0/1 outcome), and misses the truth in one trial of twenty.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

from scipy.special import lambertw, ndtri, stdtrit

MISSES = 0.05  # share of trials in which an interval may miss the truth
WITHIN_PLAN = 0.045  # of which for the planned time; the rest for ever, so that a strong effect is seen early, or late
UNPLANNED = 1_000  # customers; so tuned, a sequence is at most twice the fixed width from a hundred to a million
LEAST = 2  # in an arm, without which nothing is known of how much numbers differ


@dataclass(frozen=True)
class Sample:
    """What is known of one arm: its customers, and the mean and the variance (n - 1) of what they did."""

    arm: str
    n: int
    mean: float
    variance: float


class Interval(NamedTuple):
    """Between which two values the truth lies, as far as one can tell."""

    low: float
    high: float

    @property
    def leaves_doubt(self) -> bool:
        """Whether there may be no difference at all."""
        return self.low <= 0 <= self.high


def at_one_look(control: Sample, treated: Sample, *, binary: bool) -> Interval | None:
    """Return the interval for somebody who looks once, when all are in; None where too few are."""
    if binary:
        return _newcombe(control, treated) if control.n and treated.n else None
    return _welch(control, treated) if min(control.n, treated.n) >= LEAST else None


def at_any_look(
    control: Sample, treated: Sample, *, binary: bool, customers: int, planned: int | None
) -> Interval | None:
    """Return the interval at this look of a confidence sequence: all looks together miss one time in twenty.

    Parameters
    ----------
    control, treated
        The two arms as they are now.
    binary
        Whether outcomes are 0 or 1.
    customers
        All who are in by now, whatever their arm.
    planned
        How many are to be in at the end, settled before the first look; None where nobody settled it, for a sequence
        that is valid for ever and wider.

    Notes
    -----
    The difference, over its variance, moves like Brownian motion whose time is the customers (Waudby-Smith, Arbour,
    Sinha, Kennedy & Ramdas 2024, "Time-uniform central limit theory and asymptotic confidence sequences", Annals of
    Statistics 52). Asymptotic: each arm wants some dozens of customers, of skewed money some hundreds.
    """
    if not binary and min(control.n, treated.n) < LEAST:
        return None
    variances = [_cautious(one) if binary else one.variance for one in (control, treated)]
    error = math.sqrt(variances[0] / max(control.n, 1) + variances[1] / max(treated.n, 1))
    reach = error * reach_at_any_look(customers, planned)
    seen = treated.mean - control.mean
    return Interval(seen - reach, seen + reach)


def reach_at_any_look(customers: int, planned: int | None) -> float:
    """Return how many standard errors from what is seen the truth may lie, at this look and all others.

    Up to the planned size a boundary that stays where it is, as O'Brien & Fleming's (1979) does under continuous
    looks: by the reflection principle it is crossed with a chance of at most 4 (1 - Phi(c)). Beside it, and alone once
    more are in than planned, Robbins' (1970) mixture of normals.
    """
    if planned is None:
        return _mixture(customers / UNPLANNED, MISSES)
    done = customers / planned
    for_ever = _mixture(done, MISSES - WITHIN_PLAN)
    return for_ever if done > 1 else min(for_ever, float(ndtri(1 - WITHIN_PLAN / 4)) / math.sqrt(done))


def _mixture(done: float, misses: float) -> float:
    """Return the reach of Robbins' mixture, at a share of the size at which it is the narrowest."""
    tuned = -float(lambertw(-(misses**2) / math.e, -1).real) - 1
    time = tuned * done
    return math.sqrt((1 + 1 / time) * (math.log1p(time) - 2 * math.log(misses)))


def _newcombe(control: Sample, treated: Sample) -> Interval:
    """Return the difference of two shares, good in small arms: Newcombe 1998, Statistics in Medicine 17, method 10."""
    less, more = _wilson(control), _wilson(treated)
    seen = treated.mean - control.mean
    below = math.hypot(treated.mean - more.low, less.high - control.mean)
    above = math.hypot(more.high - treated.mean, control.mean - less.low)
    return Interval(seen - below, seen + above)


def _wilson(one: Sample) -> Interval:
    """Return one share's interval: Wilson 1927."""
    z = float(ndtri(1 - MISSES / 2))
    middle = 2 * one.n * one.mean + z**2
    spread = z * math.sqrt(z**2 + 4 * one.n * one.mean * (1 - one.mean))
    return Interval(*((middle + side * spread) / (2 * (one.n + z**2)) for side in (-1, 1)))


def _welch(control: Sample, treated: Sample) -> Interval:
    """Return the difference of two means whose spreads may differ: Welch 1947, with Student's t."""
    parts = [one.variance / one.n for one in (control, treated)]
    error = math.sqrt(sum(parts))
    seen = treated.mean - control.mean
    if error == 0:
        return Interval(seen, seen)
    squares = sum(part**2 / (one.n - 1) for part, one in zip(parts, (control, treated), strict=True))
    reach = error * float(stdtrit(error**4 / squares, 1 - MISSES / 2))
    return Interval(seen - reach, seen + reach)


def _cautious(one: Sample) -> float:
    """Return a share's variance as if one more had said yes and one more no: never 0 (Agresti & Caffo 2000)."""
    share = (one.n * one.mean + 1) / (one.n + 2)
    return share * (1 - share)
