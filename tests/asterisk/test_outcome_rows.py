"""What a carrier does and what the exchange says of it, as it arrives on the call: times, cause, code, outcome.

The third-last digit lets a number ring for half a second first; the last two say what the carrier does then.
"""

from pathlib import Path
from typing import NamedTuple

from tests.asterisk.scenes import place
from tests.asterisk.support import until
from tests.asterisk.world import controller, plan_of, prepared, some_agents

from waihu.telephony.exchange import Exchange
from waihu_models import signals as sig
from waihu_models.agent import AgentState
from waihu_models.call import Call, CallState
from waihu_models.ids import AgentId
from waihu_models.outcome import Outcome

RANG, EARLY, ANSWERED = "rang", "early media", "answered"
HUMAN, MACHINE, UNSURE = sig.Verdict.HUMAN, sig.Verdict.MACHINE, sig.Verdict.UNSURE


class Row(NamedTuple):
    """What is found on an ended call."""

    outcome: Outcome
    cause: int
    sip_code: int
    heard: frozenset[str]
    verdict: sig.Verdict | None = None


def row_of(call: Call) -> Row:
    assert call.outcome is not None
    times = {RANG: call.ringing_at, EARLY: call.early_media_at, ANSWERED: call.answered_at}
    heard = frozenset(name for name, at in times.items() if at is not None)
    return Row(call.outcome, call.cause, call.sip_code, heard, call.verdict)


def number(behaviour: str) -> str:
    return f"+44163296{behaviour:0>4}"


def rang(outcome: Outcome, cause: int, sip_code: int) -> Row:
    return Row(outcome, cause, sip_code, frozenset({RANG}))


REFUSED = {
    "102": rang(Outcome.BUSY, 17, 486),
    "104": rang(Outcome.INVALID_NUMBER, 1, 404),
    "105": rang(Outcome.CONGESTION, 34, 503),
    "107": rang(Outcome.REJECTED, 21, 403),
    "112": rang(Outcome.INVALID_NUMBER, 22, 410),
    "113": rang(Outcome.UNREACHABLE, 18, 408),
    "114": rang(Outcome.UNREACHABLE, 19, 480),
    "115": rang(Outcome.CONGESTION, 27, 502),
    "116": rang(Outcome.CONGESTION, 38, 500),
    "119": rang(Outcome.REJECTED, 21, 603),
    "106": Row(Outcome.INVALID_NUMBER, 1, 404, frozenset({RANG, EARLY})),  # tone and announcement first
    "006": Row(Outcome.INVALID_NUMBER, 1, 404, frozenset({EARLY})),
}


async def test_a_refusal_after_ringing_or_early_media(exchange: Exchange, tmp_path: Path) -> None:
    url, _ = await prepared(tmp_path, [])
    async with controller(plan_of(exchange, url)) as (app, seen):
        for behaviour in REFUSED:
            place(app, number(behaviour))
        await until(lambda: len(seen.ended) == len(REFUSED), 20.0, "all calls end")
    assert {call.number_e164[-3:]: row_of(call) for call in seen.ended} == REFUSED


TIMED_OUT = {
    "103": rang(Outcome.NO_ANSWER, 19, 480),
    "117": Row(Outcome.NO_ANSWER, 19, 480, frozenset({RANG, EARLY})),
    "006": Row(Outcome.NO_ANSWER, 19, 480, frozenset({EARLY})),
}


async def test_our_own_time_out_whatever_was_heard_till_then(exchange: Exchange, tmp_path: Path) -> None:
    url, _ = await prepared(tmp_path, [])
    async with controller(plan_of(exchange, url)) as (app, seen):
        for behaviour in TIMED_OUT:
            place(app, number(behaviour), ring_timeout_s=2)
        await until(lambda: len(seen.ended) == len(TIMED_OUT), 10.0, "all calls end")
    assert {call.number_e164[-3:]: row_of(call) for call in seen.ended} == TIMED_OUT
    for call in seen.ended:
        assert call.hung_up_at is not None
        assert 1.9 < (call.hung_up_at - call.dialled_at).total_seconds() < 3.0


SCREENED = {
    "101": (Outcome.MACHINE, {RANG, ANSWERED}, MACHINE),  # a greeting of eight seconds
    "108": (Outcome.MACHINE, {RANG, ANSWERED}, MACHINE),  # silence
    "109": (Outcome.MACHINE, {RANG, ANSWERED}, MACHINE),  # information tone and announcement
    "110": (Outcome.MACHINE, {RANG, ANSWERED}, MACHINE),  # fax
    "111": (Outcome.HUNG_UP, {RANG, ANSWERED}, None),  # gone before a verdict
    "017": (Outcome.HUNG_UP, {EARLY, ANSWERED}, HUMAN),
    "118": (Outcome.HUNG_UP, {RANG, ANSWERED}, HUMAN),  # one short word
    "121": (Outcome.HUNG_UP, {RANG, ANSWERED}, UNSURE),  # echo
    "120": (Outcome.HUNG_UP, {RANG, ANSWERED}, UNSURE),  # no packets in silence
}


async def test_an_answered_call_is_what_machine_detection_hears(exchange: Exchange, tmp_path: Path) -> None:
    url, _ = await prepared(tmp_path, [])
    async with controller(plan_of(exchange, url)) as (app, seen):
        calls = [place(app, number(behaviour), screening=True) for behaviour in SCREENED]

        def decided() -> bool:
            now = [seen.calls.get(call.id, call) for call in calls]
            return all(call.ended_at or call.state is CallState.WAITING for call in now)

        await until(decided, 15.0, "a verdict on each")
        waiting = [call for call in seen.calls.values() if call.state is CallState.WAITING]
        for call in waiting:
            assert call.greeting_ended_at is not None
            app.calls.ask(call.id, sig.HangUpAsked(app.clock.now(), "nobody is there"))
        await until(lambda: len(seen.ended) == len(SCREENED), 10.0, "all calls end")
    ended = {call.number_e164[-3:]: row_of(call) for call in seen.ended}
    assert {key: (row.outcome, set(row.heard), row.verdict) for key, row in ended.items()} == SCREENED
    assert {row.cause for row in ended.values()} <= {0, 16}
    assert {row.sip_code for row in ended.values()} == {0}


async def test_an_answered_call_is_ended_by_the_callee_or_by_us(exchange: Exchange, tmp_path: Path) -> None:
    url, _ = await prepared(tmp_path, [], agents=some_agents(2))
    async with controller(plan_of(exchange, url)) as (app, seen):
        for agent in ("agent1", "agent2"):
            app.agents.log_in(AgentId(agent))
        await until(lambda: all(agent.state is AgentState.AVAILABLE for agent in app.agents), 10.0, "agents log in")
        theirs, ours = place(app, number("122")), place(app, number("199"))
        await until(lambda: seen.calls[ours.id].state is CallState.CONNECTED, 10.0, "we talk")
        app.calls.ask(ours.id, sig.HangUpAsked(app.clock.now(), "agent"))
        await until(lambda: len(seen.ended) == 2, 10.0, "both end")
        left_early = place(app, number("111"), patience_s=5.0)
        await until(lambda: left_early.id in {call.id for call in seen.ended}, 10.0, "it ends")
    rows = {call.id: row_of(call) for call in seen.ended}
    assert {rows[theirs.id].outcome, rows[ours.id].outcome, rows[left_early.id].outcome} == {Outcome.ANSWERED}
    assert {row.cause for row in rows.values()} <= {0, 16}
    assert seen.calls[ours.id].reason == "agent"
    assert seen.calls[theirs.id].reason == ""
