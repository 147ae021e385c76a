"""Calls made by hand, calls passed on, and phones that come back."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("call", sa.Column("origin", sa.String(length=64), server_default="", nullable=False))
    op.add_column("call", sa.Column("transfer_to", sa.String(length=64), server_default="", nullable=False))
    op.add_column("call", sa.Column("transfer_leg_id", sa.String(length=80), nullable=True))
    op.add_column("agent", sa.Column("phone_away", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("agent", "phone_away")
    op.drop_column("call", "transfer_leg_id")
    op.drop_column("call", "transfer_to")
    op.drop_column("call", "origin")
