"""Rows: what lies in the store. Importing this package makes every table known to ``Base.metadata``."""

from waihu_models.tables.accounts import AccountRow, KeptAnswerRow, LogInRow, OneTimeLinkRow, TeamRow
from waihu_models.tables.base import Base
from waihu_models.tables.caller_ids import CallerIdNumberRow, CallerIdSetRow
from waihu_models.tables.calls import CallRow, DispositionRow, RecordingRow
from waihu_models.tables.customer_words import CustomerNoteRow, CustomerTagRow
from waihu_models.tables.detection import JudgedAnswerRow, LearntDetectionRow
from waihu_models.tables.dialplan import DialplanVersionRow
from waihu_models.tables.do_not_call import ClearNumberRow, DoNotCallListRow, DoNotCallNumberRow, NumberKeyRow
from waihu_models.tables.exchange import PhoneRow, SettingRow, TrunkRow
from waihu_models.tables.journal import AlertRow, AuditRow, OutboxRow, PacingRow
from waihu_models.tables.judgements import DispositionSetRow
from waihu_models.tables.lines import LegMediaRow, LineGroupRow
from waihu_models.tables.lists import (
    CampaignRow,
    ImportRow,
    LeadRow,
    LeaseRow,
    NumberQuality,
    NumberQualityRow,
    RefusalRow,
)
from waihu_models.tables.menus import MenuRow
from waihu_models.tables.outward import CallTaskRow, DeliveryRow, WebhookRow
from waihu_models.tables.people import (
    AgentRow,
    AgentStateRow,
    Channel,
    ConsentRow,
    CustomerPhoneRow,
    CustomerRow,
    Purpose,
)
from waihu_models.tables.quality import (
    QualityReviewRow,
    QualityRuleRow,
    QualityScoreRow,
    QualityShareRow,
    QualityVerdictRow,
    SideMeasureRow,
    TensionMarkRow,
)
from waihu_models.tables.queues import QueueRow
from waihu_models.tables.recalls import RecallDoneRow
from waihu_models.tables.routing import RoutingCallRow, RoutingHitRow, RoutingTableRow
from waihu_models.tables.rules import RulePackRow
from waihu_models.tables.transcripts import TranscriptionJobRow, TranscriptRow, UtteranceRow
from waihu_models.tables.words import AssistHintRow, CallSummaryRow, ObjectionRow, PhraseListRow, WordAlertRow

__all__ = [
    "AccountRow",
    "AgentRow",
    "AgentStateRow",
    "AlertRow",
    "AssistHintRow",
    "AuditRow",
    "Base",
    "CallRow",
    "CallSummaryRow",
    "CallTaskRow",
    "CallerIdNumberRow",
    "CallerIdSetRow",
    "CampaignRow",
    "Channel",
    "ClearNumberRow",
    "ConsentRow",
    "CustomerNoteRow",
    "CustomerPhoneRow",
    "CustomerRow",
    "CustomerTagRow",
    "DeliveryRow",
    "DialplanVersionRow",
    "DispositionRow",
    "DispositionSetRow",
    "DoNotCallListRow",
    "DoNotCallNumberRow",
    "ImportRow",
    "JudgedAnswerRow",
    "KeptAnswerRow",
    "LeadRow",
    "LearntDetectionRow",
    "LeaseRow",
    "LegMediaRow",
    "LineGroupRow",
    "LogInRow",
    "MenuRow",
    "NumberKeyRow",
    "NumberQuality",
    "NumberQualityRow",
    "ObjectionRow",
    "OneTimeLinkRow",
    "OutboxRow",
    "PacingRow",
    "PhoneRow",
    "PhraseListRow",
    "Purpose",
    "QualityReviewRow",
    "QualityRuleRow",
    "QualityScoreRow",
    "QualityShareRow",
    "QualityVerdictRow",
    "QueueRow",
    "RecallDoneRow",
    "RecordingRow",
    "RefusalRow",
    "RoutingCallRow",
    "RoutingHitRow",
    "RoutingTableRow",
    "RulePackRow",
    "SettingRow",
    "SideMeasureRow",
    "TeamRow",
    "TensionMarkRow",
    "TranscriptRow",
    "TranscriptionJobRow",
    "TrunkRow",
    "UtteranceRow",
    "WebhookRow",
    "WordAlertRow",
]
