"""From a decision to work for people: the decision is kept with its receipt, and each suggestion waits for a word.

Run twice, it proposes once. What a newer decision sees otherwise takes the place of what still waits; what a person
has put off, approved or put words into stays as it is.
"""

from collections.abc import Mapping
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import select
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.campaigns import ground, store
from wowengine.campaigns.campaign import Campaign
from wowengine.campaigns.handling import Handling
from wowengine.campaigns.lifecycle import OPEN, SYSTEM, ActionState, Step
from wowengine.campaigns.models import Action, DecisionRow
from wowengine.campaigns.payload import payload_of
from wowengine.decide.decision import Decision, Suggestion
from wowengine.decide.receipt import seal
from wowengine.errors import Conflict
from wowengine.profiles.models import Customer
from wowengine.terms import new_id


def propose(
    session: Session,
    decision: Decision,
    round_id: str | None = None,
    *,
    context: Mapping[str, str] | None = None,
    handlings: Mapping[str, Handling] | None = None,
    campaign: Campaign | None = None,
) -> list[Action]:
    """Keep a decision and propose what it suggests; return the actions that are new.

    `context` is what was told to the model of the moment: outcomes of this decision are learned with it. `handlings`
    says, by gesture, how it is brought. A suggestion that is open already, or whose stock somebody else has just
    taken, gives no action; nor does any for somebody who was forgotten since it was decided, or a surprise for
    somebody who has objected. What a campaign asks for is over when the campaign is.
    """
    customer = select(Customer).where(Customer.id == decision.customer_id)
    # One proposer at a time for each customer, so that none trips over the promise of one open action.
    found = session.scalars(customer.with_for_update(key_share=True)).one_or_none()
    if found is None:
        return []
    row = _keep(session, decision, round_id, context or {})
    known = handlings or {}
    decided = [
        _action(row, suggestion, known.get(suggestion.gesture_id, Handling())) for suggestion in decision.suggestions
    ]
    for action in decided:
        action.agent_of_record = found.agent_of_record
        if campaign is not None:
            _ask_for(action, campaign)
    objected = ground.objections(session, decided)
    fresh = [action for action in decided if action.id not in objected]
    return [action for action in fresh if _makes_way(session, action, fresh) and _insert(session, action)]


def _keep(session: Session, decision: Decision, round_id: str | None, context: Mapping[str, str]) -> DecisionRow:
    """Store the decision with its receipt; the very same one is stored once."""
    receipt = seal(decision)
    same = select(DecisionRow).where(
        DecisionRow.customer_id == decision.customer_id, DecisionRow.receipt_hash == receipt.sha256
    )
    if (kept := session.scalars(same).first()) is not None:
        return kept
    row = DecisionRow(
        id=new_id("dec"),
        round_id=round_id,
        customer_id=decision.customer_id,
        decided_at=decision.moment.at,
        arm=decision.arm,
        model_version=receipt.body["model_version"],
        policy_version=receipt.body["policy_version"],
        receipt_hash=receipt.sha256,
        receipt=receipt.body,
        context=dict(context),
    )
    session.add(row)
    session.flush()
    return row


def _makes_way(session: Session, fresh: Action, together: list[Action]) -> bool:
    """Supersede what this takes the place of; False where something of the same stays."""
    for waiting in _same_matter(session, fresh, together):
        if waiting.gesture_id == fresh.gesture_id:
            if _stays(waiting, fresh):
                return False
        elif _touched(waiting):
            continue
        note = f"a newer decision suggests {fresh.title}"
        store.step(session, waiting.id, Step.SUPERSEDE, SYSTEM, expect_version=waiting.version, note=note)
    return True


def _same_matter(session: Session, fresh: Action, together: list[Action]) -> list[Action]:
    """Return what is open and says the same, or answers the same incident in another way than the decision now does."""
    open_ones = select(Action).where(
        Action.customer_id == fresh.customer_id, Action.subject == fresh.subject, Action.state.in_(OPEN)
    )
    suggested = {action.gesture_id for action in together}
    return [
        waiting
        for waiting in session.scalars(open_ones.order_by(Action.id).execution_options(populate_existing=True))
        if waiting.gesture_id == fresh.gesture_id
        or (fresh.subject and waiting.basis == fresh.basis and waiting.gesture_id not in suggested)
    ]


def _stays(waiting: Action, fresh: Action) -> bool:
    """Whether the same gesture, open already, is left as it is."""
    same = (waiting.floor_cents, waiting.deadline_at) == (fresh.floor_cents, fresh.deadline_at)
    return waiting.state != ActionState.PROPOSED or (
        same and (_touched(waiting) or waiting.payload_hash == fresh.payload_hash)
    )


def _touched(waiting: Action) -> bool:
    """Whether a person has decided on it, the first of two included, or put words into it."""
    return waiting.state != ActionState.PROPOSED or bool(waiting.authors or waiting.approvals)


def _insert(session: Session, action: Action) -> bool:
    """Write the action with its first event, and hold its stock where it is scarce; False where none is left."""
    try:
        with session.begin_nested():
            session.add(action)
            session.flush()
            store.born(session, action, SYSTEM, {"payload_hash": action.payload_hash})
    except Conflict:
        return False
    return True


def _ask_for(action: Action, campaign: Campaign) -> None:
    """Say of an action that a campaign asks for it: it is worthless once the campaign is over."""
    action.campaign_id = campaign.id
    ends = [at for at in (action.deadline_at, campaign.ends_at) if at]
    action.deadline_at = min(ends, default=None)


def _action(row: DecisionRow, suggestion: Suggestion, handling: Handling) -> Action:
    chance = suggestion.propensity
    action = Action(
        id=new_id("act"),
        decision_id=row.id,
        customer_id=row.customer_id,
        gesture_id=suggestion.gesture_id,
        kind=suggestion.kind,
        basis=suggestion.basis,
        subject=suggestion.subject,
        title=suggestion.title,
        why_text=suggestion.why_text,
        draft=suggestion.draft,
        language=suggestion.language,
        channel=suggestion.channel,
        place=suggestion.place,
        slots=dict(suggestion.slots),
        evidence=_plain(suggestion.evidence),
        reasons=_plain(suggestion.reasons),
        alternatives=_plain(suggestion.alternatives),
        amount_cents=suggestion.amount_cents,
        amount_reason=suggestion.amount_reason,
        floor_cents=suggestion.floor_cents,
        currency=suggestion.currency,
        account_id=suggestion.account,
        scarce=suggestion.scarce,
        propensity=chance and chance.value,
        propensity_low=chance and chance.low,
        propensity_high=chance and chance.high,
        propensity_basis=chance and chance.basis,
        score=suggestion.score,
        drawn_with=suggestion.drawn_with,
        checklist=list(handling.checklist),
        ticks=[],
        state=ActionState.PROPOSED,
        version=1,
        attempt=1,
        fence=0,
        proposed_at=clock.now(),
        deadline_at=suggestion.deadline_at,
        not_before=handling.not_before(suggestion.deadline_at),
        lead_minutes=handling.lead_minutes,
    )
    action.payload_hash = payload_of(action).sha256
    return action


def _plain(values: tuple[object, ...]) -> list[dict[str, Any]]:
    """Return dataclasses as JSON can hold them."""
    return [to_jsonable_python(value) for value in values]
