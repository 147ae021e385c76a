"""Two controllers and one exchange, and what one leaves to the next."""

from pathlib import Path

from tests.asterisk.support import bare_ari, until
from tests.asterisk.world import controller, logged_in, plan_of, prepared, some_agents

from waihu.telephony.carrier import Carrier
from waihu.telephony.exchange import Exchange
from waihu_models.call import CallState, Direction
from waihu_models.campaign import DialMode
from waihu_models.events import SwitchChanged
from waihu_models.ids import AgentId


async def test_a_second_controller_takes_the_exchange_and_the_first_dials_no_more(
    exchange: Exchange, tmp_path: Path
) -> None:
    url, _ = await prepared(tmp_path, ["+441632960099"], agents=some_agents(1), mode=DialMode.PROGRESSIVE)
    (tmp_path / "second").mkdir()
    second_url, _ = await prepared(tmp_path / "second", [])
    async with controller(plan_of(exchange, url), leave_calls=True) as (first, seen):
        changes: list[SwitchChanged] = []
        first.bus.subscribe(SwitchChanged, changes.append)
        await logged_in(first)
        async with controller(plan_of(exchange, second_url)) as (second, _):
            await until(lambda: not first.switch.reachable, 2.0, "the first is told")
            assert "another controller" in changes[-1].reason
            loop = await first.dialling.start("spring")
            assert loop.decide() == 0
            assert not seen.calls
            assert second.switch.reachable
        assert not first.switch.reachable, "it does not take the exchange back, or the two would do so for ever"


async def test_a_caller_whose_controller_died_before_storing_the_call_is_answered_by_the_next(
    exchange: Exchange, carrier: Carrier, tmp_path: Path
) -> None:
    url, _ = await prepared(tmp_path, [], agents=some_agents(1))
    async with bare_ari(exchange) as dying:
        await carrier.call_in(f"{exchange.host}:{exchange.sip_port}", "441632960999", "441632960123")
        await until(lambda: [e for e in dying.events if e["type"] == "StasisStart"])
    async with controller(plan_of(exchange, url)) as (app, seen):
        await until(lambda: any(c.state is CallState.WAITING for c in seen.calls.values()), 5.0, "answered")
        call = next(iter(seen.calls.values()))
        assert (call.direction, call.number_e164, call.caller_id) == (Direction.INBOUND, "441632960123", "441632960999")
        app.agents.log_in(AgentId("agent1"))
        await until(lambda: seen.calls[call.id].state is CallState.CONNECTED, 10.0, "an agent takes it")
        assert len(seen.calls) == 1
