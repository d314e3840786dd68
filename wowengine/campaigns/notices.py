"""Who is to be told of what waits for them, and when: each person once of each matter.

With half of its time left, a card or task that nobody has taken up is told to the customer's agent of record; with a
quarter, to that agent's team; with an eighth, to the managers. Where a circle has nobody, the next is told in its
place. `telling` brings it out.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint, and_, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from wowengine import clock
from wowengine.access import users
from wowengine.access.users import Role, User
from wowengine.campaigns import store
from wowengine.campaigns.lifecycle import ActionState
from wowengine.campaigns.models import Action
from wowengine.db import outbox
from wowengine.db.base import Base, one_of
from wowengine.db.many import among

NOTIFY = "notify"  # the outbox's task: bring one notice out
SHARES = (1 / 2, 1 / 4, 1 / 8)  # of the time there was, still left: each time half as long to act as the time before
GIVE_WORD = frozenset({Role.REVIEWER, Role.MANAGER, Role.ADMIN})
GIVE_HAND = frozenset({Role.STAFF, Role.AGENT})
SAME = ("action_id", "to_name", "kind", "channel")  # what nobody is told twice
COMPANY = ""  # whom the webhook tells

S = ActionState


class Kind(StrEnum):
    """Why somebody is told."""

    NEEDS_WORD = "needs_word"  # a suggestion that nobody has answered, and its time runs out
    NEEDS_HANDS = "needs_hands"  # an approved task that nobody has taken
    ESCALATED = "escalated"  # either of them, still so when little time is left
    TOO_LATE = "too_late"  # it was approved, and nobody brought it in time
    IN_DOUBT = "in_doubt"  # nobody knows whether it was delivered


class Way(StrEnum):
    """How somebody is told."""

    EMAIL = "email"
    WEBHOOK = "webhook"  # the company's own system, where one is configured


class Notice(Base):
    """One telling of one person. Nobody is told the same twice."""

    __tablename__ = "notices"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("channel", Way),
        CheckConstraint("sent_at is null or begun_at is not null", name="sent_was_begun"),
        UniqueConstraint(*SAME),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    action_id: Mapped[str] = mapped_column(ForeignKey("actions.id", ondelete="CASCADE"))
    to_name: Mapped[str] = mapped_column(String(80))  # one of the staff; '' is the company
    kind: Mapped[str] = mapped_column(String(12))
    channel: Mapped[str] = mapped_column(String(10))
    due_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]  # committed before the call: a crash leaves it begun, and it is not sent again
    sent_at: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(String(300), default="")


def look(session: Session, ways: Collection[Way]) -> int:
    """Write down who is to be told now and was not yet, and ask for the telling; return how many that are.

    `ways` are those that are open: without a mail server nobody is promised a letter.
    """
    now, staff = clock.now(), users.everybody(session)
    pressing = _pressing(session, now)
    wanted = [
        {"action_id": action.id, "to_name": name, "kind": kind, "channel": way, "due_at": now, "trouble": ""}
        for action in pressing
        for way in ways
        for kind, name in _told_by(way, list(whom(action, staff, now)), staff)
    ]
    mine = among(Notice.action_id, [action.id for action in pressing])
    told = {tuple(row) for row in session.execute(select(*(getattr(Notice, name) for name in SAME)).where(mine))}
    fresh = [one for one in wanted if tuple(one[name] for name in SAME) not in told]
    if not fresh:
        return 0
    insert = (sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert)(Notice)
    written = session.scalars(insert.on_conflict_do_nothing().returning(Notice.id), fresh)
    keys = {f"{NOTIFY}:{notice_id}": {"notice_id": notice_id} for notice_id in written}
    outbox.put_all(session, NOTIFY, keys)
    return len(keys)


def whom(action: Action, staff: Sequence[User], now: datetime) -> Iterator[tuple[Kind, str]]:
    """Yield the names of those who are to know of this action by now, and why."""
    managers = [user.name for user in staff if user.role == Role.MANAGER] or _with(staff, {Role.ADMIN})
    known = [user.name for user in staff]
    if action.state == S.UNCERTAIN:
        yield from ((Kind.IN_DOUBT, name) for name in known if name in {*managers, action.approved_by})
    elif is_late(action, now):
        yield from ((Kind.TOO_LATE, name) for name in known if name in {*managers, action.agent_of_record})
    elif needs(action, now):
        kind = Kind.NEEDS_WORD if action.state == S.PROPOSED else Kind.NEEDS_HANDS
        circles = [(kind, names) for names in _near(action, staff)] + [(Kind.ESCALATED, managers)]
        for why, names in [one for one in circles if one[1]][: _rung(action, now)]:
            yield from ((why, name) for name in names)


def needs(action: Action, now: datetime) -> bool:
    """Whether somebody must take it up, and there is still time."""
    in_time = action.deadline_at is not None and now < action.deadline_at
    return in_time and action.state in (S.PROPOSED, S.APPROVED)


def is_late(action: Action, now: datetime) -> bool:
    """Whether it was approved, and nobody brought it in time."""
    over = action.deadline_at is not None and action.deadline_at <= now
    return over and action.state in (S.APPROVED, S.EXPIRED) and action.approved_by is not None


def _pressing(session: Session, now: datetime) -> list[Action]:
    """Return what somebody may have to be told of; a machine's deliveries need no hands."""
    waits = and_(
        Action.deadline_at > now,
        or_(Action.state == S.PROPOSED, and_(Action.state == S.APPROVED, store.BY_HAND)),
    )
    late = and_(Action.deadline_at <= now, Action.deadline_at > now - store.TOLD_OF, Action.approved_by.is_not(None))
    wanted = or_(waits, Action.state == S.UNCERTAIN, and_(late, Action.state.in_((S.APPROVED, S.EXPIRED))))
    return list(session.scalars(select(Action).where(wanted).order_by(Action.id)))


def _rung(action: Action, now: datetime) -> int:
    """Say how many circles know of it by now."""
    begun = action.approved_at if action.state == S.APPROVED and action.approved_at else action.proposed_at
    if action.deadline_at is None or action.deadline_at <= begun:
        return 0
    left = (action.deadline_at - now) / (action.deadline_at - begun)
    return sum(left <= share for share in SHARES)


def _near(action: Action, staff: Sequence[User]) -> tuple[list[str], list[str]]:
    """Return the agent of record, and their team, or where they have none everybody whose work it is."""
    roles = GIVE_WORD if action.state == S.PROPOSED else GIVE_HAND
    agents = [user for user in staff if user.name == action.agent_of_record]
    if action.state == S.PROPOSED:
        agents = [user for user in agents if user.role in GIVE_WORD]
    teams = {user.team for user in staff if user.name == action.agent_of_record and user.team}
    team = _with([user for user in staff if user.team in teams], roles)
    return [user.name for user in agents], team or _with(staff, roles)


def _with(staff: Sequence[User], roles: Collection[str]) -> list[str]:
    return [user.name for user in staff if user.role in roles]


def _told_by(way: Way, people: list[tuple[Kind, str]], staff: Sequence[User]) -> list[tuple[Kind, str]]:
    """Return whom a way reaches: a letter those who have an address, the webhook the company, once for each matter."""
    if way is Way.WEBHOOK:
        return [(kind, COMPANY) for kind in dict.fromkeys(kind for kind, _ in people)]
    reachable = {user.name for user in staff if user.email}
    return [one for one in people if one[1] in reachable]
