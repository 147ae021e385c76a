"""What the pacer decided, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pacing_log",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.Column(name, sa.Integer(), server_default="0", nullable=False)
            for name in ("dial", "cancel", "ready", "lines")
        ),
        *(
            sa.Column(name, sa.Double(), server_default="0", nullable=False)
            for name in ("answers", "frees", "risk", "threshold", "rate")
        ),
        sa.Column("limited_by", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_pacing_log")),
    )
    op.create_index("ix_pacing_log_campaign", "pacing_log", ["campaign_id", "at"])


def downgrade() -> None:
    op.drop_table("pacing_log")
