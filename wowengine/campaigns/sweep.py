"""What the clock does: it ends, gives back, takes up and doubts, so that no state lacks an owner or a timer.

A sweep is bounded, passes by what somebody is working on this instant, and finds nothing to do when run again.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns import ground, ledger, store
from wowengine.campaigns.lifecycle import AFTERMATH, CLOCK, UNANSWERED, ActionState, Step
from wowengine.campaigns.models import Action
from wowengine.db.session import db_now
from wowengine.terms import Basis

S = ActionState
WAITING = Action.state.in_((S.PROPOSED, S.DEFERRED, S.APPROVED))  # in nobody's hands


def sweep(session: Session, limit: int = 100) -> dict[str, int]:
    """Take every step whose time has come, at most `limit` of each sort; return how many of each were taken."""
    reasons = dict(_objected(session, limit))
    objected = and_(WAITING, Action.id.in_(reasons))
    due = {action.id: (Step.WITHDRAW, action) for action in _some(session, limit, objected)}
    for step, condition in _timers(session).items():
        for action in _some(session, limit, condition):
            due.setdefault(action.id, (step, action))
    ledger.lock(session, sorted(due))
    for step, action in due.values():
        if step is Step.WITHDRAW:
            ground.withdraw(session, action.id, reasons[action.id], version=action.version)
        else:
            store.step(session, action.id, step, CLOCK, expect_version=action.version)
    return dict(Counter(str(step) for step, _ in due.values()))


def withdraw_of(session: Session, customer_ids: Sequence[str]) -> int:
    """Withdraw at once what waits for these customers and has lost its ground; return how many.

    What somebody is working on this instant is passed by: it is asked again before it goes on, and swept later.
    """
    waiting = select(Action).where(WAITING, Action.customer_id.in_(customer_ids)).order_by(Action.id)
    actions = {action.id: action for action in _locked(session, waiting)}
    reasons = ground.objections(session, list(actions.values()))
    ledger.lock(session, sorted(reasons))
    for action_id, reason in sorted(reasons.items()):
        ground.withdraw(session, action_id, reason, version=actions[action_id].version)
    return len(reasons)


def waiting_with(session: Session, gesture_id: str) -> list[str]:
    """Return the customers for whom this gesture waits as a delight."""
    for_delight = (Action.basis == Basis.DELIGHT, Action.gesture_id == gesture_id)
    return list(session.scalars(select(Action.customer_id).where(WAITING, *for_delight).distinct()))


def _objected(session: Session, limit: int) -> Iterator[tuple[str, str]]:
    """Yield what waits for a person or for delivery and has lost its ground, with the reason."""
    delights = session.scalars(select(Action).where(WAITING, Action.basis == Basis.DELIGHT))
    yield from sorted(ground.objections(session, list(delights)).items())[:limit]


def _timers(session: Session) -> dict[Step, ColumnElement[bool]]:
    """Return which step the clock takes with which actions."""
    now, lease_over = clock.now(), Action.lease_until < db_now(session)
    past, not_past = Action.deadline_at <= now, or_(Action.deadline_at.is_(None), Action.deadline_at > now)
    return {
        Step.DOUBT: and_(Action.state == S.SENDING, lease_over),
        # The clock takes nothing out of hands that still hold it: a gift given a minute late was given.
        Step.EXPIRE: or_(
            and_(WAITING, past),
            and_(Action.state == S.CLAIMED, past, lease_over),
            _unanswered(),
        ),
        Step.RELEASE: and_(Action.state == S.CLAIMED, lease_over, not_past),
        Step.RESUME: and_(Action.state == S.DEFERRED, Action.deferred_until <= now, not_past),
        Step.CLOSE: and_(Action.state == S.DELIVERED, Action.delivered_at <= now - AFTERMATH),
    }


def _unanswered() -> ColumnElement[bool]:
    """Say of suggestions the same as `lifecycle.expires_at`, in the database's words."""
    before = clock.now() - UNANSWERED
    return and_(
        Action.state == S.PROPOSED,
        Action.deadline_at.is_(None),
        Action.basis != Basis.FLOOR,
        Action.proposed_at <= before,
        or_(Action.deferred_until.is_(None), Action.deferred_until <= before),
    )


def _some(session: Session, limit: int, condition: ColumnElement[bool]) -> list[Action]:
    return _locked(session, select(Action).where(condition).order_by(Action.deadline_at, Action.id).limit(limit))


def _locked(session: Session, actions: Select[Action]) -> list[Action]:
    locked = actions.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return list(session.scalars(locked))
