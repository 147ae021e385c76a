"""Menus callers are led through, and what they chose."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "menu",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("tenant_id", sa.String(length=32), server_default="default", nullable=False),
        sa.Column("definition", _JSON, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_menu")),
    )
    op.add_column("call", sa.Column("asks", sa.String(length=64), server_default="", nullable=False))
    op.add_column("call", sa.Column("chosen", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("call") as table:
        table.drop_column("chosen")
        table.drop_column("asks")
    op.drop_table("menu")
