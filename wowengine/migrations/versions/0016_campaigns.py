"""Who works here; campaigns, their life, and what came of everybody they were for."""

import sqlalchemy as sa
from alembic import op

import wowengine.db.base

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

CAMPAIGNS_STATE = "state in ('draft', 'review', 'scheduled', 'running', 'paused', 'finished', 'cancelled')"
USERS_ROLE = "role in ('staff', 'agent', 'reviewer', 'marketer', 'manager', 'admin', 'auditor')"
CAMPAIGN_EVENTS_STEP = "step in ('edit', 'submit', 'return', 'approve', 'start', 'pause', 'resume', 'finish', 'cancel')"
RECIPIENTS_STATE = (
    "state in ('queued', 'held_out', 'capped', 'ineligible', 'no_consent', 'no_budget', 'duplicate', 'no_stock', "
    "'not_chosen', 'objected', 'on_hold', 'not_face_safe')"
)


def upgrade() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("gestures", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("triggers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("budget_cents", sa.Integer(), nullable=False),
        sa.Column("day_cents", sa.Integer(), nullable=True),
        sa.Column("customer_cents", sa.Integer(), nullable=True),
        sa.Column("holdout", sa.Float(), nullable=False),
        sa.Column("every_days", sa.Integer(), nullable=True),
        sa.Column("at_hour", sa.Integer(), nullable=True),
        sa.Column("starts_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.String(length=80), nullable=True),
        sa.Column("approved_by", sa.String(length=80), nullable=True),
        sa.Column("approved_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("next_look_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("looking", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state in ('draft', 'review', 'cancelled') or approved_by is not null",
            name=op.f("ck_campaigns_approved_by_somebody"),
        ),
        sa.CheckConstraint(CAMPAIGNS_STATE, name=op.f("ck_campaigns_state_known")),
        sa.CheckConstraint("0 <= holdout and holdout <= 0.5", name=op.f("ck_campaigns_holdout_a_share")),
        sa.CheckConstraint(
            "approved_by is null or approved_by <> submitted_by", name=op.f("ck_campaigns_approved_by_another")
        ),
        sa.CheckConstraint("budget_cents >= 0", name=op.f("ck_campaigns_budget_positive")),
        sa.CheckConstraint(
            "at_hour is null or (0 <= at_hour and at_hour <= 23)", name=op.f("ck_campaigns_at_hour_of_a_day")
        ),
        sa.CheckConstraint("ends_at is null or ends_at > starts_at", name=op.f("ck_campaigns_ends_after_it_starts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
    )
    op.create_table(
        "users",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("team", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("since", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(USERS_ROLE, name=op.f("ck_users_role_known")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_users")),
    )
    op.create_table(
        "campaign_events",
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("to_state", sa.String(length=12), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint(CAMPAIGN_EVENTS_STEP, name=op.f("ck_campaign_events_step_known")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_events_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", "version", name=op.f("pk_campaign_events")),
    )
    op.create_table(
        "recipients",
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("look", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("gesture_id", sa.String(length=200), nullable=True),
        sa.Column("action_id", sa.String(length=40), nullable=True),
        sa.Column("decision_id", sa.String(length=40), nullable=True),
        sa.Column("at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'queued') = (action_id is not null)", name=op.f("ck_recipients_queued_has_action")
        ),
        sa.CheckConstraint(RECIPIENTS_STATE, name=op.f("ck_recipients_state_known")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_recipients_campaign_id")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_recipients_customer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("campaign_id", "customer_id", "look", name=op.f("pk_recipients")),
    )
    op.create_index(op.f("ix_recipients_action_id"), "recipients", ["action_id"])
    op.create_index("ix_recipients_campaign_state", "recipients", ["campaign_id", "state"])
    op.create_index(op.f("ix_recipients_customer_id"), "recipients", ["customer_id"])
    op.add_column("actions", sa.Column("campaign_id", sa.String(length=40), nullable=True))
    op.create_index(op.f("ix_actions_campaign_id"), "actions", ["campaign_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_actions_campaign_id"), "actions")
    op.drop_column("actions", "campaign_id")
    for table in ("recipients", "campaign_events", "users", "campaigns"):
        op.drop_table(table)
