"""What a campaign's pause and end mean for the actions it asked for."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns import ground, ledger, store
from wowengine.campaigns.campaign import Campaign
from wowengine.campaigns.channels import AUTOMATIC
from wowengine.campaigns.lifecycle import ActionState
from wowengine.campaigns.models import Action
from wowengine.db import outbox

IN_NOBODYS_HANDS = (ActionState.PROPOSED, ActionState.DEFERRED, ActionState.APPROVED)


def withdraw_all(session: Session, campaign: Campaign) -> int:
    """Withdraw what waits for a person or for delivery; what is in somebody's hands is swept when they let go of it."""
    waiting = select(Action).where(Action.campaign_id == campaign.id, Action.state.in_(IN_NOBODYS_HANDS))
    locked = waiting.order_by(Action.id).with_for_update().execution_options(populate_existing=True)
    actions = list(session.scalars(locked))
    ledger.lock(session, [action.id for action in actions])
    for action in actions:
        ground.withdraw(session, action.id, ground.CALLED_OFF, version=action.version)
    return len(actions)


def ring_again(session: Session, campaign: Campaign) -> None:
    """Ask again for workers: over a long pause their errands are given up."""
    mine = (Action.campaign_id == campaign.id, Action.state == ActionState.APPROVED, Action.channel.in_(AUTOMATIC))
    for action in session.scalars(select(Action).where(*mine).order_by(Action.id)):
        due = max(clock.now(), action.claimable_at or clock.now())
        key = f"{store.DELIVER}:{action.id}:{action.version}"
        outbox.put(session, store.DELIVER, {"action_id": action.id}, due_at=due, key=key)
