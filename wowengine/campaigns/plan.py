"""What a marketer means to do: the part of a campaign that people write, before anybody has said yes to it."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from wowengine.campaigns.audience import parse
from wowengine.errors import BadInput
from wowengine.terms import SignalKind

MOST_HELD_OUT = 0.5


@dataclass(frozen=True)
class Plan:
    """For whom, what, with which money, when. Money in whole cents of the currency.

    Attributes
    ----------
    audience
        As `audience.parse` reads it; '' where only people named at a trigger are meant.
    gestures
        Ids of the catalogue; empty for all that delights.
    triggers
        Kinds of signals at which it looks whether the one they are of belongs to its audience.
    day_cents, customer_cents
        Of which at most so much a day, and for one customer; None for no such limit.
    holdout
        Share of its audience that gets nothing, 0 to 0.5, beside those who are held out of everything.
    every_days
        Looks for its audience again after so many days; None: once.
    at_hour
        Of the customer's own clock, 0 to 23, at which machines bring it; None: as soon as it is approved.
    starts_at
        None: at once.
    """

    name: str
    currency: str
    budget_cents: int
    audience: str = ""
    gestures: tuple[str, ...] = ()
    triggers: tuple[SignalKind, ...] = ()
    day_cents: int | None = None
    customer_cents: int | None = None
    holdout: float = 0.0
    every_days: int | None = None
    at_hour: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    note: str = ""

    def check(self, now: datetime) -> None:
        """Refuse what cannot be done.

        Raises
        ------
        BadInput
            With the first thing that is wrong.
        """
        wrong = next((said for ok, said in self._rules(now) if not ok), None)
        if wrong:
            raise BadInput(wrong)
        if self.audience:
            parse(self.audience)

    def _rules(self, now: datetime) -> list[tuple[bool, str]]:
        limits = (self.budget_cents, self.day_cents or 0, self.customer_cents or 0)
        return [
            (bool(self.name.strip()), "A campaign needs a name."),
            (len(self.currency) == 3 and self.currency.isupper(), "A currency is three capitals, such as EUR."),  # noqa: PLR2004
            (min(limits) >= 0, "Money is counted from nought up."),
            (0 <= self.holdout <= MOST_HELD_OUT, "The holdout is a share from 0 to 0.5."),
            (self.every_days is None or self.every_days >= 1, "It looks again after one day at the soonest."),
            (self.at_hour is None or self.at_hour in range(24), "An hour of the day is 0 to 23."),
            (self.ends_at is None or self.ends_at > (self.starts_at or now), "It must end after it starts."),
        ]

    def columns(self, now: datetime) -> dict[str, Any]:
        """Return it as the columns of a campaign's row."""
        lists = {"gestures": sorted(set(self.gestures)), "triggers": sorted({str(one) for one in self.triggers})}
        return asdict(self) | lists | {"name": self.name.strip(), "starts_at": self.starts_at or now}

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON can hold it, times as text."""
        told = asdict(self) | {"gestures": list(self.gestures), "triggers": [str(one) for one in self.triggers]}
        return {name: one.isoformat() if isinstance(one, datetime) else one for name, one in told.items()}
