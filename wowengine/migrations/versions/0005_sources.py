"""WHO: how far each source has been read."""

import sqlalchemy as sa
from alembic import op

import wowengine.db.base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source_cursors",
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("account", sa.String(length=400), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_source_cursors_customer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source", "account", name=op.f("pk_source_cursors")),
    )
    op.create_index(op.f("ix_source_cursors_customer_id"), "source_cursors", ["customer_id"])


def downgrade() -> None:
    op.drop_table("source_cursors")
