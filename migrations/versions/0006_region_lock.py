"""regions count their changes"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("region", sa.Column("lock_version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("region") as batch:
        batch.alter_column("lock_version", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("region") as batch:
        batch.drop_column("lock_version")
