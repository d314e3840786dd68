"""What is owed by lateness, in steps: a share of the price (rail, ferry, coach, a bag's fee), or an amount (APPR).

The steps of a ladder go from the least late to the most; the highest that was reached decides. A law with several
ladders says for which journeys or carriers each is; the first that fits holds.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

from wowengine.decide.facts import Answer, Missing, every, missing, opposite, unknown
from wowengine.decide.hearing import DELAY, Bar, Hearing, share
from wowengine.decide.law import Cents, Cite, Claim, Law, Minutes, Owed, Percent
from wowengine.decide.rulebook import Numbers

SIZES = frozenset({"large", "small"})
RETURN = "return"

Measure = Literal["arrival_delay_minutes", "departure_delay_minutes", "reroute_arrival_delay_minutes"]


class Step(Numbers):
    """What is due from so late on: a share of the fare, or an amount."""

    name: str
    at_least: Minutes | None = None
    over: Minutes | None = None
    percent: Percent | None = None
    of_ticket: bool = False  # of the whole ticket; otherwise of this journey's fare, half of a return ticket
    at_most_cents: Cents | None = None
    amount_cents: Cents | None = None
    cite: Cite = ()

    @model_validator(mode="after")
    def _one_of_each(self) -> "Step":
        if (self.at_least is None) == (self.over is None) or (self.percent is None) == (self.amount_cents is None):
            raise ValueError("a step has either at_least or over, and either percent or amount_cents")
        return self

    def reached(self, minutes: float) -> bool:
        """Return whether so late is late enough for it."""
        return minutes > self.over if self.over is not None else minutes >= (self.at_least or 0)


class Ladder(Numbers):
    """The steps for journeys or carriers of one class."""

    domestic: Literal[True] | None = None
    scheduled_up_to_minutes: Minutes | None = None
    carrier_size: Literal["large", "small"] | None = None
    refunded_cents: Cents | None = None  # in place of the steps, for those who had their money back
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]


class LateClaim(Claim):
    """What is measured, and what stands in the way of money."""

    measures: tuple[Measure, ...] = ()  # the first that is known counts; none listed: always the highest step
    unmeasured_is_highest: bool = False  # nothing known of any of them is as bad as can be
    from_km: Annotated[int, Field(gt=0)] | None = None
    told_over_days: Annotated[int, Field(ge=0)] | None = None  # nothing is due when told more days before
    rerouted_below_minutes: Minutes | None = None  # nor when re-routed to arrive less late than this
    unless_refunded: bool = False  # nor when they had their money back
    unless_offered: bool = False  # nor when they had the choice between another way and their money


class LateLaw(Law):
    """Steps by lateness."""

    arithmetic: Literal["late"]
    claims: Mapping[str, LateClaim]
    ladders: Annotated[tuple[Ladder, ...], Field(min_length=1)]  # the last one fits whatever the others do not

    @model_validator(mode="after")
    def _ends(self) -> "LateLaw":
        last = self.ladders[-1]
        if last.domestic or last.scheduled_up_to_minutes is not None or last.carrier_size:
            raise ValueError("the last ladder is for all that the others leave, without a condition")
        return self


@dataclass(frozen=True)
class Late(Hearing[LateLaw]):
    """One customer who was kept waiting, before one body of law that counts the minutes."""

    def owed(self) -> Owed:
        """Return what the law owes; where its limit is in another currency than the price, a person must compare."""
        answer = super().owed()
        limited = not isinstance(self.step, frozenset) and self.step and self.step.at_most_cents
        if answer.amount_cents and limited and self.currency != self.regime.currency:
            return self._review(f"the limit is in {self.regime.currency} and the price in {self.currency}")
        return answer

    @property
    def bars(self) -> Iterable[Bar]:
        """Cause, distance, lateness, notice, and whatever else the customer was given in place of it."""
        case, claim = self.incident, self.claim
        rerouted, below = case.reroute_arrival_delay_minutes, claim.rerouted_below_minutes
        near = opposite(self._at_least("distance_km", claim.from_km)) if claim.from_km else False
        return (
            self.exempt,
            (near, f"shorter than {claim.from_km} km"),
            (opposite(self.late_enough), "not late enough"),
            (self._told_in_time, "told in time"),
            (below is not None and rerouted is not None and rerouted < below, "re-routed to arrive in time enough"),
            (claim.unless_refunded and case.travelled is False, "their money was paid back"),
            (claim.unless_offered and self._offered, "they had the choice between another way and their money"),
        )

    @property
    def claim(self) -> LateClaim:
        """What the law asks of this kind of incident."""
        return self.regime.claims[self.incident.type]

    @cached_property
    def minutes(self) -> float | Missing:
        """How late it was."""
        if self._refunded and self.incident.type != DELAY:
            return math.inf
        known = [getattr(self.incident, fact) for fact in self.claim.measures]
        counted = next((float(value) for value in known if value is not None), None)
        if counted is not None:
            return counted
        if not self.claim.measures or self.claim.unmeasured_is_highest:
            return math.inf
        return unknown(self.claim.measures[-1])

    @cached_property
    def possible(self) -> tuple[Ladder, ...]:
        """The ladders that may hold, as far as is known."""
        found = []
        for ladder in self.regime.ladders:
            fits = self._fits(ladder)
            if fits is not False:
                found.append(ladder)
            if fits is True:
                break
        return tuple(found)

    @cached_property
    def ladder(self) -> Ladder | Missing:
        """The ladder that holds."""
        lacking = missing(self._fits(self.possible[0]))
        return lacking or self.possible[0]

    @cached_property
    def late_enough(self) -> Answer:
        """Whether at least the lowest step was reached; known as soon as all ladders that may hold agree."""
        if isinstance(self.minutes, frozenset):
            return self.minutes
        answers = {ladder.steps[0].reached(self.minutes) for ladder in self.possible}
        return answers.pop() if len(answers) == 1 else missing(self.ladder)

    @cached_property
    def step(self) -> Step | Missing | None:
        """The highest step that was reached, if any."""
        if isinstance(self.ladder, frozenset) or isinstance(self.minutes, frozenset):
            return missing(self.ladder, self.minutes)
        minutes = self.minutes
        return next((step for step in reversed(self.ladder.steps) if step.reached(minutes)), None)

    @cached_property
    def amount(self) -> int | Missing:
        """The step's share of the fare, or its amount."""
        of_price = any(step.percent for ladder in self.possible for step in ladder.steps)
        step, price = self.step, self.price if of_price else 0
        if isinstance(step, frozenset) or isinstance(price, frozenset):
            return missing(step, price)
        if step is None:
            return 0
        if self._refunded and not isinstance(self.ladder, frozenset) and self.ladder.refunded_cents:
            return self.ladder.refunded_cents
        if step.percent is None:
            return step.amount_cents or 0
        halved = self.incident.ticket == RETURN and not step.of_ticket
        cents = share(price, step.percent, 200 if halved else 100)
        return min(cents, step.at_most_cents or cents)

    @property
    def band(self) -> str | None:
        """Name of the step."""
        if self._refunded:
            return "refunded"
        return None if isinstance(self.step, frozenset) or self.step is None else self.step.name

    @property
    def currency(self) -> str:
        """That of the price, where it is a share of it."""
        paid = self.incident.currency if self.possible[0].steps[0].percent else None
        return paid or self.regime.currency

    @property
    def amount_cites(self) -> tuple[str, ...]:
        """Where the step comes from."""
        return () if isinstance(self.step, frozenset) or self.step is None else self.step.cite

    @property
    def _refunded(self) -> bool:
        """Whether they had their money back, where the law then has an amount of its own."""
        return self.incident.travelled is False and any(ladder.refunded_cents for ladder in self.possible)

    @property
    def _offered(self) -> bool:
        case = self.incident
        said = (case.reroute_departure_early_minutes, case.reroute_arrival_delay_minutes)
        return case.alternative_accepted is True or any(fact is not None for fact in said)

    @property
    def _told_in_time(self) -> Answer:
        """A delay of which nobody says that it was told before was not."""
        limit, case = self.claim.told_over_days, self.incident
        if limit is None or (case.type == DELAY and case.notice_days is None):
            return False
        return self._at_least("notice_days", limit + 1)

    def _fits(self, ladder: Ladder) -> Answer:
        size, limit = self.incident.carrier_size, ladder.scheduled_up_to_minutes
        sized = True if ladder.carrier_size is None else unknown("carrier_size")
        if ladder.carrier_size and size in SIZES:
            sized = size == ladder.carrier_size
        short = True if limit is None else self._at_most("scheduled_duration_minutes", limit)
        return every(self.domestic if ladder.domestic else True, sized, short)
