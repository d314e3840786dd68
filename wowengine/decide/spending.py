"""Does one policy let more be spent than another? Told number by number, from the direction that each has.

It looks at what is allowed, not at what would be chosen: that is told by trying the policy on decisions of the past.
A number of which nobody has said which way it goes counts as a raise whenever it changes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from math import inf
from typing import Any, NamedTuple

from wowengine.decide.policy import DelayBand, Policy, QuietHours, Severity, Step
from wowengine.decide.policy_review import Approver
from wowengine.terms import GestureKind

Path = tuple[str, ...]
ANY = "*"  # in a path: whatever key stands there
MINUTES = [time(hour, minute) for hour in range(24) for minute in range(60)]


class Raise(NamedTuple):
    """A number that lets more be spent than before; None where it does not stand in one of the two."""

    path: str
    old: Any
    new: Any

    def __str__(self) -> str:
        return f"{self.path}: {_said(self.old)} -> {_said(self.new)}"


@dataclass(frozen=True)
class Direction:
    """When a change of a number lets more be spent, and what it counts for where it is left out."""

    raises: Callable[[Any, Any], bool]
    absent: Any = None


def _looser(old: Mapping[str, int], new: Mapping[str, int]) -> bool:
    return new["most"] > old["most"] or new["days"] < old["days"]


def _less_quiet(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    before, after = QuietHours.model_validate(old), QuietHours.model_validate(new)
    if before.time_zone != after.time_zone or before.channels - after.channels:
        return True
    return any(before.hold_at(minute) and not after.hold_at(minute) for minute in MINUTES)


UP = Direction(lambda old, new: new > old)
DOWN = Direction(lambda old, new: new < old)
NEUTRAL = Direction(lambda _old, _new: False)
UNCLEAR = Direction(lambda old, new: new != old)
FEWER = Direction(lambda old, new: bool(set(old) - set(new)))
MORE = Direction(lambda old, new: bool(set(new) - set(old)), absent=list(GestureKind))
WORSE = Direction(lambda old, new: list(Severity).index(Severity(new)) > list(Severity).index(Severity(old)))

DIRECTIONS: Mapping[str, Direction] = {
    "base_rate": UP,
    "language": NEUTRAL,  # the words alone
    "channel": UNCLEAR,
    "scarce_below": NEUTRAL,  # stock is held sooner or later, and no more of it
    "suggestions.goodwill": UP,
    "suggestions.delight": UP,
    "suggestions.alternatives": NEUTRAL,  # shown beside the suggestion
    "caps.compensations_per_incident": UP,
    "caps.kinds.*": Direction(_looser, absent={"most": inf, "days": 0}),
    "cool_downs.between": DOWN,
    "cool_downs.same_gesture": DOWN,
    "cool_downs.declined": DOWN,
    "cool_downs.private": DOWN,
    "quiet_hours": Direction(_less_quiet),
    "complaints.block": FEWER,
    "worth.*.landed_cents": UP,
    "worth.*.times": UP,
    "levers.kinds.*": Direction(UP.raises, absent=1.0),
    "levers.gestures.*": Direction(UP.raises, absent=1.0),
    "context.here": UP,
    "context.same_channel": UP,
    "context.stated": UP,
    "context.new_category": UP,
    "context.mends": UP,
    "goodwill.currency": UNCLEAR,
    "goodwill.base_cents.*": UP,
    "goodwill.wait.*": UP,
    "goodwill.failures.*": UP,
    "goodwill.knee_cents": UP,
    "goodwill.above_knee": UP,
    "goodwill.group_from": UP,  # more of them go without the group's ceiling
    "goodwill.group_cents": UP,
    "goodwill.least_share": UNCLEAR,  # refuses cheap forms: nothing is given then, or something dearer
    "goodwill.form_from": UNCLEAR,  # refuses one form: nothing is given then, or something dearer
    "goodwill.mends": UNCLEAR,
    "goodwill.limit_cents.*": Direction(UP.raises, absent=0),
    "severity.otherwise": WORSE,
    "severity.delay.*": WORSE,
    "severity.types.*": WORSE,
    "face.longest": UP,  # what may be said may be approved
    "face.banned": FEWER,
    "face.distance.bound": UP,
    "face.distance.source.*": DOWN,
    "face.distance.depth.*": DOWN,
    "face.distance.sensitivity.*": Direction(DOWN.raises, absent=1.0),
    "review.two_above_cents": Direction(UP.raises, absent=inf),  # more is approved by one alone
    "review.limit_cents.*": Direction(UP.raises, absent=0),
    "review.kinds.*": MORE,
    "links": UNCLEAR,  # lists of what the manager ties together: another is another
    "arms.random": UNCLEAR,  # an arm may cost more or less than what it stands in for
    "arms.generic": UNCLEAR,
    "arms.unsocial": UNCLEAR,
    "arms.gestures": UNCLEAR,
    "arms.within": UP,
    "exploration.share": UP,
    "exploration.among": UP,
    "exploration.least": DOWN,
    "budgets.*": Direction(UP.raises, absent=0),
}


def raises(old: Policy, new: Policy) -> tuple[Raise, ...]:
    """Return each number by which the new policy lets more be spent than the old one; none where it does not."""
    return tuple(_compare((), _spelt(old, new), _spelt(new, old)))


def direction_of(path: Path) -> Direction | None:
    """Return which way a number goes, or None where nobody has said."""
    for pattern, direction in DIRECTIONS.items():
        names = pattern.split(".")
        if len(names) == len(path) and all(name in {ANY, part} for name, part in zip(names, path, strict=True)):
            return direction
    return None


def _compare(path: Path, was: Any, now: Any) -> Iterator[Raise]:
    direction = direction_of(path)
    if direction is None and (isinstance(was, dict) or isinstance(now, dict)):
        was, now = was or {}, now or {}
        for name in sorted(was.keys() | now.keys()):
            yield from _compare((*path, name), was.get(name), now.get(name))
        return
    way = direction or UNCLEAR
    before, after = (way.absent if value is None else value for value in (was, now))
    if way.raises(before, after):
        yield Raise(".".join(path), was, now)


def _spelt(policy: Policy, other: Policy) -> dict[str, Any]:
    """Write a policy out by name; lists of steps as what they give wherever a step of either policy begins."""
    told = policy.model_dump(mode="json")
    mine, theirs = policy.severity, other.severity
    told["goodwill"]["wait"] = _times(policy.goodwill.wait, other.goodwill.wait)
    told["goodwill"]["failures"] = _times(policy.goodwill.failures, other.goodwill.failures)
    told["severity"]["delay"] = _bands(mine.delay, theirs.delay)
    told["severity"]["types"] = {name: mine.types.get(name, mine.otherwise) for name in {*mine.types, *theirs.types}}
    told["review"] = told["review"] or _no_ladder()
    told["budgets"] = {f"{one.account} ({one.pays}, {one.currency})": one.granted_cents for one in policy.budgets}
    return told


def _no_ladder() -> dict[str, Any]:
    """Return what a policy without the section comes to: anybody may approve anything."""
    return {"two_above_cents": None, "limit_cents": dict.fromkeys(map(str, Approver), inf), "kinds": {}}


def _times(steps: Sequence[Step], others: Sequence[Step]) -> dict[str, float]:
    begins = {step.at_least for step in (*steps, *others)}
    return {
        str(count): next((one.times for one in reversed(steps) if count >= one.at_least), steps[0].times)
        for count in begins
    }


def _bands(bands: Sequence[DelayBand], others: Sequence[DelayBand]) -> dict[str, Severity]:
    begins = {band.at_least for band in (*bands, *others)}
    return {
        str(count): next((one.band for one in reversed(bands) if count >= one.at_least), bands[0].band)
        for count in begins
    }


def _said(value: Any) -> str:
    match value:
        case None:
            return "none"
        case dict():
            return ", ".join(f"{name} {_said(one)}" for name, one in value.items())
        case list():
            return " ".join(map(str, value)) or "none"
        case _:
            return str(value)
