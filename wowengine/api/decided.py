"""A decision as it is told: suggestions, every verdict, and what would have changed it."""

from dataclasses import asdict
from typing import Any

from pydantic import ConfigDict, Field

from wowengine.api.shapes import Told
from wowengine.api.views import EXAMPLE, ActionView
from wowengine.campaigns.receipts import Explained
from wowengine.decide.arbitration import rank, weigh
from wowengine.decide.arms import Arm
from wowengine.decide.compensation import Compensation, compensation
from wowengine.decide.counterfactual import Flip
from wowengine.decide.decision import Decision, Judged, Suggestion
from wowengine.decide.offer import offers
from wowengine.decide.order import RANK
from wowengine.decide.receipt import seal
from wowengine.decide.regime import Owed


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
    "compensation": None,
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
    "weighed": [],
    "proposed": [EXAMPLE],
}


class WeighedView(Told):
    """A gesture with its factors, refused or not."""

    gesture_id: str
    passed: bool = Field(description="Whether every rule said yes.")
    priority: float = Field(description="propensity x context x value x lever - cost, in expected cents.")
    factors: dict[str, float]


class DecisionView(Told):
    """What was decided, and why everything else was not."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DECIDED]})

    customer_id: str
    arm: Arm = Field(
        description="The standing treatment; who is in `holdout` gets no surprises, so that we can tell what helps."
    )
    policy_version: str
    model_version: str
    receipt_hash: str = Field(description="SHA-256 over all that went in and came out; the decision replays from it.")
    owed: Owed | None = Field(description="What the law says; never mixed with goodwill.")
    compensation: Compensation | None = Field(
        description="What is suggested to make good, as one amount with its parts; null where nothing is."
    )
    suggestions: tuple[Suggestion, ...]
    verdicts: list[VerdictView] = Field(description="Every gesture by every rule.")
    refused: list[VerdictView] = Field(
        description="For each gesture that came to nothing, the rule that stopped it first."
    )
    weighed: list[WeighedView] = Field(
        description="With `force_complete`: every gesture and what it would have been worth, best first; else empty."
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


def view_of_decision(decision: Decision, proposed: list[ActionView], *, whole: bool = False) -> DecisionView:
    """Return a decision and what was proposed of it; `whole` weighs also what was refused."""
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
        compensation=compensation(decision),
        suggestions=decision.suggestions,
        verdicts=verdicts,
        refused=refused,
        weighed=_weighed(decision) if whole else [],
        proposed=proposed,
    )


def _weighed(decision: Decision) -> list[WeighedView]:
    no = {judged.gesture_id for judged in decision.verdicts if not judged.verdict.ok and not _is_rank(judged)}
    return [
        WeighedView(
            gesture_id=one.offer.candidate.gesture_id,
            passed=one.offer.candidate.gesture_id not in no,
            priority=one.priority,
            factors=one.factors,
        )
        for one in rank(weigh(offer) for offer in offers(decision.inputs))
    ]


def _is_rank(judged: Judged) -> bool:
    """Whether this is the word on an offer's place, which those alone get that passed every rule."""
    return judged.verdict.rule == RANK


def view_of_explained(explained: Explained) -> ExplainedView:
    """Return a decision that was taken again, and why it came out so."""
    stages = [
        StageView(
            stage=one.name, came=one.came, stopped=[_verdict(no.gesture_id, asdict(no.verdict)) for no in one.stopped]
        )
        for one in explained.stages
    ]
    return ExplainedView(
        decision_id=explained.decision_id,
        decision=view_of_decision(explained.decision, []),
        stages=stages,
        flips=explained.flips,
    )


def _verdict(gesture_id: str, verdict: dict[str, Any]) -> VerdictView:
    return VerdictView(gesture_id=gesture_id, **verdict)
