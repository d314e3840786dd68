"""The tables of THEN: what was decided, the work it became, the money it moved, and what came of it.

The database repeats the promises of ``lifecycle`` and ``ledger`` as CHECKs and partial unique indexes.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wowengine.campaigns.lifecycle import OPEN, ActionState, DeclineReason, Step
from wowengine.db.base import Base, Json, one_of, partial_index
from wowengine.decide.arms import Arm
from wowengine.terms import ActorKind, Basis, GestureKind, OutcomeType


class Movement(StrEnum):
    """What a ledger entry does to its account."""

    GRANT = "grant"  # money or stock put in; taken out again where negative
    HOLD = "hold"  # set aside for one attempt of one action
    COMMIT = "commit"  # the hold's end: spent, at what it really cost; the rest is free again
    RELEASE = "release"  # the hold's end: not spent
    REVERSE = "reverse"  # given back after it was spent


class PolicyState(StrEnum):
    """Where a policy stands."""

    PROPOSED = "proposed"  # somebody has put it forward; it changes nothing yet
    ACTIVE = "active"  # decisions are taken by it; one at the most
    RETIRED = "retired"  # another has taken its place


class PolicyRow(Base):
    """A policy that was put forward, by whom, and what became of it. Put forward again later, it is a row anew."""

    __tablename__ = "policies"
    __table_args__ = (
        one_of("state", PolicyState),
        CheckConstraint("(state = 'proposed') = (activated_at is null)", name="activated_has_time"),
        CheckConstraint("(activated_at is null) = (activated_by is null)", name="activated_by_somebody"),
        CheckConstraint("(state = 'retired') = (retired_at is not null)", name="retired_has_time"),
        partial_index("uq_policies_active", "state", where="state = 'active'", unique=True),
        partial_index("uq_policies_proposed", "version", where="state = 'proposed'", unique=True),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    version: Mapped[str] = mapped_column(String(64))  # hash of its content
    toml: Mapped[str] = mapped_column(Text)  # as it was handed in, comments and all
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(12))
    against: Mapped[str] = mapped_column(String(64))  # version that was in force when it was proposed
    proposed_by: Mapped[str] = mapped_column(String(200))
    proposed_at: Mapped[datetime]
    activated_by: Mapped[str | None] = mapped_column(String(200))
    activated_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]


class Round(Base):
    """One pass from profiles to proposals, and what came of everybody considered."""

    __tablename__ = "rounds"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    considered: Mapped[int] = mapped_column(default=0)
    proposed: Mapped[int] = mapped_column(default=0)
    refused: Mapped[Json]  # rule -> how many times it was the one that stopped a candidate
    model_version: Mapped[str] = mapped_column(String(80))
    policy_version: Mapped[str] = mapped_column(String(80))


class DecisionRow(Base):
    """A decision as it was taken, with its receipt: inputs, every verdict, and the hash over both."""

    __tablename__ = "decisions"
    __table_args__ = (Index("ix_decisions_customer_time", "customer_id", "decided_at"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    round_id: Mapped[str | None] = mapped_column(ForeignKey("rounds.id"))
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    decided_at: Mapped[datetime]
    arm: Mapped[str] = mapped_column(String(20))  # as `decide.arms` names them
    model_version: Mapped[str] = mapped_column(String(80))
    policy_version: Mapped[str] = mapped_column(String(80))
    receipt_hash: Mapped[str] = mapped_column(String(64))
    receipt: Mapped[Json]
    context: Mapped[Json]  # features of the moment, for training


class Assignment(Base):
    """In which arm a customer stands while an experiment lasts. Written before anything is decided, and never again."""

    __tablename__ = "assignments"
    __table_args__ = (one_of("arm", Arm),)

    experiment: Mapped[str] = mapped_column(String(64), primary_key=True)
    customer_id: Mapped[str] = mapped_column(
        ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    arm: Mapped[str] = mapped_column(String(20))
    assigned_at: Mapped[datetime]


class Action(Base):
    """A decided gesture as a piece of work for people. Its state is written by ``store.step`` alone."""

    __tablename__ = "actions"
    __table_args__ = (
        one_of("state", ActionState),
        one_of("kind", GestureKind),
        one_of("basis", Basis),
        one_of("decline_reason", DeclineReason),
        CheckConstraint("0 <= floor_cents and floor_cents <= amount_cents", name="floor_within_amount"),
        CheckConstraint("(state in ('claimed', 'sending')) = (lease_until is not null)", name="held_has_lease"),
        CheckConstraint("(state in ('delivered', 'closed')) = (delivered_at is not null)", name="done_has_time"),
        CheckConstraint("state <> 'delivered' or proof is not null", name="delivered_has_proof"),
        CheckConstraint("state <> 'approved' or approved_by is not null", name="approved_by_somebody"),
        CheckConstraint("state <> 'deferred' or deferred_until is not null", name="deferred_until_when"),
        CheckConstraint("state <> 'declined' or decline_reason is not null", name="declined_for_a_reason"),
        # One open action per customer, gesture and subject: a round run twice proposes once.
        partial_index(
            "uq_actions_open",
            "customer_id",
            "gesture_id",
            "subject",
            where=f"state in ({', '.join(repr(state.value) for state in ActionState if state in OPEN)})",
            unique=True,
        ),
        Index("ix_actions_queue", "state", "deadline_at"),
        Index("ix_actions_customer", "customer_id", "proposed_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    decision_id: Mapped[str] = mapped_column(ForeignKey("decisions.id", ondelete="CASCADE"), index=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    gesture_id: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    basis: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(200), default="")  # the incident it answers, or ''
    title: Mapped[str] = mapped_column(String(300))
    why_text: Mapped[str] = mapped_column(String(200))  # one sentence that can be said to the customer's face
    draft: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(12))
    channel: Mapped[str] = mapped_column(String(40))
    place: Mapped[str | None] = mapped_column(String(200))
    slots: Mapped[Json]  # stated preferences it is filled in with
    evidence: Mapped[list[Json]]
    reasons: Mapped[list[Json]]
    amount_cents: Mapped[int]  # what it costs us, at most
    amount_reason: Mapped[str] = mapped_column(Text)  # how the amount came about, for staff
    floor_cents: Mapped[int]  # of which owed by law; 0 for anything but basis=floor
    currency: Mapped[str] = mapped_column(String(3))
    account_id: Mapped[str] = mapped_column(String(240))  # the budget that pays; '' where it costs nothing
    scarce: Mapped[bool]  # its stock is held already while it waits for a person
    propensity: Mapped[float | None] = mapped_column(Float)
    propensity_low: Mapped[float | None] = mapped_column(Float)
    propensity_high: Mapped[float | None] = mapped_column(Float)
    propensity_basis: Mapped[str | None] = mapped_column(String(20))  # assumed, or calibrated; None for what is owed
    score: Mapped[float | None] = mapped_column(Float)
    drawn_with: Mapped[float | None] = mapped_column(Float)  # the chance with which lots put it first, where they did
    alternatives: Mapped[list[Json]]
    checklist: Mapped[list[str]] = mapped_column(default=list)  # what whoever delivers it has to see to, as approved
    ticks: Mapped[list[Json]] = mapped_column(default=list)  # which of those lines are done in this attempt, by whom
    payload_hash: Mapped[str] = mapped_column(String(64))  # of what would be delivered; approval is of this
    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(default=1)
    attempt: Mapped[int] = mapped_column(default=1)
    fence: Mapped[int] = mapped_column(default=0)
    proposed_at: Mapped[datetime]
    deadline_at: Mapped[datetime | None]  # worthless afterwards
    not_before: Mapped[datetime | None]  # the customer is not to have it earlier
    lead_minutes: Mapped[int] = mapped_column(default=0)  # so long it takes from a claim to the customer
    deferred_until: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(String(200))
    approved_at: Mapped[datetime | None]
    claimable_at: Mapped[datetime | None]  # end of the grace time in which the approver may undo
    declined_by: Mapped[str | None] = mapped_column(String(200))
    declined_at: Mapped[datetime | None]
    decline_reason: Mapped[str | None] = mapped_column(String(40))
    claimed_by: Mapped[str | None] = mapped_column(String(200))
    lease_until: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    proof: Mapped[Json | None]
    failure: Mapped[str | None] = mapped_column(String(300))
    agent_of_record: Mapped[str | None] = mapped_column(String(200))
    campaign_id: Mapped[str | None] = mapped_column(String(40), index=True)  # None where no campaign asked for it
    amends: Mapped[str | None] = mapped_column(String(40), index=True)  # the action whose place it took by an amendment
    authors: Mapped[list[str]] = mapped_column(default=list)  # the people who put it forward as it is; none: the engine
    approvals: Mapped[list[Json]] = mapped_column(default=list)  # who has said yes to it as it is: by, at


class ActionEvent(Base):
    """One step in the life of an action: append-only, one a version."""

    __tablename__ = "action_events"
    __table_args__ = (
        UniqueConstraint("action_id", "version"),
        one_of("step", Step),
        one_of("actor_kind", ActorKind),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    action_id: Mapped[str] = mapped_column(ForeignKey("actions.id", ondelete="CASCADE"))
    version: Mapped[int]  # the action's version after this step
    step: Mapped[str] = mapped_column(String(20))
    from_state: Mapped[str | None] = mapped_column(String(12))
    to_state: Mapped[str] = mapped_column(String(12))
    actor: Mapped[str] = mapped_column(String(200))
    actor_kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    note: Mapped[str | None] = mapped_column(Text)
    data: Mapped[Json]


class Account(Base):
    """A budget in cents or a stock in pieces. Its counters repeat the ledger under CHECK, so it cannot overspend.

    ``granted`` is None where there is no limit: what the law owes is never refused for want of budget.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("held >= 0 and committed >= 0", name="never_below_zero"),
        CheckConstraint("granted is null or held + committed <= granted", name="never_overspent"),
    )

    id: Mapped[str] = mapped_column(String(240), primary_key=True)  # budget:..., stock:<gesture>, owed:<currency>
    unit: Mapped[str] = mapped_column(String(10))  # a currency, or piece
    granted: Mapped[int | None]
    held: Mapped[int] = mapped_column(default=0)
    committed: Mapped[int] = mapped_column(default=0)


class LedgerEntry(Base):
    """One movement: append-only, one per account, action, attempt and kind."""

    __tablename__ = "ledger"
    __table_args__ = (
        one_of("kind", Movement),
        CheckConstraint("amount > 0 or kind = 'grant' or (kind = 'commit' and amount = 0)", name="amount_positive"),
        CheckConstraint("(kind = 'grant') = (action_id is null)", name="grant_has_no_action"),
        UniqueConstraint("account_id", "action_id", "attempt", "kind"),
        # Exactly one end for each hold: committed or released, never both.
        partial_index(
            "uq_ledger_one_end",
            "account_id",
            "action_id",
            "attempt",
            where="kind in ('commit', 'release')",
            unique=True,
        ),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str] = mapped_column(String(10))
    amount: Mapped[int]
    # An id that names nobody and no foreign key: amounts outlive people.
    action_id: Mapped[str | None] = mapped_column(String(40), index=True)
    attempt: Mapped[int]
    actor: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


class Outcome(Base):
    """What a customer did after a gesture (or when one was shown): the model learns from these."""

    __tablename__ = "outcomes"
    __table_args__ = (
        one_of("type", OutcomeType),
        UniqueConstraint("customer_id", "gesture_id", "type", "occurred_at", "decision_id"),
        Index("uq_outcomes_signal_id", "signal_id", unique=True),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    gesture_id: Mapped[str] = mapped_column(String(200))
    occurred_at: Mapped[datetime]
    type: Mapped[str] = mapped_column(String(20))
    decision_id: Mapped[str] = mapped_column(String(200), default="", index=True)  # '' where it came without one
    # The words it was read in, where nobody told it: it goes when they go.
    signal_id: Mapped[int | None] = mapped_column(ForeignKey("signals.id", ondelete="CASCADE"))
    context: Mapped[Json]  # features of the moment
    attributes: Mapped[Json]  # what else a file told
    content_hash: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime]
