"""What people change of a lead by hand. Whoever has read it ahead hears of it through the outbox."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select, update

from waihu.dialer.lead_order import priority_of, rank
from waihu.store.audit import By, difference, note
from waihu.store.changes import LEAD_CHANGED
from waihu.store.rows import lead_of, lead_row, order_of
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.errors import Conflict, NotFound, Stale
from waihu_models.ids import LeadId
from waihu_models.lead import Lead, LeadState
from waihu_models.phone import E164, mask
from waihu_models.tables import CampaignRow, LeadRow, LeaseRow, OutboxRow

_LEAD, _LEASE, _OUTBOX, _CAMPAIGN = table(LeadRow), table(LeaseRow), table(OutboxRow), table(CampaignRow)
_OVER = frozenset({LeadState.DONE, LeadState.CLOSED})


async def pause_lead(store: Store, lead_id: LeadId, reason: str, by: By) -> None:
    """Leave a lead alone until it is resumed.

    Raises:
        NotFound: there is no such lead.
        Conflict: it is being called now, or over.
    """

    def change(row: Any) -> dict[str, Any]:
        _must_wait(row)
        return {"state": LeadState.PAUSED.value, "reason": reason}

    await _change(store, lead_id, change, by, f"lead.pause: {reason}")


async def resume_lead(store: Store, lead_id: LeadId, by: By) -> None:
    """Let a paused lead be called again; its refusals are counted anew.

    Raises:
        NotFound: there is no such lead.
        Conflict: it is not paused.
    """

    def change(row: Any) -> dict[str, Any]:
        if row["state"] != LeadState.PAUSED:
            raise Conflict(f"the lead is not paused, it is {row['state']}")
        again = LeadState.RETRY if row["attempts"] else LeadState.NEW
        return {"state": again.value, "reason": "resumed", "refusals": 0, "next_at": None, "attempts_of_outcome": 0}

    await _change(store, lead_id, change, by, "lead.resume")


async def close_lead(store: Store, lead_id: LeadId, reason: str, by: By) -> None:
    """Call a lead no more.

    Raises:
        NotFound: there is no such lead.
        Conflict: it is being called now.
    """

    def change(row: Any) -> dict[str, Any]:
        if row["state"] == LeadState.DIALLING:
            raise Conflict("the lead is being called now: try again after the call")
        return {"state": LeadState.CLOSED.value, "reason": reason, "next_at": None}

    await _change(store, lead_id, change, by, f"lead.close: {reason}")


async def set_number(store: Store, lead_id: LeadId, number: E164, by: By) -> None:
    """Give a lead another number to be called at.

    Raises:
        NotFound: there is no such lead.
        Conflict: it is being called now, or another lead of its campaign has this number.
    """

    def change(row: Any) -> dict[str, Any]:
        if row["state"] == LeadState.DIALLING:
            raise Conflict("the lead is being called now: try again after the call")
        return {"number_e164": number}

    await _change(store, lead_id, change, by, f"lead.number: {mask(number)}")


async def set_order(store: Store, lead_id: LeadId, version: int, values: Mapping[str, Any], by: By) -> None:
    """Change what a lead's place in the order is made of: ``priority``, ``urgency``, ``value``, ``score``.

    Raises:
        NotFound: there is no such lead.
        Stale: it was changed, or called, in the meantime.
        Conflict: its priority follows from urgency, value or level and cannot be given.
    """
    this = _LEAD.c.id == lead_id

    def work(connection: Connection) -> None:
        row = connection.execute(select(_LEAD).where(this)).mappings().first()
        if row is None:
            raise NotFound(f"there is no lead {lead_id}")
        if row["version"] != version:
            raise Stale("this lead", {name: row[name] for name in values if row[name] != values[name]}, row["version"])
        rules = connection.execute(select(_CAMPAIGN.c.rules).where(_CAMPAIGN.c.id == row["campaign_id"])).scalar()
        lead, order = replace(lead_of(row), **values), order_of(rules or {})
        if "priority" in values and priority_of(lead, order) != values["priority"]:
            raise Conflict("the priority of this lead follows from its urgency and value: change these")
        _put(connection, row, {**values, "priority": priority_of(lead, order), "rank": rank(lead, order)}, by)
        note(connection, by, "lead.order", lead_id, difference(dict(row), dict(values)))

    await store.write(work)


async def move_promise(store: Store, lead_id: LeadId, version: int, values: Mapping[str, Any], by: By) -> None:
    """Change who calls a lead back, ``callback_agent_id`` (None: whoever is free), and when, ``next_at``.

    Raises:
        NotFound: there is no such lead.
        Stale: it was changed, or called, in the meantime.
        Conflict: nobody promised to call it back.
    """

    def work(connection: Connection) -> None:
        row = connection.execute(select(_LEAD).where(_LEAD.c.id == lead_id)).mappings().first()
        if row is None:
            raise NotFound(f"there is no lead {lead_id}")
        if row["version"] != version:
            raise Stale("this lead", {name: row[name] for name in values if row[name] != values[name]}, row["version"])
        if row["state"] != LeadState.CALLBACK:
            raise Conflict(f"nobody promised to call this lead back: it is {row['state']}")
        _put(connection, row, values, by)
        note(connection, by, "lead.promise", lead_id, difference(dict(row), dict(values)))

    await store.write(work)


async def add_lead(store: Store, lead: Lead, by: By) -> None:
    """Put one lead on the list of its campaign.

    Raises:
        Conflict: its number is on that list already.
    """

    def work(connection: Connection) -> None:
        rules = connection.execute(select(_CAMPAIGN.c.rules).where(_CAMPAIGN.c.id == lead.campaign_id)).scalar()
        row = lead_row(lead, order_of(rules or {}))
        if _taken(connection, row, lead.number_e164):
            raise Conflict("this number is on the list of the campaign already")
        connection.execute(insert(_LEAD), row)
        note(connection, by, "lead.add", lead.id, mask(lead.number_e164))

    await store.write(work)


def _must_wait(row: Any) -> None:
    if row["state"] == LeadState.DIALLING:
        raise Conflict("the lead is being called now: try again after the call")
    if LeadState(row["state"]) in _OVER:
        raise Conflict(f"the lead is over: it is {row['state']}")


async def _change(store: Store, lead_id: LeadId, change: Callable[[Any], dict[str, Any]], by: By, what: str) -> None:
    this = _LEAD.c.id == lead_id

    def work(connection: Connection) -> None:
        row = connection.execute(select(_LEAD).where(this)).mappings().first()
        if row is None:
            raise NotFound(f"there is no lead {lead_id}")
        values = change(row)
        if "number_e164" in values and _taken(connection, row, values["number_e164"]):
            raise Conflict("another lead of this campaign has that number")
        _put(connection, row, values, by)
        action, _, detail = what.partition(": ")
        note(connection, by, action, lead_id, detail)

    await store.write(work)


def _put(connection: Connection, row: Any, values: Mapping[str, Any], by: By) -> None:
    """Change a lead, and let whoever has read it ahead hear of it."""
    lead_id = row["id"]
    # With another version it is not dialled by anybody who has read it as it was.
    connection.execute(update(_LEAD).where(_LEAD.c.id == lead_id).values(**values, version=_LEAD.c.version + 1))
    connection.execute(delete(_LEASE).where(_LEASE.c.lead_id == lead_id))
    told = {"lead_id": lead_id, "state": values.get("state", row["state"])}
    connection.execute(insert(_OUTBOX).values(topic=LEAD_CHANGED, key=lead_id, payload=told, at=by.at))


def _taken(connection: Connection, row: Any, number: str) -> bool:
    same = (_LEAD.c.campaign_id == row["campaign_id"]) & (_LEAD.c.number_e164 == number) & (_LEAD.c.id != row["id"])
    return bool(connection.execute(select(exists().where(same))).scalar())
