"""WHO, in numbers alone: what is said of the brand by the hour, and the hashes of a day that count it once."""

import sqlalchemy as sa
from alembic import op

import wowengine.db.base

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heard_hours",
        sa.Column("hour", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("posts", "authors", "negative", "neutral", "positive")
        ),
        sa.PrimaryKeyConstraint("hour", "source", "channel", "subject", "topic", name=op.f("pk_heard_hours")),
    )
    op.create_table(
        "heard_marks",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_heard_marks")),
    )
    op.create_index(op.f("ix_heard_marks_day"), "heard_marks", ["day"])


def downgrade() -> None:
    op.drop_table("heard_marks")
    op.drop_table("heard_hours")
