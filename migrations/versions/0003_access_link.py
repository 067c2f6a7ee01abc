"""links by which people choose a password"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key, digest = (sa.String(n).with_variant(sa.String(n, collation="C"), "postgresql") for n in (26, 64))
    op.create_table(
        "access_link",
        sa.Column("id", key, nullable=False),
        sa.Column("user_id", key, nullable=False),
        sa.Column("secret_hash", digest, nullable=False),
        sa.Column("made_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("made_by", key, nullable=True),
        sa.Column("expires_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("closed_at", models.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_access_link_user_id")),
        sa.ForeignKeyConstraint(["made_by"], ["user.id"], name=op.f("fk_access_link_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_link")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_access_link_secret_hash")),
    )
    op.create_index(op.f("ix_access_link_user_id"), "access_link", ["user_id"])


def downgrade() -> None:
    op.drop_table("access_link")
