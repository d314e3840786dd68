"""A curve from scores to chances: as plain numbers, rising everywhere, and never certain.

All three ways of calibrating are one formula on the logit scale, with s the score and softplus(s) = log(1 + exp(s)):

    logit(s) = intercept - low * softplus(-s) + high * softplus(s) + step(s)

A straight line (Platt 1999) has low = high; beta calibration (Kull, Silva Filho & Flach 2017, "Beta calibration") lets
the two differ, so that low scores may be stretched otherwise than high ones; isotonic regression (Zadrozny & Elkan
2002) puts all into the step, and keeps a slight slope so that no two scores become one. How a curve is fitted is told
in ``calibrate``; this file only evaluates, and needs no optimiser.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Doubles = NDArray[np.float64]

KINDS = ("platt", "beta", "isotonic")
"""From the simplest to the most willing to bend."""

SLIGHT = 1e-3  # least slope of a curve: ranking by chance is then ranking by score
SURE = 20.0  # logits at which a curve ends: nobody is surer of anything than a billion to two


@dataclass(frozen=True)
class Curve:
    """A rising map from scores to chances.

    Attributes
    ----------
    kind
        How it was fitted: one of `KINDS`.
    low, high
        Slope towards low scores and towards high ones, in logits per unit of score; at least `SLIGHT`.
    intercept
        Logits at a score of zero, but for the other terms.
    at, step
        Knots of the step: scores, ascending, and logits, none below the one before. Level beyond either end, straight
        between; both empty where there is no step.

    Raises
    ------
    ValueError
        When these numbers make no rising curve.
    """

    kind: str
    low: float
    high: float
    intercept: float
    at: tuple[float, ...] = ()
    step: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        broken = self._broken()
        if broken:
            raise ValueError(f"this is no curve: {broken}")

    def logits(self, scores: NDArray[np.floating[Any]]) -> Doubles:
        """Return the logit of the chance at each score: any shape in, the same out, from -`SURE` to `SURE`.

        A higher score never gets a lower logit, and gets a higher one wherever that is less than `SURE`.
        """
        exact = scores.astype(np.float64)
        found = exact * self.low + self.intercept
        if self.high != self.low:  # softplus(-s) = softplus(s) - s, so a straight line needs neither
            found += (self.high - self.low) * softplus(exact)
        if self.at:
            found += np.interp(exact, self.at, self.step)
        return np.asarray(np.clip(found, -SURE, SURE))

    def chances(self, scores: NDArray[np.floating[Any]]) -> Doubles:
        """Return the chance at each score: any shape in, the same out, above 0 and below 1."""
        return np.asarray(expit(self.logits(scores)))

    def as_json(self) -> dict[str, Any]:
        """Return the curve as plain values; `from_json` makes the very same of them."""
        return asdict(self)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Curve":
        """Read what `as_json` wrote, also after it went through JSON text.

        Raises
        ------
        KeyError, TypeError, ValueError
            When it is not a curve.
        """
        low, high, intercept = (float(said[name]) for name in ("low", "high", "intercept"))
        at, step = (tuple(map(float, said[name])) for name in ("at", "step"))
        return cls(str(said["kind"]), low, high, intercept, at, step)

    def _broken(self) -> str:
        """Name what is wrong, or ''."""
        if self.kind not in KINDS:
            return f"its kind is {self.kind!r}"
        if not np.isfinite([self.low, self.high, self.intercept, *self.at, *self.step]).all():
            return "a number is not finite"
        if min(self.low, self.high) < SLIGHT:
            return f"a slope is below {SLIGHT}"
        if len(self.at) != len(self.step) or (np.diff(self.at) <= 0).any() or (np.diff(self.step) < 0).any():
            return "its knots do not rise"
        return ""


STRAIGHT = Curve("platt", 1.0, 1.0, 0.0)
"""A score is the logit of its chance."""


def softplus(scores: Doubles) -> Doubles:
    """Return log(1 + exp(s)), five times faster than `numpy.logaddexp`."""
    return np.asarray(np.maximum(scores, 0.0) + np.log1p(np.exp(-np.abs(scores))))
