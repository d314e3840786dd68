"""WHO: moments of their life that customers told of."""

import sqlalchemy as sa
from alembic import op

import wowengine.db.base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "moments",
        sa.Column("signal_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("quote", sa.String(length=300), nullable=False),
        sa.Column("told_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_moments_customer_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["signal_id"], ["signals.id"], name=op.f("fk_moments_signal_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("signal_id", "kind", name=op.f("pk_moments")),
    )
    op.create_index(op.f("ix_moments_customer_id"), "moments", ["customer_id"])


def downgrade() -> None:
    op.drop_table("moments")
