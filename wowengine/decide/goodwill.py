"""How much goodwill an incident deserves, by the policy's ladder. It adds to what the law owes, and replaces nothing.

It looks at what happened, how long the customer's words went unanswered and how often we failed; never at who they
are, how loudly or how often they wrote, nor at any score of a model. The same harm gets the same amount.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from wowengine.decide.candidate import Given, Incident
from wowengine.decide.policy import Ladder, Policy, Severity, Step
from wowengine.decide.words import duration, money


@dataclass(frozen=True)
class Goodwill:
    """What the ladder gives for one incident, and how it came to that."""

    cents: int
    currency: str
    severity: Severity
    reason: str  # the sum, for the agent
    already_cents: int = 0  # given for it before, and taken off


def severity(incident: Incident, policy: Policy) -> Severity:
    """Return how bad it was. A delay whose length nobody knows counts as the shortest."""
    table = policy.severity
    if incident.type != "delay":
        return table.types.get(incident.type, table.otherwise)
    known = (incident.arrival_delay_minutes, incident.departure_delay_minutes)
    minutes = next((fact for fact in known if fact is not None), 0)
    return next((one.band for one in reversed(table.delay) if minutes >= one.at_least), table.delay[0].band)


def goodwill(incident: Incident, policy: Policy, before: Sequence[Given] = ()) -> Goodwill:
    """Return the ladder's amount: base x wait x failures, flatter above the knee, under its ceilings.

    What was given as goodwill for the same incident `before` is taken off, down to nothing: what the law owes is
    reckoned elsewhere, and is touched by neither.
    """
    ladder, bad = policy.goodwill, severity(incident, policy)
    wait = _times(ladder.wait, incident.unanswered_minutes)
    failures = _times(ladder.failures, incident.our_failures)
    cents = _flatten(ladder.base_cents[bad] * wait * failures, ladder)
    ceiling, named = _ceiling(incident, ladder)
    parts = [
        f"{bad}: {money(ladder.base_cents[bad], ladder.currency)}",
        f"x {wait:g} for {duration(incident.unanswered_minutes)} without an answer",
        f"x {failures:g} for failure number {incident.our_failures}",
    ]
    if cents > ceiling:
        parts.append(named)
    already = _sums(before)
    parts += [_taken_off(sum_cents, currency, ladder) for currency, sum_cents in already.items()]
    spent = already.get(ladder.currency, 0)
    return Goodwill(max(0, min(cents, ceiling) - spent), ladder.currency, bad, ", ".join(parts), spent)


def role_for(cents: int, policy: Policy) -> str | None:
    """Return the humblest role that may give this much by itself, or None where nobody may."""
    able = [(limit, role) for role, limit in policy.goodwill.limit_cents.items() if cents <= limit]
    return min(able)[1] if able else None


def _times(steps: Sequence[Step], count: int) -> float:
    return next((step.times for step in reversed(steps) if count >= step.at_least), steps[0].times)


def _flatten(cents: float, ladder: Ladder) -> int:
    """Above the knee each euro counts less: more money heals less and less."""
    above = max(0.0, cents - ladder.knee_cents)
    return round(cents - above + above * ladder.above_knee)


def _sums(before: Sequence[Given]) -> dict[str, int]:
    """Add up what was given by currency; what nobody wrote down the cost of cannot be counted."""
    sums: dict[str, int] = {}
    for one in before:
        if one.currency and one.amount_cents:
            sums[one.currency] = sums.get(one.currency, 0) + one.amount_cents
    return dict(sorted(sums.items()))


def _taken_off(cents: int, currency: str, ladder: Ladder) -> str:
    given = f"{money(cents, currency)} given for it already"
    return f"less {given}" if currency == ladder.currency else f"besides {given}, in another currency"


def _ceiling(incident: Incident, ladder: Ladder) -> tuple[int, str]:
    highest = max(ladder.limit_cents.values())
    if incident.affected >= ladder.group_from and ladder.group_cents < highest:
        return ladder.group_cents, f"at most {money(ladder.group_cents, ladder.currency)} where many suffered the same"
    return highest, f"at most {money(highest, ladder.currency)} by policy"
