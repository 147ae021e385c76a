"""What became of a call task, made of the calls that were made for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from waihu.store.rows import call_of
from waihu.store.statements import table
from waihu_models.call import Call
from waihu_models.call_task import TaskState
from waihu_models.lead import LeadState
from waihu_models.tables import CallRow

_CALL = table(CallRow)
MOST_CALLS = 50
"""Calls a result tells of; the newest."""


def result_of(connection: Connection, task: RowMapping, lead: RowMapping | None, cancelled: str) -> dict[str, Any]:
    """Return what is told of a task that is over: ``state``, ``reason``, and the calls.

    Args:
        connection: Inside the transaction that ends it.
        task: Its row.
        lead: The row of its lead; None: it is gone.
        cancelled: Who called it off; "": nobody.
    """
    calls = _calls(connection, task, lead)
    last = calls[-1] if calls else None
    state, reason = _verdict(lead, last, cancelled)
    return {
        "state": state.value,
        "reason": reason,
        "attempts": len(calls),
        "outcome": str(last.outcome) if last and last.outcome else None,
        "disposition": last.disposition.code if last and last.disposition else None,
        "recording_id": last.recording_id if last else None,
        "calls": [_told(call) for call in calls[-MOST_CALLS:]],
    }


def _verdict(lead: RowMapping | None, last: Call | None, cancelled: str) -> tuple[TaskState, str]:
    if cancelled:
        return TaskState.CANCELLED, f"cancelled by {cancelled}"
    if lead is None:
        return TaskState.FAILED, "lead_gone"
    # The lead follows the agent's word where somebody was spoken with, and else the technical outcome.
    judged = last is not None and last.disposition is not None and last.disposition.code == lead["reason"]
    state = TaskState.DONE if judged or lead["state"] == LeadState.DONE else TaskState.FAILED
    return state, lead["reason"]


def _calls(connection: Connection, task: RowMapping, lead: RowMapping | None) -> list[Call]:
    numbers = {number for number in task["numbers"].split(",") if number}
    if lead is not None:
        numbers |= {lead["number_e164"], *filter(None, lead["more_numbers"].split(","))}
    here = _CALL.c.number_e164.in_(numbers) & (_CALL.c.dialled_at >= task["created_at"])
    query = select(_CALL).where(here, _CALL.c.lead_id == task["lead_id"]).order_by(_CALL.c.dialled_at)
    return [call_of(row) for row in connection.execute(query).mappings()]


def _told(call: Call) -> dict[str, Any]:
    return {
        "call_id": call.id,
        "outcome": str(call.outcome) if call.outcome else None,
        "disposition": call.disposition.code if call.disposition else None,
        "agent_id": call.agent_id,
        "dialled_at": _iso(call.dialled_at),
        "answered_at": _iso(call.answered_at),
        "connected_at": _iso(call.connected_at),
        "hung_up_at": _iso(call.hung_up_at),
        "talk_s": call.talk_s,
        "recording_id": call.recording_id,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
