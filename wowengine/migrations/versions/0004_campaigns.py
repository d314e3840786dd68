"""THEN: decisions, actions, ledger, outcomes."""

import sqlalchemy as sa
from alembic import op

import wowengine.db.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(length=240), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("granted", sa.Integer(), nullable=True),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("committed", sa.Integer(), nullable=False),
        sa.CheckConstraint("granted is null or held + committed <= granted", name=op.f("ck_accounts_never_overspent")),
        sa.CheckConstraint("held >= 0 and committed >= 0", name=op.f("ck_accounts_never_below_zero")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
    )
    op.create_table(
        "rounds",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("started_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("considered", sa.Integer(), nullable=False),
        sa.Column("proposed", sa.Integer(), nullable=False),
        sa.Column("refused", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("model_version", sa.String(length=80), nullable=False),
        sa.Column("policy_version", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("round_id", sa.String(length=40), nullable=True),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("decided_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("arm", sa.String(length=20), nullable=False),
        sa.Column("model_version", sa.String(length=80), nullable=False),
        sa.Column("policy_version", sa.String(length=80), nullable=False),
        sa.Column("receipt_hash", sa.String(length=64), nullable=False),
        sa.Column("receipt", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("context", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_decisions_customer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_decisions_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index("ix_decisions_customer_time", "decisions", ["customer_id", "decided_at"], unique=False)
    op.create_table(
        "ledger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(length=240), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.String(length=40), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'grant') = (action_id is null)", name=op.f("ck_ledger_grant_has_no_action")),
        sa.CheckConstraint(
            "amount > 0 or kind = 'grant' or (kind = 'commit' and amount = 0)", name=op.f("ck_ledger_amount_positive")
        ),
        sa.CheckConstraint(
            "kind in ('grant', 'hold', 'commit', 'release', 'reverse')", name=op.f("ck_ledger_kind_known")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_ledger_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint(
            "account_id", "action_id", "attempt", "kind", name=op.f("uq_ledger_account_id_action_id_attempt_kind")
        ),
    )
    op.create_index(op.f("ix_ledger_action_id"), "ledger", ["action_id"], unique=False)
    op.create_index(
        "uq_ledger_one_end",
        "ledger",
        ["account_id", "action_id", "attempt"],
        unique=True,
        postgresql_where=sa.text("kind in ('commit', 'release')"),
        sqlite_where=sa.text("kind in ('commit', 'release')"),
    )
    op.create_table(
        "outcomes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("gesture_id", sa.String(length=200), nullable=False),
        sa.Column("occurred_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("decision_id", sa.String(length=200), nullable=False),
        sa.Column("context", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("attributes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "type in ('shown', 'accepted', 'rejected', 'delivered', 'thanked', 'complained')",
            name=op.f("ck_outcomes_type_known"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_outcomes_customer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
        sa.UniqueConstraint(
            "customer_id",
            "gesture_id",
            "type",
            "occurred_at",
            "decision_id",
            name=op.f("uq_outcomes_customer_id_gesture_id_type_occurred_at_decision_id"),
        ),
    )
    op.create_index(op.f("ix_outcomes_customer_id"), "outcomes", ["customer_id"], unique=False)
    op.create_table(
        "actions",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("decision_id", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("gesture_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("why_text", sa.String(length=200), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("slots", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("reasons", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("amount_reason", sa.Text(), nullable=False),
        sa.Column("floor_cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("account_id", sa.String(length=240), nullable=False),
        sa.Column("scarce", sa.Boolean(), nullable=False),
        sa.Column("propensity", sa.Float(), nullable=True),
        sa.Column("propensity_low", sa.Float(), nullable=True),
        sa.Column("propensity_high", sa.Float(), nullable=True),
        sa.Column("propensity_basis", sa.String(length=20), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("alternatives", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("payload_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("proposed_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("deferred_until", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(length=200), nullable=True),
        sa.Column("approved_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("claimable_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("declined_by", sa.String(length=200), nullable=True),
        sa.Column("declined_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decline_reason", sa.String(length=40), nullable=True),
        sa.Column("claimed_by", sa.String(length=200), nullable=True),
        sa.Column("lease_until", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("proof", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("failure", sa.String(length=300), nullable=True),
        sa.Column("agent_of_record", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "(state in ('claimed', 'sending')) = (lease_until is not null)", name=op.f("ck_actions_held_has_lease")
        ),
        sa.CheckConstraint(
            "(state in ('delivered', 'closed')) = (delivered_at is not null)", name=op.f("ck_actions_done_has_time")
        ),
        sa.CheckConstraint("basis in ('floor', 'goodwill', 'delight')", name=op.f("ck_actions_basis_known")),
        sa.CheckConstraint(
            "decline_reason in ('not_fitting', 'too_personal', 'too_expensive', 'wrong_moment', 'other')",
            name=op.f("ck_actions_decline_reason_known"),
        ),
        sa.CheckConstraint(
            "kind in ('surprise', 'tip', 'compensation', 'question')", name=op.f("ck_actions_kind_known")
        ),
        sa.CheckConstraint(
            "state <> 'approved' or approved_by is not null", name=op.f("ck_actions_approved_by_somebody")
        ),
        sa.CheckConstraint(
            "state <> 'declined' or decline_reason is not null", name=op.f("ck_actions_declined_for_a_reason")
        ),
        sa.CheckConstraint(
            "state <> 'deferred' or deferred_until is not null", name=op.f("ck_actions_deferred_until_when")
        ),
        sa.CheckConstraint("state <> 'delivered' or proof is not null", name=op.f("ck_actions_delivered_has_proof")),
        sa.CheckConstraint(
            "state in ('proposed', 'deferred', 'approved', 'claimed', 'sending', 'uncertain', 'failed', 'delivered', 'declined', 'expired', 'superseded', 'withdrawn', 'cancelled', 'closed')",
            name=op.f("ck_actions_state_known"),
        ),
        sa.CheckConstraint(
            "0 <= floor_cents and floor_cents <= amount_cents", name=op.f("ck_actions_floor_within_amount")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_actions_customer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_actions_decision_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actions")),
    )
    op.create_index("ix_actions_customer", "actions", ["customer_id", "proposed_at"], unique=False)
    op.create_index(op.f("ix_actions_decision_id"), "actions", ["decision_id"], unique=False)
    op.create_index("ix_actions_queue", "actions", ["state", "deadline_at"], unique=False)
    op.create_index(
        "uq_actions_open",
        "actions",
        ["customer_id", "gesture_id", "subject"],
        unique=True,
        postgresql_where=sa.text("state in ('proposed', 'deferred', 'approved', 'claimed', 'sending', 'uncertain')"),
        sqlite_where=sa.text("state in ('proposed', 'deferred', 'approved', 'claimed', 'sending', 'uncertain')"),
    )
    op.create_table(
        "action_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("from_state", sa.String(length=12), nullable=True),
        sa.Column("to_state", sa.String(length=12), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("actor_kind", sa.String(length=10), nullable=False),
        sa.Column("at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint(
            "actor_kind in ('person', 'staff', 'worker', 'clock', 'system')",
            name=op.f("ck_action_events_actor_kind_known"),
        ),
        sa.CheckConstraint(
            "step in ('propose', 'approve', 'decline', 'defer', 'amend', 'supersede', 'withdraw', 'expire', 'resume', 'undo', 'revoke', 'claim', 'cancel', 'deliver', 'start', 'release', 'fail', 'confirm', 'doubt', 'found', 'not found', 'retry', 'close')",
            name=op.f("ck_action_events_step_known"),
        ),
        sa.ForeignKeyConstraint(
            ["action_id"], ["actions.id"], name=op.f("fk_action_events_action_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_events")),
        sa.UniqueConstraint("action_id", "version", name=op.f("uq_action_events_action_id_version")),
    )


def downgrade() -> None:
    op.drop_table("action_events")
    op.drop_table("actions")
    op.drop_table("outcomes")
    op.drop_table("ledger")
    op.drop_table("decisions")
    op.drop_table("rounds")
    op.drop_table("accounts")
