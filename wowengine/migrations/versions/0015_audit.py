"""The audit: a chain of changes and its head; and what brings sending to a standstill."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import wowengine.db.base

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KINDS = "'step', 'entry', 'policy', 'merge', 'forget', 'restore', 'user', 'campaign'"


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=240), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(f"kind in ({KINDS})", name=op.f("ck_audit_kind_known")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"])
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("since", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "standstills",
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cause in ('restored')", name=op.f("ck_standstills_cause_known")),
        sa.PrimaryKeyConstraint("cause", name=op.f("pk_standstills")),
    )
    op.bulk_insert(head, [{"id": 1, "number": 0, "hash": "0" * 64, "since": _begun()}])


def _begun() -> datetime | None:
    """Tell since when changes are written down: from the beginning, where nothing was changed yet."""
    older = (sa.table(name) for name in ("action_events", "ledger", "policies"))
    some = any(op.get_bind().scalar(sa.select(sa.literal(1)).select_from(table).limit(1)) for table in older)
    return datetime.now(UTC) if some else None


def downgrade() -> None:
    op.drop_table("standstills")
    op.drop_table("audit_head")
    op.drop_table("audit")
