"""From approved to delivered: the verbs of staff and of workers.

A claim carries a fence, a number that grows with every claim, and a lease on the database's clock. Whoever comes
back too late holds an old fence, and can change nothing.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.access import users
from wowengine.campaigns import checklist, ground, outcomes, store
from wowengine.campaigns.lifecycle import LEASE, SENDING_LEASE, ActionState, Actor, Step, too_late
from wowengine.campaigns.models import Action
from wowengine.campaigns.payload import payload_of
from wowengine.campaigns.proof import checked
from wowengine.db.base import Json
from wowengine.db.session import db_now
from wowengine.errors import BadInput, Conflict, NeedsPerson, Refused
from wowengine.terms import ActorKind, OutcomeType

LONGEST_FAILURE = 300
WITH_OWN_EYES = frozenset({ActorKind.STAFF, ActorKind.PERSON})  # whose proof is a note, a code or a photo


def claim(session: Session, action_id: str, actor: Actor, *, version: int | None = None) -> Action:
    """Take an approved action into one's hands; the returned action's `fence` is needed for what follows.

    Raises
    ------
    Conflict
        When somebody else has it, the grace time is not over, the deadline is, or its campaign is paused.
    Refused
        When its ground is gone: the customer no longer agrees. The clock withdraws it.
    """
    action = store.get(session, action_id)
    _refuse_groundless(session, action)
    _refuse_paused(session, action)
    return store.step(
        session,
        action_id,
        Step.CLAIM,
        actor,
        expect_version=action.version if version is None else version,
        data={"fence": action.fence + 1},
        claimed_by=actor.name,
        fence=action.fence + 1,
        lease_until=db_now(session) + LEASE,
    )


def heartbeat(session: Session, action_id: str, actor: Actor, fence: int) -> Action:
    """Say that one is still at it: the lease begins anew, on the database's clock.

    No step, and so no event and no new version: nothing has happened. After the deadline nobody holds on to it any
    longer than their lease.

    Raises
    ------
    Conflict
        When it is not in this person's hands any more, or its time is over.
    """
    action = _locked(session, action_id, fence)
    if action.state != ActionState.CLAIMED or action.claimed_by != actor.name:
        whose = f"in the hands of {action.claimed_by}" if action.claimed_by else str(action.state)
        raise Conflict(f"It is {whose}: only who has claimed it holds on to it.", action=action_id)
    if late := too_late(action, clock.now()):
        raise Conflict(f"{late} Deliver it now, or release it.", action=action_id)
    action.lease_until = db_now(session) + LEASE
    session.flush()
    return action


def hand_over(session: Session, action_id: str, actor: Actor, fence: int, to: str) -> Action:
    """Give it into another's hands, at once: nobody else can come in between. The returned `fence` is theirs.

    Raises
    ------
    BadInput
        When nobody of this name works here, or they have it already.
    Conflict
        When it is in no hands, or its time is over.
    Refused
        When its ground is gone.
    """
    action = _held(session, action_id, fence)
    if users.rights(session, to) is None or not to.strip():
        raise BadInput(f"Nobody called {to!r} works here.", to=to)
    if to == action.claimed_by:
        raise BadInput(f"{to} has it already.", to=to)
    _refuse_groundless(session, action)
    return store.step(
        session,
        action_id,
        Step.HAND_OVER,
        actor,
        expect_version=action.version,
        data={"fence": action.fence + 1, "from": action.claimed_by, "to": to},
        claimed_by=to,
        fence=action.fence + 1,
        lease_until=db_now(session) + LEASE,
    )


def tick(session: Session, action_id: str, actor: Actor, fence: int, line: int, *, left_out: str = "") -> Action:
    """Say of a line of its checklist, the first being 0, that it is done, or why it was left out (`checklist`)."""
    action = _locked(session, action_id, fence)
    checklist.tick(action, actor, line, left_out=left_out)
    session.flush()
    return action


def deliver(
    session: Session, action_id: str, actor: Actor, fence: int, proof: Json, *, actual_cents: int | None = None
) -> Action:
    """Say that staff did it: with proof (a note, a code, where a photo is), and what it really cost, if less.

    Raises
    ------
    BadInput
        When there is no such proof, or a line of its checklist is neither ticked nor left out for a reason.
    """
    action = _held(session, action_id, fence)
    if open_lines := checklist.unticked(action):
        raise BadInput(f"Tick these lines first, or say why not: {'; '.join(open_lines)}.", unticked=open_lines)
    return _done(session, action, Step.DELIVER, actor, proof=proof, actual_cents=actual_cents)


def release(
    session: Session, action_id: str, actor: Actor, fence: int, *, after: timedelta | None = None, note: str = ""
) -> Action:
    """Give it back undone, for somebody else or for later: staff, or a worker whose message surely did not go out."""
    action = _held(session, action_id, fence)
    later: dict[str, Any] = {} if after is None else {"claimable_at": clock.now() + after}
    return store.step(
        session, action_id, Step.RELEASE, actor, expect_version=action.version, note=note or None, **later
    )


def fail(session: Session, action_id: str, actor: Actor, fence: int, reason: str) -> Action:
    """Say that it cannot be delivered as it is, and surely was not; a person retries or cancels it."""
    if not reason.strip():
        raise BadInput("Say in a few words why it could not be delivered.")
    action = _held(session, action_id, fence)
    return store.step(
        session,
        action_id,
        Step.FAIL,
        actor,
        expect_version=action.version,
        note=reason,
        failure=reason[:LONGEST_FAILURE],
    )


def start(session: Session, action_id: str, actor: Actor, fence: int, *, to: str = "") -> Action:
    """Say that a call outside is about to be made; this must be committed before the call.

    `to` is where the message goes: kept with the event, so that a doubt is looked up there and nowhere else.

    Raises
    ------
    NeedsPerson
        When what would be sent is not what was approved.
    """
    action = _held(session, action_id, fence)
    if payload_of(action).sha256 != action.payload_hash:
        raise NeedsPerson("What would be sent is not what was approved: its row was changed by hand.", action=action_id)
    _refuse_paused(session, action)
    until = db_now(session) + SENDING_LEASE
    return store.step(
        session,
        action_id,
        Step.START,
        actor,
        expect_version=action.version,
        data={"to": to} if to else {},
        lease_until=until,
    )


def _refuse_paused(session: Session, action: Action) -> None:
    if ground.rests(session, action):
        raise Conflict(ground.PAUSED, action=action.id, campaign=action.campaign_id)


def sent_to(session: Session, action_id: str) -> str:
    """Return where the message went that was begun last; empty where its channel need not know."""
    begun = [event for event in store.events(session, action_id) if event.step == Step.START]
    return str(begun[-1].data.get("to", "")) if begun else ""


def confirm(session: Session, action_id: str, actor: Actor, fence: int, proof: Json) -> Action:
    """Say that the call got through."""
    return _done(session, _held(session, action_id, fence), Step.CONFIRM, actor, proof=proof)


def found(
    session: Session,
    action_id: str,
    actor: Actor,
    proof: Json,
    *,
    version: int | None = None,
    actual_cents: int | None = None,
) -> Action:
    """Settle a doubt: it had been delivered after all."""
    action = store.get(session, action_id)
    return _done(session, action, Step.FOUND, actor, proof=proof, version=version, actual_cents=actual_cents)


def not_found(session: Session, action_id: str, actor: Actor, *, version: int | None = None, note: str = "") -> Action:
    """Settle a doubt: it surely was not delivered, is approved still, and can be tried again."""
    return store.step(
        session,
        action_id,
        Step.NOT_FOUND,
        actor,
        expect_version=version,
        note=note or None,
        claimable_at=clock.now(),
    )


def _held(session: Session, action_id: str, fence: int) -> Action:
    action = store.get(session, action_id)
    if action.fence != fence:
        raise Conflict(
            f"Your hold on it is over: it was claimed again since (fence {action.fence}, yours is {fence}).",
            action=action_id,
            fence=action.fence,
        )
    return action


def _locked(session: Session, action_id: str, fence: int) -> Action:
    """Return what is held under this fence, as nobody else can change it until the transaction ends."""
    session.get(Action, action_id, populate_existing=True, with_for_update=True)
    return _held(session, action_id, fence)


def _refuse_groundless(session: Session, action: Action) -> None:
    if reason := ground.objections(session, [action]).get(action.id):
        raise Refused(reason, action=action.id)


def _done(
    session: Session,
    action: Action,
    step: Step,
    actor: Actor,
    *,
    proof: Json,
    version: int | None = None,
    actual_cents: int | None = None,
) -> Action:
    """Deliver: the money is spent, and the model will hear of it."""
    told = checked(proof) if actor.kind in WITH_OWN_EYES else proof
    details: Json = {"proof": told} | ({"checklist": action.ticks} if action.ticks else {})
    delivered = store.step(
        session,
        action.id,
        step,
        actor,
        expect_version=action.version if version is None else version,
        data=details | ({} if actual_cents is None else {"actual_cents": actual_cents}),
        actual_cents=actual_cents,
        proof=told,
    )
    outcomes.record(
        session,
        delivered.customer_id,
        delivered.gesture_id,
        OutcomeType.DELIVERED,
        occurred_at=clock.now(),
        decision_id=delivered.decision_id,
    )
    return delivered
