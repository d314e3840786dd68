"""What a treatment did, against a control: everybody counts in the arm they were drawn for, whatever became of it.

That is intention to treat: who was assigned a gesture and never got it counts as treated, or else the arms are no
longer alike. "Cannot tell yet" is an answer, with its reason.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from wowengine.campaigns.lift_intervals import Interval, Sample, at_any_look, at_one_look
from wowengine.campaigns.lift_plan import SampleRatio, sample_ratio, size_for_means, size_for_shares
from wowengine.errors import BadInput

FEWEST = 10  # customers in an arm, below which nothing is said
AWAY = 6.0  # standard errors from 0 at which a control's mean may divide (Fieller's g is then about 0.1)
REACH = 1.96  # standard errors, for 95 % of a ratio


class Verdict(StrEnum):
    """What can be said of a treatment."""

    HIGHER = "higher"
    LOWER = "lower"
    CANNOT_TELL = "cannot tell yet"


@dataclass(frozen=True)
class Relative:
    """The difference as a share of the control's mean: 0.1 is a tenth more."""

    ratio: float
    low: float
    high: float


@dataclass(frozen=True)
class Lift:
    """One arm against the control; differences in the outcome's own unit, a share of 1 for a 0/1 outcome."""

    arm: str
    difference: float
    once: Interval | None  # 95 %, for who looks once; None where too few are in
    always: Interval | None  # 95 % over all looks together
    relative: Relative | None  # None where the control's mean is near 0
    verdict: Verdict
    why: str


@dataclass(frozen=True)
class Trial:
    """What a trial says: the arms, each treatment against the control, and whether the lots were sound."""

    binary: bool  # outcomes are 0 or 1
    control: str
    arms: tuple[Sample, ...]  # by name
    lifts: tuple[Lift, ...]
    ratio: SampleRatio


def measure(
    samples: Sequence[Sample],
    control: str,
    *,
    binary: bool,
    shares: Mapping[str, float] | None = None,
    planned: int | None = None,
) -> Trial:
    """Hold every arm against the control, each on its own: of twenty treatments that do nothing, one looks as if.

    Parameters
    ----------
    samples
        Two arms or more, one each.
    control
        The name of the arm without the treatment.
    binary
        Whether outcomes are 0 or 1; numbers otherwise, such as money.
    shares
        The planned share of each arm, adding up to 1. Where they are told and the arms are not so, no verdict is
        given; where they are not, equal ones are taken, and nothing hangs on them.
    planned
        How many customers are to be in at the end, of all arms together.

    Raises
    ------
    BadInput
        When the control is none of the arms, there is no other, or the shares or the plan cannot be.
    """
    known = {one.arm: one for one in sorted(samples, key=lambda one: one.arm)}
    if control not in known:
        raise BadInput(
            f"The control {control!r} is none of the arms: {', '.join(map(repr, known)) or 'there are none'}."
        )
    if len(known) == 1:
        raise BadInput(f"There is one arm only, {control!r}: a lift needs another beside it.")
    if planned is not None and planned < 1:
        raise BadInput(f"A trial is planned for one customer at least, not for {planned}.")
    ratio = sample_ratio({arm: one.n for arm, one in known.items()}, shares)
    customers = sum(one.n for one in known.values())
    lifts = tuple(
        _lift(known[control], one, ratio, binary=binary, customers=customers, planned=planned)
        for one in known.values()
        if one.arm != control
    )
    return Trial(binary, control, tuple(known.values()), lifts, ratio)


def customers_needed(trial: Trial, difference: float, power: float = 0.8) -> dict[str, int]:
    """Return, for each treatment, the customers that it and the control take together to see such a difference.

    Parameters
    ----------
    trial
        Its control tells the level and the spread without the treatment, its planned shares how arms are drawn.
    difference
        The least that would matter, in the outcome's own unit; not 0.
    power
        Chance of seeing it, where it is there.

    Raises
    ------
    BadInput
        When the difference is 0, or would bring a share below 0 or above 1.
    """
    control = next(one for one in trial.arms if one.arm == trial.control)
    if not difference or (trial.binary and not 0 <= control.mean + difference <= 1):
        raise BadInput(f"A difference of {difference:g} from {control.mean:g} cannot be looked for.")
    size, level = (size_for_shares, control.mean) if trial.binary else (size_for_means, control.variance)
    planned = trial.ratio.planned
    treated = {one.arm: planned[one.arm] / (planned[one.arm] + planned[trial.control]) for one in trial.lifts}
    return {arm: size(level, difference, power=power, treated=share) for arm, share in treated.items()}


def _lift(
    control: Sample, treated: Sample, ratio: SampleRatio, *, binary: bool, customers: int, planned: int | None
) -> Lift:
    once = at_one_look(control, treated, binary=binary)
    always = at_any_look(control, treated, binary=binary, customers=customers, planned=planned)
    skewed, early = ratio.told and ratio.alarm, planned is not None and customers < planned
    verdict, why = _verdict(min(control.n, treated.n), once, always, skewed=skewed, early=early)
    return Lift(treated.arm, treated.mean - control.mean, once, always, _relative(control, treated), verdict, why)


def _verdict(
    fewest: int, once: Interval | None, always: Interval | None, *, skewed: bool, early: bool
) -> tuple[Verdict, str]:
    if skewed:
        return Verdict.CANNOT_TELL, "the arms are not as large as planned: something other than lots chose who is in"
    if fewest < FEWEST or once is None or always is None:
        return Verdict.CANNOT_TELL, f"fewer than {FEWEST} customers are in an arm"
    if once.low == once.high:
        return Verdict.CANNOT_TELL, "nobody did anything else than the others of their arm"
    if once.leaves_doubt:
        return Verdict.CANNOT_TELL, "no difference at all lies within the interval"
    side = Verdict.HIGHER if once.low > 0 else Verdict.LOWER
    if not always.leaves_doubt:
        return side, "however often one looks"
    if early:
        return Verdict.CANNOT_TELL, "not all that were planned are in, and to who looks early it may still be chance"
    return side, "if this is the one look that was planned; to who looks often it may still be chance"


def _relative(control: Sample, treated: Sample) -> Relative | None:
    """Return the ratio, with its interval by the delta method, where the control's mean is well away from 0."""
    error = math.sqrt(control.variance / control.n)
    if min(control.n, treated.n) < FEWEST or abs(control.mean) <= AWAY * error:
        return None
    times = treated.mean / control.mean
    spread = math.sqrt(treated.variance / treated.n + times**2 * control.variance / control.n) / abs(control.mean)
    return Relative(times - 1, times - 1 - REACH * spread, times - 1 + REACH * spread)
