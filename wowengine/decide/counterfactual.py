"""What would have had to be otherwise for another gesture to win: each answer is tried by deciding again.

One thing is changed at a time, by as much as it takes and hardly more: the chance that it lands, what it is worth to
the customer, the manager's lever, or what it costs (of several units as many as now). What cannot be (a chance above
one, a cost below nothing) is not said.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from wowengine.decide.arbitration import Ranked
from wowengine.decide.candidate import Candidate
from wowengine.decide.decide import decide_on
from wowengine.decide.decision import Decision, Suggestion
from wowengine.decide.inputs import Inputs
from wowengine.decide.judge import judge
from wowengine.decide.offer import offers

_MOST_LEVER = 100.0  # that a policy may say

Change = Callable[[Inputs, Ranked, float], Inputs]


@dataclass(frozen=True)
class Flip:
    """The smallest change of one thing that puts a gesture first; it was tried, and it does."""

    gesture_id: str
    instead_of: str  # the gesture that won
    change: str  # propensity, value_cents, lever or cost_cents
    now: float
    needed: float


@dataclass(frozen=True)
class _Try:
    """A thing that may be changed: what it is now, what arithmetic asks for, and a little more of it."""

    change: str
    now: float
    needed: float
    more: float
    make: Change


def flips(decision: Decision) -> tuple[Flip, ...]:
    """Return for each alternative of each suggestion what would have put it first, by deciding again each time."""
    if not any(suggestion.alternatives for suggestion in decision.suggestions):
        return ()
    passed = {one.offer.candidate.gesture_id: one for one in judge(offers(decision.inputs))[1]}
    return tuple(
        flip
        for winner in decision.suggestions
        if winner.by_rank
        for rival in winner.alternatives
        for flip in _flips(decision.inputs, winner, passed[rival.gesture_id])
    )


def _flips(inputs: Inputs, winner: Suggestion, rival: Ranked) -> Iterator[Flip]:
    rival_id = rival.offer.candidate.gesture_id
    for one in _tries(winner.priority, rival):
        # At the very edge both are worth the same, and a tie may go to either.
        reached = (
            needed for needed in (one.needed, one.more) if _wins(one.make(inputs, rival, needed), winner, rival_id)
        )
        if (needed := next(reached, None)) is not None:
            yield Flip(rival_id, winner.gesture_id, one.change, one.now, needed)


def _wins(inputs: Inputs, winner: Suggestion, rival_id: str) -> bool:
    again = decide_on(inputs).suggestions
    return next((one.gesture_id for one in again if one.basis is winner.basis), None) == rival_id


def _tries(target: float, rival: Ranked) -> Iterator[_Try]:
    """Solve ``propensity x context x value x lever - cost = target`` for one factor after another."""
    of, candidate = rival.factors, rival.offer.candidate
    wanted = target + of["cost"]
    gain = of["context"] * of["value"] * of["lever"]
    if gain > 0 and wanted / gain <= 1:
        yield _more("propensity", of["propensity"], wanted / gain, 1.0, _chance)
    gain = of["propensity"] * of["context"] * of["value"]
    if gain > 0 and wanted / gain <= _MOST_LEVER:
        yield _more("lever", of["lever"], wanted / gain, _MOST_LEVER, _lever)
    gain = of["propensity"] * of["context"] * of["lever"]
    worth = rival.offer.policy.worth[candidate.kind]
    if gain > 0 and worth.times > 0:
        cents = math.ceil((wanted / gain - worth.landed_cents) / (worth.times * rival.offer.units))
        yield _Try("value_cents", candidate.value_cents, cents, cents + 1, _value)
    cents = math.floor((of["propensity"] * of["context"] * of["value"] * of["lever"] - target) / rival.offer.units)
    if cents >= 0:
        yield _Try("cost_cents", candidate.cost_cents, cents, max(cents - 1, 0), _cost)


def _more(change: str, now: float, needed: float, most: float, make: Change) -> _Try:
    above = min(needed * (1 + 1e-12), most)  # what a product of four may round away
    return _Try(change, now, needed, above, make)


def _chance(inputs: Inputs, rival: Ranked, needed: float) -> Inputs:
    candidate = rival.offer.candidate
    return _with(inputs, replace(candidate, propensity=replace(candidate.propensity, value=needed)))


def _value(inputs: Inputs, rival: Ranked, needed: float) -> Inputs:
    return _with(inputs, replace(rival.offer.candidate, value_cents=int(needed)))


def _cost(inputs: Inputs, rival: Ranked, needed: float) -> Inputs:
    return _with(inputs, replace(rival.offer.candidate, cost_cents=int(needed)))


def _lever(inputs: Inputs, rival: Ranked, needed: float) -> Inputs:
    levers, candidate = inputs.policy.levers, rival.offer.candidate
    of_kind = levers.kinds.get(candidate.kind, 1.0)
    if of_kind == 0:
        return inputs
    gestures = levers.gestures | {candidate.gesture_id: needed / of_kind}
    return replace(
        inputs, policy=inputs.policy.model_copy(update={"levers": levers.model_copy(update={"gestures": gestures})})
    )


def _with(inputs: Inputs, changed: Candidate) -> Inputs:
    kept = (changed if one.gesture_id == changed.gesture_id else one for one in inputs.candidates)
    return replace(inputs, candidates=tuple(kept))
