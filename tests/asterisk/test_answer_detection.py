"""Answers heard by an ear while the exchange's own detection listens, over real SIP and RTP."""

import os
import signal
from pathlib import Path

import pytest
from tests.asterisk.hearing import Hall, hall, models_in
from tests.asterisk.support import until
from tests.asterisk.world import logged_in, some_agents

from waihu.telephony.exchange import Exchange
from waihu_models.call import Call, CallState
from waihu_models.campaign import Detection, DialMode
from waihu_models.outcome import Outcome
from waihu_models.signals import Verdict

FIRM, MACHINE = "+441632960026", "+441632960001"
SENDS_NOTHING = "+441632960020"  # in silence
GREET = ("+441632960000", "+441632960018", "+441632960100", "+441632960118")  # hello, yes; two of them ring first
AMD_WITHIN_S = 5.0
"""Of a machine with a greeting of 8 s; alone it is 2.6 s."""
AMD_GIVES_UP_S = 5.0
"""On such a line; a person is found there after 1.7 s."""
pytestmark = pytest.mark.timeout(120)


async def screened(room: Hall) -> Call:
    """Dial, and wait until the answer is being screened."""
    await room.ears_are_ready()
    await logged_in(room.app)
    await room.app.dialling.start("spring")
    return await until(
        lambda: next((one for one in room.seen.calls.values() if one.state is CallState.SCREENING), None), 20.0
    )


async def verdict_of(room: Hall, call: Call) -> Call:
    return await until(lambda: room.seen.calls[call.id].verdict and room.seen.calls[call.id], 15.0)


@pytest.mark.parametrize(
    ("detection", "verdict"), [(Detection.AMD, Verdict.MACHINE), (Detection.COMBINED, Verdict.HUMAN)]
)
async def test_a_person_who_greets_at_length_is_a_machine_to_amd_and_a_person_with_an_ear(
    exchange: Exchange, tmp_path: Path, detection: Detection, verdict: Verdict
) -> None:
    given = {"mode": DialMode.PROGRESSIVE, "screening": True, "detection": detection}
    async with hall(exchange, tmp_path, [FIRM], models_in(tmp_path, "en"), some_agents(1), **given) as room:
        call = await verdict_of(room, await screened(room))
    assert call.verdict is verdict


async def test_hello_on_a_line_that_sends_nothing_in_silence_gets_an_agent_while_amd_would_still_listen(
    exchange: Exchange, tmp_path: Path
) -> None:
    given = {"mode": DialMode.PROGRESSIVE, "screening": True, "detection": Detection.COMBINED}
    async with hall(exchange, tmp_path, [SENDS_NOTHING], models_in(tmp_path, "en"), some_agents(1), **given) as room:
        await screened(room)
        call = await room.talking()
        found = room.app.hearing.answers
        assert found is not None
        assert (call.verdict, found.counts) == (Verdict.HUMAN, {"early_person": 1})
        assert call.answered_at is not None
        assert call.connected_at is not None
        assert (call.connected_at - call.answered_at).total_seconds() < AMD_GIVES_UP_S
        # AMD, had it gone on, would not have let the leg into a bridge.
        assert (await room.app.switch.view()).legs[call.leg_id].bridge_id == call.bridge_id


async def test_who_says_hello_or_yes_is_taken_out_of_amd_before_it_has_decided_where_silence_is_sent_too(
    exchange: Exchange, tmp_path: Path
) -> None:
    given = {"mode": DialMode.PROGRESSIVE, "screening": True, "detection": Detection.COMBINED}
    async with hall(exchange, tmp_path, GREET, models_in(tmp_path, "en"), some_agents(len(GREET)), **given) as room:
        await screened(room)
        calls = room.seen.calls
        await until(lambda: sum(one.connected_at is not None for one in calls.values()) == len(GREET), 30.0)
        found = room.app.hearing.answers
        assert found is not None
        assert {one.verdict for one in calls.values()} == {Verdict.HUMAN}
        # The ear is ahead of AMD by 0.2 s, which a busy machine may eat up now and then.
        assert found.counts["early_person"] >= 1
        assert found.counts.keys() <= {"early_person", "not_taken_out"}


async def test_with_its_ear_killed_a_machine_is_found_by_the_exchange_in_its_own_time(
    exchange: Exchange, tmp_path: Path
) -> None:
    given = {"mode": DialMode.PROGRESSIVE, "screening": True, "detection": Detection.COMBINED}
    async with hall(exchange, tmp_path, [MACHINE], models_in(tmp_path, "en"), some_agents(1), **given) as room:
        call = await screened(room)
        os.kill(room.ear_pid, signal.SIGKILL)
        call = await until(lambda: next((one for one in room.seen.calls.values() if not one.live), None), 15.0)
    assert call.outcome is Outcome.MACHINE
    assert call.hung_up_at is not None
    assert call.answered_at is not None
    assert (call.hung_up_at - call.answered_at).total_seconds() < AMD_WITHIN_S
