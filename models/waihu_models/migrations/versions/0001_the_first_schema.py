"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agent",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("tenant_id", sa.String(length=32), server_default="default", nullable=False),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("phone", sa.String(length=64), server_default="", nullable=False),
        sa.Column("mode", sa.String(length=64), server_default="", nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=True),
        sa.Column("wrap_limit_s", sa.Double(), server_default="0", nullable=False),
        sa.Column("ring_timeout_s", sa.Integer(), server_default="0", nullable=False),
        sa.Column("session_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("state", sa.String(length=64), server_default="", nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("leg_id", sa.String(length=120), nullable=True),
        sa.Column("leg_joined", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("leg_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("call_id", sa.String(length=32), nullable=True),
        sa.Column("then_pause", sa.String(), server_default="", nullable=False),
        sa.Column("then_log_out", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint("mode IN ('nailed_up', 'on_hook')", name=op.f("ck_agent_mode")),
        sa.CheckConstraint(
            "state IN ('offline', 'calling', 'available', 'reserved', 'talking', 'wrap_up', 'paused')",
            name=op.f("ck_agent_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent")),
    )
    op.create_table(
        "agent_state_log",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=False),
        sa.Column("session_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=True),
        sa.Column("call_id", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=64), server_default="", nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_s", sa.Double(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "state IN ('offline', 'calling', 'available', 'reserved', 'talking', 'wrap_up', 'paused')",
            name=op.f("ck_agent_state_log_state"),
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_agent_state_log")),
    )
    op.create_index("ix_agent_state_log_agent", "agent_state_log", ["agent_id", "started_at"])

    op.create_table(
        "alert_log",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("text", sa.String(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_alert_log")),
    )
    op.create_table(
        "audit_log",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("actor", sa.String(length=64), server_default="", nullable=False),
        sa.Column("action", sa.String(length=64), server_default="", nullable=False),
        sa.Column("object_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("detail", sa.String(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), server_default="", nullable=False),
        sa.Column("hash", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_log")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "call",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("direction", sa.String(length=64), server_default="", nullable=False),
        sa.Column("leg_id", sa.String(length=80), nullable=False),
        sa.Column("number_e164", sa.String(length=32), nullable=False),
        sa.Column("trunk", sa.String(length=64), server_default="", nullable=False),
        sa.Column("caller_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=True),
        sa.Column("lead_id", sa.String(length=32), nullable=True),
        sa.Column("customer_id", sa.String(length=32), nullable=True),
        sa.Column("dial_string", sa.String(length=64), server_default="", nullable=False),
        sa.Column("ring_timeout_s", sa.Integer(), server_default="0", nullable=False),
        sa.Column("patience_s", sa.Double(), server_default="0", nullable=False),
        sa.Column("screening", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("recording_allowed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("drop_media", sa.String(length=64), server_default="", nullable=False),
        sa.Column("hint", sa.Double(), server_default="0", nullable=False),
        sa.Column("state", sa.String(length=64), server_default="", nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dialled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ringing_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("early_media_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.String(length=16), nullable=True),
        sa.Column("greeting_ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hung_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_s", sa.Double(), server_default="0", nullable=False),
        sa.Column("abandoned", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("hang_up_asked", sa.String(), server_default="", nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=True),
        sa.Column("bridge_id", sa.String(length=100), nullable=True),
        sa.Column("recording_id", sa.String(length=32), nullable=True),
        sa.Column("recording_paused", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("cause", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sip_code", sa.Integer(), server_default="0", nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("disposition", sa.String(length=32), nullable=True),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("callback_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("direction IN ('outbound', 'inbound')", name=op.f("ck_call_direction")),
        sa.CheckConstraint(
            "outcome IN ('answered', 'abandoned', 'hung_up', 'machine', 'busy', 'no_answer', 'rejected', 'invalid_number', 'unreachable', 'congestion', 'cancelled', 'failed')",
            name=op.f("ck_call_outcome"),
        ),
        sa.CheckConstraint(
            "state IN ('dialling', 'ringing', 'early_media', 'answered', 'screening', 'waiting', 'dropping', 'connected', 'held', 'wrap_up', 'ended')",
            name=op.f("ck_call_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
    )
    op.create_index("ix_call_campaign_dialled", "call", ["campaign_id", "dialled_at"])
    op.create_index("ix_call_number_dialled", "call", ["number_e164", "dialled_at"])
    op.create_index(
        "ix_call_open",
        "call",
        ["dialled_at"],
        unique=False,
        sqlite_where=sa.text("state <> 'ended'"),
        postgresql_where=sa.text("state <> 'ended'"),
    )

    op.create_table(
        "call_disposition",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=True),
        sa.Column("agent_id", sa.String(length=32), nullable=True),
        sa.Column("code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("category", sa.String(length=64), server_default="", nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("callback_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "category IN ('success', 'callback', 'refused', 'invalid', 'do_not_call', 'no_contact', 'other')",
            name=op.f("ck_call_disposition_category"),
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_call_disposition")),
    )
    op.create_index("ix_call_disposition_call", "call_disposition", ["call_id"])

    op.create_table(
        "campaign",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("tenant_id", sa.String(length=32), server_default="default", nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("mode", sa.String(length=64), server_default="", nullable=False),
        sa.Column("state", sa.String(length=64), server_default="", nullable=False),
        sa.Column("rules", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("mode IN ('preview', 'progressive', 'ratio', 'predictive')", name=op.f("ck_campaign_mode")),
        sa.CheckConstraint("state IN ('draft', 'running', 'paused', 'finished')", name=op.f("ck_campaign_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_campaign_tenant_id_name")),
    )
    op.create_table(
        "customer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("tenant_id", sa.String(length=32), server_default="default", nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("language", sa.String(length=64), server_default="", nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column(
            "custom", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), server_default="{}", nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("tenant_id", "external_id", name=op.f("uq_customer_tenant_id_external_id")),
    )
    op.create_table(
        "dnc_entry",
        sa.Column("number_e164", sa.String(length=32), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("source", sa.String(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number_e164", name=op.f("pk_dnc_entry")),
    )
    op.create_table(
        "import_job",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("file_name", sa.String(), server_default="", nullable=False),
        sa.Column("sha256", sa.String(length=64), server_default="", nullable=False),
        sa.Column("state", sa.String(length=64), server_default="", nullable=False),
        sa.Column("rows", sa.Integer(), server_default="0", nullable=False),
        sa.Column("imported", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rejected", sa.Integer(), server_default="0", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_job")),
    )
    op.create_table(
        "number_quality",
        sa.Column("number_e164", sa.String(length=32), nullable=False),
        sa.Column("quality", sa.String(length=64), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "quality IN ('unknown', 'valid', 'invalid', 'no_answer', 'wrong_party')",
            name=op.f("ck_number_quality_quality"),
        ),
        sa.PrimaryKeyConstraint("number_e164", name=op.f("pk_number_quality")),
    )
    op.create_table(
        "outbox",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("topic", sa.String(length=64), server_default="", nullable=False),
        sa.Column("key", sa.String(length=64), server_default="", nullable=False),
        sa.Column("payload", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outbox_unpublished",
        "outbox",
        ["seq"],
        unique=False,
        sqlite_where=sa.text("published_at IS NULL"),
        postgresql_where=sa.text("published_at IS NULL"),
    )

    op.create_table(
        "recording",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=64), server_default="", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("path", sa.String(), server_default="", nullable=False),
        sa.Column("duration_s", sa.Double(), server_default="0", nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sha256", sa.String(length=64), server_default="", nullable=False),
        sa.Column("error", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state IN ('recording', 'stored', 'repaired', 'empty', 'failed')", name=op.f("ck_recording_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
    )
    op.create_index("ix_recording_call", "recording", ["call_id"])

    op.create_table(
        "refusal_log",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("lead_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "code IN ('do_not_call', 'consent_denied', 'outside_hours', 'zone_unknown', 'too_early', 'attempts_used', 'daily_limit', 'number_invalid', 'lead_closed', 'number_busy')",
            name=op.f("ck_refusal_log_code"),
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_refusal_log")),
    )
    op.create_index("ix_refusal_log_lead", "refusal_log", ["lead_id"])

    op.create_table(
        "consent",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=64), server_default="", nullable=False),
        sa.Column("state", sa.String(length=64), server_default="", nullable=False),
        sa.Column("source", sa.String(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('call', 'record', 'sms', 'email', 'wechat', 'profiling')", name=op.f("ck_consent_purpose")
        ),
        sa.CheckConstraint("state IN ('unknown', 'granted', 'denied')", name=op.f("ck_consent_state")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_consent_customer_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_consent")),
    )
    op.create_index("ix_consent_customer", "consent", ["customer_id", "purpose", "seq"])

    op.create_table(
        "customer_phone",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=False),
        sa.Column("number_e164", sa.String(length=32), nullable=False),
        sa.Column("masked", sa.String(length=64), server_default="", nullable=False),
        sa.Column("last4", sa.String(length=4), nullable=False),
        sa.Column("place", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_customer_phone_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_phone")),
        sa.UniqueConstraint("customer_id", "number_e164", name=op.f("uq_customer_phone_customer_id_number_e164")),
    )
    op.create_index("ix_customer_phone_number", "customer_phone", ["number_e164"])

    op.create_table(
        "lead",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("number_e164", sa.String(length=32), nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=True),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=16), server_default="new", nullable=False),
        sa.Column("priority", sa.Double(), server_default="0", nullable=False),
        sa.Column("hint", sa.Double(), server_default="0", nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempts_of_outcome", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_outcome", sa.String(length=64), server_default="", nullable=False),
        sa.Column("last_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("callback_agent_id", sa.String(length=32), nullable=True),
        sa.Column("recording_consent", sa.String(length=16), server_default="unknown", nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("import_id", sa.String(length=32), nullable=True),
        sa.Column(
            "custom", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), server_default="{}", nullable=False
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "recording_consent IN ('unknown', 'granted', 'denied')", name=op.f("ck_lead_recording_consent")
        ),
        sa.CheckConstraint(
            "state IN ('new', 'dialling', 'retry', 'callback', 'done', 'closed')", name=op.f("ck_lead_state")
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_lead_campaign_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_lead_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
        sa.UniqueConstraint("campaign_id", "number_e164", name=op.f("uq_lead_campaign_id_number_e164")),
    )
    op.create_index("ix_lead_due", "lead", ["campaign_id", "state", "next_at", sa.text("priority DESC"), "id"])


def downgrade() -> None:
    op.drop_table("lead")
    op.drop_table("customer_phone")
    op.drop_table("consent")
    op.drop_table("refusal_log")
    op.drop_table("recording")
    op.drop_table("outbox")
    op.drop_table("number_quality")
    op.drop_table("import_job")
    op.drop_table("dnc_entry")
    op.drop_table("customer")
    op.drop_table("campaign")
    op.drop_table("call_disposition")
    op.drop_table("call")
    op.drop_table("audit_log")
    op.drop_table("alert_log")
    op.drop_table("agent_state_log")
    op.drop_table("agent")
