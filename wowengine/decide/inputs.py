"""All that one decision rests on, in one frozen value."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from wowengine.decide.arms import Arm
from wowengine.decide.candidate import Candidate, Moment, Person
from wowengine.decide.law import Owed
from wowengine.decide.owed import assess, heard
from wowengine.decide.policy import Policy
from wowengine.decide.regime import Regime
from wowengine.decide.remedies import settle
from wowengine.errors import BadInput


@dataclass(frozen=True)
class Inputs:
    """All that a decision rests on."""

    person: Person
    moment: Moment
    candidates: tuple[Candidate, ...]  # by id
    policy: Policy
    regimes: tuple[Regime, ...]  # those that were asked; none where nothing went wrong
    arm: Arm
    model_version: str  # of the scores; '' where no model gave them
    company: str  # how it signs
    draw: float = 0.0  # a number in [0, 1), drawn for this person and occasion, where chance has a say
    k: int | None = None  # how many to suggest on each ground; None: as many as the policy says

    @cached_property
    def owed(self) -> Owed | None:
        """What the law says to the incident, and how much of it is settled already; None where nothing went wrong."""
        incident = self.moment.incident
        return settle(assess(incident, self.regimes), self.person.given, incident.source_id) if incident else None

    @classmethod
    def of(
        cls,
        *,
        person: Person,
        moment: Moment,
        candidates: Iterable[Candidate],
        policy: Policy,
        regimes: Iterable[Regime],
        arm: Arm,
        model_version: str,
        company: str,
        draw: float = 0.0,
        k: int | None = None,
    ) -> Self:
        """Gather what a decision rests on, and only that.

        Raises
        ------
        BadInput
            When two candidates are the same gesture.
        """
        ordered = tuple(sorted(candidates, key=lambda one: one.gesture_id))
        if len({one.gesture_id for one in ordered}) < len(ordered):
            raise BadInput("The same gesture stands twice among the candidates.")
        asked = tuple(heard(moment.incident, regimes)) if moment.incident else ()
        return cls(person, moment, ordered, policy, asked, arm, model_version, company, draw, k)
