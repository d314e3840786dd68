"""Never again: what a reviewer has said not to do for a customer any more, or one gesture for anybody.

It bars delight alone: what is owed and making good are never touched. It can be taken back, and says by whom.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Integer, String, Text, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from wowengine import clock
from wowengine.campaigns.lifecycle import Actor
from wowengine.campaigns.models import Action, DecisionRow
from wowengine.db.base import Base, Json, one_of
from wowengine.db.many import among
from wowengine.decide.never import Never, Scope
from wowengine.errors import BadInput, Conflict, NotFound
from wowengine.profiles import merging
from wowengine.profiles.models import Customer
from wowengine.terms import Basis, GestureKind

LONGEST_WHY = 2_000  # characters
FEW = 100  # customers who are looked up one by one; of more, all that was said is read
DELIGHTS = frozenset(GestureKind) - {GestureKind.COMPENSATION}


class NeverAgain(Base):
    """One such word, who said it and why; ended where somebody has taken it back."""

    __tablename__ = "never_again"
    __table_args__ = (
        one_of("scope", Scope),
        CheckConstraint("(scope = 'surprises') = (value = '')", name="says_of_what"),
        CheckConstraint("customer_id is not null or scope = 'gesture'", name="only_gestures_for_all"),
        CheckConstraint("(ended_by is null) = (ended_at is null)", name="ended_by_somebody"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    scope: Mapped[str] = mapped_column(String(12))
    value: Mapped[str] = mapped_column(String(200), default="")
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    why: Mapped[str] = mapped_column(Text)
    ended_by: Mapped[str | None] = mapped_column(String(200))
    ended_at: Mapped[datetime | None]


def say(session: Session, customer_id: str | None, never: Never, actor: Actor, why: str) -> NeverAgain:
    """Write down that something is never to be done again, for a customer or (a gesture) for anybody.

    Said twice, it stands once. What waits and falls under it has lost its ground (`review.never_again` withdraws it).

    Raises
    ------
    BadInput
        When it is not said why or of what, or bars more for everybody than one gesture.
    NotFound
        When there is no such customer.
    """
    _refuse(session, customer_id, never, why)
    same = (NeverAgain.customer_id == customer_id, NeverAgain.scope == never.scope, NeverAgain.value == never.value)
    if known := session.scalars(select(NeverAgain).where(*same, NeverAgain.ended_at.is_(None))).first():
        return known
    row = NeverAgain(
        customer_id=customer_id,
        scope=never.scope,
        value=never.value,
        by=actor.name,
        at=clock.now(),
        why=why.strip(),
    )
    session.add(row)
    session.flush()
    return row


def take_back(session: Session, number: int, actor: Actor) -> NeverAgain:
    """Let it be done again; what was said, and who took it back, stays written down.

    Raises
    ------
    NotFound, Conflict
        When nothing of this number was said, or it was taken back already.
    """
    row = session.get(NeverAgain, number, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(f"Nothing was said under number {number}. `wow never` lists what was.", number=number)
    if row.ended_by is not None:
        raise Conflict(f"{row.ended_by} has taken it back already.", number=number)
    row.ended_by, row.ended_at = actor.name, clock.now()
    session.flush()
    return row


def listed(session: Session, customer_id: str | None = None, limit: int = 200) -> list[NeverAgain]:
    """Return what was said, newest first, of everybody or of one customer and all; what was taken back too."""
    said = select(NeverAgain).order_by(NeverAgain.id.desc()).limit(limit)
    return list(session.scalars(said if customer_id is None else said.where(_of([customer_id]))))


def standing(session: Session, customer_ids: Iterable[str] | None = None) -> Mapping[str | None, tuple[Never, ...]]:
    """Return what holds, by customer; under None what holds for everybody.

    What was said of a record that was merged since holds for the one it was merged into.
    """
    said = select(NeverAgain).where(NeverAgain.ended_at.is_(None)).order_by(NeverAgain.id)
    if not session.scalar(said.with_only_columns(NeverAgain.id).limit(1)):
        return {}
    people = None if customer_ids is None else list(customer_ids)
    if people is not None and len(people) <= FEW:
        said = said.where(_of({record for who in people for record in merging.records_of(session, who)}))
    rows = session.scalars(said).all()
    kept = merging.standing_of(session, {row.customer_id for row in rows if row.customer_id})
    found: dict[str | None, list[Never]] = defaultdict(list)
    for row in rows:
        for who in {row.customer_id, kept.get(row.customer_id or "", row.customer_id)}:
            found[who].append(Never(Scope(row.scope), row.value))
    return {who: tuple(words) for who, words in found.items()}


def barred(session: Session, actions: Sequence[Action]) -> dict[str, Never]:
    """Return the word under which actions fall, by their ids; those that are free are left out."""
    delights = [action for action in actions if action.basis == Basis.DELIGHT]
    said = standing(session, {action.customer_id for action in delights}) if delights else {}
    told = [(one, (*said.get(one.customer_id, ()), *said.get(None, ()))) for one in delights]
    topics = _topics(session, [one for one, words in told if any(word.scope is Scope.TOPIC for word in words)])
    found = {}
    for action, words in told:
        about = topics.get(action.id, frozenset())
        if word := next((one for one in words if one.bars(action.gesture_id, action.kind, about)), None):
            found[action.id] = word
    return found


def _topics(session: Session, actions: Sequence[Action]) -> dict[str, frozenset[str]]:
    """Return all that actions have to do with: what they were tagged with when they were decided, and the words."""
    kept = select(DecisionRow.id, DecisionRow.receipt).where(
        DecisionRow.id.in_({action.decision_id for action in actions})
    )
    receipts: dict[str, Json] = dict(iter(session.execute(kept))) if actions else {}
    found = {}
    for action in actions:
        candidates = receipts[action.decision_id]["inputs"]["candidates"]
        tags = next((one["tags"] for one in candidates if one["gesture_id"] == action.gesture_id), ())
        found[action.id] = frozenset({*tags, *action.slots, *(one["topic"] for one in action.evidence)})
    return found


def _refuse(session: Session, customer_id: str | None, never: Never, why: str) -> None:
    if not 1 <= len(why.strip()) <= LONGEST_WHY:
        raise BadInput(f"Say why, in 1 to {LONGEST_WHY} characters.")
    if bool(never.value) == (never.scope is Scope.EVERYTHING):
        raise BadInput("Name the gesture, kind or topic; of everything that delights, none.")
    if never.scope is Scope.KIND and never.value not in set(DELIGHTS):
        raise BadInput(f"{never.value!r} is no kind of delight. Kinds: {', '.join(sorted(DELIGHTS))}.")
    if customer_id is None and never.scope is not Scope.GESTURE:
        raise BadInput("For everybody only a gesture can be barred.")
    if customer_id is not None and session.get(Customer, customer_id) is None:
        raise NotFound(f"There is no customer {customer_id}.", customer_id=customer_id)


def _of(customer_ids: Iterable[str]) -> ColumnElement[bool]:
    return or_(NeverAgain.customer_id.is_(None), among(NeverAgain.customer_id, sorted(customer_ids)))
