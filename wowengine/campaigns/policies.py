"""Which policy is in force, and how another takes its place: somebody proposes it, and somebody activates it.

Where it lets more be spent than the one in force, these must be two persons. Until a first policy is activated the
file in `WOW_HOME` holds, or the packaged one where there is none; from then on the file is only a draft.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.access.badge import tidy
from wowengine.campaigns import audited
from wowengine.campaigns.models import PolicyRow, PolicyState
from wowengine.db import audit
from wowengine.decide.policy import Policy, load_policy, policy_text
from wowengine.decide.rulebook import parse
from wowengine.decide.spending import Raise, raises
from wowengine.errors import BadInput, Conflict, NotFound, Refused

SHORT = 12  # characters of a version that are shown; as many of them as are needed name one
UNREADABLE = Raise("everything", "a policy that cannot be read any more", "this one")


@dataclass(frozen=True)
class InForce:
    """The policy that decisions are taken by: its text, and who activated it when; None where nobody ever did."""

    version: str
    toml: str
    activated_by: str | None
    since: datetime | None


@dataclass(frozen=True)
class Proposal:
    """A policy that was put forward, and each number by which it lets more be spent than the one in force."""

    row: PolicyRow
    raises: tuple[Raise, ...]


def load(session: Session, file: Path) -> Policy:
    """Return the policy in force: the active one, else the file's, else the packaged one.

    Raises
    ------
    BadInput
        When it cannot be read (any more).
    """
    row = active(session)
    return parse(Policy, row.toml, f"policy {row.version[:SHORT]}") if row else load_policy(file)


def in_force(session: Session, file: Path) -> InForce:
    """Return the text of the policy in force, and since when it is."""
    row = active(session)
    if row is None:
        return InForce(load_policy(file).version, policy_text(file), None, None)
    return InForce(row.version, row.toml, row.activated_by, row.activated_at)


def active(session: Session) -> PolicyRow | None:
    """Return the policy that was activated, or None where none ever was."""
    return session.scalars(_fresh().where(PolicyRow.state == PolicyState.ACTIVE)).one_or_none()


def get(session: Session, version: str) -> PolicyRow:
    """Return a policy as it was last put forward, by its version or the beginning of it.

    Raises
    ------
    NotFound
        When there is none.
    Conflict
        When several begin so.
    """
    begins = PolicyRow.version.startswith(version, autoescape=True)
    found = session.scalars(_fresh().where(begins).order_by(PolicyRow.id.desc())).all() if version else []
    if not found:
        raise NotFound(f"There is no policy {version}. `wow policy list` lists those there are.", version=version)
    if len({row.version for row in found}) > 1:
        raise Conflict(f"Several policies begin with {version}: say more of it.", version=version)
    return found[0]


def listed(session: Session) -> Sequence[PolicyRow]:
    """Return all that were put forward, newest first."""
    return session.scalars(_fresh().order_by(PolicyRow.id.desc())).all()


def propose(session: Session, file: Path, toml: str, *, by: str, note: str = "", name: str = "policy.toml") -> Proposal:
    """Put a policy's text forward, to take the place of the one in force. Put forward again, it is as if anew.

    `file` is what holds where no policy was ever activated; `name` is what a text that cannot be read is called.

    Raises
    ------
    BadInput
        When the text is no policy, or nobody is named.
    Conflict
        When it is the active one already, or somebody proposes it at this very moment.
    """
    person, policy = _person(by), parse(Policy, toml, name)
    _lock(session)
    standing = active(session)
    if standing and standing.version == policy.version:
        raise Conflict(f"Policy {policy.version[:SHORT]} is in force already.", version=policy.version)
    waiting = _fresh().where(PolicyRow.version == policy.version, PolicyRow.state == PolicyState.PROPOSED)
    row = session.scalars(waiting).one_or_none() or PolicyRow(version=policy.version)
    against, old = _standing(session, file)
    row.toml, row.note, row.against, row.state = toml, note, against, PolicyState.PROPOSED
    row.proposed_by, row.proposed_at = person, clock.now()
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise Conflict("Somebody has just proposed the same.", version=policy.version) from error
    audit.note(session, audited.proposed(row))
    return Proposal(row, _raises(old, policy))


def activate(session: Session, file: Path, version: str, *, by: str) -> Proposal:
    """Let a proposed policy be in force from now on, and retire the one before it.

    Raises
    ------
    Conflict
        When it does not wait to be activated, or another policy is in force than when it was proposed.
    Refused
        When it lets more be spent, and whoever proposed it would activate it.
    NotFound, BadInput
        When there is no such policy, it cannot be read any more, or nobody is named.
    """
    person = _person(by)
    _lock(session)
    row = get(session, version)
    against, old = _standing(session, file)
    _refuse_stale(row, against)
    raised = _raises(old, parse(Policy, row.toml, f"policy {row.version[:SHORT]}"))
    if raised and person.casefold() == row.proposed_by.casefold():
        more = f" and {len(raised) - 1} more" if len(raised) > 1 else ""
        said = f"It lets more be spent ({raised[0]}{more}), and {person} proposed it: somebody else must activate it."
        raise Refused(said, raises=[one.path for one in raised])
    now = clock.now()
    if before := active(session):
        before.state, before.retired_at = PolicyState.RETIRED, now
        session.flush()  # first: the database holds that there is one at the most
    row.state, row.activated_by, row.activated_at = PolicyState.ACTIVE, person, now
    audit.note(session, audited.activated(row, person))
    session.flush()
    return Proposal(row, raised)


def _lock(session: Session) -> None:
    """Take all of them, so that of two who change something at once the second sees what the first has done."""
    session.execute(select(PolicyRow.id).order_by(PolicyRow.id).with_for_update())


def _standing(session: Session, file: Path) -> tuple[str, Policy | None]:
    """Return the version in force and its policy; None where an older version's text cannot be read any more."""
    row = active(session)
    try:
        policy = load(session, file)
    except BadInput:
        if row is None:
            raise
        return row.version, None
    return row.version if row else policy.version, policy


def _raises(old: Policy | None, new: Policy) -> tuple[Raise, ...]:
    return raises(old, new) if old else (UNREADABLE,)


def _refuse_stale(row: PolicyRow, against: str) -> None:
    short = row.version[:SHORT]
    if row.state == PolicyState.ACTIVE:
        raise Conflict(f"Policy {short} is in force already.", version=row.version)
    if row.state == PolicyState.RETIRED:
        raise Conflict(f"Policy {short} was retired. To go back to it, propose it again.", version=row.version)
    if row.against != against:
        raise Conflict(
            f"Policy {short} was proposed to take the place of {row.against[:SHORT]}, and now {against[:SHORT]} is in "
            "force: look at it again, and propose it again.",
            version=row.version,
            in_force=against,
        )


def _person(by: str) -> str:
    name = tidy(by)
    if not name:
        raise BadInput("Say who you are: nobody is named.")
    return name


def _fresh() -> Select[PolicyRow]:
    return select(PolicyRow).execution_options(populate_existing=True)
