"""WHO must not come back: suppressions, and the key they are hashed with."""

import secrets

import sqlalchemy as sa
from alembic import op

import wowengine.db.base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    keys = op.create_table(
        "hash_keys",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_hash_keys")),
    )
    op.bulk_insert(keys, [{"name": "suppression", "value": secrets.token_hex(32)}])
    op.create_table(
        "suppressions",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", wowengine.db.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark", "kind", name=op.f("pk_suppressions")),
    )


def downgrade() -> None:
    op.drop_table("suppressions")
    op.drop_table("hash_keys")
