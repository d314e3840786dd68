"""Is the ground an action stands on still there? Asked again at the last moment, not only when it was approved."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine.campaigns import never, store
from wowengine.campaigns.campaign import Campaign, CampaignState
from wowengine.campaigns.lifecycle import SYSTEM, Step
from wowengine.campaigns.models import Action
from wowengine.profiles.consent import consents
from wowengine.terms import Basis, Purpose

NO_CONSENT = "The customer does not agree, or no longer agrees, to surprises."
CALLED_OFF = "The campaign that asked for it was called off."
PAUSED = "The campaign that asked for it is paused."


def objections(session: Session, actions: Sequence[Action]) -> dict[str, str]:
    """Return why actions must not go on, by their ids; those that may are left out.

    A surprise needs a yes to offers, and that no reviewer said never again. What the law owes, and making good what
    went wrong, need neither.
    """
    delights = [action for action in actions if action.basis == Basis.DELIGHT]
    given = consents(session, sorted({action.customer_id for action in delights})) if delights else {}
    barred = {
        action_id: f"A reviewer said never again: {word}."
        for action_id, word in never.barred(session, delights).items()
    }
    off = _in(session, {one.campaign_id for one in actions if one.campaign_id}, CampaignState.CANCELLED)
    called_off = {action.id: CALLED_OFF for action in actions if action.campaign_id in off}
    return (
        barred
        | called_off
        | {
            action.id: NO_CONSENT
            for action in delights
            if Purpose.OFFERS not in given.get(action.customer_id, frozenset())
        }
    )


def withdraw(session: Session, action_id: str, reason: str, *, version: int | None = None) -> Action:
    """Take an action back because its ground is gone; money and stock held for it are free again."""
    return store.step(session, action_id, Step.WITHDRAW, SYSTEM, expect_version=version, note=reason)


def rests(session: Session, action: Action) -> bool:
    """Whether its campaign is paused; a pause waits until this transaction has ended, so a no stays a no until then."""
    if action.campaign_id is None:
        return False
    state = select(Campaign.state).where(Campaign.id == action.campaign_id).with_for_update(read=True)
    return session.scalar(state) == CampaignState.PAUSED


def _in(session: Session, campaign_ids: set[str], state: CampaignState) -> set[str]:
    """Return which of these campaigns are in a state."""
    if not campaign_ids:
        return set()
    named = select(Campaign.id).where(Campaign.id.in_(campaign_ids), Campaign.state == state)
    return set(session.scalars(named))
