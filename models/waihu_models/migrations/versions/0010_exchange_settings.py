"""Trunks, phones and settings that an admin changes; recordings that were deleted; edits of agents."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_STATES = "'recording', 'stored', 'repaired', 'empty', 'failed'"


def upgrade() -> None:
    op.create_table(
        "trunk",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("tenant_id", sa.String(length=32), server_default="default", nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("port", sa.Integer(), server_default="0", nullable=False),
        sa.Column("username", sa.String(length=64), server_default="", nullable=False),
        sa.Column("sealed_password", sa.String(), server_default="", nullable=False),
        sa.Column("register", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("codecs", sa.String(length=64), server_default="", nullable=False),
        sa.Column("max_lines", sa.Integer(), server_default="0", nullable=False),
        sa.Column("calls_per_s", sa.Double(), server_default="0", nullable=False),
        sa.Column("caller_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("strip_plus", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("dial_prefix", sa.String(length=64), server_default="", nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_trunk")),
    )
    op.create_table(
        "phone",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("tenant_id", sa.String(length=32), server_default="default", nullable=False),
        sa.Column("sealed_password", sa.String(), server_default="", nullable=False),
        sa.Column("contact", sa.String(), server_default="", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_phone")),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("tenant_id", sa.String(length=32), server_default="default", nullable=False),
        sa.Column("value", sa.String(), server_default="", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
    )
    op.add_column("agent", sa.Column("disabled", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("agent", sa.Column("next_profile", sa.String(), server_default="", nullable=False))
    _recordings(f"{_STATES}, 'deleted'")


def downgrade() -> None:
    op.execute("UPDATE recording SET state = 'empty' WHERE state = 'deleted'")
    _recordings(_STATES)
    op.drop_column("agent", "next_profile")
    op.drop_column("agent", "disabled")
    op.drop_table("setting")
    op.drop_table("phone")
    op.drop_table("trunk")


def _recordings(states: str) -> None:
    """Let recordings have these states."""
    check, name = f"state IN ({states})", op.f("ck_recording_state")
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(name, "recording", type_="check")
        op.create_check_constraint(name, "recording", check)
        return
    # Whether SQLite's checks are seen by reflection depends on the version of SQLAlchemy: the copy is described whole.
    described = sa.Table(
        "recording",
        sa.MetaData(),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=64), server_default="", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("path", sa.String(), server_default="", nullable=False),
        sa.Column("duration_s", sa.Double(), server_default="0", nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sha256", sa.String(length=64), server_default="", nullable=False),
        sa.Column("error", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint(check, name=name),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
        sa.Index("ix_recording_call", "call_id"),
    )
    with op.batch_alter_table("recording", recreate="always", copy_from=described):
        pass
