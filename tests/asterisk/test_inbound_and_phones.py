"""Calls that come in, and what agents do with plain SIP phones, on a real exchange."""

import asyncio
from pathlib import Path

from tests.asterisk.support import until
from tests.asterisk.world import a_customer, controller, logged_in, plan_of, prepared, some_agents

from waihu.app import App
from waihu.store.customers import add_consent
from waihu.telephony.carrier import Carrier
from waihu.telephony.exchange import Exchange
from waihu.telephony.switch import AsteriskSwitch
from waihu_models import signals as sig
from waihu_models.agent import AgentState, PhoneMode
from waihu_models.call import CallState, Direction
from waihu_models.campaign import DialMode
from waihu_models.ids import AgentId
from waihu_models.lead import Consent
from waihu_models.outcome import Outcome
from waihu_models.tables import Purpose

AGENT = AgentId("agent1")


async def test_a_caller_waits_with_music_until_an_agent_is_free_and_is_recorded(
    exchange: Exchange, carrier: Carrier, tmp_path: Path
) -> None:
    url, _ = await prepared(tmp_path, [], agents=some_agents(1))
    async with controller(plan_of(exchange, url)) as (app, seen):
        await carrier.call_in(f"{exchange.host}:{exchange.sip_port}", "441632960999", "441632960123")
        await until(lambda: any(c.state is CallState.WAITING for c in seen.calls.values()), 10.0, "waiting")
        call = next(iter(seen.calls.values()))
        assert (call.direction, call.caller_id) == (Direction.INBOUND, "441632960999")
        await logged_in_or_talking(app)
        await until(lambda: seen.calls[call.id].state is CallState.CONNECTED, 10.0, "connected")
        assert seen.calls[call.id].agent_id == AGENT
        assert seen.calls[call.id].recording_id is not None
        app.calls.ask(call.id, sig.HangUpAsked(app.clock.now(), "agent"))
        await until(lambda: seen.calls[call.id].ended_at, 10.0, "ended")
        assert seen.calls[call.id].outcome is Outcome.ANSWERED


async def test_a_known_caller_is_recognised_and_who_refused_is_not_recorded(
    exchange: Exchange, carrier: Carrier, tmp_path: Path
) -> None:
    url, _ = await prepared(tmp_path, [], agents=some_agents(1))
    async with controller(plan_of(exchange, url)) as (app, seen):
        customer_id = await a_customer(app.store, "+441632960123")
        await add_consent(app.store, customer_id, Purpose.RECORD, Consent.DENIED, "form", app.clock.now())
        await logged_in(app)
        await carrier.call_in(f"{exchange.host}:{exchange.sip_port}", "441632960999", "+441632960123")
        await until(lambda: any(c.state is CallState.CONNECTED for c in seen.calls.values()), 10.0, "connected")
        call = next(iter(seen.calls.values()))
        assert (call.customer_id, call.recording_allowed, call.recording_id) == (customer_id, False, None)


async def logged_in_or_talking(app: App) -> None:
    app.agents.log_in(AGENT)
    await until(lambda: app.agents.get(AGENT).state in {AgentState.AVAILABLE, AgentState.RESERVED, AgentState.TALKING})


async def test_a_caller_who_gives_up_waiting_ends_as_hung_up(
    exchange: Exchange, carrier: Carrier, tmp_path: Path
) -> None:
    url, _ = await prepared(tmp_path, [])
    async with controller(plan_of(exchange, url)) as (_app, seen):
        await carrier.call_in(f"{exchange.host}:{exchange.sip_port}", "441632960999", "441632960123")
        await until(lambda: any(c.state is CallState.WAITING for c in seen.calls.values()), 10.0, "waiting")
        await carrier.hang_up_all()
        await until(lambda: seen.ended, 10.0, "ended")
        assert [call.outcome for call in seen.calls.values()] == [Outcome.HUNG_UP]


async def test_a_phone_logs_in_and_out_by_dialling_codes(exchange: Exchange, tmp_path: Path) -> None:
    url, _ = await prepared(tmp_path, [], agents=some_agents(1))
    async with controller(plan_of(exchange, url)) as (app, _seen):
        await dial_from_phone(exchange, "agent1", "*12", tmp_path)
        await until(lambda: app.agents.get(AGENT).state is AgentState.AVAILABLE, 5.0, "logged in on-hook")
        assert app.agents.get(AGENT).mode is PhoneMode.ON_HOOK
        await dial_from_phone(exchange, "agent1", "*10", tmp_path)
        await until(lambda: app.agents.get(AGENT).state is AgentState.OFFLINE, 5.0, "logged out")
        await dial_from_phone(exchange, "agent1", "*11", tmp_path)
        await until(lambda: app.agents.get(AGENT).state is AgentState.AVAILABLE, 5.0, "called back and nailed up")
        assert app.agents.get(AGENT).leg_joined


async def test_a_wrong_password_logs_nobody_in(exchange: Exchange, tmp_path: Path) -> None:
    url, _ = await prepared(tmp_path, [], agents=some_agents(1))
    async with controller(plan_of(exchange, url)) as (app, _seen):
        assert await dial_from_phone(exchange, "agent1", "*12", tmp_path, password="wrong") != 0
        assert app.agents.get(AGENT).state is AgentState.OFFLINE


async def dial_from_phone(exchange: Exchange, phone: str, code: str, folder: Path, password: str | None = None) -> int:
    """Call a code from a SIP phone (SIPp) with digest authentication; return SIPp's exit status."""
    scenario = folder / "phone.xml"
    scenario.write_text(_SCENARIO.replace("[[phone]]", phone).replace("[[code]]", code))
    secret = password or exchange.phone_password(phone)
    process = await asyncio.create_subprocess_exec(
        "sipp", f"{exchange.host}:{exchange.sip_port}", "-sf", str(scenario), "-m", "1", "-i", "127.0.0.1",
        "-au", phone, "-ap", secret, "-timeout", "8", "-nostdin",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL, cwd=folder,
    )  # fmt: skip
    try:
        async with asyncio.timeout(5):
            return await process.wait()
    except TimeoutError:
        process.kill()
        return await process.wait()


async def test_keys_of_a_nailed_up_phone_judge_the_call_and_end_the_wrap_up(exchange: Exchange, tmp_path: Path) -> None:
    url, _ = await prepared(
        tmp_path, ["+441632960099"], agents=some_agents(1, wrap_limit_s=60), mode=DialMode.PROGRESSIVE
    )
    async with controller(plan_of(exchange, url)) as (app, seen):
        await logged_in(app)
        await app.dialling.start("spring")
        await until(lambda: any(c.state is CallState.CONNECTED for c in seen.calls.values()), 10.0, "connected")
        call_id = next(iter(seen.calls.values())).id
        await until(lambda: app.agents.get(AGENT).state is AgentState.TALKING, 2.0)
        await press(app, exchange, "agent1", "*")
        await until(lambda: seen.calls[call_id].state is CallState.WRAP_UP, 5.0, "the customer is hung up")
        await press(app, exchange, "agent1", "4")
        await until(lambda: seen.calls[call_id].ended_at, 5.0, "the judgement ends the wrap-up")
        disposition = seen.calls[call_id].disposition
        assert disposition is not None
        assert disposition.code == "refused"


async def press(app: App, exchange: Exchange, phone: str, digit: str) -> None:
    """Let the exchange receive a digit on the phone's leg, as from its keypad."""
    listed = await exchange.cli("core show channels concise")
    channel = next(line.split("!")[0] for line in listed.splitlines() if f"PJSIP/{phone}-" in line)
    assert isinstance(app.switch, AsteriskSwitch)
    await app.switch.ami.act("PlayDTMF", Channel=channel, Digit=digit, Receive="1")


_SCENARIO = """<?xml version="1.0" encoding="UTF-8" ?>
<scenario name="phone">
  <send retrans="500"><![CDATA[
INVITE sip:[[code]]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:[[phone]]@[remote_ip]>;tag=[pid]-[call_number]
To: <sip:[[code]]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:[[phone]]@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=phone 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
]]></send>
  <recv response="100" optional="true"/>
  <recv response="401" auth="true"/>
  <send><![CDATA[
ACK sip:[[code]]@[remote_ip]:[remote_port] SIP/2.0
[last_Via:]
[last_From:]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Content-Length: 0

]]></send>
  <send retrans="500"><![CDATA[
INVITE sip:[[code]]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:[[phone]]@[remote_ip]>;tag=[pid]-[call_number]
To: <sip:[[code]]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 2 INVITE
Contact: <sip:[[phone]]@[local_ip]:[local_port]>
[authentication]
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=phone 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
]]></send>
  <recv response="100" optional="true"/>
  <recv response="183" optional="true"/>
  <recv response="603" optional="true" next="1"/>
  <recv response="480" optional="true" next="1"/>
  <recv response="200" optional="true" next="1"/>
  <recv response="404"/>
  <label id="1"/>
  <send><![CDATA[
ACK sip:[[code]]@[remote_ip]:[remote_port] SIP/2.0
[last_Via:]
[last_From:]
[last_To:]
Call-ID: [call_id]
CSeq: 2 ACK
Content-Length: 0

]]></send>
</scenario>
"""
