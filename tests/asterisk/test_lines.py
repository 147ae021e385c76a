"""Lines on a real exchange: failover to another carrier, drain and return, and how a lossy call is measured."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.asterisk.lossy import LossySound
from tests.asterisk.sip import SipAgent
from tests.asterisk.support import until
from tests.asterisk.world import controller, logged_in, plan_of, prepared, some_agents, written

from waihu.dialer.line_health import DrainReason, LineState
from waihu.services.line_use import Trunk as Line
from waihu.store.call_history import histories
from waihu.store.leg_media import legs_of_call
from waihu.telephony.exchange import Exchange
from waihu.telephony.exchange_config import Trunk
from waihu.telephony.switch import AsteriskSwitch
from waihu.telephony.trunk_state import look_at_trunks
from waihu_models.call import WENT_ON, Call, CallState
from waihu_models.events import AlertRaised
from waihu_models.media import LegMedia, LegSide
from waihu_models.outcome import Outcome

FAR = Line("far", max_lines=20, calls_per_s=50)


def calls_on(seen: dict[str, Call], trunk: str) -> list[Call]:
    return [call for call in seen.values() if call.trunk == trunk]


async def test_calls_of_a_carrier_that_answers_503_go_to_the_other_one_and_it_comes_back(
    own_exchange: Callable[..., Exchange], trunk: Trunk, tmp_path: Path
) -> None:
    async with SipAgent.open() as far:
        far.on_ring = lambda ring: ring.say(503)
        exchange = own_exchange(trunks=(trunk, far.trunk("far")), recordings_dir=tmp_path / "recordings")
        await exchange.start()
        numbers = [f"+4416329{n:03d}011" for n in range(250)]
        url, campaign = await prepared(tmp_path, numbers, agents=some_agents(5), trunk="", calls_per_s=20.0)
        plan = plan_of(exchange, url)
        async with controller(replace(plan, trunks=(*plan.trunks, FAR))) as (app, seen):
            alerts: list[AlertRaised] = []
            app.bus.subscribe(AlertRaised, alerts.append)
            await logged_in(app)
            await app.dialling.start(campaign.name)
            health = app.lines.health["far"]
            await until(lambda: health.state is LineState.DRAINED, 40.0, "the carrier is drained")
            assert health.reason is DrainReason.FAILING
            refused = [call for call in calls_on(seen.calls, "far") if call.ended_at is not None]
            assert len(refused) >= 5
            for call in refused:
                assert (call.sip_code, call.outcome) == (503, Outcome.CONGESTION)
                onward = call.reason.removeprefix(WENT_ON)
                again = await until(lambda onward=onward: seen.calls.get(onward), 5.0, "it goes on")  # type: ignore[misc]
                assert (again.trunk, again.number_e164, again.lead_id) == ("carrier", call.number_e164, call.lead_id)
                assert (again.dialled_at - call.dialled_at).total_seconds() < 1.0
            store = await written(app)
            first = refused[0].number_e164
            assert len((await histories(store, [first]))[first].attempts_at) == 1
            so_far = len(far.rings)
            await until(lambda: len(calls_on(seen.calls, "carrier")) > so_far + 15, 40.0, "the other one carries on")
            assert len(far.rings) == so_far, "nothing new is sent to it"
            assert [alert.code for alert in alerts if alert.code == "trunk_drained"] == ["trunk_drained"]

            far.on_ring = lambda ring: ring.say(100, 180, 486)  # it reaches people again, who are busy
            app.line_side.carriers.try_again("far")
            await until(lambda: health.state is LineState.OPEN, 60.0, "it is open again")
            assert len(far.rings) >= so_far + 3
            later = [call for call in calls_on(seen.calls, "far") if call.ended_at is not None][len(refused) :]
            assert all(call.outcome is Outcome.BUSY for call in later)


async def test_a_carrier_that_is_gone_costs_no_lead_and_gets_calls_again_when_it_answers(
    own_exchange: Callable[..., Exchange], trunk: Trunk, tmp_path: Path
) -> None:
    async with SipAgent.open() as far:
        far.alive = False
        far.on_ring = lambda ring: ring.say(100, 180, 486)
        line = replace(far.trunk("far"), qualify_s=1)
        exchange = own_exchange(trunks=(trunk, line), recordings_dir=tmp_path / "recordings")
        await exchange.start()
        numbers = [f"+4416329{n:03d}011" for n in range(120)]
        url, campaign = await prepared(tmp_path, numbers, agents=some_agents(5), trunk="", calls_per_s=20.0)
        plan = plan_of(exchange, url)
        async with controller(replace(plan, trunks=(*plan.trunks, FAR))) as (app, seen):
            assert isinstance(app.switch, AsteriskSwitch)
            ami, carriers, health = app.switch.ami, app.line_side.carriers, app.lines.health["far"]
            await until(lambda: ami.reachable, 10.0)

            async def is_(reachable: bool) -> bool:
                states = await look_at_trunks(ami.command, ["carrier", "far"])
                return states["far"].reachable is reachable

            await until(lambda: is_(False), 30.0, "the exchange has noticed", poll_s=0.5)
            await logged_in(app)
            await app.dialling.start(campaign.name)
            await until(lambda: len(calls_on(seen.calls, "far")) >= 2, 30.0, "it is still tried")
            first = calls_on(seen.calls, "far")[0]
            await until(lambda: seen.calls[first.id].ended_at is not None, 10.0, "the exchange gives up at once")
            assert seen.calls[first.id].reason.startswith(WENT_ON), seen.calls[first.id]
            carriers.connected(await look_at_trunks(ami.command, ["carrier", "far"]))
            assert (health.state, health.reason) == (LineState.DRAINED, DrainReason.UNREACHABLE)
            far.alive = True
            await until(lambda: is_(True), 90.0, "the exchange has noticed", poll_s=0.5)
            carriers.connected(await look_at_trunks(ami.command, ["carrier", "far"]))
            await until(lambda: health.state is LineState.OPEN, 60.0, "it is open again")
            assert len(far.rings) >= 3


async def test_a_call_that_loses_packets_is_measured_told_and_kept(
    own_exchange: Callable[..., Exchange], trunk: Trunk, tmp_path: Path
) -> None:
    async with SipAgent.open() as far, LossySound.open() as sound:
        far._rtp_port = sound.port
        far.on_ring = lambda ring: ring.say(100, 200)
        exchange = own_exchange(trunks=(trunk, far.trunk("far")), recordings_dir=tmp_path / "recordings")
        await exchange.start()
        url, campaign = await prepared(tmp_path, ["+441632960500"], agents=some_agents(1), trunk="far")
        plan = plan_of(exchange, url)
        async with controller(replace(plan, trunks=(*plan.trunks, FAR))) as (app, seen):
            alerts: list[AlertRaised] = []
            app.bus.subscribe(AlertRaised, alerts.append)
            await logged_in(app)
            await app.dialling.start(campaign.name)
            ring = await far.ring("+441632960500", 10.0)
            found = re.search(r"m=audio (\d+)", ring.invite.body)
            assert found is not None
            sound.send(int(found[1]), loses=3, reported_lost=40, round_trip_s=0.2)
            call = (await until(lambda: calls_on(seen.calls, "far"), 5.0))[0]
            await until(lambda: seen.calls[call.id].state is CallState.CONNECTED, 10.0)

            def customer() -> LegMedia | None:
                legs = app.line_side.media.of_call(call.id)
                return next((leg for leg in legs if leg.side is LegSide.CUSTOMER and leg.bad_looks >= 2), None)

            media = await until(customer, 40.0, "two bad looks in a row")
            assert media.figures.loss_in_ratio == pytest.approx(0.3, abs=0.12)
            assert media.figures.round_trip_ms == pytest.approx(200.0, abs=60.0)
            assert media.figures.jitter_out_ms == pytest.approx(50.0, abs=1.0)
            assert [alert.code for alert in alerts] == ["call_sounds_bad"]
            ring.bye()
            await until(lambda: not seen.calls[call.id].live, 10.0)
            await until(lambda: len(app.line_side.media) == 0, 10.0, "both legs are over")
            legs = {leg.side: leg for leg in await legs_of_call(await written(app), call.id)}
            kept = legs[LegSide.CUSTOMER]
            assert kept.loss_in_ratio == pytest.approx(0.3, abs=0.08)
            assert kept.mos_worst <= kept.mos < 3.1
            assert legs[LegSide.AGENT].bad_looks <= 1, "before the exchange has reported, nobody knows whose loss it is"
            assert legs[LegSide.AGENT].loss_out_ratio == 0.0
