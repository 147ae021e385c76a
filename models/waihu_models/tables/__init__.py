"""Rows: what lies in the store. Importing this package makes every table known to ``Base.metadata``."""

from waihu_models.tables.base import Base
from waihu_models.tables.calls import CallRow, DispositionRow, RecordingRow
from waihu_models.tables.journal import AlertRow, AuditRow, OutboxRow
from waihu_models.tables.lists import (
    CampaignRow,
    DoNotCallRow,
    ImportRow,
    LeadRow,
    NumberQuality,
    NumberQualityRow,
    RefusalRow,
)
from waihu_models.tables.people import AgentRow, AgentStateRow, ConsentRow, CustomerPhoneRow, CustomerRow, Purpose

__all__ = [
    "AgentRow",
    "AgentStateRow",
    "AlertRow",
    "AuditRow",
    "Base",
    "CallRow",
    "CampaignRow",
    "ConsentRow",
    "CustomerPhoneRow",
    "CustomerRow",
    "DispositionRow",
    "DoNotCallRow",
    "ImportRow",
    "LeadRow",
    "NumberQuality",
    "NumberQualityRow",
    "OutboxRow",
    "Purpose",
    "RecordingRow",
    "RefusalRow",
]
