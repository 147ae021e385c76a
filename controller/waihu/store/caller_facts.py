"""What the store knows of who calls, read in one go before a queue is chosen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from waihu.store.customers import owner_of
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.call import CallState
from waihu_models.call_task import TaskState
from waihu_models.disposition import Category
from waihu_models.ids import AgentId, CustomerId
from waihu_models.lead import Consent, LeadState
from waihu_models.phone import E164
from waihu_models.tables import CallRow, CallTaskRow, CampaignRow, CustomerRow, CustomerTagRow, DispositionRow, LeadRow

_CALL, _SAID = table(CallRow), table(DispositionRow)
_CUSTOMER, _TAG, _LEAD, _TASK = table(CustomerRow), table(CustomerTagRow), table(LeadRow), table(CallTaskRow)
_CAMPAIGN = table(CampaignRow)
_SETTLED = {Category.SUCCESS, Category.REFUSED, Category.DO_NOT_CALL, Category.INVALID}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls. Unknown: "", (), None.

    Attributes:
        record: What they said of being recorded.
        value: Of the customer, where the CRM has the field ``value``.
        last_outcome: What the agent of the last conversation said of it.
        last_resolved: Whether it settled what it was about.
        open_ticket: They wait for us: a call was promised, another system asks for one, or the CRM's ``open_ticket``.
    """

    customer_id: CustomerId | None = None
    record: Consent = Consent.UNKNOWN
    language: str = ""
    level: str = ""
    value: float | None = None
    tags: tuple[str, ...] = ()
    last_agent: AgentId | None = None
    last_outcome: str = ""
    last_resolved: bool | None = None
    last_spoken_at: datetime | None = None
    open_ticket: bool = False


async def caller_of(store: Store, number: E164) -> Caller:
    """Return what is known of who calls from a number.

    Raises:
        StoreError: nothing could be read.
    """
    customer_id, record = await owner_of(store, number)
    last = await _last_talk(store, number, customer_id)
    own = await _record_of(store, customer_id) if customer_id is not None else {}
    custom = own.get("custom") or {}
    return Caller(
        customer_id=customer_id,
        record=record,
        language=str(own.get("language") or ""),
        level=str(own.get("level") or ""),
        value=_figure(custom.get("value")),
        tags=own.get("tags", ()),
        open_ticket=bool(custom.get("open_ticket")) or await _awaited(store, number),
        **last,
    )


async def _last_talk(store: Store, number: E164, customer_id: CustomerId | None) -> dict[str, Any]:
    whose = _CALL.c.number_e164 == number
    if customer_id is not None:
        whose = or_(whose, _CALL.c.customer_id == customer_id)
    talks = select(_CALL.c.id, _CALL.c.agent_id, _CALL.c.disposition, _CALL.c.connected_at).where(
        whose, _CALL.c.connected_at.is_not(None), _CALL.c.state == CallState.ENDED.value
    )
    rows = await store.rows(talks.order_by(_CALL.c.dialled_at.desc()).limit(1))
    if not rows:
        return {}
    row = rows[0]
    said = select(_SAID.c.category).where(_SAID.c.call_id == row["id"]).order_by(_SAID.c.seq.desc()).limit(1)
    categories = await store.rows(said)
    return {
        "last_agent": row["agent_id"],
        "last_outcome": row["disposition"] or "",
        "last_resolved": Category(categories[0]["category"]) in _SETTLED if categories else None,
        "last_spoken_at": row["connected_at"],
    }


async def _record_of(store: Store, customer_id: CustomerId) -> dict[str, Any]:
    columns = (_CUSTOMER.c.language, _CUSTOMER.c.level, _CUSTOMER.c.custom)
    rows = await store.rows(select(*columns).where(_CUSTOMER.c.id == customer_id))
    tags = await store.rows(select(_TAG.c.tag).where(_TAG.c.customer_id == customer_id).order_by(_TAG.c.tag))
    return {**dict(rows[0]), "tags": tuple(row["tag"] for row in tags)} if rows else {}


async def _awaited(store: Store, number: E164) -> bool:
    """Whether a call was promised to a number, or another system asks for one."""
    # By campaign and number, as leads are indexed.
    here = _LEAD.c.campaign_id.in_(select(_CAMPAIGN.c.id)) & (_LEAD.c.number_e164 == number)
    promised = select(_LEAD.c.id).where(here, _LEAD.c.state == LeadState.CALLBACK.value)
    asked = (
        select(_TASK.c.id)
        .select_from(_TASK.join(_LEAD, _LEAD.c.id == _TASK.c.lead_id))
        .where(here, _TASK.c.state == TaskState.SCHEDULED.value)
    )
    return bool(await store.rows(promised.limit(1)) or await store.rows(asked.limit(1)))


def _figure(value: object) -> float | None:
    try:
        return float(str(value)) if value is not None else None
    except ValueError:
        return None
