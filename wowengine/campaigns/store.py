"""Reading actions, and the one way to change their state.

`step` does in one breath what belongs together: the conditional update, the event, the money, and the ring for a
worker. It never commits: the caller's transaction makes all of it true at once, or none.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, tuple_, update
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns import audited, holdings
from wowengine.campaigns.channels import AUTOMATIC
from wowengine.campaigns.lifecycle import HELD, OPEN, ActionState, Actor, Step, take_step
from wowengine.campaigns.models import Action, ActionEvent
from wowengine.db import audit, outbox
from wowengine.db.base import Json, UtcDateTime
from wowengine.errors import Conflict, NotFound

DELIVER = "deliver"  # the outbox's task: bring an approved or doubtful action forward, as far as a machine may
NEW_ATTEMPT = frozenset({Step.UNDO, Step.REVOKE, Step.RETRY})  # what was held is free; holding again is another try
NEVER = datetime(9999, 12, 31, tzinfo=UTC)  # sorts after every deadline


def step(
    session: Session,
    action_id: str,
    step: Step,
    actor: Actor,
    *,
    expect_version: int | None = None,
    note: str | None = None,
    data: Json | None = None,
    actual_cents: int | None = None,
    **columns: object,
) -> Action:
    """Take a step in the life of an action: the only writer of its state.

    `expect_version` is the version the caller saw, None where any will do. `note` (words for people) and `data` (facts
    for machines) are kept with the event. `actual_cents` is what a delivery really cost, None for what was approved.
    `columns` is what else the step changes in the action's row.

    Raises
    ------
    Conflict
        When the step is not allowed now, the action is no longer as the caller saw it, or no money is left.
    NotFound
        When there is no such action.
    """
    action, now = get(session, action_id), clock.now()
    came_from = ActionState(action.state)
    if expect_version not in (None, action.version):
        raise _moved(action, f"You saw version {expect_version}; it is at {action.version}")
    to = take_step(action, step, actor, now)
    if to in OPEN and came_from not in OPEN:
        _refuse_twin(session, action)
    changes = _entering(to, now) | ({"deferred_until": now} if step is Step.RESUME else {}) | columns
    if step in NEW_ATTEMPT:
        changes["attempt"] = action.attempt + 1
    moved = _update(session, action, {"state": to, "version": action.version + 1, **changes})
    _write(session, _event(moved, step, came_from, actor, at=now, note=note, data=data))
    holdings.follow(session, moved, actor=actor.name, reason=str(step), actual_cents=actual_cents)
    if to in (ActionState.APPROVED, ActionState.UNCERTAIN):
        _ring(session, moved)
    session.flush()
    return moved


def born(session: Session, action: Action, actor: Actor, data: Json, note: str | None = None) -> None:
    """Write the first event of an action that was just inserted, and hold its stock where it is scarce."""
    _write(session, _event(action, Step.PROPOSE, None, actor, at=action.proposed_at, note=note, data=data))
    holdings.follow(session, action, actor=actor.name, reason=str(Step.PROPOSE))


def get(session: Session, action_id: str) -> Action:
    """Return an action as it is now.

    Raises
    ------
    NotFound
        When there is none with this id.
    """
    action = session.get(Action, action_id, populate_existing=True)
    if action is None:
        raise NotFound(f"There is no action {action_id}.", action=action_id)
    return action


def successor(session: Session, action_id: str) -> Action | None:
    """Return the action that took this one's place when a person amended it; None where none did."""
    return session.scalars(select(Action).where(Action.amends == action_id)).first()


def queue(session: Session, limit: int = 50, after: str | None = None) -> list[Action]:
    """Return what waits for a person's word: earliest deadline first, those without one last, then the oldest.

    `after` is the id of the last one already seen; it holds its place when others are settled meanwhile.
    """
    return _page(session, limit, after, Action.state == ActionState.PROPOSED, _in_time())


def staff_tasks(session: Session, limit: int = 50, after: str | None = None) -> list[Action]:
    """Return what staff can claim, or hold already, in the queue's order; a worker's own are not among them."""
    free = and_(Action.state == ActionState.APPROVED, Action.claimable_at <= clock.now(), _in_time())
    by_hand = Action.channel.not_in(AUTOMATIC)
    return _page(session, limit, after, or_(free, Action.state == ActionState.CLAIMED), by_hand)


def in_trouble(session: Session, limit: int = 50, after: str | None = None) -> list[Action]:
    """Return what failed or is in doubt: it stays in sight here until a person settles it."""
    return _page(session, limit, after, Action.state.in_((ActionState.FAILED, ActionState.UNCERTAIN)))


def counts(session: Session) -> dict[str, int]:
    """Return how many actions are in each state; states with none are left out."""
    by_state = select(Action.state, func.count()).group_by(Action.state).order_by(Action.state)
    return {state: int(number) for state, number in session.execute(by_state)}


def events(session: Session, action_id: str) -> list[ActionEvent]:
    """Return the life of an action so far, first step first."""
    mine = select(ActionEvent).where(ActionEvent.action_id == action_id)
    return list(session.scalars(mine.order_by(ActionEvent.version)))


def _page(session: Session, limit: int, after: str | None, *wanted: ColumnElement[bool]) -> list[Action]:
    place = (func.coalesce(Action.deadline_at, NEVER), Action.proposed_at, Action.id)
    page = select(Action).where(*wanted).order_by(*place).limit(limit)
    if after:
        last = get(session, after)
        seen = (literal(last.deadline_at or NEVER, UtcDateTime()), literal(last.proposed_at, UtcDateTime()))
        page = page.where(tuple_(*place) > tuple_(*seen, last.id))
    return list(session.scalars(page.execution_options(populate_existing=True)))


def _in_time() -> ColumnElement[bool]:
    return or_(Action.deadline_at.is_(None), Action.deadline_at > clock.now())


def _entering(to: ActionState, now: datetime) -> dict[str, Any]:
    """Return what a state forgets of the states before it, and what it begins with."""
    changes: dict[str, Any] = {} if to in HELD else {"lease_until": None}
    if to is ActionState.PROPOSED:
        changes |= dict.fromkeys(("approved_by", "approved_at", "claimable_at"))
        changes |= dict.fromkeys(("declined_by", "declined_at", "decline_reason")) | {"approvals": []}
    if to in (ActionState.PROPOSED, ActionState.APPROVED):
        changes |= {"claimed_by": None, "failure": None}
    if to is ActionState.DELIVERED:
        changes["delivered_at"] = now
    return changes


def _update(session: Session, action: Action, changes: dict[str, Any]) -> Action:
    """Write only over what was read: of two people at once, one finds nothing to update."""
    as_read = (Action.id == action.id, Action.state == action.state, Action.version == action.version)
    written = update(Action).where(*as_read).values(**changes).returning(Action)
    options = {"synchronize_session": False, "populate_existing": True}
    moved = session.scalar(written, execution_options=options)
    if moved is None:
        raise _moved(action, "Somebody else was quicker")
    return moved


def _moved(action: Action, what: str) -> Conflict:
    return Conflict(f"{what}. Look at it again.", action=action.id, state=str(action.state), version=action.version)


def _refuse_twin(session: Session, action: Action) -> None:
    """Do not bring back what was proposed anew meanwhile; the database's unique index says the same."""
    twin = select(Action.id).where(
        Action.customer_id == action.customer_id,
        Action.gesture_id == action.gesture_id,
        Action.subject == action.subject,
        Action.state.in_(OPEN),
    )
    if other := session.scalar(twin):
        raise Conflict(f"The same gesture is open already as {other}.", action=action.id, twin=other)


def _write(session: Session, event: ActionEvent) -> None:
    session.add(event)
    audit.note(session, audited.stepped(event))


def _event(
    action: Action,
    step: Step,
    came_from: ActionState | None,
    actor: Actor,
    *,
    at: datetime,
    note: str | None = None,
    data: Json | None = None,
) -> ActionEvent:
    return ActionEvent(
        action_id=action.id,
        version=action.version,
        step=step,
        from_state=came_from,
        to_state=action.state,
        actor=actor.name,
        actor_kind=actor.kind,
        at=at,
        note=note,
        data=data or {},
    )


def _ring(session: Session, action: Action) -> None:
    """Ask for a worker once the grace time is over; where a person delivers, the worker finds nothing to do."""
    due = max(clock.now(), action.claimable_at or clock.now())
    key = f"{DELIVER}:{action.id}:{action.version}"
    outbox.put(session, DELIVER, {"action_id": action.id}, due_at=due, key=key)
