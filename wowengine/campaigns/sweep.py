"""What the clock does: it ends, gives back, takes up and doubts, so that no state lacks an owner or a timer.

Each errand is bounded, skips what somebody is working on this instant, and finds nothing to do when run again.
"""

from collections import Counter

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns import ground, store
from wowengine.campaigns.lifecycle import AFTERMATH, CLOCK, UNANSWERED, ActionState, Step
from wowengine.campaigns.models import Action
from wowengine.db.session import db_now
from wowengine.terms import Basis

S = ActionState


def sweep(session: Session, limit: int = 100) -> dict[str, int]:
    """Take every step whose time has come, at most `limit` of each sort; return how many of each were taken."""
    now, lease_over = clock.now(), Action.lease_until < db_now(session)
    past, not_past = Action.deadline_at <= now, or_(Action.deadline_at.is_(None), Action.deadline_at > now)
    due = {
        Step.DOUBT: and_(Action.state == S.SENDING, lease_over),
        # The clock takes nothing out of hands that still hold it: a gift given a minute late was given.
        Step.EXPIRE: or_(
            and_(Action.state.in_((S.PROPOSED, S.DEFERRED, S.APPROVED)), past),
            and_(Action.state == S.CLAIMED, past, lease_over),
            _unanswered(),
        ),
        Step.RELEASE: and_(Action.state == S.CLAIMED, lease_over, not_past),
        Step.RESUME: and_(Action.state == S.DEFERRED, Action.deferred_until <= now, not_past),
        Step.CLOSE: and_(Action.state == S.DELIVERED, Action.delivered_at <= now - AFTERMATH),
    }
    done = Counter({str(Step.WITHDRAW): withdraw_objected(session, limit)})
    for step, condition in due.items():
        for action in _some(session, limit, condition):
            store.step(session, action.id, step, CLOCK, expect_version=action.version)
            done[str(step)] += 1
    return {step: number for step, number in done.items() if number}


def withdraw_objected(session: Session, limit: int = 100) -> int:
    """Take back what waits for a person or for delivery and has lost its ground; return how many."""
    waiting = and_(Action.state.in_((S.PROPOSED, S.DEFERRED, S.APPROVED)), Action.basis == Basis.DELIGHT)
    reasons = ground.objections(session, list(session.scalars(select(Action).where(waiting))))
    lost = _some(session, limit, waiting, Action.id.in_(sorted(reasons)[:limit]))
    for action in lost:
        ground.withdraw(session, action.id, reasons[action.id], version=action.version)
    return len(lost)


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


def _some(session: Session, limit: int, *conditions: ColumnElement[bool]) -> list[Action]:
    due = select(Action).where(*conditions).order_by(Action.deadline_at, Action.id).limit(limit)
    locked = due.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return list(session.scalars(locked))
