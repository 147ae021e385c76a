"""Do-not-call lists, stored as keyed hashes.

Numbers that stand in the old table in clear stay there: only the program has the key, and hashes them when it first uses
the store. A hash does not lead back to its number, so going down loses every number put on a list since; the old program
would call these people. Go back to a backup instead, or keep campaigns paused.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_IN_FORCE = sa.text("state = 'in_force'")
_OLD_CODES = "code IN ('do_not_call', 'consent_denied', 'outside_hours', 'zone_unknown', 'too_early', 'attempts_used', 'daily_limit', 'number_invalid', 'lead_closed', 'number_busy')"


def upgrade() -> None:
    lists = op.create_table(
        "dnc_list",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("tenant_id", sa.String(length=32), server_default="default", nullable=False),
        sa.Column("kind", sa.String(length=64), server_default="", nullable=False),
        sa.Column("state", sa.String(length=64), server_default="", nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(), server_default="", nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=True),
        sa.Column("prefix", sa.String(length=64), server_default="", nullable=False),
        sa.Column("obtained_on", sa.Date(), nullable=True),
        sa.Column("max_age_days", sa.Integer(), nullable=True),
        sa.Column("numbers", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sha256", sa.String(length=64), server_default="", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('internal', 'campaign', 'imported')", name=op.f("ck_dnc_list_kind")),
        sa.CheckConstraint("state IN ('loading', 'in_force', 'ended')", name=op.f("ck_dnc_list_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dnc_list")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_dnc_list_in_force",
        "dnc_list",
        ["tenant_id", "name"],
        unique=True,
        sqlite_where=_IN_FORCE,
        postgresql_where=_IN_FORCE,
    )
    began = {"kind": "internal", "state": "in_force", "name": "internal", "started_at": datetime.now(UTC)}
    op.bulk_insert(lists, [{**began, "source": "people who asked us"}])  # the first row: its id is 1
    op.create_table(
        "dnc_number",
        sa.Column("list_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("list_id", "number_hash", name=op.f("pk_dnc_number")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "number_key",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_key")),
    )
    _refusals(checked=False)


def downgrade() -> None:
    op.execute(f"DELETE FROM refusal_log WHERE NOT ({_OLD_CODES})")  # noqa: S608 -- our own words
    _refusals(checked=True)
    op.drop_table("number_key")
    op.drop_table("dnc_number")
    op.drop_table("dnc_list")


def _refusals(*, checked: bool) -> None:
    """Take the check of codes off the log of refusals, so that no later code has to copy it again; or put it back."""
    if op.get_bind().dialect.name != "sqlite":
        if checked:
            op.create_check_constraint(op.f("ck_refusal_log_code"), "refusal_log", _OLD_CODES)
        else:
            op.drop_constraint(op.f("ck_refusal_log_code"), "refusal_log", type_="check")
        return
    # Whether SQLite's checks are seen by reflection depends on the version of SQLAlchemy: the copy is described whole.
    checks = (sa.CheckConstraint(_OLD_CODES, name=op.f("ck_refusal_log_code")),) if checked else ()
    described = sa.Table(
        "refusal_log",
        sa.MetaData(),
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("lead_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        *checks,
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_refusal_log")),
        sa.Index("ix_refusal_log_lead", "lead_id"),
    )
    with op.batch_alter_table("refusal_log", recreate="always", copy_from=described):
        pass
