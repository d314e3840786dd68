"""What is owed for a flight that went wrong: the arithmetic of EU261 and of the laws made after it.

Each question has three answers (`facts`): yes, no, or what would have to be known. A no that is certain is given at
once; otherwise everything that is missing is asked for in one go.
"""

from dataclasses import dataclass
from functools import cached_property

from wowengine.decide.candidate import Incident
from wowengine.decide.facts import Answer, Missing, every, missing, opposite, some, unknown
from wowengine.decide.regime import Band, Cause, Claim, Duty, Excuse, Finding, Owed, Regime
from wowengine.decide.words import duration, money

_CAUSES = frozenset(Cause)
_DELAY = "delay"


@dataclass(frozen=True)
class Flight:
    """One passenger's flight before one body of law that knows this kind of incident."""

    incident: Incident
    regime: Regime

    def owed(self) -> Owed:
        """Return what the law owes the passenger, or why that is nothing, or cannot be told."""
        if self.ground is False or self.exempt is True:
            return self._nothing()
        needs = missing(self.in_scope, self.ground, self.exempt, self.amount)
        if needs or isinstance(self.amount, frozenset):
            return self._cannot_tell(needs)
        return self._due(self.amount)

    @cached_property
    def claim(self) -> Claim:
        """What the law asks of this kind of incident."""
        return self.regime.claims[self.incident.type]

    @cached_property
    def in_scope(self) -> Answer:
        """Whether the law covers it: from a member on any carrier, or to one on a member's carrier."""
        return some(self._member("from_country"), every(self._member("to_country"), self._member("carrier_country")))

    @cached_property
    def ground(self) -> Answer:
        """Whether what happened gives a right to money, its cause aside."""
        if self.claim.late_from_minutes is not None:
            return self._at_least("arrival_delay_minutes", self.claim.late_from_minutes)
        return opposite(some(*(self._excused(excuse) for excuse in self.claim.excused)))

    @cached_property
    def exempt(self) -> Answer:
        """Whether the cause frees the carrier. It is the carrier who must prove it: "unknown" frees nobody."""
        if not self.claim.exempt_causes:
            return False
        return self.incident.cause in self.claim.exempt_causes if self.incident.cause in _CAUSES else unknown("cause")

    @cached_property
    def band(self) -> Band | Missing:
        """The class of distance."""
        if self.incident.distance_km is None:
            return unknown("distance_km")
        for band in self.regime.bands:
            if band.up_to_km is None or self.incident.distance_km <= band.up_to_km:
                return band
            within = self._within_members() if band.within_members else False
            if within is not False:
                return band if within is True else missing(within)
        raise AssertionError("the last band has no limit")  # Regime checks it when it is read

    @cached_property
    def half(self) -> Answer:
        """Whether the passenger arrived early enough, after all, for half the amount."""
        if isinstance(self.band, frozenset) or self.claim.of_price:
            return False
        if self.claim.late_from_minutes is not None:
            limit = self.band.delayed_half_below_minutes
            return False if limit is None else opposite(self._at_least("arrival_delay_minutes", limit))
        return every(self._rerouted, self._at_most("reroute_arrival_delay_minutes", self.band.rerouted_half_minutes))

    @cached_property
    def amount(self) -> int | Missing:
        """Amount in cents; a fraction of a cent is the passenger's."""
        if isinstance(self.band, frozenset):
            return self.band
        if self.claim.of_price:
            lacking = [unknown(fact) for fact in ("price_cents", "currency") if getattr(self.incident, fact) is None]
            return missing(*lacking) or _percent(self.incident.price_cents or 0, self.band.price_percent)
        if isinstance(self.half, frozenset):
            return self.half
        whole = self.band.amount_cents
        return _percent(whole, self.regime.half.percent) if self.half and self.regime.half else whole

    @cached_property
    def also_due(self) -> tuple[str, ...]:
        """What is due besides money, whatever the cause."""
        if self.in_scope is not True:
            return ()
        duties = [duty for duty in self.regime.duties if self.incident.type in duty.claims]
        return tuple(text for text in map(self._duty, duties) if text)

    @property
    def _rerouted(self) -> bool:
        """Whether another flight was offered; where nothing at all is said of one, none was."""
        said = (self.incident.reroute_departure_early_minutes, self.incident.reroute_arrival_delay_minutes)
        return any(fact is not None for fact in said)

    def _excused(self, excuse: Excuse) -> Answer:
        """Whether the passenger was told in time, and offered a fitting flight where one is asked for."""
        told = True if excuse.told_days is None else self._at_least("notice_days", excuse.told_days)
        early, late = excuse.leaves_early_minutes, excuse.arrives_late_below_minutes
        if early is None or late is None:
            return told
        leaves = self._at_most("reroute_departure_early_minutes", early)
        arrives = opposite(self._at_least("reroute_arrival_delay_minutes", late))
        return every(told, self._rerouted, leaves, arrives)

    def _within_members(self) -> Answer:
        """Whether it stays among members; for downgrades the overseas countries of a member are far away."""
        ends = (self.incident.from_country, self.incident.to_country)
        if self.claim.of_price and sum(country in self.regime.overseas for country in ends) == 1:
            return False
        return every(self._member("from_country"), self._member("to_country"))

    def _duty(self, duty: Duty) -> str:
        """Return what is due as a sentence, '' where it is not; a condition nobody told us about stays in it."""
        late_from = duty.from_minutes
        if duty.from_care_minutes and self.incident.type == _DELAY:
            if isinstance(self.band, frozenset):
                return ""
            late_from = self.band.care_minutes
        if late_from is None:
            return duty.text
        late = self._at_least("departure_delay_minutes", late_from)
        if isinstance(late, frozenset):
            return f"if it left {duration(late_from)} late or more: {duty.text}"
        return duty.text if late else ""

    def _due(self, cents: int) -> Owed:
        regime, claim = self.regime, self.claim
        doubtful = bool(claim.exempt_causes) and self.incident.cause == Cause.UNKNOWN
        currency = self.incident.currency if claim.of_price and self.incident.currency else regime.currency
        doubt = "; unless the carrier proves extraordinary circumstances" if doubtful else ""
        return self._answer(
            Finding.LIKELY_EVIDENCE_MISSING if doubtful else Finding.ELIGIBLE,
            f"{money(cents, currency)} by {regime.law['en']}: {self._told()}{doubt}.",
            cents=cents,
            currency=currency,
            needs=frozenset({"cause"} if doubtful else ()),
            cites=(*claim.cite, *self._amount_cites(), *regime.payment_cite),
        )

    def _nothing(self) -> Owed:
        why = "told in time" if self.claim.excused else "not late enough"
        why = "extraordinary circumstances" if self.exempt is True else why
        reason = f"Nothing by {self.regime.law['en']}: {self._told()}; {why}."
        return self._answer(Finding.NOT_ELIGIBLE, reason, cents=0, cites=self.claim.cite)

    def _cannot_tell(self, needs: Missing) -> Owed:
        reason = f"{self.regime.law['en']} cannot be applied without {', '.join(sorted(needs))}."
        return self._answer(Finding.NEEDS_FACTS, reason, needs=needs)

    def _answer(
        self,
        verdict: Finding,
        reason: str,
        *,
        cents: int | None = None,
        currency: str | None = None,
        needs: Missing = frozenset(),
        cites: tuple[str, ...] = (),
    ) -> Owed:
        return Owed(
            regime=self.regime.id,
            law=self.regime.law,
            verdict=verdict,
            reason=reason,
            amount_cents=cents,
            currency=currency or self.regime.currency,
            band=self.band.name if isinstance(self.band, Band) else None,
            needs=tuple(sorted(needs)),
            citations=self.regime.cited((*self.regime.scope_cite, *cites)),
            payment_form=self.regime.payment_form if cents else None,
            also_due=self.also_due,
        )

    def _amount_cites(self) -> tuple[str, ...]:
        band = self.band.cite if isinstance(self.band, Band) and not self.claim.of_price else ()
        if self.half is not True or self.regime.half is None:
            return band
        delayed = self.claim.late_from_minutes is not None
        return (*band, *(self.regime.half.delayed_cite if delayed else self.regime.half.rerouted_cite))

    def _told(self) -> str:
        """Return what happened in a few words, as far as it is known."""
        case = self.incident
        told = [case.type.replace("_", " ")]
        if case.arrival_delay_minutes is not None:
            told.append(f"arrived {_late(case.arrival_delay_minutes)}")
        if case.notice_days is not None:
            told.append(f"told {case.notice_days} days before")
        if case.reroute_arrival_delay_minutes is not None:
            told.append(f"re-routed to arrive {_late(case.reroute_arrival_delay_minutes)}")
        if case.distance_km is not None:
            told.append(f"{case.distance_km:,} km")
        return ", ".join(told)

    def _member(self, fact: str) -> Answer:
        country = getattr(self.incident, fact)
        return unknown(fact) if country is None else country in self.regime.members

    def _at_least(self, fact: str, limit: int) -> Answer:
        value = getattr(self.incident, fact)
        return unknown(fact) if value is None else value >= limit

    def _at_most(self, fact: str, limit: int) -> Answer:
        value = getattr(self.incident, fact)
        return unknown(fact) if value is None else value <= limit


def _late(minutes: int) -> str:
    return f"{duration(minutes)} late" if minutes >= 0 else f"{duration(-minutes)} early"


def _percent(cents: int, percent: int) -> int:
    return -(-cents * percent // 100)
