"""What deciding gives: suggestions with their reasons, every verdict on everything else, and what it rests on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wowengine.decide.arms import Arm
from wowengine.decide.candidate import Evidence, Moment, Propensity, Reason, Verdict
from wowengine.decide.inputs import Inputs
from wowengine.decide.regime import Owed
from wowengine.terms import Basis, GestureKind


@dataclass(frozen=True)
class Judged:
    """One rule's word on one candidate."""

    gesture_id: str
    verdict: Verdict


@dataclass(frozen=True)
class Alternative:
    """What would have come next, and what would have put it first."""

    gesture_id: str
    title: str
    amount_cents: int
    propensity: float
    priority: float
    wins_if_equal: tuple[str, ...]  # the factors in each of which, were all alike, this one would have won


@dataclass(frozen=True)
class Suggestion:
    """A gesture for a person to approve. Money in cents; floor and goodwill are never in one suggestion."""

    gesture_id: str
    kind: GestureKind
    basis: Basis
    subject: str  # the incident it answers, or ''
    title: str
    why_text: str
    draft: str
    language: str
    channel: str
    place: str | None
    deadline_at: datetime | None
    slots: dict[str, str]
    evidence: tuple[Evidence, ...]
    reasons: tuple[Reason, ...]
    amount_cents: int
    floor_cents: int  # equal to the amount where the law owes it, else 0
    amount_reason: str  # how the amount came about, for staff
    currency: str
    propensity: Propensity | None  # None for what is owed: it is due whether or not it pleases
    score: float | None
    priority: float
    factors: dict[str, float]  # propensity, context, value, lever, cost
    account: str  # of the ledger; '' where it costs nothing and nobody granted a budget
    scarce: bool
    alternatives: tuple[Alternative, ...] = ()
    drawn_with: float | None = None  # the chance with which lots put it first; None where nothing was drawn
    by_rank: bool = True  # False where chance or the arm put it before what is worth more


@dataclass(frozen=True)
class Receipt:
    """All that went into a decision and all that came out, as JSON, and the SHA-256 over both."""

    body: dict[str, Any]
    sha256: str


@dataclass(frozen=True)
class Decision:
    """What was decided for one person at one moment."""

    customer_id: str
    moment: Moment
    arm: Arm
    suggestions: tuple[Suggestion, ...]  # what is owed, then goodwill, then delight
    words: Mapping[str, Sequence[Verdict]]  # by gesture: every rule's
    owed: Owed | None
    inputs: Inputs  # all that it rests on

    @property
    def verdicts(self) -> tuple[Judged, ...]:
        """Every candidate by every rule."""
        return tuple(Judged(gesture_id, word) for gesture_id, words in self.words.items() for word in words)

    @property
    def refused(self) -> tuple[Judged, ...]:
        """For each candidate that came to nothing, the rule that stopped it first."""
        first = (
            (gesture_id, next((word for word in words if not word.ok), None))
            for gesture_id, words in self.words.items()
        )
        return tuple(Judged(gesture_id, word) for gesture_id, word in first if word)

    def refusals(self) -> Counter[str]:
        """Count, per rule, the candidates that it stopped."""
        return Counter(judged.verdict.rule for judged in self.refused)
