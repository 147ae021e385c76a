"""Alerts on words: where in calls a phrase of a list was said, with its place in the recording."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct
from sqlalchemy import RowMapping

from waihu.api.ask import Ask
from waihu.api.looking import moment
from waihu.api.paging import DEFAULT_LIMIT, Limit, Page, cursor, key_of
from waihu.api.routes import Routes
from waihu.store.visible import visible_calls
from waihu.store.word_alerts import AlertWish, find_alerts, handle_alert
from waihu_models.access import Right, Scope
from waihu_models.errors import NotFound
from waihu_models.transcript import Side
from waihu_models.word_alert import PhraseKind, Severity

routes = Routes("word alerts")

Ref = Annotated[str, Meta(max_length=32)]
Moment = Annotated[datetime, Meta(tz=True)]


class WordAlertQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is looked for; all of it together.

    ``late``: found in the recording after the call, or (false) during it. ``handled``: somebody has seen to it, or
    (false) nobody.
    """

    call_id: Ref = ""
    campaign_id: Ref = ""
    agent_id: Ref = ""
    list_id: Ref = ""
    kind: Annotated[list[PhraseKind], Meta(max_length=20)] = []
    severity: Annotated[list[Severity], Meta(max_length=5)] = []
    side: Side | None = None
    late: bool | None = None
    handled: bool | None = None
    since: Moment | None = None
    until: Moment | None = None
    after: str | None = None
    limit: Limit = DEFAULT_LIMIT


class WordAlertShown(Struct, frozen=True, kw_only=True):
    """A phrase that was said.

    ``at_s``: its place in the recording, null without one. ``text``: the whole utterance, empty when it is deleted.
    ``handled_by``: who saw to it, empty while nobody has.
    """

    id: str
    call_id: str
    campaign_id: str | None
    campaign_name: str
    agent_id: str | None
    agent_name: str
    side: Side
    list_id: str
    list_name: str
    kind: PhraseKind
    severity: Severity
    phrase: str
    text: str
    utterance_id: str
    said_at: datetime
    at: datetime
    at_s: float | None
    recording_id: str | None
    late: bool
    handled_at: datetime | None
    handled_by: str


def _shown(row: RowMapping) -> WordAlertShown:
    recorded_at = row["recorded_at"]
    at_s = round((row["said_at"] - recorded_at).total_seconds(), 3) if recorded_at is not None else None
    return WordAlertShown(
        id=row["id"], call_id=row["call_id"], campaign_id=row["campaign_id"],
        campaign_name=row["campaign_name"] or "", agent_id=row["agent_id"],
        agent_name=row["agent_name"] or row["agent_id"] or "", side=Side(row["side"]), list_id=row["list_id"],
        list_name=row["list_name"], kind=PhraseKind(row["kind"]), severity=Severity(row["severity"]),
        phrase=row["phrase"], text=row["text"] or "", utterance_id=row["utterance_id"], said_at=row["said_at"],
        at=row["at"], at_s=at_s, recording_id=row["recording_id"] if row["hearable"] else None, late=row["late"],
        handled_at=row["handled_at"], handled_by=row["handled_by"],
    )  # fmt: skip


@routes.get("/word-alerts", right=Right.TRANSCRIPTS_READ)
async def list_word_alerts(ask: Ask, query: WordAlertQuery) -> Page[WordAlertShown]:
    """Return alerts on words, the last words first; agents see those they are told of."""
    key = key_of(query.after, str, str)
    wish = AlertWish(
        visible=visible_calls(ask.viewer, Right.TRANSCRIPTS_READ),
        hearable=visible_calls(ask.viewer, Right.RECORDINGS_HEAR), call_id=query.call_id,
        campaign_id=query.campaign_id, agent_id=query.agent_id, list_id=query.list_id, kinds=query.kind,
        severities=query.severity, side=str(query.side or ""), late=query.late,
        handled=query.handled, since=query.since, until=query.until,
        for_agent=ask.scope(Right.TRANSCRIPTS_READ) is Scope.OWN,
        after=(moment(key[0]), key[1]) if key is not None else None, limit=query.limit,
    )  # fmt: skip
    rows = await find_alerts(ask.house.store, wish)
    page, more = rows[: query.limit], len(rows) > query.limit
    next_page = cursor(page[-1]["said_at"].isoformat(), page[-1]["id"]) if more else None
    return Page(items=[_shown(row) for row in page], next=next_page)


@routes.put("/word-alerts/{alert_id}/handled", right=Right.SUPERVISE)
async def handle_word_alert(ask: Ask, alert_id: str) -> WordAlertShown:
    """Say that an alert has been seen to."""
    return await _handle(ask, alert_id, handled=True)


@routes.delete("/word-alerts/{alert_id}/handled", right=Right.SUPERVISE)
async def reopen_word_alert(ask: Ask, alert_id: str) -> None:
    """Let an alert be open again."""
    await _handle(ask, alert_id, handled=False)


async def _handle(ask: Ask, alert_id: str, *, handled: bool) -> WordAlertShown:
    wish = AlertWish(
        visible=visible_calls(ask.viewer, Right.SUPERVISE),
        hearable=visible_calls(ask.viewer, Right.RECORDINGS_HEAR), alert_id=alert_id, limit=1,
    )  # fmt: skip
    before = await find_alerts(ask.house.store, wish)
    if not before:
        raise NotFound(f"there is no alert {alert_id!r}")
    if (before[0]["handled_at"] is not None) is not handled:  # who saw to it first stays named
        await handle_alert(ask.house.store, alert_id, ask.by, handled=handled)
    return _shown((await find_alerts(ask.house.store, wish))[0])
