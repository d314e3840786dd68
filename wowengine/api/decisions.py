"""What to do for one customer in one moment: the decision, with every verdict."""

from datetime import datetime
from http import HTTPStatus
from typing import Self

from fastapi import APIRouter, Response
from pydantic import ConfigDict, Field, model_validator
from sqlalchemy.orm import Session

from wowengine import clock
from wowengine.api.decided import DecisionView, ExplainedView, view_of_decision, view_of_explained
from wowengine.api.description import problems
from wowengine.api.edge import Db, Person, Values
from wowengine.api.once import Once
from wowengine.api.shapes import Asked, Id, Time
from wowengine.api.views import view_of
from wowengine.campaigns import receipts
from wowengine.campaigns.models import Action
from wowengine.campaigns.propose import propose
from wowengine.decide.candidate import Incident, Moment
from wowengine.decide.decision import Decision
from wowengine.decide.reported import IncidentFacts
from wowengine.recommend.catalog import load_gestures
from wowengine.rounds import Wanted, assign_for, decide_for
from wowengine.rounds.handling import handlings
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
    dry: bool | None = Field(None, description="Said outright: true is no `propose`, false is `propose`.")
    as_of: Time | None = Field(
        None, description="Decide as at this time, past or future; nothing can be proposed then."
    )
    gestures: list[Id] = Field([], max_length=500, description="Look at these alone, by id; empty: at all.")
    tag: Id | None = Field(None, description="Look at those alone that have this tag of the catalogue.")
    k: int | None = Field(
        None, ge=0, le=50, description="So many on each ground, the unlike ones first; to look at, not to propose."
    )
    force_complete: bool = Field(
        default=False, description="Weigh also what a rule refused: `weighed` tells what it would have been worth."
    )

    @property
    def proposes(self) -> bool:
        """Whether what passes is to wait for approval."""
        return self.propose or self.dry is False

    @model_validator(mode="after")
    def _now_or_never(self) -> Self:
        if self.propose and self.dry:
            raise ValueError("it is either `dry` or to `propose`")
        if self.proposes and self.as_of:
            raise ValueError("what is decided as of another time cannot be proposed")
        if self.proposes and self.k is not None:
            raise ValueError("how many are proposed is said by the policy, not by `k`")
        return self


@router.post(
    "/decisions",
    summary="Decide for one customer and moment",
    response_model=DecisionView,
    responses=problems(404, 409),
)
def decide(body: DecisionAsked, config: Values, person: Person, once: Once) -> Response:
    """Return what would be done, with reasons, cost and draft, and every rule's verdict on everything else.

    Nothing is kept or proposed unless `propose` is true; then what passes waits in the queue, and an
    `Idempotency-Key` makes a repeated request propose nothing more.
    """
    at = body.as_of or clock.now()
    moment = body.moment.as_moment(at) if body.moment else None

    wanted = Wanted(frozenset(body.gestures), body.tag or "", body.k)

    def work(session: Session) -> DecisionView:
        if body.proposes:
            assign_for(session, config, [body.customer_id])
        decision = decide_for(session, config, body.customer_id, moment, at=at, wanted=wanted)
        fresh = _propose(session, decision) if body.proposes else []
        return view_of_decision(decision, [view_of(action, person.name) for action in fresh], whole=body.force_complete)

    return once.answer(work, HTTPStatus.CREATED if body.proposes else HTTPStatus.OK)


def _propose(session: Session, decision: Decision) -> list[Action]:
    how = handlings(load_gestures(session))
    return propose(session, decision, context=context_of(decision.moment), handlings=how)


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
        return view_of_explained(receipts.explain(session, decision_id))
