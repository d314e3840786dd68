"""How an action is told, wherever one is: in the queue, alone, among the tasks, after a verdict."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ConfigDict, Field

from wowengine import clock
from wowengine.api.shapes import Told
from wowengine.campaigns.ladder import Need
from wowengine.campaigns.lifecycle import ActionState, Actor, Step, allowed_steps, too_late
from wowengine.campaigns.models import Action
from wowengine.terms import ActorKind, Basis, GestureKind

EXAMPLE: dict[str, Any] = {
    "id": "act_6f1c0d2a9b7e4c53a1d08e2f4b6a7c91",
    "decision_id": "dec_0b54c1aa2f6f4a57b1f6d8f27a6c3e10",
    "customer_id": "c-1001",
    "gesture_id": "espresso-voucher",
    "kind": "surprise",
    "basis": "delight",
    "subject": "",
    "title": "Espresso voucher for the wait",
    "why_text": "On 3 November you wrote that a good espresso makes any wait shorter.",
    "draft": "Gentile Anna Rossi, ...",
    "language": "it",
    "channel": "staff_task",
    "place": "Gate B12",
    "slots": {"coffee": "long, no sugar"},
    "evidence": [{"signal_id": 17, "topic": "coffee", "quote": "a good espresso", "source": "mastodon"}],
    "reasons": [{"text": "coffee x espresso", "weight": 0.41}],
    "amount_cents": 600,
    "floor_cents": 0,
    "currency": "EUR",
    "propensity": {"value": 0.71, "low": 0.6, "high": 0.8, "basis": "calibrated"},
    "alternatives": [],
    "checklist": [{"text": "warm the cup", "by": None, "at": None, "left_out": ""}],
    "payload_hash": "9f2c5d0e6b1a4837c2f09d8e7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b",
    "state": "proposed",
    "version": 1,
    "attempt": 1,
    "fence": 0,
    "proposed_at": "2026-11-22T07:40:00Z",
    "not_before": "2026-11-22T08:45:00Z",
    "lead_minutes": 10,
    "deadline_at": "2026-11-22T09:30:00Z",
    "amends": None,
    "authors": [],
    "approvals": [{"by": "bruno", "at": "2026-11-22T07:52:00Z"}],
    "needs": [{"role": "manager", "count": 1}],
    "allowed_steps": ["approve", "decline", "defer", "amend"],
}


class PropensityView(Told):
    """The chance that the gesture lands, with its interval."""

    value: float = Field(ge=0, le=1)
    low: float | None = Field(ge=0, le=1)
    high: float | None = Field(ge=0, le=1)
    basis: str = Field(description="`calibrated` on outcomes, or `assumed` before there are any.")


class ApprovalView(Told):
    """Somebody who said yes to it as it is."""

    by: str
    at: datetime


class NeedView(Told):
    """Who must still say yes."""

    role: str | None = Field(
        description="The lowest role that may; null: whoever comes in, or nobody under this policy."
    )
    count: int = Field(description="How many different people.")


class LineView(Told):
    """A line of the checklist. It is done once there is a name."""

    text: str
    by: str | None = Field(description="Who ticked it, or left it out.")
    at: datetime | None
    left_out: str = Field(description="Why it was not done; empty where it was.")


class ActionView(Told):
    """A decided gesture as a piece of work, as it stands now. Money in cents."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: str
    decision_id: str
    customer_id: str
    gesture_id: str
    kind: GestureKind
    basis: Basis
    subject: str = Field(description="The incident it answers, or empty.")
    title: str
    why_text: str = Field(description="One sentence that can be said to the customer's face.")
    draft: str
    language: str
    channel: str
    place: str | None = None
    slots: dict[str, Any] = Field(description="Stated preferences that fill it in.")
    evidence: list[dict[str, Any]]
    reasons: list[dict[str, Any]]
    amount_cents: int = Field(description="What it costs us at the most.")
    floor_cents: int = Field(description="Of which owed by law.")
    currency: str
    propensity: PropensityView | None = None
    alternatives: list[dict[str, Any]]
    checklist: list[LineView] = Field(description="What whoever delivers it sees to, counted from 0.")
    payload_hash: str = Field(description="Of what would be delivered. Send it with an approval: that, and no other.")
    state: ActionState
    version: int = Field(description="Send it with a verdict; one that saw an older version is refused.")
    attempt: int
    fence: int = Field(description="The number of the latest claim; its holder sends it with what follows.")
    proposed_at: datetime
    not_before: datetime | None = Field(None, description="The customer is not to have it earlier.")
    lead_minutes: int = Field(description="So long it takes from a claim to the customer.")
    deadline_at: datetime | None = Field(None, description="Worthless afterwards.")
    too_late: str | None = Field(None, description="Since when it is worthless, in a sentence; null while it is not.")
    deferred_until: datetime | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    claimable_at: datetime | None = Field(
        None, description="Until then the approval can be undone; then staff may claim."
    )
    declined_by: str | None = None
    declined_at: datetime | None = None
    decline_reason: str | None = None
    claimed_by: str | None = None
    lease_until: datetime | None = Field(None, description="When an unheard-of claim is given to others.")
    delivered_at: datetime | None = None
    proof: dict[str, Any] | None = None
    failure: str | None = None
    agent_of_record: str | None = None
    amends: str | None = Field(None, description="The action whose place it took when somebody amended it.")
    authors: list[str] = Field(description="The people who put it forward as it is; none where only the engine did.")
    approvals: list[ApprovalView] = Field(description="Who has said yes to it as it is.")
    needs: list[NeedView] = Field(description="Who must still say yes; told in the queue, with its life and a verdict.")
    allowed_steps: list[Step] = Field(description="What this `Wow-Actor` may do now, as a person or as staff.")


class ActionPage(Told):
    """Some actions, and where the next page begins."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [EXAMPLE], "next": EXAMPLE["id"]}]})

    items: list[ActionView]
    next: str | None = Field(description="Send it as `after` for the next page; null on the last.")


def view_of(action: Action, name: str, needs: Sequence[Need] = ()) -> ActionView:
    """Tell an action to somebody of this name; `needs` is who must still say yes, where that was looked up."""
    columns = {field: getattr(action, field) for field in ActionView.model_fields if hasattr(action, field)}
    columns["propensity"] = _propensity(action)
    columns["needs"] = [NeedView(role=need.role, count=need.count) for need in needs]
    columns["checklist"] = _lines(action)
    columns["too_late"] = too_late(action, clock.now())
    columns["allowed_steps"] = _allowed(action, name)
    return ActionView(**columns)


def page_of(
    actions: Sequence[Action], limit: int, name: str, needs: Mapping[str, Sequence[Need]] | None = None
) -> ActionPage:
    """Make a page of at most `limit` actions, out of one more than that where there are more."""
    shown = actions[:limit]
    last = shown[-1].id if len(actions) > limit else None
    told = needs or {}
    return ActionPage(items=[view_of(action, name, told.get(action.id, ())) for action in shown], next=last)


def _lines(action: Action) -> list[LineView]:
    untouched = {"by": None, "at": None, "left_out": ""}
    ticks = {tick["line"]: {name: tick[name] for name in untouched} for tick in action.ticks}
    return [LineView(text=text, **ticks.get(number, untouched)) for number, text in enumerate(action.checklist)]


def _propensity(action: Action) -> PropensityView | None:
    if action.propensity is None:
        return None
    return PropensityView(
        value=action.propensity,
        low=action.propensity_low,
        high=action.propensity_high,
        basis=action.propensity_basis,
    )


def _allowed(action: Action, name: str) -> list[Step]:
    """Return what the name may do in either capacity, each step once."""
    now = clock.now()
    steps = [
        step for kind in (ActorKind.PERSON, ActorKind.STAFF) for step in allowed_steps(action, Actor(name, kind), now)
    ]
    return list(dict.fromkeys(steps))
