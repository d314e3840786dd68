"""What is owed in fixed amounts, for each event or each day: Ofcom's scheme, and many a company's own promises."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from wowengine.decide.facts import Missing, unknown
from wowengine.decide.hearing import Bar, Hearing
from wowengine.decide.law import Cents, Claim, Law


class FixedClaim(Claim):
    """How much, for what."""

    amount_cents: Cents
    per: Literal["event", "day"] = "event"  # a day of `days_out`
    told_days: Annotated[int, Field(ge=1)] | None = None  # nothing is due when told so many days before


class FixedLaw(Law):
    """Amounts by kind of incident."""

    arithmetic: Literal["fixed"]
    claims: Mapping[str, FixedClaim]


@dataclass(frozen=True)
class Fixed(Hearing[FixedLaw]):
    """One customer's incident before a list of fixed amounts."""

    @property
    def bars(self) -> Iterable[Bar]:
        """An exempting cause; told in time, of which silence says no; not a day of it."""
        case, claim = self.incident, self.claim
        told = claim.told_days is not None and case.notice_days is not None and case.notice_days >= claim.told_days
        return (
            self.exempt,
            (told, "told in time"),
            (claim.per == "day" and case.days_out == 0, "not a day that counts"),
        )

    @property
    def claim(self) -> FixedClaim:
        """What is promised for this kind of incident."""
        return self.regime.claims[self.incident.type]

    @property
    def amount(self) -> int | Missing:
        """The amount, once or for each day."""
        if self.claim.per == "event":
            return self.claim.amount_cents
        days = self.incident.days_out
        return unknown("days_out") if days is None else days * self.claim.amount_cents

    @property
    def band(self) -> str | None:
        """What the amount is for."""
        return f"each {self.claim.per}"
