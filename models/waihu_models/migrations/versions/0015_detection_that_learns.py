"""What machine detection learns from, and what it has learnt."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "judged_answer",
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("evidence", sa.String(), server_default="", nullable=False),
        *(
            sa.Column(name, sa.Double(), server_default="0", nullable=False)
            for name in ("machine", "threshold", "check_share")
        ),
        *(
            sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)
            for name in ("sent_away", "checked")
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_judged_answer")),
    )
    op.create_index("ix_judged_answer_campaign", "judged_answer", ["campaign_id", "at"])
    op.create_index("ix_judged_answer_at", "judged_answer", ["at"])
    op.create_table(
        "learnt_detection",
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        *(sa.Column(name, sa.Integer(), server_default="0", nullable=False) for name in ("answers", "checked")),
        sa.Column("threshold", sa.Double(), nullable=True),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in ("at", "forgotten_at")),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_learnt_detection")),
    )


def downgrade() -> None:
    op.drop_table("learnt_detection")
    op.drop_table("judged_answer")
