"""What every room leans on: outbox and replayed answers."""

import sqlalchemy as sa
from alembic import op

import wowengine.db.base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idempotency",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("route", sa.String(length=200), nullable=False),
        sa.Column("request_sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", "route", name=op.f("pk_idempotency")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("task", sa.String(length=80), nullable=False),
        sa.Column("args", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("created_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("rung_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("done_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("done_at is null"),
        sqlite_where=sa.text("done_at is null"),
    )
    op.create_index(
        "uq_outbox_key_waiting",
        "outbox",
        ["key"],
        unique=True,
        postgresql_where=sa.text("done_at is null and lease_until is null"),
        sqlite_where=sa.text("done_at is null and lease_until is null"),
    )


def downgrade() -> None:
    op.drop_table("outbox")
    op.drop_table("idempotency")
