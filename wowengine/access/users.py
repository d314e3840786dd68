"""Who works here: names, roles, teams, and where each is told of what waits for them.

Roles say what a person may do; `campaigns.ladder` asks for one in the very transaction that approves. While nobody is
written down, one person is trying things out: whoever comes in has the rights of an admin.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from wowengine import clock
from wowengine.access.badge import tidy
from wowengine.db import audit
from wowengine.db.base import Base, one_of
from wowengine.errors import BadInput, NotFound


class Role(StrEnum):
    """What somebody is here for."""

    STAFF = "staff"  # delivers gestures
    AGENT = "agent"  # answers tickets, and makes good within their limit
    REVIEWER = "reviewer"  # says yes or no to suggestions
    MARKETER = "marketer"  # builds campaigns
    MANAGER = "manager"  # has the budget: approves what is dear, and the policy
    ADMIN = "admin"  # everything, users included
    AUDITOR = "auditor"  # sees everything, changes nothing


class User(Base):
    """One of the staff. Their steps stand under their name, so a name is never given to another."""

    __tablename__ = "users"
    __table_args__ = (one_of("role", Role),)

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    role: Mapped[str] = mapped_column(String(12))
    team: Mapped[str] = mapped_column(String(80), default="")
    email: Mapped[str] = mapped_column(String(320), default="")  # where they are told of what waits; '' tells nobody
    language: Mapped[str] = mapped_column(String(12), default="en")
    active: Mapped[bool] = mapped_column(default=True)
    since: Mapped[datetime]


@dataclass(frozen=True)
class Rights:
    """In which role a name acts, and in which team."""

    role: Role
    team: str = ""


NOBODY_YET = Rights(Role.ADMIN)


def rights(session: Session, name: str) -> Rights | None:
    """Return the rights of this name now; None for who is not, or no longer, one of the staff."""
    user = session.get(User, name, populate_existing=True)
    if user is not None:
        return Rights(Role(user.role), user.team) if user.active else None
    return None if session.scalar(select(User.name).limit(1)) else NOBODY_YET


def everybody(session: Session, *roles: Role) -> list[User]:
    """Return the active staff, by name; with roles, those alone who have one of them."""
    active = select(User).where(User.active).order_by(User.name)
    return list(session.scalars(active.where(User.role.in_(roles)) if roles else active))


def team_of(session: Session, name: str) -> list[User]:
    """Return the active staff of this person's team, themselves included; nobody where they have no team."""
    found = session.get(User, name)
    if found is None or not found.team:
        return []
    return [one for one in everybody(session) if one.team == found.team]


def put(
    session: Session,
    name: str,
    role: Role,
    by: str,
    *,
    team: str | None = None,
    email: str | None = None,
    language: str | None = None,
) -> User:
    """Write somebody down, or change what is written of them; None leaves that as it is.

    Raises
    ------
    BadInput
        When the name names nobody, or the last admin would be one no more.
    """
    if not name or tidy(name) != name:
        raise BadInput(f"{name!r} is no name: one line of at most 80 signs, without spaces at its ends.")
    user = session.get(User, name) or User(name=name, since=clock.now(), team="", email="", language="en")
    if user.role == Role.ADMIN and role is not Role.ADMIN:
        _keep_an_admin(session, name)
    told = {"team": team, "email": email, "language": language}
    for column, value in told.items():
        if value is not None:
            setattr(user, column, value)
    user.role, user.active = role, True
    session.add(user)
    session.flush()
    _note(session, user, "put", by)
    return user


def retire(session: Session, name: str, by: str) -> None:
    """Let somebody come in no more; their name stays with what they did.

    Raises
    ------
    NotFound
        When nobody of this name works here.
    BadInput
        When it is the last admin.
    """
    user = session.get(User, name)
    if user is None or not user.active:
        raise NotFound(f"Nobody called {name} works here.", user=name)
    if user.role == Role.ADMIN:
        _keep_an_admin(session, name)
    user.active = False
    session.flush()
    _note(session, user, "retire", by)


def _keep_an_admin(session: Session, name: str) -> None:
    if not [one for one in everybody(session, Role.ADMIN) if one.name != name]:
        raise BadInput(f"{name} is the last admin: make somebody else one first.")


def _note(session: Session, user: User, what: str, by: str) -> None:
    details = {"role": user.role, "team": user.team, "active": user.active}
    audit.note(session, audit.Change(audit.ChangeKind.USER, user.name, what, by, details))
