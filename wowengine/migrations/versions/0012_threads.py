"""WHO: the index of threads holds answers alone, which is what is looked for in it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ANSWERS = sa.text("in_reply_to is not null")


def upgrade() -> None:
    op.drop_index("ix_signals_thread", table_name="signals")
    op.create_index(
        "ix_signals_thread", "signals", ["source", "in_reply_to"], postgresql_where=ANSWERS, sqlite_where=ANSWERS
    )


def downgrade() -> None:
    op.drop_index("ix_signals_thread", table_name="signals")
    op.create_index("ix_signals_thread", "signals", ["source", "in_reply_to"])
