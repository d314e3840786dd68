"""Answers to the questions of campaigns: what somebody stated after they were asked counts as what came of it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine.campaigns import outcomes
from wowengine.campaigns.lifecycle import ActionState
from wowengine.campaigns.models import Action, DecisionRow
from wowengine.profiles.models import Preference
from wowengine.terms import GestureKind, OutcomeType


def take(session: Session, customer_ids: Sequence[str]) -> int:
    """Record the answers that these customers gave to questions that reached them; return how many are new.

    An answer is a preference of the kind that was asked for, stated since; it stands in the profile with its source.
    """
    asked = (
        select(Action, DecisionRow.receipt)
        .join(DecisionRow, DecisionRow.id == Action.decision_id)
        .where(
            Action.customer_id.in_(customer_ids),
            Action.kind == GestureKind.QUESTION,
            Action.state == ActionState.DELIVERED,
        )
        .order_by(Action.id)
    )
    taken = 0
    for action, receipt in session.execute(asked).all():
        since = (Preference.stated_at >= action.delivered_at, Preference.slot.in_(_asked_for(action, receipt)))
        stated = select(Preference.stated_at).where(Preference.customer_id == action.customer_id, *since)
        if (at := session.scalar(stated.order_by(Preference.stated_at).limit(1))) is not None:
            taken += outcomes.record_for_action(session, action.id, OutcomeType.ACCEPTED, at)
    return taken


def _asked_for(action: Action, receipt: dict[str, object]) -> list[str]:
    """Return the preferences a question asks for, as the decision on it knew them."""
    inputs = receipt["inputs"]
    candidates = inputs["candidates"] if isinstance(inputs, dict) else []
    return [slot for one in candidates if one["gesture_id"] == action.gesture_id for slot in one["slots"]]
