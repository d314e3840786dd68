"""THEN: an outcome that was read in a customer's own words goes when those words go."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


KNOWN = "type in ('shown', 'accepted', 'rejected', 'delivered', 'thanked', 'complained')"


def upgrade() -> None:
    with op.batch_alter_table("outcomes", table_args=(_known(),)) as outcomes:
        outcomes.add_column(sa.Column("signal_id", sa.Integer(), nullable=True))
        outcomes.create_foreign_key(op.f("fk_outcomes_signal_id"), "signals", ["signal_id"], ["id"], ondelete="CASCADE")
    op.create_index("uq_outcomes_signal_id", "outcomes", ["signal_id"], unique=True)
    op.create_index(op.f("ix_outcomes_decision_id"), "outcomes", ["decision_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_outcomes_decision_id"), "outcomes")
    op.drop_index("uq_outcomes_signal_id", "outcomes")
    with op.batch_alter_table("outcomes", table_args=(_known(),)) as outcomes:
        outcomes.drop_constraint(op.f("fk_outcomes_signal_id"), type_="foreignkey")
        outcomes.drop_column("signal_id")


def _known() -> sa.CheckConstraint:
    """Return the CHECK that SQLite would forget, since it writes the table anew."""
    return sa.CheckConstraint(KNOWN, name=op.f("ck_outcomes_type_known"))
