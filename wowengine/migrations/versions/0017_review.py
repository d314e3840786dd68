"""THEN: who put an action forward and who agreed to it, what colleagues say of it, and what is never to be done again."""

import sqlalchemy as sa
from alembic import op

import wowengine.db.base

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

STEPS = (
    "'propose', 'approve', 'decline', 'defer', 'amend', 'supersede', 'withdraw', 'expire', 'resume', 'undo', 'revoke', "
    "'claim', 'cancel', 'deliver', 'start', 'release', 'fail', 'confirm', 'doubt', 'found', 'not found', 'retry', 'close'"
)
ACTOR_KINDS = "'person', 'staff', 'worker', 'clock', 'system'"
STEP_KNOWN, STEP_CHECK = "ck_action_events_step_known", f"step in ({STEPS})"
TIME = wowengine.db.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    _let_steps_be(STEP_CHECK, STEP_CHECK.replace("'approve'", "'endorse', 'approve'"))
    op.add_column("actions", sa.Column("amends", sa.String(length=40), nullable=True))
    op.add_column("actions", sa.Column("authors", sa.JSON(none_as_null=True), server_default="[]", nullable=False))
    op.add_column("actions", sa.Column("approvals", sa.JSON(none_as_null=True), server_default="[]", nullable=False))
    op.create_index(op.f("ix_actions_amends"), "actions", ["amends"])
    _name_authors()
    op.create_table(
        "remarks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("to", sa.String(length=200), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind in ('note', 'question', 'answer')", name=op.f("ck_remarks_kind_known")),
        sa.CheckConstraint("(kind = 'answer') = (answers is not null)", name=op.f("ck_remarks_answers_a_question")),
        sa.CheckConstraint("length(text) between 1 and 2000", name=op.f("ck_remarks_text_of_a_length")),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name=op.f("fk_remarks_action_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["answers"], ["remarks.id"], name=op.f("fk_remarks_answers"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remarks")),
        sa.UniqueConstraint("answers", name=op.f("uq_remarks_answers")),
    )
    op.create_index(op.f("ix_remarks_action_id"), "remarks", ["action_id"])
    op.create_index(op.f("ix_remarks_to"), "remarks", ["to"])
    op.create_table(
        "never_again",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=True),
        sa.Column("scope", sa.String(length=12), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.String(length=200), nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.CheckConstraint(
            "scope in ('gesture', 'kind', 'topic', 'surprises')", name=op.f("ck_never_again_scope_known")
        ),
        sa.CheckConstraint("(scope = 'surprises') = (value = '')", name=op.f("ck_never_again_says_of_what")),
        sa.CheckConstraint(
            "customer_id is not null or scope = 'gesture'", name=op.f("ck_never_again_only_gestures_for_all")
        ),
        sa.CheckConstraint("(ended_by is null) = (ended_at is null)", name=op.f("ck_never_again_ended_by_somebody")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_never_again_customer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_never_again")),
    )
    op.create_index(op.f("ix_never_again_customer_id"), "never_again", ["customer_id"])


def _name_authors() -> None:
    """Until now an amendment changed the row itself: whoever made one had a part in what is to be approved."""
    connection, actions = op.get_bind(), sa.table("actions", sa.column("id"), sa.column("authors", sa.JSON()))
    events = sa.table("action_events", *(sa.column(name) for name in ("action_id", "actor", "step", "version")))
    made = sa.select(events.c.action_id, events.c.actor).where(events.c.step == "amend")
    authors: dict[str, dict[str, None]] = {}
    for action_id, actor in connection.execute(made.order_by(events.c.action_id, events.c.version)):
        authors.setdefault(action_id, {})[actor] = None
    for action_id, names in authors.items():
        connection.execute(sa.update(actions).where(actions.c.id == action_id).values(authors=list(names)))


def _let_steps_be(before: str, after: str) -> None:
    """Change which steps may stand in a life; SQLite cannot alter a CHECK, and is given the table anew."""
    events = sa.Table(
        "action_events",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("from_state", sa.String(length=12), nullable=True),
        sa.Column("to_state", sa.String(length=12), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("actor_kind", sa.String(length=10), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint(before, name=STEP_KNOWN),
        sa.CheckConstraint(f"actor_kind in ({ACTOR_KINDS})", name="ck_action_events_actor_kind_known"),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name="fk_action_events_action_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_action_events"),
        sa.UniqueConstraint("action_id", "version", name="uq_action_events_action_id_version"),
    )
    with op.batch_alter_table("action_events", copy_from=events) as table:
        table.drop_constraint(op.f(STEP_KNOWN), type_="check")
        table.create_check_constraint(op.f(STEP_KNOWN), sa.text(after))


def downgrade() -> None:
    op.drop_table("never_again")
    op.drop_table("remarks")
    op.drop_index(op.f("ix_actions_amends"), "actions")
    for column in ("approvals", "authors", "amends"):
        op.drop_column("actions", column)
    events = sa.table("action_events", sa.column("step"))
    op.execute(sa.update(events).where(events.c.step == "endorse").values(step="amend"))
    _let_steps_be(STEP_CHECK.replace("'approve'", "'endorse', 'approve'"), STEP_CHECK)
