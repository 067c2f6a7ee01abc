"""reports of a year are found without reading those of the others"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_report_year_state", "report", ["year", "state", "unit_id"])


def downgrade() -> None:
    op.drop_index("ix_report_year_state", "report")
