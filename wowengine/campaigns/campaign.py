"""A campaign: for whom, what, with which budget, when; and its life from draft to finished.

`STEPS` is the whole truth of that life, published as it stands; a pair that is not in it does not exist.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wowengine.db.base import Base, Json, one_of


class CampaignState(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"  # its author works on it
    REVIEW = "review"  # waits for a second person
    SCHEDULED = "scheduled"  # approved; the clock starts it
    RUNNING = "running"
    PAUSED = "paused"  # nothing of it is sent; a person takes it up again
    FINISHED = "finished"  # final: its time is over
    CANCELLED = "cancelled"  # final: a person called it off


class CampaignStep(StrEnum):
    """What can be done to a campaign."""

    EDIT = "edit"
    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    FINISH = "finish"
    CANCEL = "cancel"


_S, _T = CampaignState, CampaignStep
STEPS: dict[tuple[CampaignState, CampaignStep], CampaignState] = {
    (_S.DRAFT, _T.EDIT): _S.DRAFT,
    (_S.DRAFT, _T.SUBMIT): _S.REVIEW,
    (_S.DRAFT, _T.CANCEL): _S.CANCELLED,
    (_S.REVIEW, _T.EDIT): _S.DRAFT,  # what was looked at is no longer what would run
    (_S.REVIEW, _T.RETURN): _S.DRAFT,
    (_S.REVIEW, _T.APPROVE): _S.SCHEDULED,
    (_S.REVIEW, _T.CANCEL): _S.CANCELLED,
    (_S.SCHEDULED, _T.EDIT): _S.DRAFT,
    (_S.SCHEDULED, _T.START): _S.RUNNING,
    (_S.SCHEDULED, _T.CANCEL): _S.CANCELLED,
    (_S.RUNNING, _T.PAUSE): _S.PAUSED,
    (_S.RUNNING, _T.FINISH): _S.FINISHED,
    (_S.RUNNING, _T.CANCEL): _S.CANCELLED,
    (_S.PAUSED, _T.RESUME): _S.RUNNING,
    (_S.PAUSED, _T.FINISH): _S.FINISHED,
    (_S.PAUSED, _T.CANCEL): _S.CANCELLED,
}


class RecipientState(StrEnum):
    """What came of somebody a campaign was for: exactly one of these."""

    QUEUED = "queued"  # an action was proposed for them
    HELD_OUT = "held_out"  # gets nothing, so that we can tell what it does
    CAPPED = "capped"  # had enough of us of late
    INELIGIBLE = "ineligible"  # no gesture of the campaign may go to them
    NO_CONSENT = "no_consent"
    NO_BUDGET = "no_budget"
    DUPLICATE = "duplicate"  # has it already, open or delivered
    NO_STOCK = "no_stock"
    NOT_CHOSEN = "not_chosen"  # everything passed, and others were worth more
    OBJECTED = "objected"
    ON_HOLD = "on_hold"  # a crisis holds everything
    NOT_FACE_SAFE = "not_face_safe"  # we could not say to their face why


class Campaign(Base):
    """What a marketer means to do. Its state is written by `launch.step` alone."""

    __tablename__ = "campaigns"
    __table_args__ = (
        one_of("state", CampaignState),
        CheckConstraint("budget_cents >= 0", name="budget_positive"),
        CheckConstraint("at_hour is null or (0 <= at_hour and at_hour <= 23)", name="at_hour_of_a_day"),
        CheckConstraint("0 <= holdout and holdout <= 0.5", name="holdout_a_share"),
        CheckConstraint("ends_at is null or ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint(
            "state in ('draft', 'review', 'cancelled') or approved_by is not null", name="approved_by_somebody"
        ),
        CheckConstraint("approved_by is null or approved_by <> submitted_by", name="approved_by_another"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(default=1)
    audience: Mapped[str] = mapped_column(Text)  # as `audience.parse` reads it; '' where only named people are meant
    gestures: Mapped[list[str]]  # ids of the catalogue; empty for all
    triggers: Mapped[list[str]] = mapped_column(default=list)  # kinds of signals at which it looks whose they are
    currency: Mapped[str] = mapped_column(String(3))
    budget_cents: Mapped[int]
    day_cents: Mapped[int | None]  # of which at most so much a day
    customer_cents: Mapped[int | None]  # and for one customer
    holdout: Mapped[float] = mapped_column(Float, default=0.0)  # share that gets nothing, beside the standing arms
    every_days: Mapped[int | None]  # looks for its audience again after so many days; None: once
    at_hour: Mapped[int | None]  # of the customer's own clock, 0 to 23; None: whenever it is decided
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    submitted_by: Mapped[str | None] = mapped_column(String(80))
    approved_by: Mapped[str | None] = mapped_column(String(80))
    approved_at: Mapped[datetime | None]
    next_look_at: Mapped[datetime | None]  # when it looks for its audience next
    looks: Mapped[int] = mapped_column(default=0)  # how many it began; each has its number
    looking: Mapped[int | None]  # the look that is under way, or was cut short


class CampaignEvent(Base):
    """One step in the life of a campaign: append-only, one a version."""

    __tablename__ = "campaign_events"
    __table_args__ = (one_of("step", CampaignStep),)

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    step: Mapped[str] = mapped_column(String(10))
    to_state: Mapped[str] = mapped_column(String(12))
    actor: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text, default="")
    data: Mapped[Json]  # what an edit changed


class Recipient(Base):
    """What came of one customer at one look of a campaign."""

    __tablename__ = "recipients"
    __table_args__ = (
        one_of("state", RecipientState),
        CheckConstraint("(state = 'queued') = (action_id is not null)", name="queued_has_action"),
        Index("ix_recipients_campaign_state", "campaign_id", "state"),
    )

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    customer_id: Mapped[str] = mapped_column(
        ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    look: Mapped[int] = mapped_column(Integer, primary_key=True)  # 1 for its first look, 2 for the next...
    state: Mapped[str] = mapped_column(String(14))
    reason: Mapped[str] = mapped_column(String(300), default="")  # a rule's words, where one said no
    gesture_id: Mapped[str | None] = mapped_column(String(200))
    action_id: Mapped[str | None] = mapped_column(String(40), index=True)
    decision_id: Mapped[str | None] = mapped_column(String(40))
    at: Mapped[datetime]
