"""The main job on a real exchange: leads are dialled, people talk with agents, results lie in the store."""

import wave
from array import array
from dataclasses import replace
from pathlib import Path

import pytest
from tests.asterisk.support import until
from tests.asterisk.world import a_customer, controller, logged_in, plan_of, prepared, some_agents, written

from waihu.store import calls as stored_calls
from waihu.store import leads as stored_leads
from waihu.store.customers import add_consent
from waihu.telephony.exchange import Exchange
from waihu.testing.factories import a_lead
from waihu_models import signals as sig
from waihu_models.agent import AgentState, PhoneMode
from waihu_models.call import CallState
from waihu_models.campaign import DialMode
from waihu_models.events import RecordingChanged
from waihu_models.ids import AgentId
from waihu_models.lead import Consent, LeadState
from waihu_models.outcome import Outcome
from waihu_models.recording import Recording, RecordingState
from waihu_models.tables import Purpose

HUMAN, SAYS_YES, LONG = "+441632960024", "+441632960018", "+441632960099"


def rms(samples: array) -> float:  # type: ignore[type-arg]
    return (sum(sample * sample for sample in samples) / max(1, len(samples))) ** 0.5


OUTCOMES = {
    "01": Outcome.MACHINE,
    "02": Outcome.BUSY,
    "03": Outcome.NO_ANSWER,
    "04": Outcome.INVALID_NUMBER,
    "05": Outcome.CONGESTION,
    "06": Outcome.INVALID_NUMBER,
    "07": Outcome.REJECTED,
    "08": Outcome.MACHINE,
    "09": Outcome.MACHINE,
    "10": Outcome.MACHINE,
    "12": Outcome.INVALID_NUMBER,
    "13": Outcome.UNREACHABLE,
    "14": Outcome.UNREACHABLE,
    "15": Outcome.CONGESTION,
    "16": Outcome.CONGESTION,
    "19": Outcome.REJECTED,
}


async def test_each_behaviour_of_the_carrier_comes_out_as_its_outcome(exchange: Exchange, tmp_path: Path) -> None:
    numbers = [f"+4416329600{behaviour}" for behaviour in OUTCOMES]
    url, _ = await prepared(
        tmp_path, numbers, agents=some_agents(1), mode=DialMode.RATIO, lines_per_agent=20.0, screening=True,
        target_drop_ratio=1.0, ring_timeout_s=15,
    )  # fmt: skip
    async with controller(plan_of(exchange, url)) as (app, seen):
        await logged_in(app)
        await app.dialling.start("spring")
        await until(lambda: len(seen.ended) == len(OUTCOMES), 40.0, "all calls end")
        calls = seen.by_behaviour()
        assert {behaviour: call.outcome for behaviour, call in calls.items()} == OUTCOMES
        assert {behaviour: calls[behaviour].sip_code for behaviour in ("02", "04", "12", "07", "13", "16", "19")} == {
            "02": 486, "04": 404, "12": 410, "07": 403, "13": 408, "16": 500, "19": 603,
        }  # fmt: skip
        lead = await stored_leads.lead_by_id(await written(app), calls["04"].lead_id)  # type: ignore[arg-type]
        assert lead.state is LeadState.CLOSED


@pytest.mark.parametrize("mode", [PhoneMode.NAILED_UP, PhoneMode.ON_HOOK])
async def test_a_person_talks_with_an_agent_and_both_are_heard_in_the_recording(
    exchange: Exchange, tmp_path: Path, mode: PhoneMode
) -> None:
    url, _ = await prepared(
        tmp_path, [HUMAN], agents=some_agents(1, mode=mode), mode=DialMode.PROGRESSIVE, patience_s=5.0
    )
    kept: list[Recording] = []
    async with controller(plan_of(exchange, url)) as (app, seen):
        app.bus.subscribe(RecordingChanged, lambda change: kept.append(change.recording))
        await logged_in(app)
        await app.dialling.start("spring")
        call = await until(lambda: next(iter(seen.calls.values()), None), 5.0)
        await until(lambda: seen.calls[call.id].state is CallState.CONNECTED, 10.0, "connected")
        await until(lambda: app.agents.get(AgentId("agent1")).state is AgentState.TALKING, 2.0)
        await until(lambda: seen.ended, 40.0, "the person hangs up")
        await until(lambda: kept, 10.0, "the recording is kept")
        stored = await stored_calls.call_by_id(await written(app), call.id)
    assert (stored.outcome, stored.agent_id) == (Outcome.ANSWERED, "agent1")
    assert stored.talk_s > 5
    assert (kept[0].state, kept[0].call_id) == (RecordingState.STORED, call.id)
    assert kept[0].duration_s == pytest.approx(stored.talk_s, abs=1.5)
    with wave.open(str(recordings_of(exchange) / kept[0].path)) as sound:
        samples = array("h", sound.readframes(sound.getnframes()))
    assert rms(samples[0::2]) > 300, "the customer is heard on the left"
    assert rms(samples[1::2]) > 300, "the agent is heard on the right"


async def test_an_answered_person_without_an_agent_hears_the_message_and_counts_as_abandoned(
    exchange: Exchange, tmp_path: Path
) -> None:
    url, _ = await prepared(
        tmp_path, [LONG, "+441632961099"], agents=some_agents(1), mode=DialMode.RATIO, lines_per_agent=2.0,
        target_drop_ratio=1.0,
    )  # fmt: skip
    async with controller(plan_of(exchange, url)) as (app, seen):
        await logged_in(app)
        await app.dialling.start("spring")
        await until(lambda: any(call.abandoned for call in seen.calls.values()), 10.0, "one person gets no agent")
        dropped = next(call for call in seen.calls.values() if call.abandoned)
        assert dropped.answered_at is not None
        waited_s = (dropped.state_since - dropped.answered_at).total_seconds()
        assert waited_s == pytest.approx(2.0, abs=0.3)
        await until(lambda: seen.calls[dropped.id].ended_at, 30.0, "the message ends")
        ended = seen.calls[dropped.id]
        assert ended.outcome is Outcome.ABANDONED
        assert (ended.ended_at - dropped.state_since).total_seconds() > 3.0, "the message was played"  # type: ignore[operator]
        talking = next(call for call in seen.calls.values() if not call.abandoned)
        assert talking.state is CallState.CONNECTED


async def test_machine_detection_gives_a_person_to_the_agent_and_measures_from_the_greetings_end(
    exchange: Exchange, tmp_path: Path
) -> None:
    url, _ = await prepared(
        tmp_path, ["+441632960000"], agents=some_agents(1), mode=DialMode.PROGRESSIVE, screening=True
    )
    async with controller(plan_of(exchange, url)) as (app, seen):
        await logged_in(app)
        await app.dialling.start("spring")
        await until(lambda: any(call.connected_at for call in seen.calls.values()), 15.0, "connected")
        call = next(iter(seen.calls.values()))
    assert call.verdict is sig.Verdict.HUMAN
    assert call.answered_at is not None
    assert call.greeting_ended_at is not None
    assert call.connected_at is not None
    assert call.answered_at < call.greeting_ended_at < call.connected_at


async def test_hold_resume_and_a_paused_recording(exchange: Exchange, tmp_path: Path) -> None:
    url, _ = await prepared(tmp_path, [LONG], agents=some_agents(1), mode=DialMode.PROGRESSIVE)
    async with controller(plan_of(exchange, url)) as (app, seen):
        await logged_in(app)
        await app.dialling.start("spring")
        await until(lambda: any(call.state is CallState.CONNECTED for call in seen.calls.values()), 10.0, "connected")
        call_id = next(iter(seen.calls.values())).id
        app.calls.ask(call_id, sig.HoldAsked(app.clock.now()))
        await until(lambda: seen.calls[call_id].state is CallState.HELD, 3.0, "held")
        app.calls.ask(call_id, sig.ResumeAsked(app.clock.now()))
        await until(lambda: seen.calls[call_id].state is CallState.CONNECTED, 3.0, "resumed")
        app.calls.ask(call_id, sig.RecordingPauseAsked(app.clock.now()))
        await until(lambda: seen.calls[call_id].recording_paused, 3.0, "recording paused")
        view = await app.switch.view()
        bridge = view.legs[seen.calls[call_id].leg_id].bridge_id
        assert bridge == app.agents.get(AgentId("agent1")).bridge_id
        app.calls.ask(call_id, sig.HangUpAsked(app.clock.now(), "test"))
        await until(lambda: seen.calls[call_id].ended_at, 10.0, "ended")
        assert seen.calls[call_id].outcome is Outcome.ANSWERED
        assert app.metrics.commands_failed.collect()[0].samples == []


async def test_while_a_recording_is_paused_nothing_is_heard_and_time_goes_on(
    exchange: Exchange, tmp_path: Path
) -> None:
    url, _ = await prepared(tmp_path, [LONG], agents=some_agents(1), mode=DialMode.PROGRESSIVE)
    kept: list[Recording] = []
    async with controller(plan_of(exchange, url)) as (app, seen):
        app.bus.subscribe(RecordingChanged, lambda change: kept.append(change.recording))
        await logged_in(app)
        await app.dialling.start("spring")
        call = await until(lambda: next((c for c in seen.calls.values() if c.recording_id), None), 10.0, "recorded")
        raw = recordings_of(exchange) / f"{call.recording_id}.raw"
        # Asterisk writes in blocks of some two seconds: each part is long enough to hold whole ones.
        await grown(raw, 5)
        app.calls.ask(call.id, sig.RecordingPauseAsked(app.clock.now()))
        await until(lambda: seen.calls[call.id].recording_paused, 3.0, "paused")
        paused_s = await grown(raw, 5)
        app.calls.ask(call.id, sig.RecordingPauseAsked(app.clock.now(), paused=False))
        await until(lambda: not seen.calls[call.id].recording_paused, 3.0, "goes on")
        resumed_s = await grown(raw, 5)
        app.calls.ask(call.id, sig.HangUpAsked(app.clock.now(), "test"))
        await until(lambda: kept, 10.0, "the recording is kept")
    with wave.open(str(recordings_of(exchange) / kept[0].path)) as sound:
        samples = array("h", sound.readframes(sound.getnframes()))

    def loudness(start_s: float, end_s: float) -> float:
        return rms(samples[int(start_s * 8000) * 2 : int(end_s * 8000) * 2])

    assert loudness(0.5, paused_s - 5.5) > 300
    assert loudness(paused_s - 1.0, paused_s - 0.1) < 10, "silence"
    assert loudness(resumed_s - 1.0, resumed_s) > 300
    assert kept[0].duration_s == pytest.approx(seen.calls[call.id].talk_s, abs=1.5)


def recordings_of(exchange: Exchange) -> Path:
    folder = exchange.config.recordings_dir
    assert folder is not None
    return folder


async def grown(raw: Path, seconds: float) -> float:
    """Wait until that much more sound is on the disk; return how much there is then."""
    before_s = sound_s(raw)
    await until(lambda: sound_s(raw) >= before_s + seconds, 20.0, "sound is written")
    return sound_s(raw)


def sound_s(raw: Path) -> float:
    frame_bytes, rate_hz = 4, 8000
    return raw.stat().st_size / frame_bytes / rate_hz if raw.exists() else 0.0


async def test_a_customers_own_refusal_counts_whatever_the_list_says(exchange: Exchange, tmp_path: Path) -> None:
    url, campaign = await prepared(tmp_path, [], agents=some_agents(1), mode=DialMode.PROGRESSIVE)
    async with controller(plan_of(exchange, url)) as (app, seen):
        customer_id = await a_customer(app.store, HUMAN)
        await add_consent(app.store, customer_id, Purpose.RECORD, Consent.DENIED, "form", app.clock.now())
        lead = replace(a_lead(campaign, HUMAN), customer_id=customer_id, recording_consent=Consent.GRANTED)
        await stored_leads.add_leads(app.store, [lead])
        await logged_in(app)
        await app.dialling.start("spring")
        await until(lambda: any(call.connected_at for call in seen.calls.values()), 10.0, "they talk")
        assert [call.recording_allowed for call in seen.calls.values()] == [False]
        assert [call.recording_id for call in seen.calls.values()] == [None]


async def test_a_refused_consent_leaves_no_recording(exchange: Exchange, tmp_path: Path) -> None:
    url, campaign = await prepared(tmp_path, [], agents=some_agents(1), mode=DialMode.PROGRESSIVE)
    async with controller(plan_of(exchange, url)) as (app, seen):
        lead = replace(a_lead(campaign, HUMAN), recording_consent=Consent.DENIED)
        await stored_leads.add_leads(app.store, [lead])
        await logged_in(app)
        await app.dialling.start("spring")
        await until(lambda: seen.ended, 40.0, "talk ends")
        assert seen.ended[0].connected_at is not None
        assert seen.ended[0].recording_id is None


async def test_a_disposition_decides_what_becomes_of_the_lead(exchange: Exchange, tmp_path: Path) -> None:
    url, _ = await prepared(tmp_path, [LONG], agents=some_agents(1, wrap_limit_s=30), mode=DialMode.PROGRESSIVE)
    async with controller(plan_of(exchange, url)) as (app, seen):
        await logged_in(app)
        await app.dialling.start("spring")
        await until(lambda: any(call.state is CallState.CONNECTED for call in seen.calls.values()), 10.0, "connected")
        call_id = next(iter(seen.calls.values())).id
        app.calls.ask(call_id, sig.HangUpAsked(app.clock.now(), "agent"))
        await until(lambda: seen.calls[call_id].state is CallState.WRAP_UP, 5.0, "wrap-up")
        agent = AgentId("agent1")
        app.calls.ask(call_id, app.agents.judgement(agent, "do_not_call"))
        app.agents.available(agent)
        await until(lambda: seen.calls[call_id].ended_at, 5.0, "ended")
        await until(lambda: app.agents.get(agent).state is AgentState.AVAILABLE, 2.0)
        lead = await stored_leads.lead_by_id(await written(app), seen.calls[call_id].lead_id)  # type: ignore[arg-type]
        assert lead.state is LeadState.CLOSED
        facts = await stored_leads.dial_facts(app.store, [lead], app.clock.now())
        assert facts[lead.id].do_not_call


async def test_a_preview_campaign_dials_only_when_the_agent_says_so(exchange: Exchange, tmp_path: Path) -> None:
    url, _ = await prepared(tmp_path, [LONG], agents=some_agents(1), mode=DialMode.PREVIEW)
    async with controller(plan_of(exchange, url)) as (app, seen):
        await logged_in(app)
        loop = await app.dialling.start("spring")
        agent_id = AgentId("agent1")
        lead = await loop.preview(agent_id)
        assert lead is not None
        assert lead.number_e164 == LONG
        assert not seen.calls
        call = app.preview_call(loop, agent_id)
        await until(lambda: app.agents.get(agent_id).state is AgentState.RESERVED, 2.0)
        await until(lambda: seen.calls[call.id].state is CallState.CONNECTED, 10.0, "connected")
        assert app.agents.get(agent_id).call_id == call.id


@pytest.mark.parametrize("mode", [PhoneMode.NAILED_UP, PhoneMode.ON_HOOK])
async def test_a_phone_that_vanishes_logs_its_agent_out_and_the_customer_is_kept(
    exchange: Exchange, tmp_path: Path, mode: PhoneMode
) -> None:
    url, _ = await prepared(
        tmp_path, [LONG], agents=some_agents(1, mode=mode), mode=DialMode.PROGRESSIVE, patience_s=5.0
    )
    async with controller(plan_of(exchange, url)) as (app, seen):
        await logged_in(app)
        await app.dialling.start("spring")
        await until(lambda: any(call.state is CallState.CONNECTED for call in seen.calls.values()), 10.0, "connected")
        agent = app.agents.get(AgentId("agent1"))
        await exchange.cli(f"channel request hangup {await _channel(exchange, agent.phone)}")
        if mode is PhoneMode.NAILED_UP:
            await until(lambda: app.agents.get(agent.id).state is AgentState.OFFLINE, 3.0, "logged out")
            await until(lambda: any(call.state is CallState.WAITING for call in seen.calls.values()), 3.0, "kept")
        else:  # on-hook, putting the phone down is how a call is ended
            await until(lambda: seen.ended, 5.0, "ended")


async def _channel(exchange: Exchange, phone: str) -> str:
    listed = await exchange.cli("core show channels concise")
    return next(line.split("!")[0] for line in listed.splitlines() if f"PJSIP/{phone}-" in line)
