from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.samples import BRIDGE, EVERY_SIGNAL, LATER, a_signal

from waihu.testing.factories import NOON, an_agent
from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.agent import PHONE_AWAY, REPEATS, TABLE, Agent, AgentState, PhoneMode, advance
from waihu_models.errors import IllegalTransition
from waihu_models.ids import CallId, CampaignId, LegId, SessionId

S = AgentState
LEG = LegId("a-agent1-s1.0")
CALL = CallId("1" * 32)
OTHER_CALL = CallId("2" * 32)
BY_NAME = {kind.__name__: kind for kind in EVERY_SIGNAL}


def an_agent_in(state: AgentState, mode: PhoneMode = PhoneMode.NAILED_UP, **changes: Any) -> Agent:
    facts: dict[str, Any] = {"state": state, "mode": mode, "session_id": SessionId("s1"), "leg_count": 1}
    if state is not S.OFFLINE and (mode is PhoneMode.NAILED_UP or state in {S.RESERVED, S.TALKING}):
        facts |= {"leg_id": LEG, "leg_joined": state not in {S.CALLING, S.RESERVED} or mode is PhoneMode.NAILED_UP}
    if state in {S.RESERVED, S.TALKING, S.WRAP_UP}:
        facts["call_id"] = CALL
    return an_agent(**{**facts, **changes})


def told(agent: Agent, kind: type, **values: Any) -> tuple[Agent, tuple[do.Command, ...]]:
    return advance(agent, a_signal(kind, **{"leg_id": LEG, **values}))


# State, signal, state after it, commands: what a typical nailed-up agent does.
_IN_SESSION = """
    PhoneLost offline HangUp,CloseBridge
    LegVanished offline HangUp,CloseBridge
    CommandFailed = -
    LegEntered = Join
    BridgeGone = OpenBridge,Join
    AgentEdited = -
"""
_WAITS_FOR_PHONE = """
    PhoneAway = -
    PhoneBack = -
"""
SPEC = {
    "offline": """
        LogInAsked calling OpenBridge,PlaceCall
        AgentEdited = -
    """,
    "calling": f"""{_IN_SESSION}
        LogOutAsked offline HangUp,CloseBridge
        LegJoined available -
        LegEnded offline CloseBridge
        PhoneAway offline HangUp,CloseBridge
    """,
    "available": f"""{_IN_SESSION}
        PhoneAway paused -
        PhoneBack = -
        LogOutAsked offline HangUp,CloseBridge
        LegJoined = -
        LegEnded offline CloseBridge
        CallReserved reserved -
        PauseAsked paused -
    """,
    "reserved": f"""{_IN_SESSION}
        PhoneAway paused -
        PhoneBack = -
        LogOutAsked = -
        LegJoined = -
        LegEnded offline HangUp,CloseBridge
        CallOver wrap_up -
        PauseAsked = -
        AvailableAsked = -
        CallJoined talking -
    """,
    "talking": f"""{_IN_SESSION}{_WAITS_FOR_PHONE}
        LogOutAsked = -
        LegJoined = -
        LegEnded offline HangUp,CloseBridge
        CallOver wrap_up -
        PauseAsked = -
        AvailableAsked = -
    """,
    "wrap_up": f"""{_IN_SESSION}{_WAITS_FOR_PHONE}
        LogOutAsked offline HangUp,CloseBridge
        LegJoined = -
        LegEnded offline CloseBridge
        WrapOver available -
        AvailableAsked available -
        PauseAsked paused -
    """,
    "paused": f"""{_IN_SESSION}{_WAITS_FOR_PHONE}
        LogOutAsked offline HangUp,CloseBridge
        LegJoined = -
        LegEnded offline CloseBridge
        AvailableAsked available -
        PauseAsked paused -
        CallReserved = -
    """,
}
ROWS = [(state, *line.split()) for state, rows in SPEC.items() for line in rows.splitlines() if line.strip()]


@pytest.mark.parametrize(("state", "signal", "after", "commands"), ROWS)
def test_every_row_of_the_table_does_what_it_says(state: str, signal: str, after: str, commands: str) -> None:
    moved, given_commands = told(an_agent_in(AgentState(state)), BY_NAME[signal])
    assert moved.state == (state if after == "=" else after)
    assert [type(command).__name__ for command in given_commands] == ([] if commands == "-" else commands.split(","))
    assert moved.state_since == (NOON if after == "=" else LATER)


def test_every_row_of_the_table_is_written_down_here() -> None:
    assert {(AgentState(state), BY_NAME[signal]) for state, signal, *_ in ROWS} == set(TABLE)


@pytest.mark.parametrize("state", AgentState)
def test_what_may_come_too_late_changes_nothing_and_all_else_is_illegal(state: AgentState) -> None:
    agent = an_agent_in(state)
    for kind in EVERY_SIGNAL:
        if (state, kind) in TABLE:
            continue
        if issubclass(kind, REPEATS):
            assert told(agent, kind) == (agent, ())
        else:
            with pytest.raises(IllegalTransition, match=f"{kind.__name__} cannot happen in state {state}"):
                told(agent, kind)


# ---- edits ---------------------------------------------------------------------------------------------------------

EDIT: dict[str, Any] = {
    "name": "Ada", "phone": "desk9", "on_hook_by_default": True, "campaign_id": CampaignId("3" * 32),
    "wrap_limit_s": 12.0, "ring_timeout_s": 9,
}  # fmt: skip


def test_an_edit_of_an_agent_who_is_offline_counts_whole() -> None:
    edited, _ = told(an_agent_in(S.OFFLINE), sig.AgentEdited, **EDIT)
    assert (edited.name, edited.phone, edited.mode) == ("Ada", "desk9", PhoneMode.ON_HOOK)
    assert (edited.campaign_id, edited.wrap_limit_s, edited.ring_timeout_s) == ("3" * 32, 12.0, 9)


@pytest.mark.parametrize("state", [state for state in AgentState if state is not S.OFFLINE])
def test_an_edit_leaves_a_session_its_phone_and_campaign_and_a_running_wrap_up_its_end(state: AgentState) -> None:
    before = an_agent_in(state)
    edited, _ = told(before, sig.AgentEdited, **EDIT)
    assert (edited.name, edited.ring_timeout_s) == ("Ada", 9)
    assert (edited.phone, edited.mode, edited.campaign_id) == (before.phone, before.mode, before.campaign_id)
    assert edited.wrap_ends_at == before.wrap_ends_at
    assert edited.wrap_limit_s == (before.wrap_limit_s if state is S.WRAP_UP else 12.0)


# ---- log-in and log-out -------------------------------------------------------------------------------------------


def test_a_nailed_up_agent_is_rung_at_log_in_and_available_once_bridged() -> None:
    agent, commands = told(an_agent(), sig.LogInAsked)
    ring = do.PlaceCall(LEG, do.PhoneAddress("agent1", auto_answer=True), "Waihu", 15)
    assert commands == (do.OpenBridge(BRIDGE), ring)
    assert told(agent, sig.LegEntered)[1] == (do.Join(BRIDGE, LEG),)
    agent, _ = told(agent, sig.LegJoined)
    assert (agent.state, agent.leg_joined) == (S.AVAILABLE, True)


def test_an_on_hook_agent_is_available_at_once_without_a_leg() -> None:
    agent, commands = told(an_agent(), sig.LogInAsked, on_hook=True, phone="agent7")
    assert (agent.state, agent.mode, agent.phone, agent.leg_id) == (S.AVAILABLE, PhoneMode.ON_HOOK, "agent7", None)
    assert commands == (do.OpenBridge(BRIDGE),)


def test_log_in_forgets_everything_of_the_session_before() -> None:
    old = an_agent_in(S.OFFLINE, call_id=CALL, then_pause="lunch", then_log_out="bye", leg_count=9, reason="gone")
    agent, _ = told(old, sig.LogInAsked, session_id=SessionId("s2"))
    assert (agent.call_id, agent.then_pause, agent.then_log_out, agent.reason) == (None, "", "", "")
    assert agent.leg_id == "a-agent1-s2.0"


def test_a_phone_that_does_not_answer_at_log_in_ends_the_session() -> None:
    agent, _ = told(an_agent_in(S.CALLING), sig.LegEnded)
    assert (agent.state, agent.reason, agent.leg_id) == (S.OFFLINE, "phone did not answer", None)


def test_a_strange_leg_that_enters_is_hung_up() -> None:
    agent = an_agent_in(S.AVAILABLE)
    assert told(agent, sig.LegEntered, leg_id="a-agent1-old.0") == (agent, (do.HangUp(LegId("a-agent1-old.0")),))


def test_the_end_of_another_leg_means_nothing() -> None:
    for state in (S.CALLING, S.AVAILABLE, S.RESERVED, S.TALKING, S.WRAP_UP, S.PAUSED):
        agent = an_agent_in(state)
        assert told(agent, sig.LegEnded, leg_id="a-agent1-old.0") == (agent, ())


def test_log_out_in_a_call_waits_for_its_end_unless_forced() -> None:
    agent, commands = told(an_agent_in(S.TALKING, wrap_limit_s=0.0), sig.LogOutAsked, reason="shift over")
    assert (agent.state, agent.then_log_out, commands) == (S.TALKING, "shift over", ())
    agent, commands = told(agent, sig.CallOver)
    assert (agent.state, agent.reason) == (S.OFFLINE, "shift over")
    assert commands == (do.HangUp(LEG), do.CloseBridge(BRIDGE))
    forced, _ = told(an_agent_in(S.TALKING), sig.LogOutAsked, forced=True)
    assert forced.state is S.OFFLINE
    assert forced.call_id == CALL, "the desk must still tell that call that its agent is gone"


def test_a_wish_to_log_out_is_met_after_wrap_up() -> None:
    agent, _ = told(an_agent_in(S.TALKING), sig.LogOutAsked, reason="shift over")
    agent, _ = told(agent, sig.CallOver)
    assert agent.state is S.WRAP_UP
    agent, _ = told(agent, sig.WrapOver)
    assert (agent.state, agent.reason) == (S.OFFLINE, "shift over")


@pytest.mark.parametrize("state", [S.AVAILABLE, S.RESERVED, S.TALKING, S.WRAP_UP, S.PAUSED])
def test_a_nailed_up_leg_that_ends_is_the_end_of_the_session(state: AgentState) -> None:
    agent, _ = told(an_agent_in(state), sig.LegEnded)
    assert (agent.state, agent.reason, agent.leg_id) == (S.OFFLINE, "phone hung up", None)


def test_a_phone_that_cannot_be_rung_logs_the_agent_out_with_the_reason() -> None:
    agent, _ = told(an_agent_in(S.CALLING), sig.CommandFailed, command="PlaceCall", error="switch_refused")
    assert (agent.state, agent.reason) == (S.OFFLINE, "PlaceCall: switch_refused")


# ---- calls --------------------------------------------------------------------------------------------------------


def test_an_on_hook_phone_is_rung_for_each_call_under_a_new_name() -> None:
    agent, commands = told(an_agent_in(S.AVAILABLE, PhoneMode.ON_HOOK), sig.CallReserved)
    assert agent.leg_id == "a-agent1-s1.1"
    assert [type(command) for command in commands] == [do.PlaceCall]
    assert agent.on_call


def test_who_pauses_may_call_somebody_and_pauses_again_after_it() -> None:
    agent, _ = told(an_agent_in(S.PAUSED, reason="lunch"), sig.CallReserved, by_hand=True)
    assert agent.state is S.RESERVED
    agent, _ = told(agent, sig.CallOver, talked=False)
    assert (agent.state, agent.reason, agent.call_id) == (S.PAUSED, "lunch", None)


def test_an_on_hook_agent_who_misses_a_call_is_paused() -> None:
    agent, commands = told(an_agent_in(S.RESERVED, PhoneMode.ON_HOOK), sig.LegEnded)
    assert (agent.state, agent.reason, agent.call_id, agent.leg_id) == (S.PAUSED, "missed call", None, None)
    assert not commands


def test_an_on_hook_agent_ends_a_call_by_putting_the_phone_down() -> None:
    agent, _ = told(an_agent_in(S.TALKING, PhoneMode.ON_HOOK), sig.LegEnded)
    assert (agent.state, agent.leg_id) == (S.TALKING, None)
    agent, commands = told(agent, sig.CallOver)
    assert (agent.state, commands) == (S.WRAP_UP, ())


def test_the_phone_of_an_on_hook_agent_is_hung_up_when_the_customer_leaves() -> None:
    agent, commands = told(an_agent_in(S.TALKING, PhoneMode.ON_HOOK), sig.CallOver)
    assert (agent.state, commands) == (S.WRAP_UP, (do.HangUp(LEG),))


@pytest.mark.parametrize(("talked", "wrap_limit_s", "after"), [
    (True, 30.0, S.WRAP_UP), (True, 0.0, S.AVAILABLE), (False, 30.0, S.AVAILABLE),
])  # fmt: skip
def test_wrap_up_follows_only_a_talk_and_only_where_there_is_any(
    talked: bool, wrap_limit_s: float, after: AgentState
) -> None:
    agent, _ = told(an_agent_in(S.TALKING, wrap_limit_s=wrap_limit_s), sig.CallOver, talked=talked)
    assert agent.state is after


def test_wrap_up_ends_by_itself_after_its_limit() -> None:
    assert an_agent_in(S.WRAP_UP, wrap_limit_s=12.0).wrap_ends_at == NOON + timedelta(seconds=12)
    assert an_agent_in(S.PAUSED).wrap_ends_at is None


@pytest.mark.parametrize("kind", [sig.CallOver, sig.CallJoined])
def test_news_of_another_call_means_nothing(kind: type) -> None:
    agent = an_agent_in(S.RESERVED)
    assert told(agent, kind, call_id=OTHER_CALL) == (agent, ())


def test_a_pause_asked_for_in_a_call_begins_after_it() -> None:
    agent, _ = told(an_agent_in(S.TALKING, wrap_limit_s=0.0), sig.PauseAsked, reason="lunch")
    assert (agent.state, agent.then_pause) == (S.TALKING, "lunch")
    agent, _ = told(agent, sig.CallOver)
    assert (agent.state, agent.reason, agent.then_pause) == (S.PAUSED, "lunch", "")


def test_a_pause_asked_for_in_a_call_can_be_taken_back() -> None:
    agent, _ = told(an_agent_in(S.TALKING, wrap_limit_s=0.0), sig.PauseAsked, reason="lunch")
    agent, _ = told(agent, sig.AvailableAsked)
    agent, _ = told(agent, sig.CallOver)
    assert agent.state is S.AVAILABLE


def test_a_second_pause_says_why_and_since_when_anew() -> None:
    agent, _ = told(an_agent_in(S.PAUSED, reason="lunch"), sig.PauseAsked, reason="training")
    assert (agent.reason, agent.state_since) == ("training", LATER)


# ---- phones that come back ----------------------------------------------------------------------------------------

AGAIN = LegId("a-agent1-s1.1")


def away(agent: Agent) -> Agent:
    return told(agent, sig.PhoneAway)[0]


def rung_again(agent: Agent) -> Agent:
    """Away and back, with nothing left of the leg it had; the new one is up."""
    agent, commands = told(away(agent), sig.PhoneBack, renewed=True)
    assert [type(command) for command in commands] == [do.HangUp, do.PlaceCall]
    assert (agent.leg_id, agent.leg_joined) == (AGAIN, False)
    assert told(agent, sig.LegEntered, leg_id=AGAIN)[1] == (do.Join(BRIDGE, AGAIN),)
    return agent


def test_an_agent_whose_phone_is_away_in_a_call_keeps_it_and_is_rung_again_into_the_same_bridge() -> None:
    agent = rung_again(an_agent_in(S.TALKING))
    assert (agent.state, agent.call_id) == (S.TALKING, CALL)
    agent, commands = told(agent, sig.LegJoined, leg_id=AGAIN)
    assert (agent.state, agent.leg_joined, agent.phone_away, commands) == (S.TALKING, True, False, ())


@pytest.mark.parametrize("state", [S.AVAILABLE, S.RESERVED])
def test_an_agent_whose_phone_is_away_gets_no_call_and_is_available_once_it_hears_the_bridge(state: AgentState) -> None:
    waits = away(an_agent_in(state))
    assert (waits.state, waits.reason, waits.call_id) == (S.PAUSED, PHONE_AWAY, None)
    still, _ = told(waits, sig.AvailableAsked)
    assert still.state is S.PAUSED
    agent = rung_again(an_agent_in(state))
    assert agent.state is S.PAUSED
    agent, _ = told(agent, sig.LegJoined, leg_id=AGAIN)
    assert (agent.state, agent.reason) == (S.AVAILABLE, "")


def test_a_phone_that_still_has_its_leg_is_not_rung_again() -> None:
    agent, commands = told(away(an_agent_in(S.TALKING)), sig.PhoneBack)
    assert (agent, commands) == (an_agent_in(S.TALKING), ())
    agent, commands = told(away(an_agent_in(S.AVAILABLE)), sig.PhoneBack)
    assert (agent.state, agent.leg_id, agent.leg_joined, commands) == (S.AVAILABLE, LEG, True, ())


@pytest.mark.parametrize("mode", PhoneMode)
def test_a_leg_that_ends_while_the_phone_is_away_is_made_anew(mode: PhoneMode) -> None:
    agent, commands = told(away(an_agent_in(S.TALKING, mode)), sig.LegEnded)
    assert (agent.state, agent.leg_id, commands) == (S.TALKING, None, ())
    agent, commands = told(agent, sig.PhoneBack)
    assert (agent.leg_id, [type(command) for command in commands]) == (AGAIN, [do.PlaceCall])


def test_a_phone_that_comes_back_and_is_not_answered_ends_the_session() -> None:
    agent, commands = told(rung_again(an_agent_in(S.TALKING)), sig.LegEnded, leg_id=AGAIN)
    assert (agent.state, agent.call_id, commands[-1]) == (S.OFFLINE, CALL, do.CloseBridge(BRIDGE))


def test_a_customer_who_leaves_while_the_phone_is_away_leaves_an_agent_who_waits_for_it() -> None:
    agent, _ = told(away(an_agent_in(S.TALKING)), sig.CallOver)
    assert agent.state is S.WRAP_UP
    agent, _ = told(agent, sig.WrapOver)
    assert (agent.state, agent.reason) == (S.PAUSED, PHONE_AWAY)
    agent, _ = told(agent, sig.PhoneBack)
    assert agent.state is S.AVAILABLE


def test_a_pause_goes_on_when_the_phone_is_back() -> None:
    agent, _ = told(away(an_agent_in(S.PAUSED, reason="lunch")), sig.PhoneBack)
    assert (agent.state, agent.reason) == (S.PAUSED, "lunch")
    agent, _ = told(away(an_agent_in(S.AVAILABLE)), sig.PauseAsked, reason="lunch")
    agent, _ = told(agent, sig.PhoneBack)
    assert (agent.state, agent.reason) == (S.PAUSED, "lunch")


def test_a_page_opened_beside_another_takes_the_leg_over() -> None:
    agent, commands = told(an_agent_in(S.TALKING), sig.PhoneBack, renewed=True)
    assert (agent.state, agent.leg_id) == (S.TALKING, AGAIN)
    assert [type(command) for command in commands] == [do.HangUp, do.PlaceCall]


def test_an_on_hook_phone_is_rung_again_only_for_a_call() -> None:
    agent, commands = told(away(an_agent_in(S.AVAILABLE, PhoneMode.ON_HOOK)), sig.PhoneBack, renewed=True)
    assert (agent.state, agent.leg_id, commands) == (S.AVAILABLE, None, ())
    agent, commands = told(away(an_agent_in(S.TALKING, PhoneMode.ON_HOOK)), sig.PhoneBack, renewed=True)
    assert (agent.leg_id, [type(command) for command in commands]) == (AGAIN, [do.HangUp, do.PlaceCall])
    agent, commands = told(an_agent_in(S.RESERVED, PhoneMode.ON_HOOK), sig.PhoneAway)
    assert (agent.state, agent.leg_id, commands) == (S.PAUSED, None, (do.HangUp(LEG),))


def test_a_phone_that_stays_away_ends_the_session_and_leaves_the_call_to_others() -> None:
    agent, commands = told(away(an_agent_in(S.TALKING)), sig.PhoneLost, reason="phone unreachable")
    assert (agent.state, agent.reason, agent.call_id, agent.phone_away) == (S.OFFLINE, "phone unreachable", CALL, False)
    assert commands == (do.HangUp(LEG), do.CloseBridge(BRIDGE))


# ---- random lives -------------------------------------------------------------------------------------------------


def assert_possible(agent: Agent) -> None:
    if agent.state is S.OFFLINE:
        assert agent.leg_id is None
    if agent.leg_joined:
        assert agent.leg_id is not None
    if agent.state in {S.RESERVED, S.TALKING, S.WRAP_UP}:
        assert agent.call_id is not None
    if agent.state in {S.AVAILABLE, S.PAUSED, S.CALLING}:
        assert agent.call_id is None
    if agent.mode is PhoneMode.NAILED_UP and agent.state is not S.OFFLINE:
        assert agent.leg_id is not None or agent.phone_away
        assert agent.leg_joined or agent.phone_away or agent.state is S.CALLING or agent.leg_count > 1
    if agent.phone_away:
        assert agent.state in {S.TALKING, S.WRAP_UP, S.PAUSED}
        assert not agent.leg_joined
    if agent.state is S.AVAILABLE and agent.mode is PhoneMode.NAILED_UP:
        assert agent.leg_joined, "no call for a phone that hears nothing"


@settings(max_examples=80)
@given(st.data(), st.sampled_from(PhoneMode))
def test_no_sequence_of_legal_signals_leads_to_an_impossible_agent(data: st.DataObject, mode: PhoneMode) -> None:
    agent, at = an_agent(mode=mode), NOON
    for _ in range(data.draw(st.integers(1, 30))):
        legal = [kind for kind in EVERY_SIGNAL if (agent.state, kind) in TABLE or issubclass(kind, REPEATS)]
        kind = data.draw(st.sampled_from(legal))
        at += timedelta(seconds=data.draw(st.floats(0, 60)))
        values = {
            "leg_id": data.draw(st.sampled_from([agent.leg_id or LEG, LegId("a-agent1-old.0")])),
            "call_id": data.draw(st.sampled_from([agent.call_id or CALL, OTHER_CALL])),
            "command": data.draw(st.sampled_from(["PlaceCall", "Join", "OpenBridge", "HangUp", "CloseBridge"])),
            "forced": data.draw(st.booleans()),
            "talked": data.draw(st.booleans()),
            "renewed": data.draw(st.booleans()),
        }
        was = agent
        agent, commands = advance(was, a_signal(kind, at, **values))
        if kind is sig.BridgeGone and agent.leg_id is not None and agent.state is not S.OFFLINE:
            # For the moment until it has joined the bridge again the phone hears nothing; then all is as before.
            assert not agent.leg_joined
            assert do.Join(agent.bridge_id, agent.leg_id) in commands
            agent = replace(agent, leg_joined=was.leg_joined)
        assert_possible(agent)
        assert agent.state_since >= was.state_since
        if agent.state is S.OFFLINE and was.state is not S.OFFLINE:
            assert do.CloseBridge(was.bridge_id) in commands
            assert was.leg_id is None or kind is sig.LegEnded or do.HangUp(was.leg_id) in commands
