"""Phrases beside which a phrase of a list is not meant."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("phrase_list", sa.Column("unless", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("phrase_list") as table:
        table.drop_column("unless")
