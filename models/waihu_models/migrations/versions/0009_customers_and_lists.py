"""Customers with tags, dispositions of one's own, imports with a mapping."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_STANDARD = (
    ("sale", "Sale", "成交", "success", False),
    ("interested", "Interested", "有意向", "callback", False),
    ("callback", "Call back", "预约回拨", "callback", False),
    ("refused", "Not interested", "拒绝", "refused", False),
    ("wrong_number", "Wrong number", "打错/非本人", "invalid", False),
    ("do_not_call", "Do not call", "勿再来电", "do_not_call", False),
    ("machine", "Answering machine", "留言机", "no_contact", False),
    ("no_contact", "Nobody spoke", "无人说话", "no_contact", False),
    ("other", "Other", "其他", "other", True),
)
_IMPORT_TEXTS = ("kept_as", "problem")
_IMPORT_COUNTS = ("total", "duplicates", "already_there", "new_customers")


def upgrade() -> None:
    _add_tables()
    op.add_column("customer", sa.Column("name_key", sa.String(), server_default="", nullable=False))
    op.add_column("customer", sa.Column("level", sa.String(length=64), server_default="", nullable=False))
    op.add_column("lead", sa.Column("name_key", sa.String(), server_default="", nullable=False))
    op.add_column("call", sa.Column("last4", sa.String(length=4), server_default="", nullable=False))
    op.add_column("call", sa.Column("talk_s", sa.Double(), server_default="0", nullable=False))
    for name in _IMPORT_TEXTS:
        op.add_column("import_job", sa.Column(name, sa.String(), server_default="", nullable=False))
    op.add_column("import_job", sa.Column("actor", sa.String(length=64), server_default="", nullable=False))
    op.add_column("import_job", sa.Column("wishes", _JSON, server_default="{}", nullable=False))
    for name in _IMPORT_COUNTS:
        op.add_column("import_job", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    _fill()
    op.create_index("ix_customer_name", "customer", ["name_key", "id"])
    op.create_index("ix_customer_phone_last4", "customer_phone", ["last4", "customer_id"])
    op.create_index("ix_lead_name", "lead", ["campaign_id", "name_key", "id"])
    _partial_index("ix_lead_customer", "lead", ["campaign_id", "customer_id"], "customer_id IS NOT NULL")
    op.create_index("ix_call_dialled", "call", ["dialled_at", "id"])
    op.create_index("ix_call_last4_dialled", "call", ["last4", "dialled_at"])
    _partial_index("ix_call_agent_dialled", "call", ["agent_id", "dialled_at"], "agent_id IS NOT NULL")
    _partial_index("ix_call_customer_dialled", "call", ["customer_id", "dialled_at"], "customer_id IS NOT NULL")
    op.create_index("ix_import_job_campaign", "import_job", ["campaign_id", "started_at"])


def downgrade() -> None:
    op.drop_index("ix_import_job_campaign", "import_job")
    for name in ("customer", "agent", "last4"):
        op.drop_index(f"ix_call_{name}_dialled", "call")
    op.drop_index("ix_call_dialled", "call")
    op.drop_index("ix_lead_customer", "lead")
    op.drop_index("ix_lead_name", "lead")
    op.drop_index("ix_customer_phone_last4", "customer_phone")
    op.drop_index("ix_customer_name", "customer")
    for name in (*_IMPORT_TEXTS, "actor", "wishes", *_IMPORT_COUNTS):
        op.drop_column("import_job", name)
    for table, name in (("call", "talk_s"), ("call", "last4"), ("lead", "name_key"), ("customer", "level")):
        op.drop_column(table, name)
    op.drop_column("customer", "name_key")
    for table in ("disposition_set", "customer_note", "customer_tag"):
        op.drop_table(table)


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _add_tables() -> None:
    op.create_table(
        "customer_tag",
        sa.Column("customer_id", sa.String(length=32), nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_customer_tag_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", "tag", name=op.f("pk_customer_tag")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_customer_tag_tag", "customer_tag", ["tag", "customer_id"])
    op.create_table(
        "customer_note",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), server_default="", nullable=False),
        sa.Column("text", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_customer_note_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_note")),
    )
    op.create_index("ix_customer_note_customer", "customer_note", ["customer_id", "at"])
    made = op.create_table(
        "disposition_set",
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("tenant_id", sa.String(length=32), server_default="default", nullable=False),
        sa.Column("choices", _JSON, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_disposition_set")),
    )
    names = ("code", "label_en", "label_zh", "category", "requires_note")
    choices = [
        {**dict(zip(names, row, strict=True)), "hot_key": key, "active": True}
        for key, row in enumerate(_STANDARD, start=1)
    ]
    op.bulk_insert(made, [{"campaign_id": "", "choices": choices}])


def _fill() -> None:
    """Give rows that are there what they are looked for by; full-width letters keep the width they have."""
    op.execute("UPDATE customer SET name_key = lower(name)")
    op.execute("UPDATE lead SET name_key = lower(name) WHERE name <> ''")
    op.execute("UPDATE call SET last4 = substr(number_e164, length(number_e164) - 3) WHERE length(number_e164) > 3")
    between = "extract(epoch FROM hung_up_at - connected_at)"
    if op.get_bind().dialect.name == "sqlite":
        between = "round((julianday(hung_up_at) - julianday(connected_at)) * 86400.0, 3)"
    op.execute(f"UPDATE call SET talk_s = {between} WHERE connected_at IS NOT NULL AND hung_up_at IS NOT NULL")  # noqa: S608 -- both texts are ours
