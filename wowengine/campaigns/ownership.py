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
SHARE = 4  # but at most a quarter of the time there is each, so that everybody else has half of it


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
Place = tuple[bool, Circle, datetime, datetime, str]


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
    team, everybody's after them.
    """
    if work.agent is None or work.agent not in teams:
        return work.opens_at
    wait = ALONE
    if work.deadline_at is not None:
        wait = max(min(ALONE, (work.deadline_at - work.lead - work.opens_at) / SHARE), timedelta())
    narrower = circle if teams[work.agent] else min(circle, Circle.TEAM)
    return work.opens_at + wait * int(narrower)


def order(
    tasks: Iterable[Work], viewer: Viewer, now: datetime, whose: Whose = Whose.ALL, *, after: Work | None = None
) -> list[Work]:
    """Return what somebody is offered now, and what is in anybody's hands, in the order in which to look at it.

    Within a circle the earliest deadline comes first (Jackson 1955: no other order is less late); what nobody can
    bring in time any more comes last, so that the rest is not late for it as well. With `after`, only what comes
    behind that task, wherever it is now.
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
    deadline = work.deadline_at or NEVER
    lost = work.held_by is None and now + work.lead > deadline
    return lost, viewer.circle(work), deadline, work.proposed_at, work.id
