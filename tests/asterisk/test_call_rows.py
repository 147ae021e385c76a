"""Every row of the table of a call's life, walked on a real Asterisk.

A scenario declares the rows its calls walk and fails when one of them was not; the last test adds the declarations up.
"""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.asterisk.scenes import Row, recorded
from tests.asterisk.stage import LIVE, NUMBER, Stage, staged
from tests.asterisk.support import until
from tests.asterisk.world import some_agents

from waihu.services import callers
from waihu.services.transfers import Target
from waihu.store.audit import By
from waihu.telephony.carrier import Carrier
from waihu.telephony.exchange import Exchange
from waihu.telephony.exchange_config import Trunk
from waihu_models import signals as sig
from waihu_models.agent import Agent, AgentState, PhoneMode
from waihu_models.call import Call, CallState, Direction, Voicemail
from waihu_models.call_life import TABLE
from waihu_models.commands import CloseBridge
from waihu_models.disposition import STANDARD
from waihu_models.ids import AgentId, LegId, target_bridge
from waihu_models.menu import Chosen, Menu, MenuChoice
from waihu_models.outcome import Outcome

S = CallState
LONG, YES, MACHINE = "+441632960199", "+441632960100", "+441632960101"  # they ring for half a second
BUSY, EXPERT = "+441632960002", "+441632960022"  # the second one hangs up after a second
OURS = "441632960999"
DECLARED: set[Row] = set()
OpenStage = Callable[..., AbstractAsyncContextManager[Stage]]


def rows(states: CallState | Iterable[CallState], *signals: type) -> set[Row]:
    states = [states] if isinstance(states, CallState) else states
    return {(state, signal) for state in states for signal in signals}


def walks(*declared: set[Row]) -> Callable[[Any], Any]:
    """Declare the rows that a scenario walks."""

    def mark(scenario: Any) -> Any:
        scenario.rows = set().union(*declared)
        DECLARED.update(scenario.rows)
        return scenario

    return mark


@pytest.fixture
def stage(
    own_exchange: Callable[..., Exchange],
    trunk: Trunk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> OpenStage:
    @asynccontextmanager
    async def opened(agents: Iterable[Agent] = ()) -> AsyncIterator[Stage]:
        walk = recorded(monkeypatch, request.function.rows)
        async with staged(own_exchange, tmp_path, walk, trunk, agents) as on:
            yield on
        walk.check()
        assert on.app.metrics.illegal.collect()[0].samples == [], "a signal came in an impossible state"

    return opened


# ---- the ordinary life ---------------------------------------------------------------------------------------------


@walks(
    rows(S.DIALLING, sig.LegRinging),
    rows(S.RINGING, sig.LegAnswered),
    rows(S.ANSWERED, sig.LegEntered),
    rows(S.WAITING, sig.AgentReady, sig.LegJoined),
    rows(S.CONNECTED, sig.RecordingPauseAsked, sig.HoldAsked, sig.Disposed, sig.HangUpAsked, sig.LegEnded),
    rows(S.HELD, sig.RecordingPauseAsked, sig.Disposed, sig.ResumeAsked),
    rows(S.WRAP_UP, sig.Disposed, sig.WrapOver),
)
async def test_a_call_is_answered_talked_held_judged_and_wrapped_up(stage: OpenStage) -> None:
    async with stage(some_agents(1, wrap_limit_s=60.0)) as on:
        call = on.place(LONG)
        await on.reached(call, S.CONNECTED)
        on.tell(call, sig.RecordingPauseAsked, paused=True)
        await until(lambda: on.now(call).recording_paused, 5.0, "the recording is silent")
        on.tell(call, sig.HoldAsked)
        await on.reached(call, S.HELD)
        on.tell(call, sig.RecordingPauseAsked, paused=False)
        on.tell(call, sig.Disposed, disposition=STANDARD["interested"])
        await until(lambda: on.now(call).disposition, 5.0, "judged")
        on.tell(call, sig.ResumeAsked)
        await on.reached(call, S.CONNECTED)
        on.tell(call, sig.Disposed, disposition=STANDARD["refused"])
        on.tell(call, sig.HangUpAsked, reason="agent")
        await on.reached(call, S.WRAP_UP)
        on.tell(call, sig.Disposed, disposition=STANDARD["sale"])
        on.app.agents.available(AgentId("agent1"))
        ended = await on.reached(call, S.ENDED)
    assert (ended.outcome, ended.disposition) == (Outcome.ANSWERED, STANDARD["sale"])
    assert ended.ringing_at < ended.answered_at < ended.connected_at < ended.hung_up_at  # type: ignore[operator]
    assert 0 < ended.held_s < ended.talk_s
    assert not ended.recording_paused


@walks(rows(S.SCREENING, sig.LegScreened), rows(S.WAITING, sig.AgentReserved), rows(S.SCREENING, sig.LegEnded))
async def test_a_person_is_told_from_a_machine_and_an_on_hook_phone_is_rung(stage: OpenStage) -> None:
    async with stage(some_agents(1, mode=PhoneMode.ON_HOOK)) as on:
        person, machine = on.place(YES, screening=True), on.place(MACHINE, screening=True)
        connected = await on.reached(person, S.CONNECTED, 15.0)
        assert connected.verdict is sig.Verdict.HUMAN
        assert connected.answered_at < connected.greeting_ended_at < connected.connected_at  # type: ignore[operator]
        ended = await on.reached(machine, S.ENDED, 15.0)
        assert (ended.outcome, ended.verdict) == (Outcome.MACHINE, sig.Verdict.MACHINE)


@walks(rows(S.SCREENING, sig.LegScreened, sig.MessageLeft, sig.LegEnded))
async def test_a_machine_is_hung_up_once_a_message_could_not_be_left(stage: OpenStage) -> None:
    """Nothing is spoken here, so there is no message; one that is left: test_voicemail.py."""
    async with stage() as on:
        machine = on.place(MACHINE, screening=True, voicemail=Voicemail.WANTED)
        ended = await on.reached(machine, S.ENDED, 30.0)
        assert (ended.outcome, ended.voicemail) == (Outcome.MACHINE, Voicemail.FAILED)


@walks(
    rows(S.DIALLING, sig.LegProgress, sig.LegAnswered),
    rows(S.EARLY_MEDIA, sig.LegProgress, sig.LegRinging, sig.LegAnswered),
    rows(S.RINGING, sig.LegProgress, sig.LegRinging),
)
async def test_a_far_end_rings_and_plays_early_media_in_any_order(stage: OpenStage) -> None:
    async with stage() as on:
        wandering = on.place("+441632960600", trunk="far")
        ring = await on.far.ring(wandering.number_e164)
        for codes, state in (
            ((183, 183), S.EARLY_MEDIA), ((180, 180), S.RINGING), ((183,), S.EARLY_MEDIA), ((200,), S.WAITING),
        ):  # fmt: skip
            for code in codes:
                seen = len(on.walk.of(wandering.id))
                ring.say(code)
                await until(lambda seen=seen: len(on.walk.of(wandering.id)) > seen, 5.0, f"{code} is heard")
            await on.reached(wandering, state)
        at_once = on.place("+441632960601", trunk="far")
        (await on.far.ring(at_once.number_e164)).say(200)
        waiting = await on.reached(at_once, S.WAITING)
        assert (waiting.ringing_at, waiting.early_media_at) == (None, None)
        assert on.now(wandering).ringing_at > on.now(wandering).early_media_at  # type: ignore[operator]
        ring.bye()
        assert (await on.reached(wandering, S.ENDED)).outcome is Outcome.HUNG_UP


# ---- calls that come in --------------------------------------------------------------------------------------------


@walks(
    rows(S.RINGING, sig.LegAnswered),
    rows(S.WAITING, sig.AgentReady, sig.LegJoined, sig.LegEnded),
    rows(S.CONNECTED, sig.HoldAsked, sig.AgentLost),
    rows(S.HELD, sig.ResumeAsked),
)
async def test_a_caller_waits_talks_is_held_and_loses_the_agent(stage: OpenStage, carrier: Carrier) -> None:
    async with stage(some_agents(1)) as on:
        call = await called_in(on, carrier)
        assert (call.direction, call.ringing_at is None) == (Direction.INBOUND, False)
        await on.reached(call, S.CONNECTED)
        on.tell(call, sig.HoldAsked)
        await on.reached(call, S.HELD)
        on.tell(call, sig.ResumeAsked)
        await on.reached(call, S.CONNECTED)
        await on.hang_up_phone("agent1")
        await on.reached(call, S.WAITING)
        await carrier.hang_up_all()
        ended = await on.reached(call, S.ENDED)
    assert (ended.outcome, ended.abandoned, ended.agent_id) == (Outcome.ANSWERED, False, None)
    assert ended.held_s > 0


async def called_in(on: Stage, carrier: Carrier, keys: str = "") -> Call:
    known = set(on.seen.calls)
    await carrier.call_in(f"{on.exchange.host}:{on.exchange.sip_port}", OURS, "441632960123", keys)
    new = await until(lambda: set(on.seen.calls) - known, 5.0, "a call comes in")
    return on.seen.calls[new.pop()]


@walks(rows(S.WAITING, sig.PatienceOver), rows(S.DROPPING, sig.PlaybackEnded, sig.LegEnded))
async def test_whom_nobody_takes_hears_the_message_to_its_end(
    stage: OpenStage, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "INBOUND_PATIENCE_S", 0.3)
    async with stage() as on:
        for call in (on.place_into(S.DROPPING, drop_media="all-busy"), await called_in(on, carrier)):
            dropping = await on.reached(call, S.DROPPING)
            assert dropping.drop_media == "all-busy"
            ended = await on.reached(call, S.ENDED, 20.0)
            assert (ended.outcome, ended.abandoned) == (Outcome.ABANDONED, True)
            assert (ended.ended_at - dropping.state_since).total_seconds() > 2.0  # type: ignore[operator]


@walks(rows(S.WAITING, sig.AnnounceAsked, sig.PlaybackEnded, sig.QueueMoved, sig.DigitPressed))
async def test_who_waits_is_told_something_moves_on_and_accepts_to_be_called_back(
    stage: OpenStage, carrier: Carrier
) -> None:
    async with stage() as on:
        call = await called_in(on, carrier, "w1" * 12)
        await on.reached(call, S.WAITING)
        on.tell(call, sig.QueueMoved, queue="night", patience_s=60.0)
        on.tell(call, sig.AnnounceAsked, media="all-busy", callback_key="1", wait_s=30.0)
        await until(lambda: on.now(call).callback_asked, 10.0, "the key accepts")
        await on.walk.has(call.id, (S.WAITING, sig.PlaybackEnded))
        assert (on.now(call).queue, on.now(call).announced_wait_s) == ("night", 30.0)


@walks(rows(S.WAITING, sig.TurnedAway), rows(S.DROPPING, sig.DigitPressed, sig.TurnedAway, sig.PlaybackEnded))
async def test_who_is_turned_away_can_accept_to_be_called_back(stage: OpenStage, carrier: Carrier) -> None:
    async with stage() as on:
        call = await called_in(on, carrier, "w1" * 12)
        await on.reached(call, S.WAITING)
        on.tell(call, sig.TurnedAway, reason="closed", media="all-busy", callback_key="1")
        await until(lambda: on.now(call).callback_asked, 10.0, "the key accepts")
        on.tell(call, sig.TurnedAway, reason="callback", media="all-busy")
        ended = await on.reached(call, S.ENDED, 20.0)
    assert (ended.outcome, ended.turned_away) == (Outcome.HUNG_UP, "callback")


@walks(rows(S.ANSWERED, sig.Routed), rows(S.ANSWERED, sig.LegEntered))
async def test_who_cannot_be_asked_by_keys_for_want_of_a_voice_waits_all_the_same(
    stage: OpenStage, carrier: Carrier
) -> None:
    menu = Menu(name="main", numbers=(OURS,), wait_s=5, prompt_en="Press 1.", keys={"1": MenuChoice(to="sales")})
    async with stage() as on:
        await on.app.asking.menus.add(menu, By("test", on.app.clock.now()))
        waiting = await on.reached(await called_in(on, carrier), S.WAITING, 20.0)
        assert waiting.chosen == Chosen(path=("main:-",))


@walks(rows(S.RINGING, sig.LegEnded))
async def test_a_caller_who_gave_up_before_we_answered_is_cancelled(
    stage: OpenStage, carrier: Carrier, tmp_path: Path
) -> None:
    async with stage() as on:
        with sqlite3.connect(tmp_path / "waihu.db", isolation_level=None) as locker:
            locker.execute("BEGIN IMMEDIATE")  # the call is not answered before it is stored
            call = await called_in(on, carrier)
            await carrier.hang_up_all()
            await on.holds_no_leg_of(call)
            locker.execute("ROLLBACK")
        ended = await on.reached(call, S.ENDED)
    assert (ended.outcome, ended.sip_code, ended.answered_at) == (Outcome.CANCELLED, 487, None)


# ---- the end, in every state ---------------------------------------------------------------------------------------


UNANSWERED = (S.DIALLING, S.RINGING, S.EARLY_MEDIA)
NOT_MET = (S.ANSWERED, S.SCREENING, S.WAITING)
MET = (S.CONNECTED, S.HELD)


def outcomes(unanswered: Outcome, not_met: Outcome) -> dict[CallState, Outcome]:
    """What becomes of calls by the state they end in."""
    met = dict.fromkeys(MET, Outcome.ANSWERED)
    return {
        **dict.fromkeys(UNANSWERED, unanswered), **dict.fromkeys(NOT_MET, not_met), S.DROPPING: Outcome.ABANDONED, **met
    }  # fmt: skip


@walks(rows(LIVE, sig.LegEnded), rows(S.WRAP_UP, sig.WrapOver))
async def test_the_far_end_ends_the_call_in_every_state(stage: OpenStage) -> None:
    async with stage(some_agents(2)) as on:
        calls = await on.in_every_state()
        for call in calls.values():
            await on.far_hangs_up(call)
        ended = await on.all_end(calls)
        for state, call in ended.items():
            await on.walk.has(call.id, (state, sig.LegEnded))
    assert {state: call.outcome for state, call in ended.items()} == outcomes(Outcome.BUSY, Outcome.HUNG_UP)
    assert {ended[state].sip_code for state in UNANSWERED} == {486}
    assert all(call.hang_up_asked == "" for call in ended.values())


@walks(rows(LIVE, sig.HangUpAsked, sig.LegEnded))
async def test_a_hang_up_is_asked_for_in_every_state(stage: OpenStage) -> None:
    async with stage(some_agents(2)) as on:
        calls = await on.in_every_state()
        for call in calls.values():
            on.tell(call, sig.HangUpAsked, reason="supervisor")
        ended = await on.all_end(calls)
        for state, call in ended.items():
            await on.walk.has(call.id, (state, sig.HangUpAsked))
            await on.walk.has(call.id, (state, sig.LegEnded))
            assert (await on.far.ring(NUMBER[state])).over, f"the far end of {state} was told"
    assert {state: call.outcome for state, call in ended.items()} == outcomes(Outcome.CANCELLED, Outcome.HUNG_UP)
    assert {call.reason for call in ended.values()} == {"supervisor"}


@walks(rows(LIVE, sig.LegVanished))
async def test_an_end_that_nobody_saw_is_found_in_every_state(stage: OpenStage) -> None:
    async with stage(some_agents(2)) as on:
        calls = await on.in_every_state()
        await on.relay.cut()
        await until(lambda: not on.app.switch.reachable, 1.0, "the loss is seen")
        for call in calls.values():
            await on.far_hangs_up(call)

        async def only_agents() -> bool:
            return "2 active channels" in await on.exchange.cli("core show channels count")

        await until(only_agents, 5.0, "only the agents' legs are left")
        on.relay.mend()
        ended = await on.all_end(calls)
        for state, call in ended.items():
            await on.walk.has(call.id, (state, sig.LegVanished))
    assert {state: call.outcome for state, call in ended.items()} == outcomes(Outcome.FAILED, Outcome.FAILED)
    assert {call.reason for call in ended.values()} == {"leg gone after the connection was lost"}


# ---- what goes wrong -----------------------------------------------------------------------------------------------


@walks(rows(UNANSWERED, sig.LegEntered))
async def test_an_answer_that_was_not_heard_is_seen_from_the_leg_in_our_hands(stage: OpenStage) -> None:
    async with stage() as on:
        calls = {state: on.place_into(state) for state in UNANSWERED}
        for state, call in calls.items():
            on.lose(call, "ANSWER")
            await on.reached(call, state)
            (await on.far.ring(NUMBER[state])).say(200)
            waiting = await on.reached(call, S.WAITING)
            assert (state, sig.LegEntered) in on.walk.of(call.id)
            assert waiting.answered_at == waiting.state_since


def about(call: Call, method: str, *endings: str) -> Callable[[dict[str, Any]], bool]:
    """Requests about the leg of a call."""
    wanted = {f"channels/{call.leg_id}{ending}" for ending in endings or ("",)}
    return lambda request: request["method"] == method and request["uri"].partition("?")[0] in wanted


@walks(rows((S.DIALLING, S.RINGING, S.EARLY_MEDIA, S.ANSWERED), sig.CommandFailed))
async def test_dialling_that_failed_ends_the_call_and_a_lost_confirmation_costs_nothing_once_the_leg_is_seen(
    stage: OpenStage,
) -> None:
    async with stage() as on:
        on.relay.lose_answer = lambda request: '"appArgs":"out"' in request.get("message_body", "")
        refused = on.place("+441632960602", trunk="nowhere")
        calls = {state: on.place_into(state) for state in (S.RINGING, S.EARLY_MEDIA, S.ANSWERED)}
        failed = await on.reached(refused, S.ENDED)
        await on.walk.has(refused.id, (S.DIALLING, sig.CommandFailed))
        for state, call in calls.items():
            await on.walk.has(call.id, (state, sig.CommandFailed))
            on.tell(call, sig.HangUpAsked)
            await on.reached(call, S.ENDED)
            await on.holds_no_leg_of(call)
    assert failed.outcome is Outcome.FAILED
    assert failed.reason.startswith("PlaceCall: ")
    assert {on.now(call).reason for call in calls.values()} == {"asked"}


@walks(rows((S.SCREENING, S.DROPPING, S.CONNECTED, S.HELD), sig.CommandFailed))
async def test_a_command_that_fails_ends_the_call_if_it_cannot_go_on_without(stage: OpenStage) -> None:
    async with stage(some_agents(1)) as on:
        on.ami.cut()
        talking = on.place_into(S.CONNECTED)
        await on.walk.has(talking.id, (S.CONNECTED, sig.CommandFailed))
        on.tell(talking, sig.HoldAsked)
        await on.reached(talking, S.HELD)
        on.tell(talking, sig.RecordingPauseAsked, paused=True)
        await on.walk.has(talking.id, (S.HELD, sig.CommandFailed))
        assert on.now(talking).state is S.HELD, "it goes on without a recording"
        assert on.now(talking).reason.startswith("PauseRecording: ")
        on.relay.lose_request = lambda request: request["uri"].partition("?")[0].endswith("/continue")
        unscreened, speechless = on.place_into(S.SCREENING), on.place_into(S.DROPPING, drop_media="no-such")
        ended = {call.number_e164: await on.reached(call, S.ENDED) for call in (unscreened, speechless)}
        await on.walk.has(unscreened.id, (S.SCREENING, sig.CommandFailed))
        await on.walk.has(speechless.id, (S.DROPPING, sig.CommandFailed))
    assert ended[speechless.number_e164].outcome is Outcome.ABANDONED
    assert [call.reason.split(":")[0] for call in ended.values()] == ["Screen", "Play"]


@walks(rows(S.CONNECTED, sig.BridgeGone))
async def test_a_bridge_that_is_taken_away_is_put_back_with_everybody_who_was_in_it(stage: OpenStage) -> None:
    async with stage(some_agents(1)) as on:
        agent = on.app.agents.get(AgentId("agent1"))

        async def holds(*legs: LegId | None) -> bool:
            found = (await on.app.switch.view()).legs
            return all(leg in found and found[leg].bridge_id == agent.bridge_id for leg in legs)  # type: ignore[index]

        await on.take_away(agent.bridge_id)
        await until(lambda: holds(agent.leg_id), 5.0, "the phone is back")
        call = await on.reached(on.place_into(S.CONNECTED), S.CONNECTED)
        await on.take_away(agent.bridge_id)
        await on.walk.has(call.id, (S.CONNECTED, sig.BridgeGone))
        await until(lambda: holds(agent.leg_id, call.leg_id), 5.0, "they are together again")
        assert on.now(call).state is S.CONNECTED
        assert on.app.agents.get(agent.id).state is AgentState.TALKING


@walks(rows(S.WAITING, sig.CommandFailed))
async def test_a_call_that_cannot_be_bridged_ends_and_its_agent_goes_on(stage: OpenStage) -> None:
    async with stage(some_agents(1)) as on:
        on.relay.lose_request = lambda request: "addChannel?channel=c-" in request["uri"]
        call = on.place_into(S.WAITING)
        await on.walk.has(call.id, (S.WAITING, sig.CommandFailed))
        await on.reached(call, S.ENDED)
        agent = AgentId("agent1")
        await until(lambda: on.app.agents.get(agent).state is AgentState.AVAILABLE, 5.0, "the agent goes on")


@walks(
    rows((S.CONNECTED, S.HELD), sig.TransferAsked, sig.TargetEnded),
    rows(S.HELD, sig.TargetEntered),
    rows(S.CONNECTED, sig.DigitsAsked),
)
async def test_a_customer_is_passed_on_to_an_agent_to_a_number_and_to_whoever_is_free(stage: OpenStage) -> None:
    first, second = AgentId("agent1"), AgentId("agent2")
    async with stage(some_agents(2, wrap_limit_s=0.2)) as on:
        wishes = on.app.control.wishes
        on.app.agents.pause(second, "waits")
        await until(lambda: on.app.agents.get(second).state is AgentState.PAUSED, 5.0, "only one is free")
        call = await on.reached(on.place(LONG), S.CONNECTED)
        await until(lambda: on.app.agents.get(first).state is AgentState.TALKING, 5.0, "the agent knows")
        wishes.send_digits(first, "12*#")
        await on.walk.has(call.id, (S.CONNECTED, sig.DigitsAsked))
        on.app.agents.available(second)
        await until(lambda: on.app.agents.get(second).state is AgentState.AVAILABLE, 5.0, "a colleague is free")
        await wishes.transfer(first, Target(second))
        await until(lambda: on.app.agents.get(second).call_id == call.id, 5.0, "the colleague has the call")
        await until(lambda: on.app.agents.get(second).state is AgentState.TALKING, 5.0, "the colleague talks")
        wishes.hold(second)
        await on.reached(call, S.HELD)
        await wishes.transfer(second, Target())
        await on.reached(call, S.CONNECTED)
        agent_id = await until(lambda: on.now(call).agent_id, 5.0, "somebody has the call")
        await until(lambda: on.app.agents.get(agent_id).state is AgentState.TALKING, 5.0, "and talks")
        await wishes.transfer(agent_id, Target(number=BUSY))
        await on.walk.has(call.id, (S.HELD, sig.TargetEnded))
        await on.reached(call, S.CONNECTED)
        agent_id = await until(lambda: on.now(call).agent_id, 5.0, "somebody has the call again")
        await until(lambda: on.app.agents.get(agent_id).state is AgentState.TALKING, 5.0, "and talks")
        await wishes.transfer(agent_id, Target(number=EXPERT))
        await on.walk.has(call.id, (S.HELD, sig.TargetEntered))
        expert = on.now(call).transfer_leg_id

        async def together() -> bool:
            legs = (await on.app.switch.view()).legs
            return {legs[leg].bridge_id for leg in (call.leg_id, expert) if leg in legs} == {target_bridge(call.id)}

        await until(together, 5.0, "customer and expert are in one bridge")
        ended = await on.reached(call, S.ENDED, 15.0)
        await on.walk.has(call.id, (S.CONNECTED, sig.TargetEnded))
        await on.holds_no_leg_of(call)
    assert (ended.outcome, ended.abandoned, ended.reason) == (Outcome.ANSWERED, False, "transfer ended")


@walks(
    rows((S.CONNECTED, S.HELD), sig.ConsultAsked, sig.ConsultReady, sig.ConsultLost, sig.ConsultEnded),
    rows((S.CONNECTED, S.HELD), sig.ConsultPassAsked, sig.BridgeGone),
    rows(S.HELD, sig.ConferenceAsked),
)
async def test_somebody_is_asked_while_the_customer_waits_and_everybody_talks_together(stage: OpenStage) -> None:
    first, second = AgentId("agent1"), AgentId("agent2")
    async with stage(some_agents(2, wrap_limit_s=0.2)) as on:
        wishes, agents = on.app.control.wishes, on.app.agents
        agents.pause(second, "waits")
        await until(lambda: agents.get(second).state is AgentState.PAUSED, 5.0, "only one is free")
        call = await on.reached(on.place(LONG), S.CONNECTED)
        await until(lambda: agents.get(first).state is AgentState.TALKING, 5.0, "the agent knows")
        agents.available(second)

        async def ask() -> None:
            await until(lambda: agents.get(second).state is AgentState.AVAILABLE, 5.0, "a colleague is free")
            await wishes.consult(first, Target(second))
            await until(lambda: agents.get(second).state is AgentState.TALKING, 5.0, "the colleague is there")

        await ask()
        on.tell(call, sig.ConsultAsked, to="agent:agent2", agent_id=second)  # once more: it changes nothing
        wishes.end_consult(first)
        await until(lambda: on.now(call).consult is None, 5.0, "given up")
        await ask()
        wishes.hang_up(second)
        await until(lambda: on.now(call).consult is None, 5.0, "the colleague left")
        await ask()
        await on.app.switch.execute(CloseBridge(agents.get(first).bridge_id))
        await on.walk.has(call.id, (S.HELD, sig.BridgeGone))
        wishes.conference(first)
        await on.reached(call, S.CONNECTED)
        colleague = agents.get(second)
        for late in (sig.ConsultEnded, sig.ConsultReady):
            values = {"agent_id": second, "leg_id": colleague.leg_id, "home": colleague.bridge_id}
            on.tell(call, late, **(values if late is sig.ConsultReady else {}))
            await on.walk.has(call.id, (S.CONNECTED, late))
        await ask()
        wishes.pass_to_asked(first)
        await until(lambda: on.now(call).agent_id == second, 5.0, "the colleague has the customer")
        await until(lambda: agents.get(first).state is AgentState.AVAILABLE, 5.0, "the first one goes on")
        on.tell(call, sig.ConsultPassAsked)  # twice: there is nobody to leave the customer to
        await on.walk.has(call.id, (S.CONNECTED, sig.ConsultPassAsked))
        await on.app.switch.execute(CloseBridge(agents.get(second).bridge_id))
        await on.walk.has(call.id, (S.CONNECTED, sig.BridgeGone))
        on.tell(call, sig.ConsultLost, agent_id=second, reason="both hung up at once")
        await on.walk.has(call.id, (S.CONNECTED, sig.ConsultLost))
        await on.reached(call, S.CONNECTED)
        assert on.now(call).agent_id in {first, second}


@walks(
    rows(S.WAITING, sig.AgentReserved, sig.AgentLost),
    rows((S.CONNECTED, S.HELD, S.WRAP_UP), sig.AgentLost),
)
async def test_the_agent_is_lost_in_every_state_in_which_there_is_one(stage: OpenStage) -> None:
    chair = some_agents(1)[0]
    empty = Agent(
        id=AgentId("empty"), name="Empty chair", phone="lazy1", mode=PhoneMode.ON_HOOK, ring_timeout_s=1,
        state_since=chair.state_since,
    )  # fmt: skip
    async with stage([*some_agents(3), empty]) as on:
        talking, held, both_gone = (on.place_into(state) for state in (S.CONNECTED, S.HELD, S.WAITING))
        for call in (talking, held, both_gone):
            await on.reached(call, S.CONNECTED)
        # The empty chair had been free for longest: one of the three rang there first, and then went to somebody else.
        missed = [call for call in (talking, held, both_gone) if (S.WAITING, sig.AgentLost) in on.walk.of(call.id)]
        assert [on.now(call).agent_id in {"agent1", "agent2", "agent3"} for call in missed] == [True]
        assert on.app.agents.get(empty.id).reason == "missed call"
        on.tell(held, sig.HoldAsked)
        await on.reached(held, S.HELD)
        for call in (talking, held):
            agent_id = on.now(call).agent_id
            assert agent_id is not None
            await on.hang_up_phone(agent_id)
            assert (await on.reached(call, S.WAITING)).agent_id is None
        assert on.now(held).held_s > 0
        # Customer and agent leave while the exchange still owes the call an answer: the agent's end is heard of only
        # after the customer's.
        on.relay.lose_answer = about(both_gone, "GET")
        on.tell(both_gone, sig.RecordingPauseAsked, paused=True)
        await until(lambda: on.relay.lost["answer"], 5.0, "the call waits for an answer")
        await on.far_hangs_up(both_gone)
        await on.holds_no_leg_of(both_gone)
        await on.hang_up_phone(str(on.now(both_gone).agent_id))
        ended = await on.reached(both_gone, S.ENDED)
        assert on.walk.of(both_gone.id)[-2:] == [(S.CONNECTED, sig.LegEnded), (S.WRAP_UP, sig.AgentLost)]
    assert ended.outcome is Outcome.ANSWERED


def test_every_row_of_the_table_is_declared_by_a_scenario() -> None:
    assert set(TABLE) == DECLARED
