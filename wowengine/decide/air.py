"""What is owed for a flight that went wrong: the arithmetic of EU261 and of the laws made after it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

from wowengine.decide.facts import Answer, Missing, every, missing, opposite, some, unknown
from wowengine.decide.hearing import Bar, Hearing, share
from wowengine.decide.law import HOME, Cents, Checked, Cite, Claim, Law, Minutes, Percent
from wowengine.decide.rulebook import Numbers

OVERSEAS = "overseas"  # counted as far away, for downgrades only


class Excuse(Numbers):
    """A cancellation told in time, with a fitting flight instead."""

    told_days: Annotated[int, Field(ge=1)] | None = None
    leaves_early_minutes: Minutes | None = None
    arrives_late_below_minutes: Minutes | None = None


class FlightClaim(Claim):
    """What must have happened for money to be due."""

    late_from_minutes: Minutes | None = None
    excused: tuple[Excuse, ...] = ()
    of_price: bool = False


class Band(Numbers):
    """Flights of one class of distance, and their amounts."""

    name: str
    up_to_km: Annotated[int, Field(gt=0)] | None = None
    within_home: bool = False  # and whatever distance within the countries whose law it is
    amount_cents: Cents
    rerouted_half_minutes: Minutes
    delayed_half_below_minutes: Minutes | None = None
    care_minutes: Minutes
    price_percent: Percent | None = None  # for downgrades
    cite: Cite


class Half(Numbers):
    """The reduction for those who arrived not so late after all."""

    percent: Percent
    rerouted_cite: Cite
    delayed_cite: Cite


class FlightLaw(Law):
    """Amounts by distance."""

    arithmetic: Literal["flight"]
    claims: Mapping[str, FlightClaim]
    bands: tuple[Band, ...] = ()  # by distance, the last one without end
    half: Half | None = None

    @model_validator(mode="after")
    def _read(self) -> "FlightLaw":
        if self.checked is not Checked.UNVERIFIED and (not self.bands or self.half is None):
            raise ValueError("a regime that has been read gives bands and their half")
        limits = [band.up_to_km for band in self.bands]
        if limits and (None in limits[:-1] or limits[-1] is not None or limits[:-1] != sorted(limits[:-1], key=_km)):
            raise ValueError("bands go from near to far, the last without a limit")
        if any(claim.of_price for claim in self.claims.values()) and None in [one.price_percent for one in self.bands]:
            raise ValueError("a claim of a share of the price needs that share in each band")
        return self


@dataclass(frozen=True)
class Flight(Hearing[FlightLaw]):
    """One passenger's flight before one body of law that knows this kind of incident."""

    @property
    def bars(self) -> Iterable[Bar]:
        """An exempting cause; not late enough; told in time."""
        why = "told in time" if self.claim.excused else "not late enough"
        return self.exempt, (opposite(self.ground), why)

    @property
    def claim(self) -> FlightClaim:
        """What the law asks of this kind of incident."""
        return self.regime.claims[self.incident.type]

    @cached_property
    def ground(self) -> Answer:
        """Whether what happened gives a right to money, its cause aside."""
        if self.claim.late_from_minutes is not None:
            return self._at_least("arrival_delay_minutes", self.claim.late_from_minutes)
        return opposite(some(*(self._excused(excuse) for excuse in self.claim.excused)))

    @cached_property
    def distance(self) -> Band | Missing:
        """The class of distance."""
        if self.incident.distance_km is None:
            return unknown("distance_km")
        for band in self.regime.bands:
            if band.up_to_km is None or self.incident.distance_km <= band.up_to_km:
                return band
            within = self._within_home() if band.within_home else False
            if within is not False:
                return band if within is True else missing(within)
        raise AssertionError("the last band has no limit")  # FlightLaw checks it when it is read

    @cached_property
    def half(self) -> Answer:
        """Whether the passenger arrived early enough, after all, for half the amount."""
        if isinstance(self.distance, frozenset) or self.claim.of_price:
            return False
        if self.claim.late_from_minutes is not None:
            limit = self.distance.delayed_half_below_minutes
            return False if limit is None else opposite(self._at_least("arrival_delay_minutes", limit))
        limit = self.distance.rerouted_half_minutes
        return every(self._rerouted, self._at_most("reroute_arrival_delay_minutes", limit))

    @cached_property
    def amount(self) -> int | Missing:
        """The band's amount, whole or halved; for downgrades a share of the price."""
        if isinstance(self.distance, frozenset):
            return self.distance
        if self.claim.of_price:
            price, percent = self.price, self.distance.price_percent or 0
            return price if isinstance(price, frozenset) else share(price, percent)
        if isinstance(self.half, frozenset):
            return self.half
        whole = self.distance.amount_cents
        return share(whole, self.regime.half.percent) if self.half and self.regime.half else whole

    @property
    def band(self) -> str | None:
        """Name of the class of distance."""
        return None if isinstance(self.distance, frozenset) else self.distance.name

    @property
    def currency(self) -> str:
        """The law's, or for a share of the price that of the price."""
        paid = self.incident.currency if self.claim.of_price else None
        return paid or self.regime.currency

    @property
    def amount_cites(self) -> tuple[str, ...]:
        """Where band and half come from."""
        if isinstance(self.distance, frozenset) or self.claim.of_price:
            return ()
        if self.half is not True or self.regime.half is None:
            return self.distance.cite
        delayed = self.claim.late_from_minutes is not None
        return (*self.distance.cite, *(self.regime.half.delayed_cite if delayed else self.regime.half.rerouted_cite))

    @property
    def care_minutes(self) -> int | None:
        """From how late a departure on meals are due, by distance."""
        return None if isinstance(self.distance, frozenset) else self.distance.care_minutes

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

    def _within_home(self) -> Answer:
        """Whether it stays at home; for downgrades the overseas countries of a member are far away."""
        ends = (self.incident.from_country, self.incident.to_country)
        overseas = self.regime.countries.get(OVERSEAS, frozenset())
        if self.claim.of_price and sum(country in overseas for country in ends) == 1:
            return False
        return every(self._among("from_country", HOME), self._among("to_country", HOME))


def _km(limit: int | None) -> int:
    return limit or 0
