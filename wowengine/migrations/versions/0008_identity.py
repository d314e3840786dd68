"""WHO: codes that prove an account, merges that can be undone, and matches a person looks at."""

import sqlalchemy as sa
from alembic import op

import wowengine.db.base

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TIME = wowengine.db.base.UtcDateTime(timezone=True)


def _customer(table: str, column: str = "customer_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["customers.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "handle_challenges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        _customer("handle_challenges"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handle_challenges")),
    )
    op.create_index(op.f("ix_handle_challenges_customer_id"), "handle_challenges", ["customer_id"])
    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("into_id", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("undone_by", sa.String(length=120), nullable=True),
        sa.Column("undone_at", TIME, nullable=True),
        _customer("merges"),
        _customer("merges", "into_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    op.create_index(op.f("ix_merges_customer_id"), "merges", ["customer_id"])
    op.create_index(op.f("ix_merges_into_id"), "merges", ["into_id"])
    op.create_table(
        "merge_moves",
        sa.Column("merge_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["merge_id"], ["merges.id"], name=op.f("fk_merge_moves_merge_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("merge_id", "kind", "row_id", name=op.f("pk_merge_moves")),
    )
    op.create_table(
        "probable_matches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("other_id", sa.String(length=200), nullable=False),
        sa.Column("why", sa.String(length=60), nullable=False),
        sa.Column("found_at", TIME, nullable=False),
        sa.Column("refused_by", sa.String(length=120), nullable=True),
        sa.Column("refused_at", TIME, nullable=True),
        _customer("probable_matches"),
        _customer("probable_matches", "other_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_probable_matches")),
        sa.UniqueConstraint("customer_id", "other_id", name=op.f("uq_probable_matches_customer_id_other_id")),
    )
    op.create_index(op.f("ix_probable_matches_other_id"), "probable_matches", ["other_id"])


def downgrade() -> None:
    for table in ("probable_matches", "merge_moves", "merges", "handle_challenges"):
        op.drop_table(table)
