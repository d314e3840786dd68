"""What to do for one customer in one moment: the decision, with every verdict."""

from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from typing import Any, Self

from fastapi import APIRouter, Response
from pydantic import ConfigDict, Field, model_validator
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.api.description import problems
from wowengine.api.edge import Db, Person, Values
from wowengine.api.once import Once
from wowengine.api.shapes import Asked, Id, Time, Told
from wowengine.api.views import EXAMPLE, ActionView, view_of
from wowengine.campaigns import receipts
from wowengine.campaigns.propose import propose
from wowengine.decide.candidate import Incident, Moment
from wowengine.decide.counterfactual import Flip
from wowengine.decide.decision import Decision, Suggestion
from wowengine.decide.holdout import Arm
from wowengine.decide.receipt import seal
from wowengine.decide.regime import Owed
from wowengine.decide.reported import IncidentFacts
from wowengine.rounds import decide_for
from wowengine.rounds.situation import context_of

router = APIRouter(tags=["decisions"])


class IncidentAsked(IncidentFacts):
    """Something of ours that went wrong. A fact left out is not known, and never taken as zero."""

    source_id: Id = Field(description="The id of the incident where it was recorded; one answer each.")
    at: Time
    mode: Id = Field(examples=["air"], description="`air`, `rail`, `parcel`, `hotel`...")
    type: Id = Field(examples=["delay"], description="`delay`, `cancellation`, `denied_boarding`, `failed_delivery`...")


class MomentAsked(Asked):
    """When, where and on what occasion."""

    channel: Id | None = None
    place: Id | None = None
    deadline: Time | None = Field(None, description="Worthless afterwards: the gate closes, the guest checks out.")
    incident: IncidentAsked | None = None

    def as_moment(self, at: datetime) -> Moment:
        """Return it as rules take it, at this time."""
        incident = Incident(**self.incident.model_dump()) if self.incident else None
        return Moment(at, self.channel, self.place, self.deadline, incident)


class DecisionAsked(Asked):
    """For whom, and when; whether what passes is to wait for approval."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"customer_id": "c-1001", "moment": {"place": "Gate B12", "deadline": "2026-11-22T09:30:00Z"}},
                {"customer_id": "c-1001", "propose": True},
            ]
        }
    )

    customer_id: Id
    moment: MomentAsked | None = Field(None, description="Left out: their oldest unanswered incident, or plain today.")
    propose: bool = Field(default=False, description="Put what passes into the queue for a person's approval.")
    as_of: Time | None = Field(
        None, description="Decide as at this time, past or future; nothing can be proposed then."
    )

    @model_validator(mode="after")
    def _now_or_never(self) -> Self:
        if self.propose and self.as_of:
            raise ValueError("what is decided as of another time cannot be proposed")
        return self


class VerdictView(Told):
    """One rule's word on one gesture."""

    gesture_id: str
    ok: bool
    rule: str
    reason: str


_DECIDED: dict[str, Any] = {
    "customer_id": "c-1001",
    "arm": "full",
    "policy_version": "5f0c2b7a",
    "model_version": "prior-1",
    "receipt_hash": "1f0e9d8c7b6a5948372615041f2e3d4c5b6a798897a6b5c4d3e2f10f1e2d3c4b",
    "owed": None,
    "suggestions": [],
    "verdicts": [
        {
            "gesture_id": "espresso-voucher",
            "ok": False,
            "rule": "contact.cap",
            "reason": "They had a surprise 12 days ago; one in 90 days is the most.",
        }
    ],
    "refused": [
        {
            "gesture_id": "espresso-voucher",
            "ok": False,
            "rule": "contact.cap",
            "reason": "They had a surprise 12 days ago; one in 90 days is the most.",
        }
    ],
    "proposed": [EXAMPLE],
}


class DecisionView(Told):
    """What was decided, and why everything else was not."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DECIDED]})

    customer_id: str
    arm: Arm = Field(description="`holdout` customers get no surprises, so that we can tell whether these help.")
    policy_version: str
    model_version: str
    receipt_hash: str = Field(description="SHA-256 over all that went in and came out; the decision replays from it.")
    owed: Owed | None = Field(description="What the law says; never mixed with goodwill.")
    suggestions: tuple[Suggestion, ...]
    verdicts: list[VerdictView] = Field(description="Every gesture by every rule.")
    refused: list[VerdictView] = Field(
        description="For each gesture that came to nothing, the rule that stopped it first."
    )
    proposed: list[ActionView] = Field(description="What now waits for approval; empty without `propose`.")


class StageView(Told):
    """A stage of the candidates' way, and who was stopped there by which rule."""

    stage: str
    came: int
    stopped: list[VerdictView]


class ExplainedView(Told):
    """A kept decision, taken again."""

    decision_id: str
    decision: DecisionView
    stages: list[StageView]
    flips: tuple[Flip, ...] = Field(description="The smallest change of one thing that puts another gesture first.")

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "decision_id": "dec_01J9",
                    "decision": _DECIDED | {"proposed": []},
                    "stages": [{"stage": "eligibility", "came": 14, "stopped": []}],
                    "flips": [
                        {
                            "gesture_id": "film-voucher",
                            "instead_of": "trail-map",
                            "change": "propensity",
                            "now": 0.4,
                            "needed": 0.48,
                        }
                    ],
                }
            ]
        }
    )


@router.post(
    "/decisions",
    summary="Decide for one customer and moment",
    response_model=DecisionView,
    responses=problems(404, 409),
)
def decide(body: DecisionAsked, config: Values, person: Person, once: Once) -> Response:
    """Return what would be done, with reasons, cost and draft, and every rule's verdict on everything else.

    Nothing is proposed unless `propose` is true; then what passes waits in the queue, and an `Idempotency-Key` makes
    a repeated request propose nothing more.
    """
    at = body.as_of or clock.now()
    moment = body.moment.as_moment(at) if body.moment else None

    def work(session: Session) -> DecisionView:
        decision = decide_for(session, config, body.customer_id, moment, at=at)
        fresh = propose(session, decision, context=context_of(decision.moment)) if body.propose else []
        return _view(decision, [view_of(action, person.name) for action in fresh])

    return once.answer(work, HTTPStatus.CREATED if body.propose else HTTPStatus.OK)


@router.get(
    "/decisions/{decision_id}",
    summary="Say why a decision came out as it did",
    response_model=ExplainedView,
    responses=problems(404, 409),
)
def explain(decision_id: Id, database: Db, _person: Person) -> ExplainedView:
    """Take a decision again from its stored inputs, bit for bit, and tell the way its candidates went.

    With it comes what would have put another gesture first: each change was tried by deciding again. An action's id
    will do as well. Where it cannot be replayed, the problem says which input is gone or that the rules have changed.
    """
    with database.reading() as session:
        explained = receipts.explain(session, decision_id)
    stages = [
        StageView(
            stage=one.name, came=one.came, stopped=[_verdict(no.gesture_id, asdict(no.verdict)) for no in one.stopped]
        )
        for one in explained.stages
    ]
    return ExplainedView(
        decision_id=explained.decision_id,
        decision=_view(explained.decision, []),
        stages=stages,
        flips=explained.flips,
    )


def _view(decision: Decision, proposed: list[ActionView]) -> DecisionView:
    verdicts = [_verdict(judged.gesture_id, asdict(judged.verdict)) for judged in decision.verdicts]
    refused = [_verdict(judged.gesture_id, asdict(judged.verdict)) for judged in decision.refused]
    receipt = seal(decision)
    return DecisionView(
        customer_id=decision.customer_id,
        arm=decision.arm,
        policy_version=receipt.body["policy_version"],
        model_version=receipt.body["model_version"],
        receipt_hash=receipt.sha256,
        owed=decision.owed,
        suggestions=decision.suggestions,
        verdicts=verdicts,
        refused=refused,
        proposed=proposed,
    )


def _verdict(gesture_id: str, verdict: dict[str, Any]) -> VerdictView:
    return VerdictView(gesture_id=gesture_id, **verdict)
