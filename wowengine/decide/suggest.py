"""Turning what won into work for a person to approve."""

from wowengine.decide import arbitration
from wowengine.decide.arbitration import Ranked
from wowengine.decide.decision import Suggestion
from wowengine.decide.distance import sayable
from wowengine.decide.draft import draft
from wowengine.decide.order import Order


def suggest(winner: Ranked, order: Order, company: str) -> Suggestion:
    """Return the suggestion of a winner, with the best of those it won against."""
    offer, candidate = winner.offer, winner.offer.candidate
    return Suggestion(
        gesture_id=candidate.gesture_id,
        kind=candidate.kind,
        basis=offer.basis,
        subject=offer.subject,
        title=offer.title,
        why_text=offer.why_text,
        draft=draft(offer, company),
        language=offer.language,
        channel=offer.channel,
        place=candidate.place or offer.moment.place,
        deadline_at=offer.deadline,
        slots=offer.slots,
        evidence=sayable(candidate, offer.policy.face),
        reasons=candidate.reasons,
        amount_cents=offer.amount_cents,
        floor_cents=0,
        amount_reason=offer.amount_reason,
        currency=candidate.currency,
        propensity=candidate.propensity,
        score=candidate.score,
        priority=winner.priority,
        factors=winner.factors,
        drawn_with=order.chance if winner is order.ranked[0] else None,
        by_rank=order.best_first,
        account=offer.account or "",
        scarce=offer.scarce,
        alternatives=arbitration.alternatives(winner, order.ranked, offer.policy.suggestions.alternatives),
    )
