"""Who has seen to an alert on words, and when."""

import sqlalchemy as sa
from alembic import op

from waihu_models.tables.base import UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("word_alert", sa.Column("handled_at", UtcDateTime(), nullable=True))
    op.add_column("word_alert", sa.Column("handled_by", sa.String(length=64), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("word_alert") as table:
        table.drop_column("handled_by")
        table.drop_column("handled_at")
