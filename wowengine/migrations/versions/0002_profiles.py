"""WHO: people, signals, and what was built from them."""

import sqlalchemy as sa
from alembic import op

import wowengine.db.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=True),
        sa.Column("language", sa.String(length=12), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=True),
        sa.Column("tier", sa.String(length=60), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("agent_of_record", sa.String(length=200), nullable=True),
        sa.Column("attributes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
    )
    op.create_table(
        "set_aside",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file", sa.String(length=300), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(length=120), nullable=True),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_aside")),
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("legal_basis", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("legal_basis in ('consent', 'contract')", name=op.f("ck_consents_legal_basis_known")),
        sa.CheckConstraint(
            "purpose in ('care', 'interests', 'offers', 'measurement')", name=op.f("ck_consents_purpose_known")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_consents_customer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_customer_id"), "consents", ["customer_id"], unique=False)
    op.create_table(
        "handles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("proof", sa.String(length=60), nullable=False),
        sa.Column("proven_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_handles_customer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handles")),
        sa.UniqueConstraint("channel", "address", name=op.f("uq_handles_channel_address")),
    )
    op.create_index(op.f("ix_handles_customer_id"), "handles", ["customer_id"], unique=False)
    op.create_table(
        "interests",
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("affinity", sa.Float(), nullable=False),
        sa.Column("half_life_days", sa.Float(), nullable=False),
        sa.Column("mentions", sa.Integer(), nullable=False),
        sa.Column("last_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_interests_customer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("customer_id", "topic", name=op.f("pk_interests")),
    )
    op.create_table(
        "profiles",
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("as_of", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("built_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=True),
        sa.Column("mood", sa.Float(), nullable=True),
        sa.Column("signals", sa.Integer(), nullable=False),
        sa.Column("not_used", sa.Integer(), nullable=False),
        sa.Column("contacts", sa.Integer(), nullable=False),
        sa.Column("threads", sa.Integer(), nullable=False),
        sa.Column("unanswered", sa.Integer(), nullable=False),
        sa.Column("incidents", sa.Integer(), nullable=False),
        sa.Column("median_first_answer_seconds", sa.Float(), nullable=True),
        sa.Column("longest_wait_seconds", sa.Float(), nullable=True),
        sa.Column("top_reason", sa.String(length=30), nullable=True),
        sa.Column("last_contact_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_profiles_customer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_profiles")),
    )
    op.create_table(
        "signals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("source_id", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("direction", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("author", sa.String(length=400), nullable=True),
        sa.Column("occurred_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("in_reply_to", sa.String(length=200), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=12), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("attributes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("purpose", sa.String(length=80), nullable=False),
        sa.Column("legal_basis", sa.String(length=20), nullable=False),
        sa.Column("consent_id", sa.Integer(), nullable=True),
        sa.Column("withheld", sa.Boolean(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("collected_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "direction = 'outbound' or customer_id is not null", name=op.f("ck_signals_inbound_has_customer")
        ),
        sa.CheckConstraint("direction in ('inbound', 'outbound')", name=op.f("ck_signals_direction_known")),
        sa.CheckConstraint(
            "kind in ('post', 'mention', 'review', 'message', 'ticket', 'checkin', 'purchase', 'incident')",
            name=op.f("ck_signals_kind_known"),
        ),
        sa.CheckConstraint(
            "legal_basis <> 'consent' or consent_id is not null", name=op.f("ck_signals_consent_is_named")
        ),
        sa.CheckConstraint("legal_basis in ('consent', 'contract')", name=op.f("ck_signals_legal_basis_known")),
        sa.ForeignKeyConstraint(["consent_id"], ["consents.id"], name=op.f("fk_signals_consent_id")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_signals_customer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signals")),
        sa.UniqueConstraint("source", "source_id", name=op.f("uq_signals_source_source_id")),
    )
    op.create_index("ix_signals_customer_time", "signals", ["customer_id", "occurred_at"], unique=False)
    op.create_index("ix_signals_thread", "signals", ["source", "in_reply_to"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("signal_id", sa.Integer(), nullable=False),
        sa.Column("quote", sa.String(length=300), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_evidence_customer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["signal_id"], ["signals.id"], name=op.f("fk_evidence_signal_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index("ix_evidence_customer_topic", "evidence", ["customer_id", "topic"], unique=False)
    op.create_index(op.f("ix_evidence_signal_id"), "evidence", ["signal_id"], unique=False)
    op.create_table(
        "preferences",
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("slot", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=300), nullable=False),
        sa.Column("signal_id", sa.Integer(), nullable=True),
        sa.Column("quote", sa.String(length=300), nullable=False),
        sa.Column("stated_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_preferences_customer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["signal_id"], ["signals.id"], name=op.f("fk_preferences_signal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("customer_id", "slot", name=op.f("pk_preferences")),
    )
    op.create_table(
        "waits",
        sa.Column("root_signal_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("opened_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("answered_at", wowengine.db.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("first_answer_seconds", sa.Float(), nullable=True),
        sa.Column("contacts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_waits_customer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["root_signal_id"], ["signals.id"], name=op.f("fk_waits_root_signal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("root_signal_id", name=op.f("pk_waits")),
    )
    op.create_index("ix_waits_customer", "waits", ["customer_id"], unique=False)


def downgrade() -> None:
    op.drop_table("waits")
    op.drop_table("preferences")
    op.drop_table("evidence")
    op.drop_table("signals")
    op.drop_table("profiles")
    op.drop_table("interests")
    op.drop_table("handles")
    op.drop_table("consents")
    op.drop_table("set_aside")
    op.drop_table("customers")
