"""What the agent sees after a failure: one amount with its parts, what is owed and what we add kept apart.

Amounts of different currencies are never added: each has its own total, and the others stand under `also`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from wowengine.decide.decision import Decision, Suggestion
from wowengine.decide.law import Finding, Owed
from wowengine.decide.words import money
from wowengine.terms import Basis

_OPEN = frozenset(
    {Finding.NEEDS_FACTS, Finding.LIKELY_EVIDENCE_MISSING, Finding.MANUAL_REVIEW, Finding.SOURCE_UNVERIFIED}
)


@dataclass(frozen=True)
class Part:
    """One suggestion of it."""

    gesture_id: str
    basis: Basis  # floor or goodwill
    title: str
    amount_cents: int


@dataclass(frozen=True)
class Compensation:
    """One amount with its parts, all in one currency; floor and goodwill add up to the total."""

    total_cents: int
    currency: str
    floor_cents: int  # owed by law, and not settled yet
    goodwill_cents: int  # added by us, and never in place of it
    parts: tuple[Part, ...]
    says: str  # the same in words, for the agent
    also: tuple["Compensation", ...] = ()  # in other currencies


def compensation(decision: Decision) -> Compensation | None:
    """Return what a decision suggests to make good, or None where it suggests nothing of the sort.

    The currency of what is owed comes first.
    """
    by_currency: dict[str, list[Suggestion]] = {}
    for one in decision.suggestions:
        if one.basis is not Basis.DELIGHT:
            by_currency.setdefault(one.currency, []).append(one)
    sums = [_sum(suggestions, decision.owed) for suggestions in by_currency.values()]
    if not sums:
        return None
    first, *others = sums
    return Compensation(**vars(first) | {"also": tuple(others)})


def _sum(suggestions: Sequence[Suggestion], owed: Owed | None) -> Compensation:
    total, floor = sum(one.amount_cents for one in suggestions), sum(one.floor_cents for one in suggestions)
    return Compensation(
        total_cents=total,
        currency=suggestions[0].currency,
        floor_cents=floor,
        goodwill_cents=total - floor,
        parts=tuple(Part(one.gesture_id, one.basis, one.title, one.amount_cents) for one in suggestions),
        says=_says(suggestions, floor, total - floor, owed),
    )


def _says(suggestions: Sequence[Suggestion], floor: int, goodwill: int, owed: Owed | None) -> str:
    currency = suggestions[0].currency
    parts = []
    if floor:
        parts.append(f"{money(floor, currency)} owed by law")
    if any(one.basis is Basis.GOODWILL for one in suggestions):
        parts.append(
            f"{money(goodwill, currency)} of goodwill, in addition to their legal rights, which stay as they are"
        )
    whole = f"{money(floor + goodwill, currency)}: " if len(parts) > 1 else ""
    said = [f"{whole}{', and '.join(parts)}."]
    if owed is not None and owed.verdict in _OPEN:
        said.append(f"What the law owes is still open: {owed.reason}")
    return " ".join(said)
