"""THEN: who stands in which arm, and with what chance a gesture was drawn."""

import sqlalchemy as sa
from alembic import op

import wowengine.db.base

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assignments",
        sa.Column("experiment", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("arm", sa.String(length=20), nullable=False),
        sa.Column("assigned_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_assignments_customer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("experiment", "customer_id", name=op.f("pk_assignments")),
        sa.CheckConstraint(
            "arm in ('full', 'holdout', 'random', 'generic', 'unsocial')", name=op.f("ck_assignments_arm")
        ),
    )
    op.create_index(op.f("ix_assignments_customer_id"), "assignments", ["customer_id"])
    op.add_column("actions", sa.Column("drawn_with", sa.Float(), nullable=True))


def downgrade() -> None:
    op.drop_column("actions", "drawn_with")
    op.drop_table("assignments")
