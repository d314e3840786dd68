"""What a customer made of a suggestion, told by whoever showed it: a page, an agent, a partner's system."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine.campaigns import outcomes
from wowengine.campaigns.models import Action, DecisionRow
from wowengine.errors import BadInput, NotFound
from wowengine.terms import OutcomeType


def react(
    session: Session,
    decision_id: str,
    kind: OutcomeType,
    occurred_at: datetime,
    *,
    target: str | None = None,
    on_behalf_of: str = "",
) -> bool:
    """Record a reaction to one gesture of a decision; return False where it was known already.

    Parameters
    ----------
    session
        Where to.
    decision_id
        Whose customer it was.
    kind
        What they did.
    occurred_at
        When.
    target
        The gesture; it may be left out where the decision suggested one alone.
    on_behalf_of
        Who of the staff told it for the customer; empty where the customer did.

    Raises
    ------
    NotFound
        When there is no such decision, or it did not suggest that gesture.
    BadInput
        When it suggested several and none is named, or the deliverer alone can say that it was delivered.
    """
    if kind is OutcomeType.DELIVERED:
        raise BadInput("A delivery is no reaction: who delivers says so, with proof.")
    decision = session.get(DecisionRow, decision_id)
    if decision is None:
        raise NotFound(f"There is no decision {decision_id}.", decision=decision_id)
    gesture_id = _target(session, decision_id, target)
    attributes = {"on_behalf_of": on_behalf_of} if on_behalf_of else {}
    return outcomes.record(
        session,
        decision.customer_id,
        gesture_id,
        kind,
        occurred_at=occurred_at,
        decision_id=decision_id,
        attributes=attributes,
    )


def _target(session: Session, decision_id: str, target: str | None) -> str:
    suggested = select(Action.gesture_id).where(Action.decision_id == decision_id).distinct()
    gestures = sorted(session.scalars(suggested))
    if target is None and len(gestures) > 1:
        raise BadInput(f"That decision suggested {', '.join(gestures)}: name one as the target.", decision=decision_id)
    if not gestures or target not in {None, *gestures}:
        raise NotFound(f"Decision {decision_id} did not suggest {target or 'anything'}.", decision=decision_id)
    return target or gestures[0]
