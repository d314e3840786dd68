"""A worker's errand: claim, commit, call outside, commit.

The one place of this package that spans transactions, because it must: SENDING is committed before the call, so
that a crash in between leaves a doubt in sight and never a second message. The edge hands in how it opens a
transaction (``database.transaction``). Running an errand twice, late, or after another worker's does nothing.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns import deliver, ground, store
from wowengine.campaigns.channels.base import Channel
from wowengine.campaigns.lifecycle import ActionState, Actor, Step, allowed_steps
from wowengine.campaigns.models import Action
from wowengine.campaigns.payload import Payload, payload_of
from wowengine.errors import Conflict, NeedsPerson, NotFound, Refused, Retriable

Transactions = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True)
class Errand:
    """What a worker is to do outside, and the standing it has for it."""

    action_id: str
    payload: Payload
    channel: Channel
    fence: int
    version: int
    in_doubt: bool


def carry(transaction: Transactions, channels: Mapping[str, Channel], action_id: str, worker: Actor) -> None:
    """Bring an approved action to the customer, or settle one in doubt, as far as a machine may.

    Whatever a channel raises beyond its promise passes through; the action stays SENDING and the clock doubts it.
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
    channel = channels.get(action.channel)
    if channel is None or not channel.automatic:
        return None
    if action.state == ActionState.UNCERTAIN:
        return _errand(action, channel)
    if Step.CLAIM not in allowed_steps(action, worker, clock.now()):
        return None
    try:
        action = deliver.claim(session, action_id, worker)
    except Conflict:
        return None  # another worker was quicker
    except Refused as reason:
        ground.withdraw(session, action_id, reason.message)
        return None
    return _errand(deliver.start(session, action_id, worker, action.fence), channel)


def _errand(action: Action, channel: Channel) -> Errand:
    return Errand(
        action_id=action.id,
        payload=payload_of(action),
        channel=channel,
        fence=action.fence,
        version=action.version,
        in_doubt=action.state == ActionState.UNCERTAIN,
    )


def _send(transaction: Transactions, errand: Errand, worker: Actor) -> None:
    try:
        proof = errand.channel.send(errand.action_id, errand.payload)
    except Retriable as later:
        with transaction() as session:
            deliver.release(session, errand.action_id, worker, errand.fence, after=later.after, note=later.message)
    except NeedsPerson as reason:
        with transaction() as session:
            deliver.fail(session, errand.action_id, worker, errand.fence, reason.message)
    else:
        with transaction() as session:
            deliver.confirm(session, errand.action_id, worker, errand.fence, proof)


def _look_up(transaction: Transactions, errand: Errand, worker: Actor) -> None:
    try:
        proof = errand.channel.find(errand.action_id, errand.payload)
    except NeedsPerson:
        return  # it stays in sight for a person
    with transaction() as session:
        if proof is not None:
            deliver.found(session, errand.action_id, worker, proof, version=errand.version)
        elif errand.channel.deduplicates:
            deliver.not_found(session, errand.action_id, worker, version=errand.version)
