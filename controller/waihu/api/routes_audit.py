"""The audit log: who did what, newest first."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from waihu.api.ask import Ask
from waihu.api.paging import DEFAULT_LIMIT, Limit, Page, cursor, key_of
from waihu.api.routes import Routes
from waihu.store.audit import history
from waihu_models.access import Right

routes = Routes("audit")

ActorPart = Annotated[str, Meta(max_length=80)]
ActionStart = Annotated[str, Meta(max_length=80)]


class AuditQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which part of the log. ``actor``: whole, or its beginning (``user:``); ``action``: its beginning (``trunk.``)."""

    actor: ActorPart = ""
    action: ActionStart = ""
    after: str | None = None
    limit: Limit = DEFAULT_LIMIT


class AuditEntry(Struct, frozen=True, kw_only=True):
    """One thing somebody did; numbers of people are masked when it is written."""

    seq: int
    at: datetime
    actor: str
    action: str
    what: str
    detail: str


@routes.get("/audit", right=Right.AUDIT)
async def list_audit(ask: Ask, query: AuditQuery) -> Page[AuditEntry]:
    """Return what was done, newest first."""
    key = key_of(query.after, int)
    before = key[0] if key else None
    rows = await history(ask.house.store, query.action, before, query.limit + 1, actor=query.actor)
    page, more = rows[: query.limit], len(rows) > query.limit
    items = [
        AuditEntry(
            seq=row["seq"], at=row["at"], actor=row["actor"], action=row["action"], what=row["object_id"],
            detail=row["detail"],
        )
        for row in page
    ]  # fmt: skip
    return Page(items=items, next=cursor(page[-1]["seq"]) if more else None)
