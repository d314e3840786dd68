"""Numbers of the goodwill ladder that change no amount, and limits that stand in one another's way.

A step is idle if leaving it out gives the same amount for every harm that the ladder can tell from another. So it is
found by the ladder's own arithmetic, and not by a second telling of it.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import product
from typing import Any, NamedTuple

from wowengine.decide.candidate import Incident
from wowengine.decide.goodwill import goodwill
from wowengine.decide.policy import Policy, Severity
from wowengine.decide.words import money


class Remark(NamedTuple):
    """A number that does not do what somebody may think, and where it stands."""

    path: str
    said: str


def ladder_remarks(policy: Policy) -> Iterator[Remark]:
    """Yield what is idle or out of reach in the ladder and in the table of severities."""
    now = amounts(policy)
    yield from _limits(policy, min(now.values()))
    yield from _steps(policy, now)
    yield from _severities(policy, now)
    ladder, highest = policy.goodwill, max(policy.goodwill.limit_cents.values())
    if _same(now, _with(policy, goodwill={"above_knee": 1.0})):
        yield Remark("goodwill.above_knee", "changes no amount: none comes above the knee, or it counts in full there")
    if _same(now, _with(policy, goodwill={"group_cents": highest})):
        reached = money(max(now.values()), ladder.currency)
        yield Remark("goodwill.group_cents", f"is never reached: nobody gets more than {reached} anyhow")


def amounts(policy: Policy) -> dict[Incident, int]:
    """Return the amount in cents for one harm of each sort that the policy tells from another."""
    return {harm: goodwill(harm, policy).cents for harm in _harms(policy)}


def _harms(policy: Policy) -> Iterator[Incident]:
    ladder, table = policy.goodwill, policy.severity
    kinds = [("delay", band.at_least) for band in table.delay] + [(name, None) for name in ("", *sorted(table.types))]
    waits = [step.at_least for step in ladder.wait]
    failures = [step.at_least for step in ladder.failures]
    for (name, late), wait, failed, affected in product(kinds, waits, failures, (1, ladder.group_from)):
        yield Incident(
            source_id="",
            at=datetime(1970, 1, 1, tzinfo=UTC),
            mode="",
            type=name,
            arrival_delay_minutes=late,
            unanswered_minutes=wait,
            our_failures=failed,
            affected=affected,
        )


def _limits(policy: Policy, least: int) -> Iterator[Remark]:
    ladder, highest = policy.goodwill, max(policy.goodwill.limit_cents.values())
    for role, limit in ladder.limit_cents.items():
        if limit < least:
            said = f"lets the {role} give nothing: the least that the ladder gives is {money(least, ladder.currency)}"
            yield Remark(f"goodwill.limit_cents.{role}", said)
    for severity, base in ladder.base_cents.items():
        if base > highest:
            said = f"is above the highest limit, {money(highest, ladder.currency)}: nobody may give it"
            yield Remark(f"goodwill.base_cents.{severity}", said)


def _steps(policy: Policy, now: Mapping[Incident, int]) -> Iterator[Remark]:
    """Yield steps whose leaving out changes nothing. The first is where the ladder stands, and never idle."""
    for name in ("wait", "failures"):
        steps = getattr(policy.goodwill, name)
        for place, step in enumerate(steps[1:], 1):
            left = (*steps[:place], *steps[place + 1 :])
            if _same(now, _with(policy, goodwill={name: left})):
                flat = step.times == steps[place - 1].times
                why = "it gives what the step before it gives" if flat else "the limits are reached before it"
                yield Remark(f"goodwill.{name}.{place}", f"from {step.at_least} on changes no amount: {why}")


def _severities(policy: Policy, now: Mapping[Incident, int]) -> Iterator[Remark]:
    table = policy.severity
    for place, band in enumerate(table.delay[1:], 1):
        left = (*table.delay[:place], *table.delay[place + 1 :])
        if _same(now, _with(policy, severity={"delay": left})):
            yield Remark(f"severity.delay.{place}", f"from {band.at_least} minutes on changes no amount")
    used = {table.otherwise, *table.types.values(), *(band.band for band in table.delay)}
    for severity in Severity:
        if severity not in used:
            yield Remark(f"goodwill.base_cents.{severity}", f"is never given: nothing that happens is {severity}")


def _same(now: Mapping[Incident, int], other: Policy) -> bool:
    return all(goodwill(harm, other).cents == cents for harm, cents in now.items())


def _with(policy: Policy, **tables: dict[str, Any]) -> Policy:
    """Return the policy with some numbers of a table changed, unchecked."""
    changed = {name: getattr(policy, name).model_copy(update=numbers) for name, numbers in tables.items()}
    return policy.model_copy(update=changed)
