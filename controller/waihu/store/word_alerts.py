"""Alerts on words: where in calls a phrase of a list was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, delete, false, or_, select, update

from waihu.store import batch
from waihu.store.audit import By, note
from waihu.store.statements import statements, table
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.store.word_rows import alert_of
from waihu_models.tables import AgentRow, CallRow, CampaignRow, RecordingRow, UtteranceRow, WordAlertRow
from waihu_models.transcript import Side
from waihu_models.word_alert import PhraseKind, WordAlert

_ALERT, _CALL, _SAID = table(WordAlertRow), table(CallRow), table(UtteranceRow)
_AGENT, _CAMPAIGN, _RECORDING = table(AgentRow), table(CampaignRow), table(RecordingRow)
MOST_OF_CALL = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertWish:
    """What is looked for; all of it together.

    Attributes:
        visible: Which calls may be read: a condition on ``call``; ``hearable``: whose recording may be heard.
        alert_id: This one.
        for_agent: Only what agents are told of.
        handled: Only those somebody has seen to, or (False) nobody.
        until: Not in it.
        after: Moment and id of the last one shown.
    """

    visible: ColumnElement[bool]
    hearable: ColumnElement[bool]
    alert_id: str = ""
    for_agent: bool = False
    handled: bool | None = None
    call_id: str = ""
    campaign_id: str = ""
    agent_id: str = ""
    list_id: str = ""
    kinds: Sequence[str] = ()
    severities: Sequence[str] = ()
    side: str = ""
    late: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: tuple[datetime, str] | None = None
    limit: int = 50


async def find_alerts(store: Store, wish: AlertWish) -> list[RowMapping]:
    """Return the next alerts that fit, newest first, one more than ``limit`` if there are more.

    Each row has the alert's columns, ``text`` (of its utterance; None when that is gone), ``agent_name``,
    ``campaign_name``, ``recording_id``, ``recorded_at`` and ``hearable``.
    """
    query = _told(wish.hearable).where(wish.visible, *_conditions(wish))
    if wish.after is not None:
        at, alert_id = wish.after
        same = and_(_ALERT.c.said_at == at, _ALERT.c.id < alert_id)
        query = query.where(_ALERT.c.said_at <= at, or_(_ALERT.c.said_at < at, same))
    return await store.rows(query.order_by(_ALERT.c.said_at.desc(), _ALERT.c.id.desc()).limit(wish.limit + 1))


def _conditions(wish: AlertWish) -> list[ColumnElement[bool]]:
    same = ("call_id", "campaign_id", "agent_id", "list_id", "side")
    wanted = [_ALERT.c[name] == getattr(wish, name) for name in same if getattr(wish, name)]
    if wish.alert_id:
        wanted.append(_ALERT.c.id == wish.alert_id)
    if wish.handled is not None:
        wanted.append(_ALERT.c.handled_at.is_not(None) if wish.handled else _ALERT.c.handled_at.is_(None))
    if wish.kinds:
        wanted.append(_ALERT.c.kind.in_(list(wish.kinds)))
    if wish.severities:
        wanted.append(_ALERT.c.severity.in_(list(wish.severities)))
    if wish.late is not None:
        wanted.append(_ALERT.c.late == wish.late)
    if wish.for_agent:
        wanted.append(_ALERT.c.tell_agent)
    if wish.since is not None:
        wanted.append(_ALERT.c.said_at >= wish.since)
    if wish.until is not None:
        wanted.append(_ALERT.c.said_at < wish.until)
    return wanted


def _told(hearable: ColumnElement[bool]) -> Select[Any]:
    rows = (
        _ALERT.join(_CALL, _CALL.c.id == _ALERT.c.call_id)
        .outerjoin(_SAID, _SAID.c.id == _ALERT.c.utterance_id)
        .outerjoin(_RECORDING, _RECORDING.c.id == _CALL.c.recording_id)
        .outerjoin(_AGENT, _AGENT.c.id == _ALERT.c.agent_id)
        .outerjoin(_CAMPAIGN, _CAMPAIGN.c.id == _ALERT.c.campaign_id)
    )
    return select(
        _ALERT,
        _SAID.c.text_display.label("text"),
        _AGENT.c.name.label("agent_name"),
        _CAMPAIGN.c.name.label("campaign_name"),
        _RECORDING.c.started_at.label("recorded_at"),
        _CALL.c.recording_id,
        hearable.label("hearable"),
    ).select_from(rows)


async def alerts_of(store: Store, call_id: str) -> list[WordAlert]:
    """Return the alerts of a call, by the moment of what was said."""
    query = (
        _told(false()).where(_ALERT.c.call_id == call_id).order_by(_ALERT.c.said_at, _ALERT.c.id).limit(MOST_OF_CALL)
    )
    return [alert_of(row) for row in await store.rows(query)]


async def was_alerted(store: Store, call_id: str, kind: PhraseKind) -> bool:
    """Say whether a phrase of this kind was said in a call by the customer."""
    said = (_ALERT.c.call_id == call_id, _ALERT.c.kind == kind.value, _ALERT.c.side == Side.CUSTOMER.value)
    return bool(await store.rows(select(_ALERT.c.id).where(*said).limit(1)))


async def replace_alerts(store: Store, call_id: str, side: Side, unit: Unit) -> None:
    """Write a unit in the place of the alerts one side of a call raised before: it was heard anew.

    A phrase that somebody has seen to in this call stays seen to.
    """

    def work(connection: Connection) -> None:
        these = and_(_ALERT.c.call_id == call_id, _ALERT.c.side == side.value)
        columns = (_ALERT.c.list_id, _ALERT.c.phrase, _ALERT.c.handled_at, _ALERT.c.handled_by)
        handled = connection.execute(select(*columns).where(these, _ALERT.c.handled_at.is_not(None))).all()
        connection.execute(delete(_ALERT).where(these))
        batch.write(connection, statements(connection.dialect), [unit])
        for list_id, phrase, at, by in handled:
            same = and_(these, _ALERT.c.list_id == list_id, _ALERT.c.phrase == phrase)
            connection.execute(update(_ALERT).where(same).values(handled_at=at, handled_by=by))

    await store.write(work)


async def handle_alert(store: Store, alert_id: str, by: By, *, handled: bool) -> None:
    """Keep that somebody has seen to an alert, or (not ``handled``) that it is open again."""

    def work(connection: Connection) -> None:
        values = {"handled_at": by.at if handled else None, "handled_by": by.actor if handled else ""}
        connection.execute(update(_ALERT).where(_ALERT.c.id == alert_id).values(**values))
        note(connection, by, "word_alert.handle" if handled else "word_alert.reopen", alert_id)

    await store.write(work)
