"""What colleagues say to one another about an action: notes, questions and answers. Append-only, and no state.

A question puts the card into the colleague's own list as well, until they have answered.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text, exists, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from wowengine import clock
from wowengine.access.users import rights
from wowengine.campaigns import store
from wowengine.campaigns.lifecycle import ActionState, Actor
from wowengine.campaigns.models import Action
from wowengine.db.base import Base, one_of
from wowengine.errors import BadInput, Conflict

LONGEST = 2_000  # characters
UNDECIDED = (ActionState.PROPOSED, ActionState.DEFERRED)


class RemarkKind(StrEnum):
    """What sort of remark it is."""

    NOTE = "note"
    QUESTION = "question"  # to one colleague
    ANSWER = "answer"  # to one question


class Remark(Base):
    """One remark on an action, in somebody's own words."""

    __tablename__ = "remarks"
    __table_args__ = (
        one_of("kind", RemarkKind),
        CheckConstraint("(kind = 'answer') = (answers is not null)", name="answers_a_question"),
        CheckConstraint(f"length(text) between 1 and {LONGEST}", name="text_of_a_length"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    action_id: Mapped[str] = mapped_column(ForeignKey("actions.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    by: Mapped[str] = mapped_column(String(200))
    to: Mapped[str] = mapped_column(String(200), default="", index=True)  # whom a question or answer is for; '' for all
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    answers: Mapped[int | None] = mapped_column(ForeignKey("remarks.id", ondelete="CASCADE"), unique=True)


_answer = aliased(Remark)
_UNANSWERED = ~exists().where(_answer.answers == Remark.id)


def note(session: Session, action_id: str, actor: Actor, text: str) -> Remark:
    """Write a note on an action, whatever its state."""
    return _write(session, action_id, RemarkKind.NOTE, actor, text)


def ask(session: Session, action_id: str, actor: Actor, colleague: str, text: str) -> Remark:
    """Ask a colleague about an action that waits for a word.

    Raises
    ------
    BadInput
        When nobody of this name works here, it is oneself, or nothing is asked.
    Conflict
        When the action waits for nobody's word any more.
    """
    if colleague.casefold() == actor.name.casefold():
        raise BadInput("Ask somebody else: this is you.")
    if not colleague or rights(session, colleague) is None:
        raise BadInput(f"Nobody called {colleague} works here. `wow users` lists who does.", user=colleague)
    action = store.get(session, action_id)
    if action.state not in UNDECIDED:
        raise Conflict(f"It is {action.state} and waits for nobody's word any more.", action=action_id)
    return _write(session, action_id, RemarkKind.QUESTION, actor, text, to=colleague)


def answer(session: Session, action_id: str, actor: Actor, text: str) -> Remark:
    """Answer the oldest open question to this person about an action; it leaves their list with the last.

    Raises
    ------
    Conflict
        When nobody has asked them, or they have answered.
    """
    mine = (
        Remark.action_id.in_(_forms(session, action_id)),
        Remark.kind == RemarkKind.QUESTION,
        Remark.to == actor.name,
        _UNANSWERED,
    )
    question = session.scalars(select(Remark).where(*mine).order_by(Remark.id).limit(1).with_for_update()).first()
    if question is None:
        raise Conflict(f"There is no open question to {actor.name} about it.", action=action_id)
    return _write(session, action_id, RemarkKind.ANSWER, actor, text, to=question.by, answers=question.id)


def of(session: Session, action_id: str) -> list[Remark]:
    """Return all that was said about an action, and about those that were amended into it, oldest first."""
    forms = _forms(session, action_id)
    return list(session.scalars(select(Remark).where(Remark.action_id.in_(forms)).order_by(Remark.id)))


def asked_of(session: Session, name: str) -> list[Action]:
    """Return the actions about which this person was asked and has not answered, earliest question first."""
    asked = select(Remark.action_id).where(Remark.kind == RemarkKind.QUESTION, Remark.to == name, _UNANSWERED)
    found: dict[str, Action] = {}
    for action_id in session.scalars(asked.order_by(Remark.id)).all():
        action = store.latest(session, store.get(session, action_id))
        if action.state in UNDECIDED:
            found.setdefault(action.id, action)
    return list(found.values())


def _forms(session: Session, action_id: str) -> list[str]:
    """Return the ids of an action and of those that were amended into it."""
    action = store.get(session, action_id)
    forms = [action.id]
    while action.amends:
        action = store.get(session, action.amends)
        forms.append(action.id)
    return forms


def _write(
    session: Session,
    action_id: str,
    kind: RemarkKind,
    actor: Actor,
    text: str,
    *,
    to: str = "",
    answers: int | None = None,
) -> Remark:
    store.get(session, action_id)
    said = text.strip()
    if not 1 <= len(said) <= LONGEST:
        raise BadInput(f"Say it in 1 to {LONGEST} characters; these are {len(said)}.")
    remark = Remark(action_id=action_id, kind=kind, by=actor.name, to=to, at=clock.now(), text=said, answers=answers)
    session.add(remark)
    session.flush()
    return remark
