"""THEN: policies that were put forward, and the one in force."""

import sqlalchemy as sa
from alembic import op

import wowengine.db.base

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ACTIVE, PROPOSED = sa.text("state = 'active'"), sa.text("state = 'proposed'")


def upgrade() -> None:
    op.create_table(
        "policies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("toml", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("against", sa.String(length=64), nullable=False),
        sa.Column("proposed_by", sa.String(length=200), nullable=False),
        sa.Column("proposed_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("activated_by", sa.String(length=200), nullable=True),
        sa.Column("activated_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("retired_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('proposed', 'active', 'retired')", name=op.f("ck_policies_state_known")),
        sa.CheckConstraint(
            "(state = 'proposed') = (activated_at is null)", name=op.f("ck_policies_activated_has_time")
        ),
        sa.CheckConstraint(
            "(activated_at is null) = (activated_by is null)", name=op.f("ck_policies_activated_by_somebody")
        ),
        sa.CheckConstraint("(state = 'retired') = (retired_at is not null)", name=op.f("ck_policies_retired_has_time")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policies")),
    )
    op.create_index(
        "uq_policies_active", "policies", ["state"], unique=True, postgresql_where=ACTIVE, sqlite_where=ACTIVE
    )
    op.create_index(
        "uq_policies_proposed", "policies", ["version"], unique=True, postgresql_where=PROPOSED, sqlite_where=PROPOSED
    )


def downgrade() -> None:
    op.drop_table("policies")
