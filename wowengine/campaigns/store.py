"""Reading actions, and the one way to change their state.

`step` does in one breath what belongs together: the conditional update, the event, the money, and the ring for a
worker. It never commits: the caller's transaction makes all of it true at once, or none.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, literal, or_, select, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from wowengine import clock
from wowengine.access import users
from wowengine.campaigns import audited, holdings, ownership
from wowengine.campaigns.channels import AUTOMATIC
from wowengine.campaigns.lifecycle import HELD, OPEN, ActionState, Actor, Step, opens_at, take_step
from wowengine.campaigns.models import Action, ActionEvent
from wowengine.campaigns.ownership import NEVER, Viewer, Whose, Work
from wowengine.db import audit, outbox
from wowengine.db.base import Json, UtcDateTime
from wowengine.errors import Conflict, NotFound

DELIVER = "deliver"  # the outbox's task: bring an approved or doubtful action forward, as far as a machine may
NEW_ATTEMPT = frozenset({Step.UNDO, Step.REVOKE, Step.RETRY})  # what was held is free; holding again is another try
TOLD_OF = timedelta(days=2)  # so long what came too late stands in the list of tasks, under a heading of its own


BY_HAND = Action.channel.not_in(AUTOMATIC)
_WORK: tuple[InstrumentedAttribute[Any], ...] = (
    Action.id,
    Action.state,
    Action.claimable_at,
    Action.not_before,
    Action.lead_minutes,
    Action.proposed_at,
    Action.deadline_at,
    Action.agent_of_record,
    Action.claimed_by,
)


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
        changes |= {"attempt": action.attempt + 1, "ticks": []}
    moved = _update(session, action, {"state": to, "version": action.version + 1, **changes})
    _write(session, _event(moved, step, came_from, actor, at=now, note=note, data=data))
    if not {came_from, to} <= holdings.PAID_FOR:  # from hand to hand, what is held stays held
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


def latest(session: Session, action: Action) -> Action:
    """Return the action that stands for this one now: itself, or what it became by amendments."""
    while action.state == ActionState.SUPERSEDED and (newer := successor(session, action.id)):
        action = newer
    return action


def queue(session: Session, limit: int = 50, after: str | None = None) -> list[Action]:
    """Return what waits for a person's word: earliest deadline first, those without one last, then the oldest.

    `after` is the id of the last one already seen; it holds its place when others are settled meanwhile.
    """
    return _page(session, limit, after, Action.state == ActionState.PROPOSED, _in_time())


def staff_tasks(
    session: Session,
    limit: int = 50,
    after: str | None = None,
    *,
    who: str = "",
    whose: Whose = Whose.ALL,
) -> list[Action]:
    """Return what staff can claim, or hold already, in the order of `ownership`; a worker's own are not among them.

    `who` looks: they see first what is nearest to them, and not yet what is offered to others alone. Without a name
    everything is seen, earliest deadline first.
    """
    free = and_(Action.state == ActionState.APPROVED, Action.claimable_at <= clock.now(), _in_time())
    wanted = and_(or_(free, Action.state == ActionState.CLAIMED), BY_HAND)
    work = (_work(row) for row in session.execute(select(*_WORK).where(wanted)))
    there = (one for one in work if one.held_by or one.opens_at <= clock.now())
    last = _work(get(session, after)) if after else None
    ordered = ownership.order(there, _viewer(session, who), clock.now(), whose, after=last)
    page = [one.id for one in ordered[:limit]]
    shown = select(Action).where(Action.id.in_(page)).execution_options(populate_existing=True)
    return sorted(session.scalars(shown), key=lambda action: page.index(action.id))


def too_late(session: Session, limit: int = 50) -> list[Action]:
    """Return staff's tasks of the last two days that nobody brought in time, newest first: worthless, not vanished."""
    now = clock.now()
    over = and_(Action.deadline_at <= now, Action.deadline_at > now - TOLD_OF, Action.approved_by.is_not(None))
    states = Action.state.in_((ActionState.EXPIRED, ActionState.APPROVED))
    late = select(Action).where(over, states, BY_HAND).order_by(Action.deadline_at.desc(), Action.id).limit(limit)
    return list(session.scalars(late))


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


def _work(row: Row[Any] | Action) -> Work:
    """Return what `ownership` must know of a task; of one that was settled meanwhile, what it has left."""
    lead = timedelta(minutes=row.lead_minutes)
    opens = row.claimable_at or row.proposed_at
    if row.not_before is not None:
        opens = max(opens, row.not_before - lead)
    held_by = row.claimed_by if row.state == ActionState.CLAIMED else None
    return Work(row.id, opens, row.proposed_at, row.deadline_at, lead, row.agent_of_record, held_by)


def _viewer(session: Session, who: str) -> Viewer:
    """Return who looks. Without a name nobody is nearer to a task than others, and all is offered to all."""
    teams = {user.name: user.team for user in users.everybody(session)} if who else {}
    return Viewer(who, teams.get(who, ""), teams)


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
    times = (clock.now(), action.claimable_at, opens_at(action))
    due = max(at for at in times if at is not None)
    key = f"{DELIVER}:{action.id}:{action.version}"
    outbox.put(session, DELIVER, {"action_id": action.id}, due_at=due, key=key)
