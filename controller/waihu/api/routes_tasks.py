"""Call tasks: another system has a customer called, and hears what became of it."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from waihu.api.ask import Ask
from waihu.api.paging import DEFAULT_LIMIT, Limit, Page, cursor, key_of
from waihu.api.routes import Routes
from waihu.store import call_tasks as stored
from waihu.store.visible import visible_call_tasks, visible_campaigns, visible_customers
from waihu_models.access import Right
from waihu_models.call_task import CallTask, TaskState, TaskWish
from waihu_models.errors import BadField, BadNumber
from waihu_models.phone import E164, parse_e164

routes = Routes("call tasks")

CustomerRef = Annotated[str, Meta(min_length=1, max_length=64)]
ScriptRef = Annotated[str, Meta(min_length=1, max_length=120)]
CallbackUrl = Annotated[str, Meta(max_length=2000)]
Retries = Annotated[int, Meta(ge=0, le=50)]
Moment = Annotated[datetime, Meta(tz=True)]
DialledNumber = Annotated[str, Meta(min_length=1, max_length=32)]
OwnReference = Annotated[str, Meta(max_length=64)]


class NewCallTask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A customer to be called.

    ``customer_id``: ours, or the one an import gave. ``script_id``: the campaign whose script is read out, by its id or
    name; it calls by its own rules. ``preferred_time``: not before; one that has passed means as soon as possible.
    """

    customer_id: CustomerRef
    script_id: ScriptRef
    callback_url: CallbackUrl = ""
    max_retries: Retries = 3
    preferred_time: Moment | None = None
    number: DialledNumber | None = None  # international; left out: the customer's own, one after the other
    reference: OwnReference = ""  # comes back in the result


class CallTaskShown(Struct, frozen=True, kw_only=True):
    """A call task as it stands; ``result`` is what its ``callback_url`` is told once it is over."""

    id: str
    state: TaskState
    reason: str
    customer_id: str
    script_id: str
    callback_url: str
    max_retries: int
    preferred_time: datetime | None
    reference: str
    campaign_id: str
    lead_id: str
    attempts: int
    next_at: datetime | None
    created_by: str
    created_at: datetime
    ended_at: datetime | None
    result: dict[str, Any]
    version: int


class CallTaskQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which call tasks are wanted."""

    state: TaskState | None = None
    after: str | None = None
    limit: Limit = DEFAULT_LIMIT


def _shown(task: CallTask) -> CallTaskShown:
    return CallTaskShown(
        id=task.id, state=task.state, reason=task.reason, customer_id=task.customer_ref, script_id=task.script_ref,
        callback_url=task.callback_url, max_retries=task.max_retries, preferred_time=task.preferred_at,
        reference=task.reference, campaign_id=task.campaign_id, lead_id=task.lead_id, attempts=task.attempts,
        next_at=task.next_at, created_by=task.created_by, created_at=task.created_at, ended_at=task.ended_at,
        result=dict(task.result), version=task.version,
    )  # fmt: skip


def _number(text: str | None) -> E164 | None:
    try:
        return parse_e164(text) if text is not None else None
    except BadNumber as error:
        raise BadField("$.number", str(error)) from error


@routes.post("/call-tasks", right=Right.CALL_TASKS, status=201, idempotent=True)
async def create_call_task(ask: Ask, body: NewCallTask) -> CallTaskShown:
    """Have a customer called."""
    wish = TaskWish(
        customer_ref=body.customer_id, script_ref=body.script_id, callback_url=body.callback_url,
        max_retries=body.max_retries, preferred_at=body.preferred_time, number=_number(body.number),
        reference=body.reference,
    )  # fmt: skip
    customers = visible_customers(ask.viewer, Right.CALL_TASKS)
    campaigns = visible_campaigns(ask.viewer, Right.CALL_TASKS)
    task = await ask.house.outward.call_tasks.create(wish, customers, campaigns, ask.by)
    ask.house.outward.outward.poke()
    return _shown(task)


@routes.get("/call-tasks", right=Right.CALL_TASKS)
async def list_call_tasks(ask: Ask, query: CallTaskQuery) -> Page[CallTaskShown]:
    """Return call tasks, the newest first."""
    key = key_of(query.after, str)
    before = key[0] if key is not None else None
    visible = visible_call_tasks(ask.viewer)
    found = await stored.tasks(ask.house.store, visible, query.state, before, query.limit + 1)
    shown, more = found[: query.limit], len(found) > query.limit
    return Page(items=[_shown(task) for task in shown], next=cursor(shown[-1].id) if more else None)


@routes.get("/call-tasks/{task_id}", right=Right.CALL_TASKS)
async def read_call_task(ask: Ask, task_id: str) -> CallTaskShown:
    """Return one call task."""
    return _shown(await stored.task(ask.house.store, task_id, visible_call_tasks(ask.viewer)))


@routes.post("/call-tasks/{task_id}/cancel", right=Right.CALL_TASKS)
async def cancel_call_task(ask: Ask, task_id: str) -> CallTaskShown:
    """Call nobody for a task any more; its lead is closed."""
    version = ask.if_match() if "If-Match" in ask.request.headers else None
    task = await ask.house.outward.call_tasks.cancel(task_id, visible_call_tasks(ask.viewer), version, ask.by)
    ask.house.outward.outward.poke()
    return _shown(task)
