"""Bodies of law as data: what a file under `regimes/` may say, and what asking it gives.

A number stands in a file with the passage it comes from and how that was checked; the arithmetic is in `air`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import Field, model_validator

from wowengine.decide.canonical import digest
from wowengine.decide.rulebook import Numbers, parse
from wowengine.decide.words import LANGUAGES

Minutes = Annotated[int, Field(ge=0)]
Percent = Annotated[int, Field(gt=0, le=100)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


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


class Citation(Numbers):
    """Where a number comes from."""

    ref: str
    passage: str
    checked: Checked


class Excuse(Numbers):
    """A cancellation told in time, with a fitting flight instead."""

    told_days: Annotated[int, Field(ge=1)] | None = None
    leaves_early_minutes: Minutes | None = None
    arrives_late_below_minutes: Minutes | None = None


class Claim(Numbers):
    """What must have happened for money to be due."""

    late_from_minutes: Minutes | None = None
    excused: tuple[Excuse, ...] = ()
    exempt_causes: frozenset[Cause] = frozenset()
    of_price: bool = False
    cite: tuple[str, ...] = ()


class Band(Numbers):
    """Flights of one class of distance, and their amounts."""

    name: str
    up_to_km: Annotated[int, Field(gt=0)] | None = None
    within_members: bool = False
    amount_cents: Annotated[int, Field(gt=0)]
    rerouted_half_minutes: Minutes
    delayed_half_below_minutes: Minutes | None = None
    care_minutes: Minutes
    price_percent: Percent
    cite: tuple[str, ...]


class Half(Numbers):
    """The reduction for those who arrived not so late after all."""

    percent: Percent
    rerouted_cite: tuple[str, ...]
    delayed_cite: tuple[str, ...]


class Duty(Numbers):
    """What is due besides money."""

    text: str
    claims: frozenset[str]
    from_minutes: Minutes | None = None
    from_care_minutes: bool = False


class Regime(Numbers):
    """One body of law, in force from day to day of the event, both included."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    law: dict[str, str]  # its name, by language
    mode: str
    checked: Checked
    effective_from: date
    effective_to: date | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    payment_form: str
    payment_cite: tuple[str, ...] = ()
    scope_cite: tuple[str, ...]
    members: frozenset[Country]
    overseas: frozenset[Country] = frozenset()
    claims: dict[str, Claim]
    bands: tuple[Band, ...] = ()  # by distance, the last one without end
    half: Half | None = None
    duties: tuple[Duty, ...] = ()
    citations: dict[str, Citation]

    @model_validator(mode="after")
    def _whole(self) -> "Regime":
        if self.checked is not Checked.UNVERIFIED and (not self.bands or self.half is None):
            raise ValueError("a regime that has been read gives bands and their half")
        if self.law.keys() != set(LANGUAGES):
            raise ValueError(f"needs its name in {', '.join(LANGUAGES)}")
        if lacking := sorted(set(self._cited()) - self.citations.keys()):
            raise ValueError(f"cites {', '.join(lacking)}, which it does not list")
        limits = [band.up_to_km for band in self.bands]
        if limits and (None in limits[:-1] or limits[-1] is not None or limits[:-1] != sorted(limits[:-1], key=_km)):
            raise ValueError("bands go from near to far, the last without a limit")
        return self

    def in_force(self, day: date) -> bool:
        """Return whether it holds for an event of that day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)

    def cited(self, keys: Iterable[str]) -> tuple[Citation, ...]:
        """Return the citations of these keys, each once."""
        return tuple(self.citations[key] for key in dict.fromkeys(keys))

    def _cited(self) -> Iterable[str]:
        yield from self.scope_cite
        yield from self.payment_cite
        for claim in self.claims.values():
            yield from claim.cite
        for band in self.bands:
            yield from band.cite
        if self.half:
            yield from (*self.half.rerouted_cite, *self.half.delayed_cite)


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
    also_due: tuple[str, ...] = ()  # meals, hotel, choice of refund...


@cache
def load_regimes() -> tuple[Regime, ...]:
    """Return every regime we know, by id. The files are the package's own and do not change while it runs."""
    folder = resources.files("wowengine.decide").joinpath("regimes")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return tuple(parse(Regime, file.read_text("utf-8"), file.name) for file in files)


def regimes_version(regimes: Iterable[Regime]) -> str:
    """Return a hash of what these regimes say."""
    return digest(list(regimes))


def _km(limit: int | None) -> int:
    return limit or 0
