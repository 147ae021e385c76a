"""Versions of dialplan templates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_STATES = "state IN ('draft', 'staged', 'applied', 'rolled_back', 'refused')"
_WISHES = "wish IN ('', 'apply', 'roll_back')"


def upgrade() -> None:
    op.create_table(
        "dialplan_version",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("tenant_id", sa.String(length=32), server_default="default", nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), server_default="", nullable=False),
        sa.Column("values", _JSON, server_default="{}", nullable=False),
        sa.Column("author", sa.String(length=100), server_default="", nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("findings", _JSON, server_default="[]", nullable=False),
        sa.Column("trying", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("wish", sa.String(length=16), server_default="", nullable=False),
        sa.Column("wished_by", sa.String(length=64), server_default="", nullable=False),
        sa.CheckConstraint(_STATES, name=op.f("ck_dialplan_version_state")),
        sa.CheckConstraint(_WISHES, name=op.f("ck_dialplan_version_wish")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialplan_version")),
        sa.UniqueConstraint("template", "number", name=op.f("uq_dialplan_version_template_number")),
    )
    op.create_index("ix_dialplan_version_state", "dialplan_version", ["state", "template"])


def downgrade() -> None:
    op.drop_table("dialplan_version")
