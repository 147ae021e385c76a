"""Rule packs and the version that let a call pass; consent for numbers, with channel and proof.

Going down, words that were said for a number nobody owns are lost: the older table has no place for them.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_CHECKS = {
    "purpose": "purpose IN ('call', 'record', 'sms', 'email', 'wechat', 'profiling')",
    "state": "state IN ('unknown', 'granted', 'denied')",
    "channel": "channel IN ('unknown', 'phone', 'web', 'paper', 'in_person', 'email', 'sms', 'import')",
    "whose": "customer_id IS NOT NULL OR number_e164 IS NOT NULL",
}
_NEW_CHECKS = ("channel", "whose")
_OLD = "seq, customer_id, purpose, state, source, at"


def _added() -> tuple[sa.Column[str], ...]:
    return (
        sa.Column("number_e164", sa.String(length=32), nullable=True),
        sa.Column("channel", sa.String(length=16), server_default="unknown", nullable=False),
        sa.Column("proof", sa.String(), server_default="", nullable=False),
    )


def _consent(*, wide: bool) -> list[SchemaItem]:
    checks = _CHECKS if wide else [name for name in _CHECKS if name not in _NEW_CHECKS]
    return [
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=wide),
        sa.Column("purpose", sa.String(length=64), server_default="", nullable=False),
        sa.Column("state", sa.String(length=64), server_default="", nullable=False),
        sa.Column("source", sa.String(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(_added() if wide else ()),
        *(sa.CheckConstraint(_CHECKS[name], name=op.f(f"ck_consent_{name}")) for name in checks),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_consent_customer_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_consent")),
    ]


def _on_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")


def _copy_consent(*, wide: bool) -> None:
    """Change the table as SQLite has to: by a new one, into which the rows are copied."""
    op.create_table("consent_new", *_consent(wide=wide), sqlite_autoincrement=wide)
    op.execute(f"INSERT INTO consent_new ({_OLD}) SELECT {_OLD} FROM consent")  # noqa: S608 -- names of columns
    op.drop_table("consent")
    op.rename_table("consent_new", "consent")
    op.create_index("ix_consent_customer", "consent", ["customer_id", "purpose", "seq"])


def upgrade() -> None:
    op.create_table(
        "rule_pack",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), server_default="", nullable=False),
        sa.Column("text", sa.String(), server_default="", nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", "version", name=op.f("pk_rule_pack")),
    )
    op.add_column("call", sa.Column("rules_version", sa.String(), server_default="", nullable=False))
    op.add_column("lead", sa.Column("postcode", sa.String(length=64), server_default="", nullable=False))
    op.add_column("lead", sa.Column("region", sa.String(length=64), server_default="", nullable=False))
    op.add_column("lead", sa.Column("call_consent", sa.String(length=16), server_default="unknown", nullable=False))
    if _on_sqlite():
        _copy_consent(wide=True)
    else:
        op.alter_column("consent", "customer_id", existing_type=sa.String(length=32), nullable=True)
        for column in _added():
            op.add_column("consent", column)
        for name in _NEW_CHECKS:
            op.create_check_constraint(op.f(f"ck_consent_{name}"), "consent", _CHECKS[name])
    op.create_index("ix_consent_number", "consent", ["number_e164", "purpose", "seq"])


def downgrade() -> None:
    op.execute("DELETE FROM consent WHERE customer_id IS NULL")
    op.drop_index("ix_consent_number", "consent")
    if _on_sqlite():
        _copy_consent(wide=False)
    else:
        for name in _NEW_CHECKS:
            op.drop_constraint(op.f(f"ck_consent_{name}"), "consent", type_="check")
        for column in _added():
            op.drop_column("consent", column.name)
        op.alter_column("consent", "customer_id", existing_type=sa.String(length=32), nullable=False)
    for name in ("call_consent", "region", "postcode"):
        op.drop_column("lead", name)
    op.drop_column("call", "rules_version")
    op.drop_table("rule_pack")
