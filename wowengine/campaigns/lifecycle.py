"""The life of an action: every state, every step, who may take it, and when.

`TRANSITIONS` is the whole truth: a pair that is not in it does not exist. The README's table is checked against it,
buttons come from `allowed_steps`, and the database repeats the states as a CHECK.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from wowengine.errors import Conflict
from wowengine.terms import ActorKind, Basis

GRACE = timedelta(seconds=10)  # an approval or refusal can be undone for so long; nobody claims before it is over
LEASE = timedelta(minutes=30)  # staff hold a claim for so long without a word
SENDING_LEASE = timedelta(minutes=2)  # a worker's outside call is over within this, or in doubt
UNANSWERED = timedelta(days=14)  # a suggestion nobody answers is dropped; what the law owes never is
AFTERMATH = timedelta(days=14)  # so long we wait for what the customer makes of a delivery


class ActionState(StrEnum):
    """Where an action stands. Each comment: who puts it here; who takes it out; what if nobody does."""

    # A round puts it here, or a person who amends another; a person decides, or two, where it is dear; at its deadline
    # (or after 14 days) the clock expires it.
    PROPOSED = "proposed"
    # A person puts it off; a person or the clock resumes it at the time named; its deadline still expires it.
    DEFERRED = "deferred"
    # A person said yes and the money is held; staff or a worker claim it; its deadline expires it, money released.
    APPROVED = "approved"
    # Staff hold it under a lease; they deliver, hand over, release or fail it; when the lease ends the clock releases
    # it. A heartbeat, which makes the lease longer, is no step: nothing has happened that anybody would want to read.
    CLAIMED = "claimed"
    # A worker is about to call outside, committed before the call; it confirms, fails, or releases what surely did
    # not go out; after the lease the clock can only doubt, for nobody knows whether the call got through.
    SENDING = "sending"
    # Nobody knows whether it was delivered; a person or a look-up finds out; it stays in sight until they do.
    UNCERTAIN = "uncertain"
    # It could not be delivered, money released; a person retries or cancels; it stays in sight until they do.
    FAILED = "failed"
    # Done, with proof, money committed; closed when the outcome is known or the waiting time is over.
    DELIVERED = "delivered"
    # A person said no; the same person may undo within the grace time; then it is final.
    DECLINED = "declined"
    # Final: its time passed.
    EXPIRED = "expired"
    # Final: a newer proposal took its place, of a newer decision or of a person who amended it.
    SUPERSEDED = "superseded"
    # Final: the ground is gone (consent, evidence, the person's wish, a crisis hold).
    WITHDRAWN = "withdrawn"
    # Final: a person called it off after approval.
    CANCELLED = "cancelled"
    # Final: delivered, and what came of it is known or was waited for.
    CLOSED = "closed"


class Step(StrEnum):
    """What can be done to an action."""

    PROPOSE = "propose"
    ENDORSE = "endorse"
    APPROVE = "approve"
    DECLINE = "decline"
    DEFER = "defer"
    AMEND = "amend"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    RESUME = "resume"
    UNDO = "undo"
    REVOKE = "revoke"
    CLAIM = "claim"
    HAND_OVER = "hand over"
    CANCEL = "cancel"
    DELIVER = "deliver"
    START = "start"
    RELEASE = "release"
    FAIL = "fail"
    CONFIRM = "confirm"
    DOUBT = "doubt"
    FOUND = "found"
    NOT_FOUND = "not found"
    RETRY = "retry"
    CLOSE = "close"


class DeclineReason(StrEnum):
    """Why a reviewer said no. Only the first two are about the person and the gesture: the model learns from them."""

    NOT_FITTING = "not_fitting"  # not this gesture for this person
    TOO_PERSONAL = "too_personal"  # it would feel watched
    TOO_EXPENSIVE = "too_expensive"
    WRONG_MOMENT = "wrong_moment"
    OTHER = "other"  # with a note


_PERSON = frozenset({ActorKind.PERSON})
_SYSTEM = frozenset({ActorKind.SYSTEM})
_CLOCK = frozenset({ActorKind.CLOCK})
_STAFF = frozenset({ActorKind.STAFF})
_WORKER = frozenset({ActorKind.WORKER})


@dataclass(frozen=True)
class Transition:
    """One row of the table: the state it leads to, and who may take it."""

    to: ActionState
    by: frozenset[ActorKind]


_S = ActionState
TRANSITIONS: dict[tuple[ActionState, Step], Transition] = {
    (_S.PROPOSED, Step.ENDORSE): Transition(_S.PROPOSED, _PERSON),
    (_S.PROPOSED, Step.APPROVE): Transition(_S.APPROVED, _PERSON),
    (_S.PROPOSED, Step.DECLINE): Transition(_S.DECLINED, _PERSON),
    (_S.PROPOSED, Step.DEFER): Transition(_S.DEFERRED, _PERSON),
    (_S.PROPOSED, Step.AMEND): Transition(_S.SUPERSEDED, _PERSON),
    (_S.PROPOSED, Step.SUPERSEDE): Transition(_S.SUPERSEDED, _SYSTEM),
    (_S.PROPOSED, Step.WITHDRAW): Transition(_S.WITHDRAWN, _SYSTEM),
    (_S.PROPOSED, Step.EXPIRE): Transition(_S.EXPIRED, _CLOCK),
    (_S.DEFERRED, Step.RESUME): Transition(_S.PROPOSED, _PERSON | _CLOCK),
    (_S.DEFERRED, Step.WITHDRAW): Transition(_S.WITHDRAWN, _SYSTEM),
    (_S.DEFERRED, Step.EXPIRE): Transition(_S.EXPIRED, _CLOCK),
    (_S.DECLINED, Step.UNDO): Transition(_S.PROPOSED, _PERSON),
    (_S.APPROVED, Step.UNDO): Transition(_S.PROPOSED, _PERSON),
    (_S.APPROVED, Step.REVOKE): Transition(_S.PROPOSED, _PERSON),
    (_S.APPROVED, Step.CLAIM): Transition(_S.CLAIMED, _STAFF | _WORKER),
    (_S.APPROVED, Step.CANCEL): Transition(_S.CANCELLED, _PERSON),
    (_S.APPROVED, Step.WITHDRAW): Transition(_S.WITHDRAWN, _SYSTEM),
    (_S.APPROVED, Step.EXPIRE): Transition(_S.EXPIRED, _CLOCK),
    (_S.CLAIMED, Step.DELIVER): Transition(_S.DELIVERED, _STAFF),
    (_S.CLAIMED, Step.HAND_OVER): Transition(_S.CLAIMED, _STAFF),
    (_S.CLAIMED, Step.START): Transition(_S.SENDING, _WORKER),
    (_S.CLAIMED, Step.RELEASE): Transition(_S.APPROVED, _STAFF | _CLOCK),
    (_S.CLAIMED, Step.FAIL): Transition(_S.FAILED, _STAFF),
    (_S.CLAIMED, Step.EXPIRE): Transition(_S.EXPIRED, _CLOCK),
    (_S.SENDING, Step.CONFIRM): Transition(_S.DELIVERED, _WORKER),
    (_S.SENDING, Step.RELEASE): Transition(_S.APPROVED, _WORKER),
    (_S.SENDING, Step.DOUBT): Transition(_S.UNCERTAIN, _CLOCK),
    (_S.SENDING, Step.FAIL): Transition(_S.FAILED, _WORKER),
    (_S.UNCERTAIN, Step.FOUND): Transition(_S.DELIVERED, _PERSON | _WORKER),
    (_S.UNCERTAIN, Step.NOT_FOUND): Transition(_S.APPROVED, _PERSON | _WORKER),
    (_S.FAILED, Step.RETRY): Transition(_S.APPROVED, _PERSON),
    (_S.FAILED, Step.CANCEL): Transition(_S.CANCELLED, _PERSON),
    (_S.DELIVERED, Step.CLOSE): Transition(_S.CLOSED, _SYSTEM | _CLOCK),
}

# The first of two approvals: asked for as an approval, and allowed whenever that is.
ASKED_AS = {Step.ENDORSE: Step.APPROVE}

OPEN = frozenset({_S.PROPOSED, _S.DEFERRED, _S.APPROVED, _S.CLAIMED, _S.SENDING, _S.UNCERTAIN})
HELD = frozenset({_S.CLAIMED, _S.SENDING})  # in somebody's hands, under a lease
DONE = frozenset({_S.DELIVERED, _S.CLOSED})
FINAL = frozenset(set(ActionState) - {state for state, _ in TRANSITIONS})


@dataclass(frozen=True)
class Actor:
    """Who acts: a name, and in which capacity."""

    name: str
    kind: ActorKind


CLOCK = Actor("clock", ActorKind.CLOCK)
SYSTEM = Actor("wowengine", ActorKind.SYSTEM)


class Standing(Protocol):
    """What must be known of an action to say what may be done with it."""

    state: str
    basis: str
    proposed_at: datetime
    deadline_at: datetime | None
    not_before: datetime | None
    lead_minutes: int
    deferred_until: datetime | None
    approved_by: str | None
    claimable_at: datetime | None
    declined_by: str | None
    declined_at: datetime | None


def allowed_steps(action: Standing, actor: Actor, now: datetime) -> tuple[Step, ...]:
    """Return what this actor may do with this action now, in the table's order. Buttons come from here."""
    state = ActionState(action.state)
    return tuple(
        step
        for (where, step), transition in TRANSITIONS.items()
        if where is state and step not in ASKED_AS and actor.kind in transition.by and _timely(action, step, actor, now)
    )


def take_step(action: Standing, step: Step, actor: Actor, now: datetime) -> ActionState:
    """Return the state that the step leads to.

    Raises
    ------
    Conflict
        When this actor may not take this step now; its message names the steps that are allowed.
    """
    allowed = allowed_steps(action, actor, now)
    if ASKED_AS.get(step, step) not in allowed:
        names = ", ".join(allowed) or "nothing"
        raise Conflict(
            f"The action is {action.state}{_by_the_clock(action, now)}: {actor.kind} cannot {step} it now. "
            f"Possible: {names}.",
            state=str(action.state),
            step=str(step),
            allowed=[str(one) for one in allowed],
        )
    return TRANSITIONS[ActionState(action.state), step].to


def expires_at(action: Standing) -> datetime | None:
    """Return when the clock ends this action: at its deadline, or when nobody answered a suggestion for too long.

    What the law owes does not lapse because nobody looked.
    """
    if action.deadline_at is not None:
        return action.deadline_at
    if action.state != ActionState.PROPOSED or action.basis == Basis.FLOOR:
        return None
    return max(action.proposed_at, action.deferred_until or action.proposed_at) + UNANSWERED


def opens_at(action: Standing) -> datetime | None:
    """Return from when it can be claimed: as long before its window opens as bringing it takes; None for at once."""
    return action.not_before and action.not_before - timedelta(minutes=action.lead_minutes)


def too_late(action: Standing, now: datetime) -> str | None:
    """Say since when it is worthless; None while it is not, or where that matters no more."""
    end = action.deadline_at
    if end is None or now < end or action.state not in OPEN | {ActionState.EXPIRED}:
        return None
    return f"Too late: its time was over at {end:%Y-%m-%d %H:%M} UTC, and it is worthless now."


def _timely(action: Standing, step: Step, actor: Actor, now: datetime) -> bool:
    """Whether the clock and the person's own earlier steps allow it."""
    end = expires_at(action)
    over = end is not None and now >= end
    match step:
        case Step.UNDO:
            return _undoable(action, actor, now)
        case Step.CLAIM:
            return not over and all(at is None or now >= at for at in (action.claimable_at, opens_at(action)))
        case Step.EXPIRE:
            return over
        case Step.APPROVE | Step.DEFER | Step.AMEND | Step.RESUME | Step.RETRY | Step.HAND_OVER:
            return not over
        case _:
            return True


def _undoable(action: Standing, actor: Actor, now: datetime) -> bool:
    if action.state == ActionState.APPROVED:
        return action.approved_by == actor.name and action.claimable_at is not None and now < action.claimable_at
    return action.declined_by == actor.name and action.declined_at is not None and now < action.declined_at + GRACE


def _by_the_clock(action: Standing, now: datetime) -> str:
    """Say in words what the time has to do with a refusal, if anything."""
    end = expires_at(action)
    if end is not None and now >= end and action.state not in FINAL:
        return f" and its time was over at {end:%Y-%m-%d %H:%M} UTC"
    if action.state == ActionState.APPROVED and action.claimable_at is not None and now < action.claimable_at:
        return f" and can be undone until {action.claimable_at:%H:%M:%S} UTC"
    opens = opens_at(action)
    if action.state == ActionState.APPROVED and opens is not None and now < opens:
        return f" and can be claimed from {opens:%Y-%m-%d %H:%M} UTC on"
    return ""
