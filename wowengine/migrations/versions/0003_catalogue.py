"""WHAT: gestures."""

import sqlalchemy as sa
from alembic import op

import wowengine.db.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gestures",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("tags", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("cost_cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("value_cents", sa.Integer(), nullable=False),
        sa.Column("channels", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=True),
        sa.Column("lead_minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("valid_from", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("valid_until", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("tiers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("slots", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("attributes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("updated_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('surprise', 'tip', 'compensation', 'question')", name=op.f("ck_gestures_kind_known")
        ),
        sa.CheckConstraint("cost_cents >= 0 and value_cents >= 0", name=op.f("ck_gestures_money_not_negative")),
        sa.CheckConstraint("lead_minutes >= 0", name=op.f("ck_gestures_lead_not_negative")),
        sa.CheckConstraint("stock is null or stock >= 0", name=op.f("ck_gestures_stock_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gestures")),
    )


def downgrade() -> None:
    op.drop_table("gestures")
