"""one record a page"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.String(80).with_variant(sa.String(80, collation="C"), "postgresql")
    op.add_column("entry", sa.Column("op_key", key, nullable=True))
    for projection in ("score", "unit_year"):  # reasons are worded anew: scores are made again when next read
        op.execute(f"DELETE FROM {projection}")
    op.create_index(op.f("ix_entry_op_key"), "entry", ["op_key"])


def downgrade() -> None:
    op.drop_index(op.f("ix_entry_op_key"), "entry")
    op.drop_column("entry", "op_key")
