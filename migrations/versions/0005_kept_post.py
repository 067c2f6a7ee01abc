"""posts that outlive a session"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    def key(length: int) -> sa.types.TypeEngine:
        return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")

    op.create_table(
        "kept_post",
        sa.Column("id", key(26), nullable=False),
        sa.Column("user_id", key(26), nullable=False),
        sa.Column("path", key(300), nullable=False),
        sa.Column("fields", models.base.JsonText(), nullable=False),
        sa.Column("made_at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_kept_post_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_post")),
    )
    op.create_index("ix_kept_post_user_id_path", "kept_post", ["user_id", "path"])


def downgrade() -> None:
    op.drop_index("ix_kept_post_user_id_path", "kept_post")
    op.drop_table("kept_post")
