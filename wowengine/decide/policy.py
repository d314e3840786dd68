"""The manager's numbers, read from `policy.toml` and checked. The file itself explains them.

A policy file says everything: no number comes from elsewhere, so that an upgrade of ours changes nobody's spending.
"""

from datetime import time
from enum import StrEnum
from functools import cached_property
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from wowengine.decide.canonical import digest
from wowengine.decide.policy_chance import Arms, Exploration
from wowengine.decide.policy_face import Face
from wowengine.decide.policy_review import Review
from wowengine.decide.rulebook import Numbers, parse
from wowengine.errors import BadInput
from wowengine.terms import Basis, GestureKind

Cents = Annotated[int, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Times = Annotated[float, Field(ge=0, le=100)]
Tag = Annotated[str, Field(min_length=1, max_length=80)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Severity(StrEnum):
    """How bad it was."""

    MINOR = "minor"
    MODERATE = "moderate"
    SERIOUS = "serious"
    GRAVE = "grave"


class Suggestions(Numbers):
    """How many to make at once."""

    goodwill: Count
    delight: Count
    alternatives: Count


class Cap(Numbers):
    """At most so many in so many days."""

    most: Annotated[int, Field(ge=1)]
    days: Annotated[int, Field(ge=1)]


class Caps(Numbers):
    """How often at most."""

    compensations_per_incident: Count
    kinds: dict[GestureKind, Cap]


class CoolDowns(Numbers):
    """Days of rest."""

    between: Count
    same_gesture: Count
    declined: Count
    private: Count = 30


class QuietHours(Numbers):
    """When nothing may ring, on the customer's own clock."""

    start: time
    end: time
    time_zone: str
    channels: frozenset[str]

    def hold_at(self, now: time) -> bool:
        """Return whether this time of the day is quiet; the span may run over midnight."""
        if self.start <= self.end:
            return self.start <= now < self.end
        return now >= self.start or now < self.end


class Complaints(Numbers):
    """What must wait while a complaint has no answer."""

    block: frozenset[GestureKind]


class Worth(Numbers):
    """What a gesture that lands is worth to us: `landed_cents` plus `times` its worth to the customer."""

    landed_cents: Cents
    times: Times


class Levers(Numbers):
    """A thumb on the scale."""

    kinds: dict[GestureKind, Times]
    gestures: dict[str, Times]

    def of(self, gesture_id: str, kind: GestureKind) -> float:
        """Return the multiplier of one gesture."""
        return self.kinds.get(kind, 1.0) * self.gestures.get(gesture_id, 1.0)


class Context(Numbers):
    """What the moment multiplies."""

    here: Times
    same_channel: Times
    stated: Times
    new_category: Times
    mends: Times = 1.0


class Step(Numbers):
    """From this many on, so many times the base."""

    at_least: Count
    times: Times


class Ladder(Numbers):
    """How much goodwill, and in which form."""

    currency: Currency
    base_cents: dict[Severity, Cents]
    wait: Annotated[tuple[Step, ...], Field(min_length=1)]
    failures: Annotated[tuple[Step, ...], Field(min_length=1)]
    knee_cents: Cents
    above_knee: Share
    group_from: Annotated[int, Field(ge=2)]
    group_cents: Cents
    least_share: Share
    form_from: Annotated[int, Field(ge=2)] | None = None  # None, as before there was this: the form never changes
    mends: frozenset[str] = frozenset()
    limit_cents: Annotated[dict[str, Cents], Field(min_length=1)]

    @field_validator("wait", "failures")
    @classmethod
    def _climbs(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        if any(low.at_least >= high.at_least or low.times > high.times for low, high in pairwise(steps)):
            raise ValueError("each step must begin higher than the one before, and never give less")
        return steps

    @field_validator("base_cents")
    @classmethod
    def _worse_is_more(cls, base: dict[Severity, int]) -> dict[Severity, int]:
        amounts = [base[severity] for severity in Severity if severity in base]
        if len(amounts) < len(Severity) or amounts != sorted(amounts):
            raise ValueError(f"needs {', '.join(Severity)}, none less than the one before")
        return base


class DelayBand(Numbers):
    """From this many minutes on, so bad."""

    at_least: Count
    band: Severity


class SeverityTable(Numbers):
    """How bad it was, by what happened."""

    otherwise: Severity
    delay: Annotated[tuple[DelayBand, ...], Field(min_length=1)]
    types: dict[str, Severity]


class Budget(Numbers):
    """A named account, what it pays for, and what was granted to it."""

    account: Annotated[str, Field(min_length=1, max_length=200)]
    pays: Literal[Basis.GOODWILL, Basis.DELIGHT]
    currency: Currency
    granted_cents: Cents


class Link(Numbers):
    """An interest and a gesture's tag that go together though they share no word; below zero, that do not."""

    interest: Tag
    gesture_tag: Tag
    weight: Annotated[float, Field(ge=-3, le=3)]


class Policy(Numbers):
    """Everything that could be argued about."""

    UNSAID: ClassVar = frozenset({"review"})

    base_rate: Annotated[float, Field(gt=0, lt=1)]
    language: Literal["en", "it"]
    channel: str
    scarce_below: Count
    suggestions: Suggestions
    caps: Caps
    cool_downs: CoolDowns
    quiet_hours: QuietHours
    complaints: Complaints
    worth: dict[GestureKind, Worth]
    levers: Levers
    context: Context
    goodwill: Ladder
    severity: SeverityTable
    face: Face
    budgets: tuple[Budget, ...]
    arms: Arms = Arms()
    exploration: Exploration = Exploration()
    review: Review | None = None  # None, as before there was this: whoever comes in approves
    links: tuple[Link, ...] = Field((), description="What goes together though it shares no word.")

    @field_validator("worth")
    @classmethod
    def _every_kind_has_a_worth(cls, worth: dict[GestureKind, Worth]) -> dict[GestureKind, Worth]:
        if lacking := [kind for kind in GestureKind if kind not in worth]:
            raise ValueError(f"lacks {', '.join(lacking)}")
        return worth

    @model_validator(mode="after")
    def _one_budget_each(self) -> "Policy":
        if len({(budget.pays, budget.currency) for budget in self.budgets}) < len(self.budgets):
            raise ValueError("two budgets pay for the same thing in the same currency")
        return self

    @model_validator(mode="after")
    def _one_link_each(self) -> "Policy":
        if len({(link.interest, link.gesture_tag) for link in self.links}) < len(self.links):
            raise ValueError("two links join the same interest and tag")
        return self

    @cached_property
    def version(self) -> str:
        """Hash of the content: two files that say the same are the same version."""
        return digest(self)

    def account(self, basis: Basis, currency: str) -> str | None:
        """Return the account that pays, or None where no budget was granted for it."""
        if basis is Basis.FLOOR:
            return f"owed:{currency}"
        return self._accounts.get((basis, currency))

    @cached_property
    def _accounts(self) -> dict[tuple[Basis, str], str]:
        return {(one.pays, one.currency): one.account for one in self.budgets}


def load_policy(path: Path | None = None) -> Policy:
    """Return the policy in force: the file's, or the packaged one where there is no such file.

    Raises
    ------
    BadInput
        When the file cannot be read as a policy; the message says where and why.
    """
    return parse(Policy, policy_text(path), path.name if path else "policy.toml")


def policy_text(path: Path | None = None) -> str:
    """Return the text of the policy in force, comments and all.

    An empty file counts as none: a shell has emptied it already when `wow policy` is to be written into it.
    """
    if path is None or not path.exists() or not path.stat().st_size:
        return resources.files("wowengine.decide").joinpath("policy.toml").read_text("utf-8")
    return file_text(path)


def file_text(path: Path) -> str:
    """Return the text of a file, which may be a policy.

    Raises
    ------
    BadInput
        When it cannot be read.
    """
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name} cannot be read: {error}.") from error
