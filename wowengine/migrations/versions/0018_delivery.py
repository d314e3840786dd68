"""What a task needs to be brought in time: window, lead, checklist; handing over; and who was told of what waits."""

import sqlalchemy as sa
from alembic import op

import wowengine.db.base

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

STEPS = "'propose', 'endorse', 'approve', 'decline', 'defer', 'amend', 'supersede', 'withdraw', 'expire', 'resume', 'undo', 'revoke', 'claim', {}'cancel', 'deliver', 'start', 'release', 'fail', 'confirm', 'doubt', 'found', 'not found', 'retry', 'close'"
ACTORS = "'person', 'staff', 'worker', 'clock', 'system'"


def upgrade() -> None:
    for table in ("gestures", "actions"):
        op.add_column(table, sa.Column("checklist", sa.JSON(none_as_null=True), nullable=False, server_default="[]"))
    op.add_column("gestures", sa.Column("window_minutes", sa.Integer(), nullable=True))
    op.add_column("actions", sa.Column("ticks", sa.JSON(none_as_null=True), nullable=False, server_default="[]"))
    op.add_column("actions", sa.Column("not_before", wowengine.db.base.UtcDateTime(timezone=True), nullable=True))
    op.add_column("actions", sa.Column("lead_minutes", sa.Integer(), nullable=False, server_default="0"))
    _know_steps(STEPS.format("'hand over', "))
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.String(length=40), nullable=False),
        sa.Column("to_name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("due_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("begun_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("sent_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "kind in ('needs_word', 'needs_hands', 'escalated', 'too_late', 'in_doubt')",
            name=op.f("ck_notices_kind_known"),
        ),
        sa.CheckConstraint("channel in ('email', 'webhook')", name=op.f("ck_notices_channel_known")),
        sa.CheckConstraint("sent_at is null or begun_at is not null", name=op.f("ck_notices_sent_was_begun")),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name=op.f("fk_notices_action_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint(
            "action_id", "to_name", "kind", "channel", name=op.f("uq_notices_action_id_to_name_kind_channel")
        ),
    )


def downgrade() -> None:
    op.drop_table("notices")
    _know_steps(STEPS.format(""))
    for column in ("lead_minutes", "not_before", "ticks", "checklist"):
        op.drop_column("actions", column)
    for column in ("window_minutes", "checklist"):
        op.drop_column("gestures", column)


def _know_steps(words: str) -> None:
    """Widen the CHECK. SQLite can only write the table anew; both of its CHECKs are told again, lest one be lost."""
    known, actors = f"step in ({words})", f"actor_kind in ({ACTORS})"
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_action_events_step_known"), "action_events", type_="check")
        op.create_check_constraint(op.f("ck_action_events_step_known"), "action_events", known)
        return
    with op.batch_alter_table("action_events", recreate="always") as table:
        table.create_check_constraint(op.f("ck_action_events_step_known"), known)
        table.create_check_constraint(op.f("ck_action_events_actor_kind_known"), actors)
