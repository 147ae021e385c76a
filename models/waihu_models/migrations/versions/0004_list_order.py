"""What orders a list, and leases of leads.

Going down, paused leads are closed: the older program knows no pause and would call them.
"""

import struct
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_STATES = "state IN ('new', 'dialling', 'retry', 'callback', {}'done', 'closed')"
_NEW: tuple[tuple[str, sa.types.TypeEngine[Any], str | None], ...] = (
    ("list_name", sa.String(length=64), ""),
    ("lane", sa.Integer(), "0"),
    ("pass_no", sa.Integer(), "1"),
    ("rank", sa.LargeBinary(), ""),
    ("urgency", sa.Double(), None),
    ("value", sa.Double(), None),
    ("level", sa.String(length=64), ""),
    ("score", sa.Double(), "0"),
    ("tags", sa.String(), ""),
    ("preferred", sa.String(), ""),
    ("more_numbers", sa.String(), ""),
    ("refusals", sa.Integer(), "0"),
)
_PAGE = 5000


def upgrade() -> None:
    op.create_table(
        "lead_lease",
        sa.Column("lead_id", sa.String(length=32), nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("lead_id", name=op.f("pk_lead_lease")),
    )
    op.create_index("ix_lead_lease_token", "lead_lease", ["token"])
    op.create_index("ix_lead_lease_holder", "lead_lease", ["holder"])
    op.add_column("campaign", sa.Column("order_mark", sa.String(length=64), server_default="", nullable=False))
    op.drop_index("ix_lead_due", "lead")
    for name, kind, default in _NEW:
        op.add_column("lead", sa.Column(name, kind, server_default=default, nullable=default is None))
    _check_states("", "'paused', ")
    _rank()
    op.create_index("ix_lead_due", "lead", ["campaign_id", "state", "lane", "next_at", "pass_no", "rank", "id"])


def downgrade() -> None:
    op.drop_index("ix_lead_due", "lead")
    op.execute("UPDATE lead SET state = 'closed' WHERE state = 'paused'")
    _check_states("'paused', ", "")
    for name, _, _ in reversed(_NEW):
        op.drop_column("lead", name)
    op.create_index("ix_lead_due", "lead", ["campaign_id", "state", "next_at", sa.text("priority DESC"), "id"])
    op.drop_column("campaign", "order_mark")
    op.drop_table("lead_lease")


def _check_states(was: str, then: str) -> None:
    """Change the check of states, from one that allows ``was`` to one that allows ``then`` beside the others."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("ck_lead_state", "lead", type_="check")
        op.create_check_constraint(op.f("ck_lead_state"), "lead", _STATES.format(then))
        return
    # SQLite has no statement for it. Instead of copying a long list, the text of the table is changed, in the way that
    # its documentation gives for checks (lang_altertable.html, section 7): every row fits both texts.
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    changed = connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'lead'",
        (_STATES.format(was), _STATES.format(then)),
    )
    assert changed.rowcount == 1
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")


def _rank() -> None:
    """Give every lead the rank that its priority makes, so that lists are called in the same order as before."""
    lead = sa.table("lead", sa.column("id"), sa.column("priority"), sa.column("rank"))
    connection, last = op.get_bind(), ""
    while True:
        page = sa.select(lead.c.id, lead.c.priority).where(lead.c.id > last).order_by(lead.c.id).limit(_PAGE)
        rows = connection.execute(page).all()
        if not rows:
            return
        change = sa.update(lead).where(lead.c.id == sa.bindparam("key")).values(rank=sa.bindparam("made"))
        connection.execute(
            change, [{"key": key, "made": _falling(priority) + _falling(0.0) * 2} for key, priority in rows]
        )
        last = rows[-1].id


def _falling(number: float) -> bytes:
    (bits,) = struct.unpack(">Q", struct.pack(">d", number + 0.0))
    return struct.pack(">Q", bits if bits >> 63 else bits ^ 0x7FFF_FFFF_FFFF_FFFF)
