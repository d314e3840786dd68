"""The action that takes another's place when a person amends it: the same in all but what was changed and its life."""

from collections.abc import Mapping
from typing import Any

from wowengine import clock
from wowengine.campaigns.lifecycle import ActionState, Actor
from wowengine.campaigns.models import Action
from wowengine.campaigns.payload import payload_of
from wowengine.terms import new_id

# What an action has lived through, and its heir has not.
LIFE = frozenset({
    "id", "amends", "authors", "approvals", "state", "version", "attempt", "fence", "proposed_at", "deferred_until",
    "approved_by", "approved_at", "claimable_at", "declined_by", "declined_at", "decline_reason", "claimed_by",
    "lease_until", "delivered_at", "proof", "failure",
})  # fmt: skip


def heir(action: Action, changes: Mapping[str, Any], actor: Actor) -> Action:
    """Return the action that is to take this one's place, not stored yet: whoever had a part in it is an author."""
    same = {column.key: getattr(action, column.key) for column in Action.__table__.columns if column.key not in LIFE}
    fresh = Action(
        **same | dict(changes),
        id=new_id("act"),
        amends=action.id,
        authors=list(dict.fromkeys([*action.authors, actor.name])),
        approvals=[],
        state=ActionState.PROPOSED,
        version=1,
        attempt=1,
        fence=0,
        proposed_at=clock.now(),
    )
    fresh.payload_hash = payload_of(fresh).sha256
    return fresh
