"""Before and beside a trial: how many customers it takes, and whether the arms are as large as they were drawn."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from scipy.special import bdtr, bdtrc, chdtrc, ndtri

from wowengine.campaigns.lift_intervals import MISSES
from wowengine.errors import BadInput

ALARM = 0.001  # chance below which sizes are no accident, as practice has it (Fabijan et al. 2019, KDD)
ROUGH = 5.0  # customers expected in an arm, below which chi-square says nothing
ROUNDING = 0.02  # by which shares may miss 1: 0.33 and 0.33 and 0.33 will do
EVEN = 2  # arms of which the exact chance is known
_REACH = float(ndtri(1 - MISSES / 2))  # standard errors, at one look


@dataclass(frozen=True)
class SampleRatio:
    """Whether the arms are as large as planned; where they are not, customers were lost, or not drawn by lot."""

    planned: Mapping[str, float]  # share of each arm, which add up to 1
    told: bool  # whether somebody said so, or equal shares were taken
    seen: Mapping[str, int]
    chance: float | None  # of sizes as odd as these, where all is well; None where too few are in

    @property
    def alarm(self) -> bool:
        """Whether this is no accident."""
        return self.chance is not None and self.chance < ALARM


def sample_ratio(seen: Mapping[str, int], shares: Mapping[str, float] | None = None) -> SampleRatio:
    """Hold the customers of each arm against the planned shares, or against equal ones.

    Raises
    ------
    BadInput
        When an arm has no share, a share is not above 0, or they do not add up to 1.
    """
    planned = _whole(shares, seen) if shares else dict.fromkeys(seen, 1 / len(seen))
    counts = {arm: seen.get(arm, 0) for arm in planned}
    return SampleRatio(planned, bool(shares), counts, _chance(list(counts.values()), list(planned.values())))


def size_for_shares(rate: float, difference: float, *, power: float = 0.8, treated: float = 0.5) -> int:
    """Return how many customers both arms together take to see a share rise or fall so far, looked at once.

    Parameters
    ----------
    rate
        The share who do it under control, 0 to 1.
    difference
        The least that would matter: 0.02 for two points; not 0.
    power
        Chance of seeing it, where it is there.
    treated
        Share of these customers who are treated: between 0 and 1.

    Notes
    -----
    Fleiss, Levin & Paik 2003, "Statistical methods for rates and proportions", chapter 4, without correction.
    """
    then = rate + difference
    pooled = rate + treated * difference
    alike = pooled * (1 - pooled) / (treated * (1 - treated))
    unlike = then * (1 - then) / treated + rate * (1 - rate) / (1 - treated)
    return math.ceil(((_REACH * math.sqrt(alike) + float(ndtri(power)) * math.sqrt(unlike)) / difference) ** 2)


def size_for_means(variance: float, difference: float, *, power: float = 0.8, treated: float = 0.5) -> int:
    """Return the same for the mean of a number, such as money, with this variance in either arm."""
    reach = (_REACH + float(ndtri(power))) / difference
    return math.ceil(reach**2 * variance / (treated * (1 - treated)))


def _whole(shares: Mapping[str, float], seen: Mapping[str, int]) -> dict[str, float]:
    strangers = sorted(set(seen) - set(shares))
    if strangers:
        raise BadInput(f"No share is planned for {', '.join(map(repr, strangers))}: give one for every arm, or none.")
    total = sum(shares.values())
    if min(shares.values()) <= 0 or abs(total - 1) > ROUNDING:
        raise BadInput(f"Shares are above 0 and add up to 1; these add up to {total:g}.")
    return {arm: share / total for arm, share in shares.items()}


def _chance(counts: list[int], shares: list[float]) -> float | None:
    n = sum(counts)
    if len(counts) == EVEN:
        first, share = counts[0], shares[0]
        at_least = float(bdtrc(first - 1, n, share)) if first else 1.0
        return min(1.0, 2 * min(float(bdtr(first, n, share)), at_least))
    if n * min(shares) < ROUGH:
        return None
    odd = sum((count - n * share) ** 2 / (n * share) for count, share in zip(counts, shares, strict=True))
    return float(chdtrc(len(counts) - 1, odd))
