"""What every body of law says, whatever its arithmetic; and what asking it gives.

A number stands in a file with the passage it comes from and how that was checked. How it is reckoned with is written
once for each kind of arithmetic: `air`, `late`, `refund`, `fixed`, `review`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field, model_validator

from wowengine.decide.rulebook import Numbers
from wowengine.decide.words import LANGUAGES

Minutes = Annotated[int, Field(ge=0)]
Cents = Annotated[int, Field(gt=0)]
Percent = Annotated[int, Field(gt=0)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Cite = tuple[str, ...]

HOME = "home"  # the countries whose law it is
OWED = "owed"  # what is paid by a law is called after it: owed:eu261


class Checked(StrEnum):
    """How a number was checked."""

    PRIMARY = "primary"  # the text itself was read
    SECONDARY = "secondary"  # independent sources report it alike
    UNVERIFIED = "unverified"  # no amount is ever given


class Finding(StrEnum):
    """What a body of law says to an incident."""

    ELIGIBLE = "eligible"
    LIKELY_EVIDENCE_MISSING = "likely_evidence_missing"  # due, unless the cause turns out to exempt
    NEEDS_FACTS = "needs_facts"  # cannot be told without the facts listed
    NOT_ELIGIBLE = "not_eligible"
    UNSUPPORTED = "unsupported"  # no regime of ours covers it
    SOURCE_UNVERIFIED = "source_unverified"  # we have not read the law that holds
    MANUAL_REVIEW = "manual_review"  # we know it, and it is for a person to weigh


class Cause(StrEnum):
    """Why it happened, as far as the carrier can prove it."""

    CARRIER = "carrier"
    CARRIER_SAFETY = "carrier_safety"
    OWN_STRIKE = "own_strike"
    EXTRAORDINARY = "extraordinary"
    UNKNOWN = "unknown"  # looked into, and not known yet


class Kind(StrEnum):
    """Who made it."""

    STATUTE = "statute"
    SCHEME = "scheme"  # of a regulator or a trade, joined freely
    CONTRACT = "contract"  # a company's own promise


class Stacking(StrEnum):
    """What becomes of it when another regime gives something for the same event."""

    ADDS = "adds"  # both are due
    SET_OFF = "set_off"  # what was paid may be deducted from further compensation
    NOT_TWICE = "not_twice"  # the customer has the one or the other


class Agreement(StrEnum):
    """How the customer must have agreed to something in place of money."""

    AFFIRMATIVE = "affirmative"  # silence is not acceptance
    WRITTEN = "written"
    SIGNED = "signed"


class Citation(Numbers):
    """Where a number comes from."""

    ref: str
    passage: str
    checked: Checked


class Substitute(Numbers):
    """When a voucher counts in place of money; it never does where a regime has no such rule."""

    agreement: Agreement
    worth_more: bool = False  # than the money
    worth_no_less: bool = False  # than the money
    never_expires: bool = False


class Deadline(Numbers):
    """Within which time somebody must act."""

    act: str  # claim, reply, pay
    within: Annotated[int, Field(gt=0)]
    unit: str  # days, business days, months, years
    payment: str | None = None  # only where they had paid like this: card, other
    claims: frozenset[str] = frozenset()  # only for these; none named: for all


class Route(Numbers):
    """Which journeys are covered: whatever is named must hold, by groups of `countries`."""

    departs: str | None = None
    arrives: str | None = None
    carrier: str | None = None
    abroad: bool = False  # between two different countries


class Duty(Numbers):
    """What is due besides money."""

    text: str
    claims: frozenset[str]
    from_minutes: Minutes | None = None
    from_care_minutes: bool = False


class Claim(Numbers):
    """One kind of incident that gives a right to money."""

    exempt_causes: frozenset[Cause] = frozenset()
    cite: Cite = ()


class Law(Numbers):
    """One body of law, or a part of it, in force from day to day of the event, both included."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    law: dict[str, str]  # its name, by language; in Italian without its article, and masculine
    kind: Kind
    mode: str
    checked: Checked
    effective_from: date
    effective_to: date | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    payment_form: str
    payment_cite: Cite = ()
    stacking: Stacking
    stacking_cite: Cite = ()
    substitute: Substitute | None = None
    substitute_cite: Cite = ()
    deadlines: tuple[Deadline, ...] = ()
    deadlines_cite: Cite = ()
    countries: dict[str, frozenset[Country]] = Field(default_factory=dict)  # groups; `home` are those whose law it is
    scope: tuple[Route, ...] = ()  # one of them must fit; none named: everywhere
    scope_cite: Cite
    claims: Mapping[str, Claim]
    duties: tuple[Duty, ...] = ()
    citations: dict[str, Citation]

    @model_validator(mode="after")
    def _whole(self) -> "Law":
        if self.law.keys() != set(LANGUAGES):
            raise ValueError(f"needs its name in {', '.join(LANGUAGES)}")
        if lacking := sorted(set(_cites(self)) - self.citations.keys()):
            raise ValueError(f"cites {', '.join(lacking)}, which it does not list")
        groups = {name for one in self.scope for name in (one.departs, one.arrives, one.carrier) if name}
        if lacking := sorted(groups - self.countries.keys()):
            raise ValueError(f"its scope names {', '.join(lacking)}, which `countries` does not list")
        return self

    def in_force(self, day: date) -> bool:
        """Return whether it holds for an event of that day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)

    def cited(self, keys: Iterable[str]) -> tuple[Citation, ...]:
        """Return the citations of these keys, each once."""
        return tuple(self.citations[key] for key in dict.fromkeys(keys))


@dataclass(frozen=True)
class Owed:
    """What a body of law says to one incident. It is about rights: no consent, no score, no goodwill enters."""

    regime: str  # its id, or '' where none covers it
    law: dict[str, str]  # its name, by language
    verdict: Finding
    reason: str  # one sentence for staff
    amount_cents: int | None = None  # 0 when nothing is due; None when it cannot be told
    currency: str | None = None
    band: str | None = None
    needs: tuple[str, ...] = ()  # the facts one would have to know
    citations: tuple[Citation, ...] = ()
    payment_form: str | None = None
    substitute: Substitute | None = None  # when a voucher counts in place of the money
    deadlines: tuple[Deadline, ...] = ()
    stacking: Stacking | None = None
    also_due: tuple[str, ...] = ()  # meals, hotel, choice of refund...
    settled_cents: int = 0  # of the amount, paid already, or taken in another form by an agreement on record
    also: tuple["Owed", ...] = ()  # what other bodies of law say to the same incident, whole

    @property
    def open_cents(self) -> int:
        """What is still to be paid, as far as it can be told."""
        return (self.amount_cents or 0) - self.settled_cents

    @property
    def gesture_id(self) -> str:
        """The name under which it is suggested and paid."""
        return f"{OWED}:{self.regime}" if self.regime else OWED


def _cites(value: object) -> Iterable[str]:
    """Yield every key that a tree cites: in `cite`, and in whatever ends so."""
    if isinstance(value, BaseModel):
        for name, one in value:
            yield from one if name.endswith("cite") else _cites(one)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _cites(one)
    elif isinstance(value, tuple):
        for one in value:
            yield from _cites(one)
