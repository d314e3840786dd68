"""How a body of law is put to an incident, whatever its arithmetic.

Each question has three answers (`facts`): yes, no, or what would have to be known. A no that is certain is given at
once; otherwise everything that is missing is asked for in one go.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Generic, TypeAlias, TypeVar

from wowengine.decide.candidate import Incident
from wowengine.decide.facts import Answer, Missing, every, missing, opposite, some, unknown
from wowengine.decide.law import HOME, Cause, Checked, Claim, Deadline, Duty, Finding, Law, Owed, Route
from wowengine.decide.words import duration, money

Bar: TypeAlias = tuple[Answer, str]  # whether it stands in the way, and how it is said

_CAUSES = frozenset(Cause)
DELAY: Final = "delay"
_SAID_CAUSES: Final = {
    Cause.EXTRAORDINARY: "extraordinary circumstances",
    Cause.CARRIER_SAFETY: "reasons of safety",
    Cause.OWN_STRIKE: "a strike of its own staff",
    Cause.CARRIER: "a cause of its own",
    Cause.UNKNOWN: "a cause that nobody knows",
}

AnyLaw = TypeVar("AnyLaw", bound=Law)


@dataclass(frozen=True)
class Hearing(ABC, Generic[AnyLaw]):
    """One incident before one body of law that knows this kind of incident."""

    incident: Incident
    regime: AnyLaw

    def owed(self) -> Owed:
        """Return what the law owes, or why that is nothing, or cannot be told."""
        bars = tuple(self.bars)
        certain = next((said for bar, said in bars if bar is True), None)
        if certain is not None:
            return self._nothing(certain)
        needs = missing(self.in_scope, *(bar for bar, _ in bars), self.amount)
        if needs or isinstance(self.amount, frozenset):
            return self._cannot_tell(needs)
        return self._due(self.amount) if self.amount else self._nothing("nothing was paid for it")

    @property
    @abstractmethod
    def bars(self) -> Iterable[Bar]:
        """Whatever would stand in the way of money; the first that certainly does is told."""

    @property
    @abstractmethod
    def amount(self) -> int | Missing:
        """Amount in cents, where nothing stands in the way; a fraction of a cent is the customer's."""

    @property
    @abstractmethod
    def claim(self) -> Claim:
        """What the law asks of this kind of incident."""

    @property
    def band(self) -> str | None:
        """Name of the class that decides the amount, where it is known."""
        return None

    @property
    def currency(self) -> str:
        """Currency of the amount."""
        return self.regime.currency

    @property
    def amount_cites(self) -> tuple[str, ...]:
        """Where the amount comes from."""
        return ()

    @property
    def care_minutes(self) -> int | None:
        """From how late a departure on a delay obliges to care; None where that is not known."""
        return None

    @cached_property
    def in_scope(self) -> Answer:
        """Whether the law covers this journey or place."""
        return some(*map(self._on, self.regime.scope)) if self.regime.scope else True

    @property
    def at_home(self) -> bool:
        """Whether it is the law of the country of departure."""
        return self._among("from_country", HOME) is True

    @cached_property
    def exempt(self) -> Bar:
        """Whether the cause frees the carrier. It is the carrier who must prove it: "unknown" frees nobody."""
        cause = self.incident.cause
        if not self.claim.exempt_causes:
            return False, ""
        if cause not in _CAUSES:
            return unknown("cause"), ""
        return cause in self.claim.exempt_causes, _SAID_CAUSES[Cause(cause)]

    @property
    def price(self) -> int | Missing:
        """What was paid: in the currency that is told, else in that of the law that answers."""
        return unknown("price_cents") if self.incident.price_cents is None else self.incident.price_cents

    @cached_property
    def domestic(self) -> Answer:
        """Whether the journey begins and ends in the countries whose law it is."""
        return every(self._among("from_country", HOME), self._among("to_country", HOME))

    @cached_property
    def also_due(self) -> tuple[str, ...]:
        """What is due besides money, whatever the cause."""
        if self.in_scope is not True:
            return ()
        duties = [duty for duty in self.regime.duties if self.incident.type in duty.claims]
        return tuple(text for text in map(self._duty, duties) if text)

    def _on(self, route: Route) -> Answer:
        ends = (("from_country", route.departs), ("to_country", route.arrives), ("carrier_country", route.carrier))
        named = (self._among(fact, group) for fact, group in ends if group)
        return every(*named, self._abroad if route.abroad else True)

    @property
    def _abroad(self) -> Answer:
        ends = ("from_country", "to_country")
        lacking = missing(*(unknown(fact) for fact in ends if getattr(self.incident, fact) is None))
        return lacking or self.incident.from_country != self.incident.to_country

    def _among(self, fact: str, group: str) -> Answer:
        country = getattr(self.incident, fact)
        return unknown(fact) if country is None else country in self.regime.countries.get(group, ())

    def _at_least(self, fact: str, limit: int) -> Answer:
        value = getattr(self.incident, fact)
        return unknown(fact) if value is None else value >= limit

    def _at_most(self, fact: str, limit: int) -> Answer:
        return opposite(self._at_least(fact, limit + 1))

    def _duty(self, duty: Duty) -> str:
        """Return what is due as a sentence, '' where it is not; a condition nobody told us about stays in it."""
        late_from = duty.from_minutes
        if duty.from_care_minutes and self.incident.type == DELAY:
            late_from = self.care_minutes
            if late_from is None:
                return ""
        if late_from is None:
            return duty.text
        late = self._at_least("departure_delay_minutes", late_from)
        if isinstance(late, frozenset):
            return f"if it left {duration(late_from)} late or more: {duty.text}"
        return duty.text if late else ""

    def _due(self, cents: int) -> Owed:
        exempting = self.claim.exempt_causes
        doubtful = bool(exempting) and self.incident.cause == Cause.UNKNOWN
        proof = " or ".join(_SAID_CAUSES[cause] for cause in sorted(exempting, reverse=True))
        doubt = f"; unless the carrier proves {proof}" if doubtful else ""
        return self._answer(
            Finding.LIKELY_EVIDENCE_MISSING if doubtful else Finding.ELIGIBLE,
            f"{money(cents, self.currency)} by {self.regime.law['en']}: {told(self.incident)}{doubt}.",
            cents=cents,
            needs=unknown("cause") if doubtful else frozenset(),
            cites=(*self.claim.cite, *self.amount_cites, *self.regime.payment_cite),
        )

    def _nothing(self, why: str) -> Owed:
        reason = f"Nothing by {self.regime.law['en']}: {told(self.incident)}; {why}."
        return self._answer(Finding.NOT_ELIGIBLE, reason, cents=0, cites=self.claim.cite)

    def _cannot_tell(self, needs: Missing) -> Owed:
        reason = f"{self.regime.law['en']} cannot be applied without {', '.join(sorted(needs))}."
        return self._answer(Finding.NEEDS_FACTS, reason, needs=needs)

    def _review(self, why: str) -> Owed:
        reason = f"{self.regime.law['en']}: {told(self.incident)}; {why}."
        return self._answer(Finding.MANUAL_REVIEW, reason, cites=self.claim.cite)

    def _answer(
        self,
        verdict: Finding,
        reason: str,
        *,
        cents: int | None = None,
        needs: Missing = frozenset(),
        cites: tuple[str, ...] = (),
    ) -> Owed:
        regime, basis = self.regime, (*self.regime.scope_cite, *cites)
        if cents and any(one.checked is Checked.UNVERIFIED for one in regime.cited(basis)):
            return unread(regime)
        substitute, deadlines = (regime.substitute, self._deadlines()) if cents else (None, ())
        rules = (*regime.stacking_cite, *regime.substitute_cite, *(regime.deadlines_cite if deadlines else ()))
        return Owed(
            regime=regime.id,
            law=regime.law,
            verdict=verdict,
            reason=reason,
            amount_cents=cents,
            currency=self.currency,
            band=self.band,
            needs=tuple(sorted(needs)),
            citations=regime.cited((*basis, *(rules if cents else ()))),
            payment_form=regime.payment_form if cents else None,
            substitute=substitute,
            deadlines=deadlines,
            stacking=regime.stacking,
            also_due=self.also_due,
        )

    def _deadlines(self) -> tuple[Deadline, ...]:
        """Return those of this kind of incident; where nobody says how it was paid, those of each way."""
        paid = (None, self.incident.payment)
        return tuple(
            one
            for one in self.regime.deadlines
            if (not one.claims or self.incident.type in one.claims)
            and (one.payment in paid or self.incident.payment is None)
        )


def unread(regime: Law) -> Owed:
    """Return the answer of a body of law that nobody of us has read: never an amount."""
    reason = f"{regime.law['en']} holds on that day, and we have not read it: a person must."
    cites = regime.cited(regime.scope_cite)
    return Owed(regime.id, regime.law, Finding.SOURCE_UNVERIFIED, reason, currency=regime.currency, citations=cites)


def told(case: Incident) -> str:
    """Return what happened in a few words, as far as it is known."""
    known = [case.type.replace("_", " ")]
    if case.arrival_delay_minutes is not None:
        known.append(f"arrived {_late(case.arrival_delay_minutes)}")
    if case.notice_days is not None:
        known.append(f"told {case.notice_days} days before")
    if case.reroute_arrival_delay_minutes is not None:
        known.append(f"re-routed to arrive {_late(case.reroute_arrival_delay_minutes)}")
    if case.distance_km is not None:
        known.append(f"{case.distance_km:,} km")
    if case.days_out is not None:
        known.append(f"{case.days_out} days")
    return ", ".join(known)


def share(cents: int, percent: int, out_of: int = 100) -> int:
    """Return so many hundredths of an amount, rounded up: a fraction of a cent is the customer's."""
    return -(-cents * percent // out_of)


def _late(minutes: int) -> str:
    return f"{duration(minutes)} late" if minutes >= 0 else f"{duration(-minutes)} early"
