"""How a call waits in a queue: its place, and what the caller is told."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_TEXTS = ("queue", "language", "business_type", "callback_key", "turned_away")
_COLUMNS = (*_TEXTS, "queue_since", "priority", "wanted_agent_id", "announcement", "announced_wait_s", "callback_asked")


def upgrade() -> None:
    for name in _TEXTS:
        op.add_column("call", sa.Column(name, sa.String(length=64), server_default="", nullable=False))
    op.add_column("call", sa.Column("queue_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("call", sa.Column("priority", sa.Integer(), server_default="100", nullable=False))
    op.add_column("call", sa.Column("wanted_agent_id", sa.String(length=32), nullable=True))
    op.add_column("call", sa.Column("announcement", sa.String(length=100), nullable=True))
    op.add_column("call", sa.Column("announced_wait_s", sa.Double(), nullable=True))
    op.add_column("call", sa.Column("callback_asked", sa.Boolean(), server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("call") as table:
        for name in _COLUMNS:
            table.drop_column(name)
