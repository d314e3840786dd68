"""Whose a task is, and which comes first: arithmetic alone, so that it can be tried on a clock of one's own.

Work is offered to the one who knows the customer first, their agent of record; after a while to that agent's team,
and then to everybody. An offer is no lock: it orders what people see, and whoever stands before the customer may claim
by the task's number all the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from operator import itemgetter

NEVER = datetime(9999, 12, 31, tzinfo=UTC)  # sorts after every deadline
ALONE = timedelta(minutes=15)  # so long for each narrower circle: somebody who is here looks up within it
# With so little left before it must be begun, it matters no more who brings it. Measured by `benchmarks.freshness` at
# full load: 97.9 % come in time; without this 94.7 %; with twice as much 98.0 %, but a third fewer by the agent.
PRESSING = timedelta(minutes=10)


class Circle(IntEnum):
    """How near somebody is to a task; the nearer see it first."""

    OWN = 0  # they hold it, or are the customer's agent of record
    TEAM = 1  # that agent, or whoever holds it, is of their team
    ALL = 2


class Whose(StrEnum):
    """Which tasks somebody asks for."""

    MINE = "mine"
    TEAM = "team"  # theirs and their team's
    ALL = "all"


REACH = {Whose.MINE: Circle.OWN, Whose.TEAM: Circle.TEAM, Whose.ALL: Circle.ALL}
Place = tuple[bool, int, datetime, datetime, str]


@dataclass(frozen=True)
class Work:
    """What must be known of a task to say whose it is and how soon it must be begun.

    Attributes
    ----------
    opens_at
        From when it can be claimed.
    lead
        So long it takes from a claim to the customer.
    """

    id: str
    opens_at: datetime
    proposed_at: datetime
    deadline_at: datetime | None = None
    lead: timedelta = timedelta()
    agent: str | None = None
    held_by: str | None = None

    @property
    def begin_by(self) -> datetime:
        """From when on it cannot be brought in time any more."""
        return NEVER if self.deadline_at is None else self.deadline_at - self.lead


@dataclass(frozen=True)
class Viewer:
    """Who looks: their name, their team, and the team of everybody who works here ('' for none)."""

    name: str
    team: str = ""
    teams: dict[str, str] = field(default_factory=dict)

    def circle(self, work: Work) -> Circle:
        """Say how near they are to a task."""
        nearest = {work.agent, work.held_by} - {None}
        if self.name in nearest:
            return Circle.OWN
        return Circle.TEAM if self.team and self.team in {self.teams.get(str(one)) for one in nearest} else Circle.ALL


def offered_from(work: Work, circle: Circle, teams: dict[str, str]) -> datetime:
    """Return from when a task that is free is offered in this circle.

    Where nobody is the agent of record, or they work here no more, it is everybody's at once; where they have no
    team, everybody's after them; and when it presses, everybody's in any case.
    """
    if work.agent is None or work.agent not in teams:
        return work.opens_at
    narrower = circle if teams[work.agent] else min(circle, Circle.TEAM)
    return min(work.opens_at + ALONE * int(narrower), max(work.opens_at, work.begin_by - PRESSING))


def order(
    tasks: Iterable[Work], viewer: Viewer, now: datetime, whose: Whose = Whose.ALL, *, after: Work | None = None
) -> list[Work]:
    """Return what somebody is offered now, and what is in anybody's hands, in the order in which to look at it.

    What presses comes first, whoever's it is; then what is nearest to them; and in each the earliest deadline (Jackson
    1955: no other order is less late). What nobody can bring in time any more comes last, so that the rest is not late
    for it as well. With `after`, only what comes behind that task, wherever it is now.
    """
    placed = [(_place(work, viewer, now), work) for work in tasks if _is_shown(work, viewer, now, whose)]
    begin = _place(after, viewer, now) if after else None
    return [work for place, work in sorted(placed, key=itemgetter(0)) if begin is None or place > begin]


def _is_shown(work: Work, viewer: Viewer, now: datetime, whose: Whose) -> bool:
    circle = viewer.circle(work)
    if circle > REACH[whose]:
        return False
    return work.held_by is not None or now >= offered_from(work, circle, viewer.teams)


def _place(work: Work, viewer: Viewer, now: datetime) -> Place:
    lost = work.held_by is None and now > work.begin_by
    presses = work.held_by is None and now >= work.begin_by - PRESSING
    near = -1 if presses else int(viewer.circle(work))
    return lost, near, work.deadline_at or NEVER, work.proposed_at, work.id
