"""Promises to call back: who has to call whom, and when; moved in time, or to somebody else."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType
from sqlalchemy import RowMapping

from waihu.api.ask import Ask
from waihu.api.looking import moment
from waihu.api.paging import DEFAULT_LIMIT, Limit, Page, cursor, key_of
from waihu.api.routes import Routes
from waihu.api.routes_leads import LeadShown, shown
from waihu.store import lead_list as stored
from waihu.store.agent_edits import agent_row_of
from waihu.store.lead_changes import move_promise
from waihu.store.visible import visible_agents, visible_leads
from waihu_models.access import Right, Scope
from waihu_models.errors import BadField, NotAllowed
from waihu_models.ids import LeadId

routes = Routes("callbacks")

LATEST = timedelta(days=366)


class CallbackShown(Struct, frozen=True, kw_only=True):
    """A promise to call back."""

    lead: LeadShown
    campaign_name: str
    agent_name: str
    at: datetime


class CallbackQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose promises: of this agent; left out: one's own, or for who is no agent everybody's that may be seen.

    ``everybody``: those of all who may be seen, also for who works as an agent.
    """

    agent_id: Annotated[str, Meta(max_length=32)] = ""
    everybody: bool = False
    after: str | None = None
    limit: Limit = DEFAULT_LIMIT


class CallbackChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a promise; what is left out stays. ``agent_id`` null: whoever is free calls."""

    at: Annotated[datetime, Meta(tz=True)] | UnsetType = UNSET
    agent_id: Annotated[str, Meta(min_length=1, max_length=32)] | UnsetType | None = UNSET


@routes.get("/callbacks", right=Right.LEADS_READ)
async def list_callbacks(ask: Ask, query: CallbackQuery) -> Page[CallbackShown]:
    """Return promises to call back, the soonest first."""
    own = _only_own(ask)
    agent_id = own if own is not None else query.agent_id or (None if query.everybody else ask.viewer.agent_id)
    key = key_of(query.after, str, str)
    after = (moment(key[0]), key[1]) if key is not None else None
    rows = await stored.callbacks(ask.house.store, visible_leads(ask.viewer), agent_id, after, query.limit + 1)
    page, more = rows[: query.limit], len(rows) > query.limit
    next_page = cursor(page[-1]["next_at"].isoformat(), page[-1]["id"]) if more else None
    return Page(items=[_promise(row) for row in page], next=next_page)


@routes.patch("/callbacks/{lead_id}", right=Right.DESK)
async def change_callback(ask: Ask, lead_id: str, body: CallbackChange) -> CallbackShown:
    """Change when a promise is kept, and by whom; agents move their own in time, supervisors those of their team."""
    store, visible, own = ask.house.store, visible_leads(ask.viewer), _only_own(ask)
    await stored.callback_row(store, lead_id, visible, own)
    values: dict[str, Any] = {}
    if body.at is not UNSET:
        now = ask.house.clock.now()
        if not now < body.at <= now + LATEST:
            raise BadField("$.at", "the time lies in the past, or more than a year ahead")
        values["next_at"] = body.at
    if body.agent_id is not UNSET:
        if own is not None:
            raise NotAllowed("who calls instead of you is for a supervisor to say")
        if body.agent_id is not None:
            await agent_row_of(store, body.agent_id, visible_agents(ask.viewer, Right.AGENTS_STEER))
        values["callback_agent_id"] = body.agent_id
    await move_promise(store, LeadId(lead_id), ask.if_match(), values, ask.by)
    return _promise(await stored.callback_row(store, lead_id, visible, own))


def _only_own(ask: Ask) -> str | None:
    """Return the agent whose promises alone may be seen: who has only their own calls has only their own promises."""
    return (ask.viewer.agent_id or "") if ask.viewer.scope(Right.CALLS_READ) is Scope.OWN else None


def _promise(row: RowMapping) -> CallbackShown:
    return CallbackShown(
        lead=shown(row), campaign_name=row["campaign_name"], agent_name=row["agent_name"] or "", at=row["next_at"]
    )
