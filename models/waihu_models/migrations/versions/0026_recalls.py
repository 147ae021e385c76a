"""Which callers who gave up need not be called back any more."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recall_done",
        sa.Column("number_e164", sa.String(length=32), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("tenant_id", sa.String(length=32), server_default="default", nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_by", sa.String(), server_default="", nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("number_e164", "queue", name=op.f("pk_recall_done")),
    )


def downgrade() -> None:
    op.drop_table("recall_done")
