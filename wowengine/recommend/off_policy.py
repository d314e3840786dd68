"""What would another policy have brought? Read from a log whose chances were written down when it was made.

Each row of a log is one choice: what it brought, the chance with which it was chosen, and the chance with which the
other policy, the target, would have chosen the same. Only choices drawn by lot have such a chance: what a person
decided has none, and cannot be read here. Four readings, from the simplest to the best guarded:

- `ips` weighs each row by how much more often the target would have chosen so. True on average, and restless.
- `snips` divides by the weights' own sum: calmer, and off by a trace that vanishes with more rows.
- `direct` asks a reward model instead of the log, and is as wrong as the model is.
- `doubly_robust` takes the model's word and lets the weighted log correct it: right if either is right.

Sources: Horvitz & Thompson 1952; Swaminathan & Joachims 2015 (SNIPS); Dudík, Langford & Li 2011 (doubly robust).
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wowengine.errors import BadInput
from wowengine.recommend.calibrate import Doubles

NEEDED = 200.0  # effective rows before a value is told: with fewer, a 95 % interval holds the truth too seldom
HEAVIEST = 0.02  # share of all weight that one row may carry: what hangs on single rows has no trusty interval
FAR = 4.0  # standard errors of the mean weight from 1 that chance does not explain
ROUNDING = 1e-6  # of a mean weight: chances are logged with so many digits
WIDE = 1.959964  # standard errors to either side that hold 95 % of a normal distribution


@dataclass(frozen=True)
class Log:
    """Choices that were drawn by lot, one entry a row, independent of one another. Checked when made.

    Attributes
    ----------
    reward
        Shape (n,): what the choice brought, such as 1 where it landed and 0 where not.
    logged
        Shape (n,): the chance with which it was chosen then, above 0 and at most 1.
    target
        Shape (n,): the chance with which the target policy would choose the same at that moment, 0 to 1.
    """

    reward: Doubles
    logged: Doubles
    target: Doubles

    def __post_init__(self) -> None:
        broken = self._broken()
        if broken:
            raise BadInput(f"This log cannot be read: {broken}.")

    @cached_property
    def weight(self) -> Doubles:
        """How many times as often the target would have chosen so: shape (n,), about 1 on average."""
        return self.target / self.logged

    @property
    def effective(self) -> float:
        """How many equally weighted rows the weighted ones are worth (Kish 1965): (Σw)² / Σw²."""
        squares = float((self.weight**2).sum())
        return float(self.weight.sum()) ** 2 / squares if squares else 0.0

    def _broken(self) -> str:
        """Name what is wrong, or ''."""
        parts = (self.reward, self.logged, self.target)
        if any(part.shape != (len(self.reward),) for part in parts):
            return f"shapes are {', '.join(str(part.shape) for part in parts)}, and all should be (n,)"
        if len(self.reward) < 2:  # noqa: PLR2004 - one row has no spread
            return "it has fewer than two rows"
        if not all(np.isfinite(part).all() for part in parts):
            return "something in it is no number"
        never = int((self.logged <= 0).sum())
        if never:
            return f"{never} rows were chosen with a logged chance of 0 or less, which cannot have happened"
        if (self.logged > 1).any() or (self.target < 0).any() or (self.target > 1).any():
            return "a chance lies outside 0 to 1"
        return ""


@dataclass(frozen=True)
class Foretold:
    """What a reward model foretells of each row. It must not have learned from these rows.

    Attributes
    ----------
    chosen
        Shape (n,): the reward of what was chosen.
    target
        Shape (n,): the reward of the target policy at that moment, over all that it might choose.
    """

    chosen: Doubles
    target: Doubles


@dataclass(frozen=True)
class Estimate:
    """What the target policy would have brought, a row.

    Attributes
    ----------
    value, low, high
        The mean reward, and the interval that holds the true one in about 95 of 100 logs. Believe it only where it
        is `told`.
    effective
        How many equally weighted rows the log is worth for this target, see `Log.effective`.
    reason
        Why the log cannot tell, or '' where it can.
    """

    value: float
    low: float
    high: float
    effective: float
    reason: str = ""

    @property
    def told(self) -> bool:
        """Whether the log can tell."""
        return not self.reason

    def as_json(self) -> dict[str, Any]:
        """Return plain values; figures that should not be believed are left out as None."""
        figures = {"value": self.value, "low": self.low, "high": self.high}
        shown = {name: round(figure, 6) if self.told else None for name, figure in figures.items()}
        return {**shown, "effective": round(self.effective, 1), "told": self.told, "reason": self.reason}


def foretell(rewards: Doubles, policy: Doubles, chosen: NDArray[np.int64]) -> Foretold:
    """Return what a model foretells of each row, from all that might have been chosen.

    Parameters
    ----------
    rewards
        Shape (n, actions): the model's reward of every action at each row's moment.
    policy
        Shape (n, actions): the target's chance of every action; rows sum to 1.
    chosen
        Shape (n,): the action that was chosen.
    """
    if not np.allclose(policy.sum(axis=1), 1.0):
        raise BadInput("The target's chances do not sum to 1 in every row.")
    return Foretold(rewards[np.arange(len(chosen)), chosen], np.einsum("na,na->n", policy, rewards))


def ips(log: Log) -> Estimate:
    """Return the mean of weight times reward (inverse propensity scores)."""
    return _told(log, log.weight * log.reward)


def snips(log: Log) -> Estimate:
    """Return the weighted mean of the rewards (self-normalised inverse propensity scores).

    A ratio of two means is as restless as the mean of its first-order parts (the delta method). Where no row has
    weight there is no mean, and 0 stands for it.
    """
    mean = max(float(log.weight.mean()), np.finfo(float).tiny)
    value = float((log.weight * log.reward).mean()) / mean
    return _told(log, value + log.weight * (log.reward - value) / mean)


def direct(log: Log, foretold: Foretold) -> Estimate:
    """Return what the model foretells of the target.

    The interval knows which moments the log happened to hold, and nothing of the model's own error. So the log is asked
    as well: where it contradicts the model, or is too small to, nothing is told.
    """
    found = _told(log, foretold.target)
    error = _told(log, log.weight * (foretold.chosen - log.reward))
    if found.told and not error.low <= 0 <= error.high:
        return replace(found, reason=f"the reward model is off by {error.value:+.3g} where the log can see it")
    return found


def doubly_robust(log: Log, foretold: Foretold) -> Estimate:
    """Return what the model foretells of the target, corrected by the weighted errors that it made in the log."""
    return _told(log, foretold.target + log.weight * (log.reward - foretold.chosen))


def _told(log: Log, rows: Doubles) -> Estimate:
    """Return the mean of independent rows with its normal interval: each reading is one, only the rows differ."""
    value, error = float(rows.mean()), _error(rows)
    doubt = _doubt(log) or ("all rows say the same, so nothing shows how far off they are" if not error else "")
    return Estimate(value, value - WIDE * error, value + WIDE * error, log.effective, doubt)


def _doubt(log: Log) -> str:
    """Say why the log cannot tell of its target, or ''.

    Weights are 1 on average if the log had a chance of doing all that the target does, and its chances are true. All
    of this is judged by the weights that were drawn: where a very rare choice would have had a very great weight, the
    log may not hold it and `ips` comes out too low. There, believe `doubly_robust`.
    """
    if log.effective < NEEDED:
        return f"the log is worth {log.effective:.0f} rows for this policy, and {NEEDED:.0f} are needed"
    heaviest = float(log.weight.max() / log.weight.sum())
    if heaviest > HEAVIEST:
        return f"one row carries {heaviest:.1%} of all weight, and {HEAVIEST:.0%} is the most it may"
    mean = float(log.weight.mean())
    if abs(mean - 1) > FAR * _error(log.weight) + ROUNDING:
        why = "it would often do what was never logged" if mean < 1 else "the logged chances are too small"
        return f"weights are {mean:.2f} on average, not 1: {why}, or the chances are not those that were used"
    return ""


def _error(rows: Doubles) -> float:
    """Return the standard error of the mean."""
    return float(rows.std(ddof=1)) / math.sqrt(len(rows))
