"""Call tasks in the store. A task lives in its lead; its result is made of stored rows, in one transaction, once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, delete, exists, insert, select, true, update

from waihu.store.audit import By, note
from waihu.store.call_results import result_of
from waihu.store.changes import LEAD_CHANGED
from waihu.store.rows import lead_row, order_of
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.call_task import CallTask, TaskState, TaskWish
from waihu_models.errors import Conflict, NotFound
from waihu_models.ids import CampaignId, CustomerId, LeadId
from waihu_models.lead import Lead, LeadState
from waihu_models.phone import E164
from waihu_models.tables import (
    CallTaskRow,
    CampaignRow,
    CustomerPhoneRow,
    CustomerRow,
    LeadRow,
    LeaseRow,
    OutboxRow,
)

_TASK, _LEAD, _LEASE, _OUTBOX = table(CallTaskRow), table(LeadRow), table(LeaseRow), table(OutboxRow)
_CUSTOMER, _PHONE, _CAMPAIGN = table(CustomerRow), table(CustomerPhoneRow), table(CampaignRow)
LIST = "call-tasks"
"""Name of the list on which leads of call tasks stand."""
AT_ONCE = 200
"""Tasks that are ended in one transaction."""
_OVER = (LeadState.DONE.value, LeadState.CLOSED.value)
_REFUSALS = "refusals"  # a lead that its customer's refusals have paused waits for a person, a task does not
_OPEN = _TASK.c.state == TaskState.SCHEDULED.value
_SAME = ("customer_ref", "script_ref", "callback_url", "max_retries", "preferred_at", "reference")


# ---- whom to call --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Callee:
    """A customer, with the numbers they can be reached at, the first one first."""

    id: CustomerId
    name: str
    zone: str | None
    numbers: tuple[E164, ...]


async def callee(store: Store, ref: str, visible: ColumnElement[bool]) -> Callee:
    """Return a customer by our id, or by the id another system has for them.

    Raises:
        NotFound: there is none, or none that may be seen.
    """
    wanted = select(_CUSTOMER).where((_CUSTOMER.c.id == ref) | (_CUSTOMER.c.external_id == ref), visible)
    rows = await store.rows(wanted.order_by((_CUSTOMER.c.id == ref).desc()).limit(1))
    if not rows:
        raise NotFound(f"there is no customer {ref!r}")
    row = rows[0]
    phones = select(_PHONE.c.number_e164).where(_PHONE.c.customer_id == row["id"]).order_by(_PHONE.c.place, _PHONE.c.id)
    numbers = tuple(E164(phone["number_e164"]) for phone in await store.rows(phones))
    return Callee(CustomerId(row["id"]), row["name"], row["zone"], numbers)


async def script_campaign(store: Store, ref: str, visible: ColumnElement[bool]) -> RowMapping:
    """Return the row of the campaign that has a script: by its id, or its name.

    Raises:
        NotFound: there is none, or none that may be seen.
    """
    wanted = select(_CAMPAIGN).where((_CAMPAIGN.c.id == ref) | (_CAMPAIGN.c.name == ref), visible)
    rows = await store.rows(wanted.order_by((_CAMPAIGN.c.id == ref).desc()).limit(1))
    if not rows:
        raise NotFound(f"there is no script {ref!r}: name the campaign whose script is to be read, or its id")
    return rows[0]


# ---- making --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """A task to be made. ``at``: not called before."""

    id: str
    lead_id: LeadId
    wish: TaskWish
    callee: Callee
    campaign_id: CampaignId
    numbers: tuple[E164, ...]
    at: datetime


async def create_task(store: Store, new: NewTask, by: By) -> LeadId:
    """Make a task and its lead, or take over the lead that its campaign has for this number; return the lead's id.

    Raises:
        Conflict: that lead is being called, is promised to somebody, or is left alone.
    """

    def work(connection: Connection) -> LeadId:
        lead_id = _lead_for(connection, new, by)
        wish = new.wish
        row = {
            **{name: getattr(wish, name) for name in _SAME},
            "id": new.id, "campaign_id": new.campaign_id, "lead_id": lead_id, "customer_id": new.callee.id,
            "numbers": ",".join(new.numbers), "state": TaskState.SCHEDULED.value, "created_by": by.actor,
            "created_at": by.at,
        }  # fmt: skip
        connection.execute(insert(_TASK).values(row))
        _tell(connection, row, {"task_id": new.id, "state": row["state"], **_asked(row)}, by.at)
        note(connection, by, "call_task.add", new.id, f"customer {new.callee.id}, campaign {new.campaign_id}")
        return lead_id

    return await store.write(work)


def _lead_for(connection: Connection, new: NewTask, by: By) -> LeadId:
    same = (_LEAD.c.campaign_id == new.campaign_id) & (_LEAD.c.number_e164 == new.numbers[0])
    known = connection.execute(select(_LEAD).where(same)).mappings().first()
    if known is None:
        rules = connection.execute(select(_CAMPAIGN.c.rules).where(_CAMPAIGN.c.id == new.campaign_id)).scalar()
        row = lead_row(_lead(new), order_of(rules or {}))
        connection.execute(insert(_LEAD).values(row))
        return new.lead_id
    lead_id = LeadId(known["id"])
    _end(connection, by.at, [lead_id])  # of a task before, whose end nobody has looked at yet
    _must_be_free(connection, known)
    again = known["state"] in _OVER
    attempts = 0 if again else known["attempts"]
    _change_lead(
        connection,
        lead_id,
        by.at,
        state=LeadState.CALLBACK.value,
        reason="call_task",
        next_at=new.at,
        callback_agent_id=None,
        customer_id=new.callee.id,
        more_numbers=",".join(new.numbers[1:]),
        attempts=attempts,
        attempts_of_outcome=0,
        max_attempts=attempts + 1 + new.wish.max_retries,
    )
    return lead_id


def _lead(new: NewTask) -> Lead:
    return Lead(
        id=new.lead_id,
        campaign_id=new.campaign_id,
        number_e164=new.numbers[0],
        more_numbers=new.numbers[1:],
        customer_id=new.callee.id,
        name=new.callee.name,
        zone=new.callee.zone,
        state=LeadState.CALLBACK,  # promised for a moment: such leads go before all others
        list_name=LIST,
        next_at=new.at,
        max_attempts=1 + new.wish.max_retries,
    )


def _must_be_free(connection: Connection, lead: RowMapping) -> None:
    other = connection.execute(select(_TASK.c.id).where(_OPEN, _TASK.c.lead_id == lead["id"])).scalar()
    if other is not None:
        raise Conflict(f"call task {other} has this customer called already")
    match lead["state"]:
        case LeadState.DIALLING:
            raise Conflict("this number is being called now: try again after the call")
        case LeadState.PAUSED:
            raise Conflict(f"lead {lead['id']} of this number is paused ({lead['reason']}): resume it first")
        case LeadState.CALLBACK:
            raise Conflict(f"a call is promised to this number already, for {lead['next_at']} (lead {lead['id']})")


def _change_lead(connection: Connection, lead_id: str, at: datetime, **values: Any) -> None:
    """Change a lead; whoever has read it ahead drops it."""
    connection.execute(update(_LEAD).where(_LEAD.c.id == lead_id).values(**values, version=_LEAD.c.version + 1))
    connection.execute(delete(_LEASE).where(_LEASE.c.lead_id == lead_id))
    told = {"lead_id": lead_id, "state": values["state"]}
    connection.execute(insert(_OUTBOX).values(topic=LEAD_CHANGED, key=lead_id, payload=told, at=at))


def _tell(connection: Connection, task: Any, result: dict[str, Any], at: datetime) -> None:
    topic = f"call_task.{result['state']}"
    connection.execute(insert(_OUTBOX).values(topic=topic, key=task["id"], payload=result, at=at))


def _asked(task: Any) -> dict[str, Any]:
    return {
        "customer_id": task["customer_ref"],
        "script_id": task["script_ref"],
        "reference": task["reference"],
        "max_retries": task["max_retries"],
    }


# ---- looking -------------------------------------------------------------------------------------------------------


def _shown() -> Select[Any]:
    state, next_at = _LEAD.c.state.label("lead_state"), _LEAD.c.next_at.label("lead_next_at")
    attempts, most = _LEAD.c.attempts.label("lead_attempts"), _LEAD.c.max_attempts.label("lead_most")
    both = _TASK.outerjoin(_LEAD, _LEAD.c.id == _TASK.c.lead_id)
    return select(_TASK, state, next_at, attempts, most).select_from(both)


def _task(row: RowMapping) -> CallTask:
    state, attempts, next_at = TaskState(row["state"]), row["attempts"], None
    if state is TaskState.SCHEDULED:
        dialling = row["lead_state"] == LeadState.DIALLING
        state = TaskState.DIALLING if dialling else state
        next_at = None if dialling else row["lead_next_at"]
        if row["lead_most"] is not None:
            attempts = row["lead_attempts"] - (row["lead_most"] - 1 - row["max_retries"])
    same = {name: row[name] for name in CallTask.__dataclass_fields__ if name in row and name not in {"state"}}
    return CallTask(**{**same, "state": state, "attempts": attempts, "next_at": next_at})


async def task(store: Store, task_id: str, visible: ColumnElement[bool] | None = None) -> CallTask:
    """Return a task as it stands now.

    Raises:
        NotFound: there is none, or none that may be seen.
    """
    rows = await store.rows(_shown().where(_TASK.c.id == task_id, true() if visible is None else visible))
    if not rows:
        raise NotFound(f"there is no call task {task_id!r}")
    return _task(rows[0])


async def tasks(
    store: Store, visible: ColumnElement[bool], state: TaskState | None, before: str | None, limit: int
) -> list[CallTask]:
    """Return tasks, the newest first, that were made before one of this id."""
    query = _shown().where(visible)
    if state is TaskState.DIALLING:
        query = query.where(_OPEN, _LEAD.c.state == LeadState.DIALLING.value)
    elif state is TaskState.SCHEDULED:
        query = query.where(_OPEN, _LEAD.c.state.is_distinct_from(LeadState.DIALLING.value))
    elif state is not None:
        query = query.where(_TASK.c.state == state.value)
    if before is not None:
        query = query.where(_TASK.c.id < before)
    return [_task(row) for row in await store.rows(query.order_by(_TASK.c.id.desc()).limit(limit))]


async def callback_of(store: Store, task_id: str) -> str:
    """Return where the result of a task is to go, "" if nowhere."""
    rows = await store.rows(select(_TASK.c.callback_url).where(_TASK.c.id == task_id))
    return str(rows[0]["callback_url"]) if rows else ""


# ---- ending --------------------------------------------------------------------------------------------------------


async def end_tasks(store: Store, now: datetime, lead_ids: Collection[str] | None = None) -> list[str]:
    """Give every task whose lead has come to an end its result, some hundred at once; return their ids.

    Args:
        store: Where.
        now: When.
        lead_ids: Look only at tasks of these leads; None: at all.
    """
    return await store.write(lambda connection: _end(connection, now, lead_ids))


def _end(connection: Connection, now: datetime, lead_ids: Collection[str] | None) -> list[str]:
    gone = ~exists().where(_LEAD.c.id == _TASK.c.lead_id)
    paused = (_LEAD.c.state == LeadState.PAUSED.value) & (_LEAD.c.reason == _REFUSALS)
    over = gone | exists().where(_LEAD.c.id == _TASK.c.lead_id, _LEAD.c.state.in_(_OVER) | paused)
    query = select(_TASK).where(_OPEN, over)
    if lead_ids is not None:
        query = query.where(_TASK.c.lead_id.in_(lead_ids))
    ended = connection.execute(query.order_by(_TASK.c.id).limit(AT_ONCE)).mappings().all()
    for row in ended:
        _finish(connection, row, now)
    return [row["id"] for row in ended]


def _finish(connection: Connection, row: RowMapping, now: datetime, cancelled: str = "") -> None:
    lead = connection.execute(select(_LEAD).where(_LEAD.c.id == row["lead_id"])).mappings().first()
    result = result_of(connection, row, lead, cancelled)
    told = {"task_id": row["id"], **_asked(row), **result, "ended_at": now.isoformat()}
    ends = {name: told[name] for name in ("state", "reason", "attempts")}
    changed = update(_TASK).where(_TASK.c.id == row["id"])
    connection.execute(changed.values(**ends, result=told, ended_at=now, version=_TASK.c.version + 1))
    _tell(connection, row, told, now)


async def cancel_task(store: Store, task_id: str, version: int | None, by: By) -> None:
    """Call nobody for a task any more; its lead is closed.

    Raises:
        NotFound: there is no such task.
        Conflict: it is over, being dialled now, or was changed since this version (None: whatever it has).
    """

    def work(connection: Connection) -> None:
        _end_of(connection, task_id, by.at)
        row = connection.execute(select(_TASK).where(_TASK.c.id == task_id)).mappings().first()
        if row is None:
            raise NotFound(f"there is no call task {task_id!r}")
        if row["state"] != TaskState.SCHEDULED or (version is not None and row["version"] != version):
            raise Conflict(f"the call task is {row['state']}")
        state = connection.execute(select(_LEAD.c.state).where(_LEAD.c.id == row["lead_id"])).scalar()
        if state == LeadState.DIALLING:
            raise Conflict("the customer is being called now: try again after the call")
        closed = {"state": LeadState.CLOSED.value, "reason": "cancelled", "next_at": None}
        _change_lead(connection, row["lead_id"], by.at, **closed)
        _finish(connection, row, by.at, cancelled=by.actor)
        note(connection, by, "call_task.cancel", task_id)

    await store.write(work)


def _end_of(connection: Connection, task_id: str, now: datetime) -> None:
    lead_id = connection.execute(select(_TASK.c.lead_id).where(_TASK.c.id == task_id)).scalar()
    if lead_id is not None:
        _end(connection, now, [lead_id])
