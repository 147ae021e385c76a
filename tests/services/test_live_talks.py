"""What live screens show of what is said: who sees which lines, what stays, what is let go."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.services.test_live_feed import ADMIN, AGENT, Screen, feed_of
from tests.services.test_wallboard import of_team
from tests.services.world import FIRST, World, controller, numbers, world

from waihu.services.live_feed import LiveFeed
from waihu.services.live_talks import KEPT, Talks
from waihu.store.assist import mark_hint
from waihu.store.unit import Unit
from waihu.testing.factories import NOON
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models import signals as sig
from waihu_models.access import Role, Viewer
from waihu_models.assist import Hint, HintMark, Summary
from waihu_models.call import Call, CallState
from waihu_models.errors import NotAllowed
from waihu_models.events import HintMarked, HintOffered, PartialHeard, SummaryDrafted, UtteranceHeard, WordsAlerted
from waihu_models.ids import CallId
from waihu_models.live import HINTS, LINES
from waihu_models.live_events import Hello
from waihu_models.transcript import Partial, Side, Utterance
from waihu_models.word_alert import PhraseKind, Severity, WordAlert


def partial(call_id: CallId, n: int, text: str, side: Side = Side.CUSTOMER) -> PartialHeard:
    return PartialHeard(Partial(call_id=call_id, side=side, n=n, at=NOON + timedelta(seconds=n), text_display=text))


def said(call_id: CallId, n: int, text: str, side: Side = Side.CUSTOMER) -> UtteranceHeard:
    return UtteranceHeard(
        Utterance(
            id=f"u{side}{n}", call_id=call_id, side=side, n=n, at=NOON + timedelta(seconds=n), start_s=float(n),
            end_s=n + 1.0, text_raw=text, text_display=text,
        )
    )  # fmt: skip


def alerted(call_id: CallId, n: int, severity: Severity) -> WordsAlerted:
    return WordsAlerted(
        WordAlert(
            id=f"a{n}", call_id=call_id, agent_id=FIRST, campaign_id=None, side=Side.CUSTOMER,
            utterance_id=f"u{Side.CUSTOMER}{n}", list_id="l", list_name="Refunds", kind=PhraseKind.COMPLAINT,
            severity=severity, phrase="refund", text="I want a refund", start_s=1.0, said_at=NOON, at=NOON,
        )
    )  # fmt: skip


def kept_from_the_agent(event: WordsAlerted) -> WordsAlerted:
    return WordsAlerted(replace(event.alert, tell_agent=False))


def hint(call_id: CallId, n: int) -> HintOffered:
    return HintOffered(
        Hint(
            id=f"h{n}", call_id=call_id, agent_id=FIRST, objection_id="o", name="Price", answer="Name what it saves.",
            next_step="offer", phrase="too expensive", utterance_id="u", start_s=1.0, at=NOON,
        )
    )  # fmt: skip


async def talking(w: World) -> tuple[LiveFeed, Call]:
    """A feed at work, and a call in which the first agent talks with a customer."""
    feed = await feed_of(w)
    await w.log_in()
    await w.dial()
    (call,) = await w.connected()
    await w.after(0.01)
    return feed, call


@in_virtual_time
async def test_an_agent_sees_what_is_said_in_their_call_and_partials_become_final(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        feed, call = await talking(w)
        desk = Screen(feed, AGENT, "desk")
        await desk.take()
        w.app.bus.publish(partial(call.id, 0, "the price"))
        await w.after(0.01)
        await desk.take()
        assert lines(desk) == {"customer-0": ("the price", False)}
        w.app.bus.publish(said(call.id, 0, "the price is too high"))
        w.app.bus.publish(said(call.id, 0, "hello", Side.AGENT))
        w.app.bus.publish(partial(call.id, 0, "late"))
        await w.after(0.01)
        await desk.take()
        assert lines(desk) == {"customer-0": ("the price is too high", True), "agent-0": ("hello", True)}
        assert desk.state == feed.board.desk(FIRST)


@in_virtual_time
async def test_an_alert_marks_its_line_and_the_gravest_stays(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        feed, call = await talking(w)
        desk, wall = Screen(feed, AGENT, "desk"), Screen(feed, ADMIN, "wall")
        for event in (
            said(call.id, 0, "refund"),
            alerted(call.id, 0, Severity.URGENT),
            alerted(call.id, 0, Severity.NOTE),
        ):
            w.app.bus.publish(event)
        w.app.bus.publish(alerted(call.id, 9, Severity.URGENT))  # of a line nobody knows
        await w.after(0.5)
        await desk.take()
        await wall.take()
        assert desk.state is not None
        assert desk.state.lines["customer-0"].severity is Severity.URGENT
        assert desk.state.alerts == {}, "words are marked where they were said"
        assert wall.state is not None
        assert {one.code for one in wall.state.alerts.values()} == {"words.complaint"}
        assert {one.call_id for one in wall.state.alerts.values()} == {call.id}


@in_virtual_time
async def test_an_alert_that_is_not_for_the_agent_marks_the_line_for_supervisors_only(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        feed, call = await talking(w)
        desk, view = Screen(feed, AGENT, "desk"), Screen(feed, ADMIN, "call", call_id=call.id)
        w.app.bus.publish(said(call.id, 0, "guaranteed profit"))
        w.app.bus.publish(kept_from_the_agent(alerted(call.id, 0, Severity.WARNING)))
        await w.after(0.01)
        await desk.take()
        await view.take()
        assert desk.state is not None
        assert view.state is not None
        assert desk.state.lines["customer-0"].severity is None
        assert view.state.lines["customer-0"].severity is Severity.WARNING


@in_virtual_time
async def test_a_supervisor_follows_one_call_and_nobody_else_may(database: Path) -> None:
    async with world(database, numbers(1), agents=2) as w:
        feed, call = await talking(w)
        view = Screen(feed, ADMIN, "call", call_id=call.id)
        w.app.bus.publish(said(call.id, 0, "hello"))
        w.app.bus.publish(hint(call.id, 1))
        await w.after(0.01)
        await view.take()
        assert lines(view) == {"customer-0": ("hello", True)}
        assert view.state is not None
        assert [one.answer for one in view.state.hints.values()] == ["Name what it saves."]
        assert list(view.state.calls) == [call.id]
        south = Viewer(user_id="u9", login="sue", role=Role.SUPERVISOR, team_id="south")
        await of_team(w, "north", campaign=True)
        for viewer in (AGENT, south):
            with pytest.raises(NotAllowed):
                feed.follow(feed.enter(viewer), Hello(view="call", call_id=call.id))
        with pytest.raises(NotAllowed, match="no call"):
            feed.follow(feed.enter(ADMIN), Hello(view="call", call_id="nothing"))


@in_virtual_time
async def test_what_an_agent_said_of_a_hint_is_in_the_picture_of_who_reloads_the_desk(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        feed, call = await talking(w)
        desk = Screen(feed, AGENT, "desk")
        for n in (1, 2):
            w.app.bus.publish(hint(call.id, n))
        w.app.bus.publish(HintMarked(call.id, "h1", HintMark.DISMISSED))
        w.app.bus.publish(HintMarked(call.id, "gone", HintMark.USED))
        await w.after(0.01)
        again = Screen(feed, AGENT, "desk")
        for screen in (desk, again):
            await screen.take()
            assert screen.state is not None
            assert {key: one.mark for key, one in screen.state.hints.items()} == {"h1": HintMark.DISMISSED, "h2": None}


@in_virtual_time
async def test_hints_of_a_call_under_way_are_shown_again_after_the_program_was_started_anew(database: Path) -> None:
    async with world(database, numbers(1), leave_calls=True) as w:
        _, call = await talking(w)
        unit = Unit()
        for n in range(HINTS + 2):
            one = replace(hint(call.id, n).hint, at=NOON + timedelta(seconds=n))
            unit.add_hint(one, None, offered=True)
        unit.add_hint(replace(hint(call.id, 99).hint, at=NOON + timedelta(hours=1)), None, offered=False)
        await w.app.store.commit(unit)
        await mark_hint(w.app.store, call.id, "h3", HintMark.USED, NOON)
    async with controller(w.url, w.campaign, w.switch, clock=w.app.clock) as w:
        assert w.app.calls.get(call.id) is not None
        await w.app.live.board.recall()
        feed = await feed_of(w)
        view = Screen(feed, ADMIN, "call", call_id=call.id)
        await view.take()
        assert view.state is not None
        assert list(view.state.hints) == [f"h{n}" for n in range(2, HINTS + 2)]
        assert view.state.hints["h3"].mark is HintMark.USED


@in_virtual_time
async def test_only_the_last_lines_and_hints_are_kept_in_sight(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        feed, call = await talking(w)
        desk = Screen(feed, AGENT, "desk")
        for n in range(LINES + 7):
            w.app.bus.publish(said(call.id, n, str(n)))
            w.app.bus.publish(hint(call.id, n))
        await w.after(0.01)
        await desk.take()
        assert [text for text, _ in lines(desk).values()] == [str(n) for n in range(7, LINES + 7)]
        assert desk.state is not None
        assert len(desk.state.hints) == HINTS


@in_virtual_time
async def test_a_drafted_summary_waits_at_the_desk_until_the_next_customer(database: Path) -> None:
    async with world(database, numbers(2)) as w:
        feed, call = await talking(w)
        desk = Screen(feed, AGENT, "desk")
        w.app.bus.publish(SummaryDrafted(Summary(call_id=call.id, drafted_at=NOON), FIRST))
        await w.after(0.01)
        await desk.take()
        assert desk.state is not None
        assert desk.state.desk is not None
        assert desk.state.desk.summary_of == call.id
        w.app.calls.post(call.id, sig.HangUpAsked(w.now, "test"))
        await w.until(lambda: any(one.id != call.id for one in w.in_state(CallState.CONNECTED)), 120.0)
        await w.after(0.01)
        await desk.take()
        assert desk.state.desk.summary_of is None


@in_virtual_time
async def test_who_reads_along_is_told_that_the_call_is_over_though_nothing_was_said_in_it(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        feed, call = await talking(w)
        screen = Screen(feed, ADMIN, "call", call_id=call.id)
        await screen.take()
        assert screen.state is not None
        assert screen.state.calls[call.id].state is CallState.CONNECTED
        w.app.calls.post(call.id, sig.HangUpAsked(w.now, "test"))
        await w.until(lambda: w.calls[call.id].state is CallState.WRAP_UP, 60.0)
        await w.after(0.01)
        await screen.take()
        assert screen.state.calls[call.id].state is CallState.WRAP_UP
        await w.until(lambda: w.calls[call.id].state is CallState.ENDED, 60.0)
        await w.after(0.01)
        await screen.take()
        assert screen.state.calls == {}


@in_virtual_time
async def test_a_call_that_is_over_is_let_go(database: Path) -> None:
    async with world(database, numbers(2)) as w:
        _, call = await talking(w)
        talks: Talks = w.app.live.board.talks
        w.app.bus.publish(said(call.id, 0, "hello"))
        w.app.calls.post(call.id, sig.HangUpAsked(w.now, "test"))
        await w.until(lambda: w.calls[call.id].state is CallState.ENDED, 60.0)
        assert talks.of(call.id).lines, "who reads it still can"
        await w.after(KEPT.total_seconds() + 1)
        w.switch.call_in("441632960999", "441632960123", talks_s=1.0)
        await w.until(lambda: not talks.of(call.id).lines, 60.0)


def lines(screen: Screen) -> dict[str, tuple[str, bool]]:
    assert screen.state is not None
    return {key: (line.text, line.final) for key, line in screen.state.lines.items()}
