"""A worker's errand: claim, commit, call outside, commit.

The one place of this package that spans transactions, because it must: SENDING is committed before the call, so
that a crash in between leaves a doubt in sight and never a second message. The edge hands in how it opens a
transaction (``database.transaction``). Running an errand twice, late, or after another worker's does nothing.
"""

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns import deliver, ground, standstill, store
from wowengine.campaigns.channels import AUTOMATIC, reach
from wowengine.campaigns.channels.base import Channel, InDoubt, Message
from wowengine.campaigns.lifecycle import ActionState, Actor, Step, allowed_steps
from wowengine.campaigns.models import Action
from wowengine.campaigns.payload import payload_of
from wowengine.errors import Conflict, NeedsPerson, NotFound, Refused, Retriable

Transactions = Callable[[], AbstractContextManager[Session]]
NOT_OPEN = "The channel {} is not open; `wow doctor` says what it lacks."
SENT_AGAIN = "Their system knows a repeat, so it is sent again."
NOT_TAKEN = "It was looked up, and is not there."

MOST_DOUBLINGS = 6  # a minute becomes an hour

logger = logging.getLogger("wowengine.campaigns")


@dataclass(frozen=True)
class Errand:
    """What a worker is to do outside, and the standing it has for it."""

    message: Message
    channel: Channel
    fence: int
    version: int
    in_doubt: bool


def carry(transaction: Transactions, channels: Mapping[str, Channel], action_id: str, worker: Actor) -> None:
    """Bring an approved action to the customer, or settle one in doubt, as far as a machine may.

    Whatever a channel raises beyond its promise passes through; the action stays SENDING and the clock doubts it.

    Raises
    ------
    Retriable
        When a doubt cannot be looked up now.
    """
    with transaction() as session:
        errand = _take(session, channels, action_id, worker)
    if errand is None:
        return
    if errand.in_doubt:
        _look_up(transaction, errand, worker)
    else:
        _send(transaction, errand, worker)


def _take(session: Session, channels: Mapping[str, Channel], action_id: str, worker: Actor) -> Errand | None:
    """Say what there is to do, or None: a person's work, not yet due, somebody else's, or gone."""
    try:
        action = store.get(session, action_id)
    except NotFound:
        return None  # the customer was forgotten
    if action.channel not in AUTOMATIC:
        return None
    channel = channels.get(action.channel)
    if action.state == ActionState.UNCERTAIN:
        return _errand(action, channel, deliver.sent_to(session, action_id)) if channel else None
    if Step.CLAIM not in allowed_steps(action, worker, clock.now()):
        return None
    standstill.wait_for_end(session)
    if ground.rests(session, action):
        raise Retriable(ground.PAUSED, after=standstill.AGAIN)
    try:
        action = deliver.claim(session, action_id, worker)
    except Conflict:
        return None  # another worker was quicker
    except Refused as reason:
        ground.withdraw(session, action_id, reason.message)
        return None
    return _begin(session, channel, action, worker)


def _begin(session: Session, channel: Channel | None, action: Action, worker: Actor) -> Errand | None:
    """Say that a message is about to go out; or, where it can go nowhere, fail it with the reason, for a person."""
    to = reach.address(session, action.customer_id, channel.reach) if channel else None
    action = deliver.start(session, action.id, worker, action.fence, to=to or "")
    if channel is None or to is None:
        reason = reach.NOWHERE[channel.reach] if channel else NOT_OPEN.format(action.channel)
        deliver.fail(session, action.id, worker, action.fence, reason)
        return None
    return _errand(action, channel, to)


def _errand(action: Action, channel: Channel, to: str) -> Errand:
    return Errand(
        message=Message(action.id, action.attempt, payload_of(action), to),
        channel=channel,
        fence=action.fence,
        version=action.version,
        in_doubt=action.state == ActionState.UNCERTAIN,
    )


def _send(transaction: Transactions, errand: Errand, worker: Actor) -> None:
    action_id, fence = errand.message.action_id, errand.fence
    try:
        proof = errand.channel.send(errand.message)
    except Retriable as later:
        with transaction() as session:
            deliver.release(session, action_id, worker, fence, after=_wait(later.after, fence), note=later.message)
    except NeedsPerson as reason:
        with transaction() as session:
            deliver.fail(session, action_id, worker, fence, reason.message)
    except InDoubt as doubt:
        logger.warning("%s is in doubt: %s", action_id, doubt.message)  # when its lease is over the clock says so too
    else:
        with transaction() as session:
            deliver.confirm(session, action_id, worker, fence, proof)


def _wait(named: timedelta, tries: int) -> timedelta:
    """Double the wait with each try, so that who is down for a day is not called ten thousand times."""
    return named * (1 << min(tries - 1, MOST_DOUBLINGS))


def _look_up(transaction: Transactions, errand: Errand, worker: Actor) -> None:
    """Settle a doubt where the channel can: found, surely not there, or there at most once however often it is sent."""
    channel, action_id = errand.channel, errand.message.action_id
    try:
        proof = channel.find(errand.message)
        harmless, why = channel.looks_up or channel.deduplicates, NOT_TAKEN
    except NeedsPerson:  # the channel cannot tell
        proof, harmless, why = None, channel.deduplicates, SENT_AGAIN
    with transaction() as session:
        if proof is not None:
            deliver.found(session, action_id, worker, proof, version=errand.version)
        elif harmless:
            deliver.not_found(session, action_id, worker, version=errand.version, note=why)
