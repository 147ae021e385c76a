"""Sets of caller ids, and how their numbers are answered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "caller_id_set",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("tenant_id", sa.String(length=32), server_default="default", nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("cap_per_day", sa.Integer(), server_default="0", nullable=False),
        sa.Column("false_alarm_ratio", sa.Double(), server_default="0", nullable=False),
        sa.Column("quarantine_s", sa.Double(), server_default="0", nullable=False),
        sa.Column("trial_calls", sa.Integer(), server_default="0", nullable=False),
        sa.Column("judged_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caller_id_set")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_caller_id_set_tenant_id_name")),
    )
    op.create_table(
        "caller_id_number",
        sa.Column("number_e164", sa.String(length=32), nullable=False),
        sa.Column("set_id", sa.String(length=32), nullable=False),
        sa.Column("owned_since", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=64), server_default="", nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=64), server_default="", nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("watch", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.CheckConstraint(
            "state IN ('active', 'rested', 'quarantined', 'trial')", name=op.f("ck_caller_id_number_state")
        ),
        sa.ForeignKeyConstraint(["set_id"], ["caller_id_set.id"], name=op.f("fk_caller_id_number_set_id")),
        sa.PrimaryKeyConstraint("number_e164", name=op.f("pk_caller_id_number")),
    )
    op.create_index("ix_caller_id_number_set", "caller_id_number", ["set_id"])
    op.create_index("ix_call_caller_id_dialled", "call", ["caller_id", "direction", "dialled_at"])


def downgrade() -> None:
    op.drop_index("ix_call_caller_id_dialled", "call")
    op.drop_table("caller_id_number")
    op.drop_table("caller_id_set")
