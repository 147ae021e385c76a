"""How a live picture changes: the rules by which events are applied, and how they are found between two pictures."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce
from typing import Any, TypeVar

from msgspec.structs import replace

from waihu_models.live import LiveMinute, LiveState
from waihu_models.live_events import (
    AgentChanged,
    AgentGone,
    AlertGone,
    AlertRaised,
    CallChanged,
    CallGone,
    CampaignChanged,
    CampaignGone,
    DeskAgentChanged,
    DeskCallChanged,
    DeskCampaignChanged,
    DeskDayChanged,
    DeskPreviewChanged,
    DeskSummaryChanged,
    FiguresChanged,
    HintsGone,
    HintShown,
    LineHeard,
    LinesGone,
    LiveEvent,
    MinutesChanged,
    QueueChanged,
    QueueGone,
    SupervisionChanged,
    SupervisionEnded,
    SwitchChanged,
)

T = TypeVar("T")


# ---- applying ------------------------------------------------------------------------------------------------------


def apply_all(state: LiveState, events: Iterable[LiveEvent]) -> LiveState:
    """Return the picture after these events, in their order."""
    return reduce(apply, events, state)


def apply(state: LiveState, event: LiveEvent) -> LiveState:
    """Return the picture after one event."""
    return _RULES[type(event)](state, event)


def _put(table: str, row: str) -> Callable[[LiveState, Any], LiveState]:
    def rule(state: LiveState, event: Any) -> LiveState:
        new = getattr(event, row)
        return replace(state, **{table: {**getattr(state, table), new.id: new}})

    return rule


def _take(table: str, key: str) -> Callable[[LiveState, Any], LiveState]:
    def rule(state: LiveState, event: Any) -> LiveState:
        gone = getattr(event, key)
        gone = gone if isinstance(gone, tuple) else (gone,)
        return replace(state, **{table: {k: row for k, row in getattr(state, table).items() if k not in gone}})

    return rule


def _set_desk(part: str) -> Callable[[LiveState, Any], LiveState]:
    def rule(state: LiveState, event: Any) -> LiveState:
        # On a wall there is no desk to change.
        return state if state.desk is None else replace(state, desk=replace(state.desk, **{part: getattr(event, part)}))

    return rule


def _set_switch(state: LiveState, event: SwitchChanged) -> LiveState:
    return replace(state, switch=event.switch)


def _set_figures(state: LiveState, event: FiguresChanged) -> LiveState:
    kept = {name: figure for name, figure in state.figures.items() if name not in event.gone}
    return replace(state, figures={**kept, **event.figures})


def _set_minutes(state: LiveState, event: MinutesChanged) -> LiveState:
    kept = {m.at: m for m in state.minutes if event.first_at is not None and m.at >= event.first_at}
    minutes = {**kept, **{minute.at: minute for minute in event.minutes}}
    return replace(state, minutes=tuple(minutes[at] for at in sorted(minutes)))


_RULES: Mapping[type, Callable[[LiveState, Any], LiveState]] = {
    SwitchChanged: _set_switch,
    AgentChanged: _put("agents", "agent"),
    AgentGone: _take("agents", "agent_id"),
    CampaignChanged: _put("campaigns", "campaign"),
    CampaignGone: _take("campaigns", "campaign_id"),
    QueueChanged: _put("queues", "queue"),
    QueueGone: _take("queues", "queue_id"),
    CallChanged: _put("calls", "call"),
    CallGone: _take("calls", "call_id"),
    FiguresChanged: _set_figures,
    MinutesChanged: _set_minutes,
    AlertRaised: _put("alerts", "alert"),
    AlertGone: _take("alerts", "alert_id"),
    SupervisionChanged: _put("supervisions", "supervision"),
    SupervisionEnded: _take("supervisions", "supervision_id"),
    LineHeard: _put("lines", "line"),
    LinesGone: _take("lines", "line_ids"),
    HintShown: _put("hints", "hint"),
    HintsGone: _take("hints", "hint_ids"),
    DeskAgentChanged: _set_desk("agent"),
    DeskCallChanged: _set_desk("call"),
    DeskPreviewChanged: _set_desk("preview"),
    DeskCampaignChanged: _set_desk("campaign"),
    DeskDayChanged: _set_desk("day"),
    DeskSummaryChanged: _set_desk("summary_of"),
}


# ---- finding -------------------------------------------------------------------------------------------------------


def difference(old: LiveState, new: LiveState) -> list[LiveEvent]:
    """Return the events that lead from one picture to another one of the same view."""
    return list(_difference(old, new))


def _difference(old: LiveState, new: LiveState) -> Iterator[LiveEvent]:
    if old.switch != new.switch:
        yield SwitchChanged(switch=new.switch)
    yield from _campaigns_and_people(old, new)
    changed, gone = _moved(old.figures, new.figures)
    if changed or gone:
        yield FiguresChanged(figures={name: new.figures[name] for name in changed}, gone=tuple(gone))
    if old.minutes != new.minutes:
        yield _minutes(old.minutes, new.minutes)
    changed, gone = _moved(old.alerts, new.alerts)
    yield from (AlertGone(alert_id=key) for key in gone)
    yield from (AlertRaised(alert=new.alerts[key]) for key in changed)
    changed, gone = _moved(old.supervisions, new.supervisions)
    yield from (SupervisionEnded(supervision_id=key) for key in gone)
    yield from (SupervisionChanged(supervision=new.supervisions[key]) for key in changed)
    yield from _said(old, new)
    yield from _at_desk(old, new)


def _said(old: LiveState, new: LiveState) -> Iterator[LiveEvent]:
    changed, gone = _moved(old.lines, new.lines)
    if gone:
        yield LinesGone(line_ids=tuple(gone))
    yield from (LineHeard(line=new.lines[key]) for key in changed)
    changed, gone = _moved(old.hints, new.hints)
    if gone:
        yield HintsGone(hint_ids=tuple(gone))
    yield from (HintShown(hint=new.hints[key]) for key in changed)


def _campaigns_and_people(old: LiveState, new: LiveState) -> Iterator[LiveEvent]:
    changed, gone = _moved(old.campaigns, new.campaigns)
    yield from (CampaignGone(campaign_id=key) for key in gone)
    yield from (CampaignChanged(campaign=new.campaigns[key]) for key in changed)
    changed, gone = _moved(old.queues, new.queues)
    yield from (QueueGone(queue_id=key) for key in gone)
    yield from (QueueChanged(queue=new.queues[key]) for key in changed)
    changed, gone = _moved(old.calls, new.calls)
    yield from (CallGone(call_id=key) for key in gone)
    yield from (CallChanged(call=new.calls[key]) for key in changed)
    changed, gone = _moved(old.agents, new.agents)
    yield from (AgentGone(agent_id=key) for key in gone)
    yield from (AgentChanged(agent=new.agents[key]) for key in changed)


def _at_desk(old: LiveState, new: LiveState) -> Iterator[LiveEvent]:
    was, desk = old.desk, new.desk
    if was is None or desk is None:
        return
    if was.campaign != desk.campaign:
        yield DeskCampaignChanged(campaign=desk.campaign)
    if was.preview != desk.preview:
        yield DeskPreviewChanged(preview=desk.preview)
    if was.call != desk.call:
        yield DeskCallChanged(call=desk.call)
    if was.summary_of != desk.summary_of:
        yield DeskSummaryChanged(summary_of=desk.summary_of)
    if was.day != desk.day:
        yield DeskDayChanged(day=desk.day)
    if was.agent != desk.agent:
        yield DeskAgentChanged(agent=desk.agent)


def _moved(old: Mapping[str, T], new: Mapping[str, T]) -> tuple[list[str], list[str]]:
    """Return the keys of rows that are new or different, and of those that are gone."""
    changed = []
    for key, row in new.items():
        was = old.get(key)
        if was is not row and was != row:  # an unchanged row is most often the very same value
            changed.append(key)
    return changed, [key for key in old if key not in new]


def _minutes(old: tuple[LiveMinute, ...], new: tuple[LiveMinute, ...]) -> MinutesChanged:
    known, wanted = {minute.at: minute for minute in old}, {minute.at for minute in new}
    first_at = new[0].at if new else None
    if any(first_at is not None and at >= first_at and at not in wanted for at in known):
        first_at = None  # a gap: everything is sent
    kept = known if first_at is not None else {}
    return MinutesChanged(minutes=tuple(minute for minute in new if kept.get(minute.at) != minute), first_at=first_at)
