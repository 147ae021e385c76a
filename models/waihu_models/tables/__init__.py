"""Rows: what lies in the store. Importing this package makes every table known to ``Base.metadata``."""

from waihu_models.tables.base import Base
from waihu_models.tables.caller_ids import CallerIdNumberRow, CallerIdSetRow
from waihu_models.tables.calls import CallRow, DispositionRow, RecordingRow
from waihu_models.tables.do_not_call import ClearNumberRow, DoNotCallListRow, DoNotCallNumberRow, NumberKeyRow
from waihu_models.tables.journal import AlertRow, AuditRow, OutboxRow, PacingRow
from waihu_models.tables.lists import (
    CampaignRow,
    ImportRow,
    LeadRow,
    LeaseRow,
    NumberQuality,
    NumberQualityRow,
    RefusalRow,
)
from waihu_models.tables.people import (
    AgentRow,
    AgentStateRow,
    Channel,
    ConsentRow,
    CustomerPhoneRow,
    CustomerRow,
    Purpose,
)
from waihu_models.tables.rules import RulePackRow

__all__ = [
    "AgentRow",
    "AgentStateRow",
    "AlertRow",
    "AuditRow",
    "Base",
    "CallRow",
    "CallerIdNumberRow",
    "CallerIdSetRow",
    "CampaignRow",
    "Channel",
    "ClearNumberRow",
    "ConsentRow",
    "CustomerPhoneRow",
    "CustomerRow",
    "DispositionRow",
    "DoNotCallListRow",
    "DoNotCallNumberRow",
    "ImportRow",
    "LeadRow",
    "LeaseRow",
    "NumberKeyRow",
    "NumberQuality",
    "NumberQualityRow",
    "OutboxRow",
    "PacingRow",
    "Purpose",
    "RecordingRow",
    "RefusalRow",
    "RulePackRow",
]
