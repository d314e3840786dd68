"""WHO: whose turn it is to read a source, and when it is due again."""

import sqlalchemy as sa
from alembic import op

import wowengine.db.base

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source_turns",
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("due_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("ended_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_source_turns")),
    )


def downgrade() -> None:
    op.drop_table("source_turns")
