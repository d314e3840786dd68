"""The shapes of campaigns: what is asked for, and what is told of them."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from wowengine.api.shapes import NO_NUL, Asked, Cents, Id, Note, Time, Told, Word
from wowengine.campaigns import launch
from wowengine.campaigns.audience_tokens import LONGEST_TEXT
from wowengine.campaigns.campaign import Campaign, CampaignState, CampaignStep, RecipientState
from wowengine.campaigns.plan import MOST_HELD_OUT, Plan
from wowengine.decide.candidate import Moment
from wowengine.terms import SignalKind

MOST_NAMED = 50
PLAN: JsonDict = {
    "name": "Coffee for runners",
    "audience": "tier = gold and interest(running) >= 0.3",
    "gestures": ["espresso"],
    "currency": "EUR",
    "budget_cents": 200_000,
    "day_cents": 20_000,
    "holdout": 0.1,
    "at_hour": 10,
    "starts_at": "2026-12-01T08:00:00Z",
    "ends_at": "2026-12-24T18:00:00Z",
}
CAMPAIGN: JsonDict = PLAN | {
    "id": "cmp_6f1c0d2a",
    "state": "draft",
    "version": 1,
    "note": "",
    "triggers": [],
    "customer_cents": None,
    "every_days": None,
    "created_by": "mara",
    "created_at": "2026-11-22T09:00:00Z",
    "submitted_by": None,
    "approved_by": None,
    "approved_at": None,
    "next_look_at": None,
    "looks": 0,
    "allowed": ["edit", "submit", "cancel"],
}
RECIPIENT: JsonDict = {
    "customer_id": "c-1001",
    "look": 1,
    "state": "capped",
    "reason": "1 of at most 1 in 30 days",
    "gesture_id": None,
    "action_id": None,
    "at": "2026-12-01T08:00:10Z",
}
STEP: JsonDict = {"from_state": "draft", "step": "submit", "to_state": "review"}
REPORT: JsonDict = {
    "campaign_id": "cmp_6f1c0d2a",
    "look": 0,
    "at": "2026-12-01T08:00:00Z",
    "currency": "EUR",
    "considered": 3,
    "states": {"queued": 2, "held_out": 1},
    "gestures": {"espresso": 2},
    "cost_cents": 1200,
    "shadow_prices": {},
    "samples": [{"customer_id": "c-1001", "state": "held_out", "reason": "held out of this campaign"}],
}

AudienceText = Annotated[str, Field(max_length=LONGEST_TEXT, pattern=NO_NUL)]


class PlanAsked(Asked):
    """What a campaign means to do."""

    model_config = ConfigDict(json_schema_extra={"examples": [PLAN]})

    name: Id
    currency: str = Field(pattern="^[A-Z]{3}$", examples=["EUR"])
    budget_cents: Cents
    audience: AudienceText = Field("", description="Whom it is for, in words of `/v1/audiences`; empty: named people.")
    gestures: list[Id] = Field([], max_length=500, description="Ids of the catalogue; empty: all that delights.")
    triggers: list[Annotated[SignalKind, Word]] = Field([], description="Signals at which it looks at who they are of.")
    day_cents: Cents | None = Field(None, description="Of the budget, at most so much a day.")
    customer_cents: Cents | None = Field(None, description="And at most so much for one customer.")
    holdout: float = Field(0.0, ge=0, le=MOST_HELD_OUT, description="Share of its audience that gets nothing.")
    every_days: int | None = Field(None, ge=1, le=3650, description="Looks for its audience again; null: once.")
    at_hour: int | None = Field(None, ge=0, le=23, description="Of the customer's own clock, for machines' channels.")
    starts_at: Time | None = Field(None, description="Null: as soon as it is approved.")
    ends_at: Time | None = None
    note: Note = ""

    def as_plan(self) -> Plan:
        """Return it as campaigns take it."""
        told = {name: getattr(self, name) for name in PlanAsked.model_fields}
        return Plan(**told | {"gestures": tuple(self.gestures), "triggers": tuple(self.triggers)})


class EditAsked(PlanAsked):
    """What it means to do from now on, in place of what it said."""

    version: int | None = Field(None, ge=1, description="The version that was seen; null for any.")


class StepAsked(Asked):
    """One step in its life."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"step": "approve", "version": 2}]})

    step: CampaignStep = Word
    version: int | None = Field(None, ge=1, description="The version that was seen; null for any.")
    note: Note = ""


class RecipientAsked(Asked):
    """Somebody by name, and the moment they are in."""

    customer_id: Id
    channel: Id | None = None
    place: Id | None = None
    deadline: Time | None = Field(None, description="Worthless afterwards.")

    def as_moment(self, at: datetime) -> Moment:
        """Return the moment, at this time."""
        return Moment(at, self.channel, self.place, self.deadline)


class TriggerAsked(Asked):
    """People by name; or an audience, where `broadcast` says that this is meant."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"recipients": [{"customer_id": "c-1001", "place": "Gate B12"}]},
                {"audience": "tier = gold", "broadcast": True},
            ]
        }
    )

    recipients: list[RecipientAsked] = Field([], max_length=MOST_NAMED)
    audience: AudienceText = Field("", description="In place of the campaign's own; only with `broadcast`.")
    broadcast: bool = Field(default=False, description="Must be true where nobody is named: a latch.")

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if bool(self.recipients) == self.broadcast:
            raise ValueError("name `recipients`, or say `broadcast`: one of the two")
        if self.audience and not self.broadcast:
            raise ValueError("an `audience` goes with `broadcast` alone")
        if len({one.customer_id for one in self.recipients}) < len(self.recipients):
            raise ValueError("somebody is named twice")
        return self


class CampaignView(Told):
    """A campaign as it stands, and what can be done to it."""

    model_config = ConfigDict(json_schema_extra={"examples": [CAMPAIGN]})

    id: str
    name: str
    state: CampaignState
    version: int
    allowed: list[CampaignStep] = Field(description="The steps that can be taken now; `start` and `finish` by time.")
    note: str
    audience: str
    gestures: list[str]
    triggers: list[SignalKind]
    currency: str
    budget_cents: int
    day_cents: int | None
    customer_cents: int | None
    holdout: float
    every_days: int | None
    at_hour: int | None
    starts_at: datetime
    ends_at: datetime | None
    created_by: str
    created_at: datetime
    submitted_by: str | None
    approved_by: str | None
    approved_at: datetime | None
    next_look_at: datetime | None
    looks: int = Field(description="How many looks for people it began.")


class CampaignList(Told):
    """All campaigns, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"campaigns": [CAMPAIGN]}]})

    campaigns: list[CampaignView]


class StepView(Told):
    """A step that exists."""

    from_state: CampaignState
    step: CampaignStep
    to_state: CampaignState


class StepTable(Told):
    """Every step that exists; what is not here cannot be done."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"steps": [STEP]}]})

    steps: list[StepView]


class ReportView(Told):
    """What came, or would come, of everybody it was for: `states` add up to `considered`."""

    model_config = ConfigDict(json_schema_extra={"examples": [REPORT]})

    campaign_id: str
    look: int = Field(description="Which look; 0 where nothing was written, or over all looks.")
    at: datetime
    currency: str
    considered: int
    states: dict[RecipientState, int]
    gestures: dict[str, int]
    cost_cents: int
    shadow_prices: dict[str, float] = Field(description="In cents, what one more of what is scarce would be worth.")
    samples: list[dict[str, str]]


class RecipientView(Told):
    """What came of one person at one look."""

    model_config = ConfigDict(json_schema_extra={"examples": [RECIPIENT]})

    customer_id: str
    look: int
    state: RecipientState
    reason: str
    gesture_id: str | None
    action_id: str | None
    at: datetime


class RecipientPage(Told):
    """Some of them."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"recipients": [RECIPIENT], "next": None}]})

    recipients: list[RecipientView]
    next: str | None = Field(description="Send it as `after` for the next page; null on the last.")


class Triggered(Told):
    """What came of each who was named; of a broadcast, that it was asked for."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"recipients": [RECIPIENT], "unknown": ["c-9"], "broadcast": False}]}
    )

    recipients: list[RecipientView]
    unknown: list[str] = Field(description="Who is no customer.")
    broadcast: bool = Field(description="Whether a look at the audience was asked for; it follows at once.")


def view_of_campaign(campaign: Campaign) -> CampaignView:
    """Return a campaign as it is told."""
    told = {name: getattr(campaign, name) for name in CampaignView.model_fields if name != "allowed"}
    return CampaignView(**told, allowed=launch.allowed(campaign))
