"""When the whole price goes back to those who did not travel: the refunds of the United States."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from wowengine.decide.facts import Answer, Missing, missing, opposite, some, unknown
from wowengine.decide.hearing import Bar, Hearing
from wowengine.decide.law import Cite, Claim, Law, Minutes
from wowengine.decide.rulebook import Numbers


class RefundClaim(Claim):
    """What must have happened; without a limit, it is always enough."""

    by_limit: bool = False


class Limits(Numbers):
    """From how late an arrival or how early a departure on it counts."""

    domestic_minutes: Minutes
    international_minutes: Minutes
    cite: Cite


class RefundLaw(Law):
    """The whole price."""

    arithmetic: Literal["refund"]
    claims: Mapping[str, RefundClaim]
    limits: Limits


@dataclass(frozen=True)
class Refund(Hearing[RefundLaw]):
    """One passenger who may have given up the journey, before the law that then gives the price back."""

    @property
    def bars(self) -> Iterable[Bar]:
        """Not changed enough; travelled all the same; took something else."""
        return (
            (opposite(self.changed_enough), "not late nor early enough"),
            (self._said("travelled"), "they travelled"),
            (self._said("alternative_accepted"), "they accepted an alternative"),
        )

    @property
    def claim(self) -> RefundClaim:
        """What the law asks of this kind of incident."""
        return self.regime.claims[self.incident.type]

    @cached_property
    def limit(self) -> int | Missing:
        """From how many minutes on it counts."""
        limits = self.regime.limits
        if isinstance(self.domestic, frozenset):
            return self.domestic
        return limits.domestic_minutes if self.domestic else limits.international_minutes

    @cached_property
    def changed_enough(self) -> Answer:
        """Whether it arrived so late or left so early; known as soon as all limits that may hold agree."""
        if not self.claim.by_limit:
            return True
        limits = self.regime.limits
        possible = [limits.domestic_minutes, limits.international_minutes]
        answers = {self._beyond(one) for one in (possible if isinstance(self.limit, frozenset) else [self.limit])}
        return answers.pop() if len(answers) == 1 else missing(self.limit, *answers)

    @property
    def amount(self) -> int | Missing:
        """The whole price."""
        return self.price

    @property
    def currency(self) -> str:
        """That of the price."""
        return self.incident.currency or self.regime.currency

    @property
    def amount_cites(self) -> tuple[str, ...]:
        """Where the limits come from, where they matter."""
        return self.regime.limits.cite if self.claim.by_limit else ()

    def _beyond(self, limit: int) -> Answer:
        early = self.incident.reroute_departure_early_minutes
        return some(self._at_least("arrival_delay_minutes", limit), early is not None and early >= limit)

    def _said(self, fact: str) -> Answer:
        said: bool | None = getattr(self.incident, fact)
        return unknown(fact) if said is None else said
