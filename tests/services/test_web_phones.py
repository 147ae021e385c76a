"""Phones in browsers: passwords that come and go, pages that are loaded anew, tabs that are closed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.services.world import FIRST, SECOND, World, controller, numbers, some_agents, world

from waihu.services.phone_watch import AWAY_S, MOVING_S
from waihu.services.web_phones import VALID_S, WebPhones
from waihu.testing.fake_web_phones import FakeWebPhones
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models import commands as do
from waihu_models.agent import PHONE_AWAY, AgentState, PhoneMode
from waihu_models.call import CallState
from waihu_models.errors import Conflict, SwitchRefused, SwitchUnreachable
from waihu_models.events import SwitchChanged
from waihu_models.ids import LegId, web_phone
from waihu_models.outcome import Outcome

A, C = AgentState, CallState
USER = "0" * 31 + "a"
PHONE = web_phone(USER)
AT_HOME: dict[str, Any] = {"phone": PHONE, "wrap_limit_s": 0.0}


def phones_of(w: World, exchange: FakeWebPhones | None = None, **given: Any) -> tuple[WebPhones, FakeWebPhones]:
    """A controller's phones of browsers; ``exchange`` is one that outlived an earlier controller."""
    exchange = exchange or FakeWebPhones(w.switch)
    agents = w.app.agents

    def in_use(phone: str) -> bool:
        return any(agent.phone == phone and agent.state is not A.OFFLINE for agent in agents)

    made = WebPhones(exchange, watch=agents.watch, bus=w.app.bus, clock=w.app.clock, in_use=in_use, **given)
    w.app.bus.publish(SwitchChanged(w.switch.reachable, w.now))
    w.app.tasks.forever(made.follow, "web phones")
    return made, exchange


@asynccontextmanager
async def browser(database: Path, *args: Any, agents: int = 1, **given: Any) -> AsyncIterator[tuple[World, WebPhones]]:
    """A world in which the first agent works in a browser, registered and logged in."""
    mode = given.pop("agent_mode", PhoneMode.NAILED_UP)
    team = [*some_agents(1, mode=mode, **AT_HOME), *some_agents(agents, wrap_limit_s=0.0)[1:]]
    async with world(database, *args, agents=team, **given) as w:
        phones, _ = phones_of(w)
        await loaded(w, phones)
        await w.log_in()
        yield w, phones


async def loaded(w: World, phones: WebPhones) -> None:
    """A page is loaded: it asks for a password and registers."""
    await phones.issue(USER)
    w.switch.phone_returns(PHONE)


def rung(w: World) -> list[LegId]:
    """Legs the browser was rung on."""
    return [
        command.leg_id
        for _, command in w.switch.given
        if isinstance(command, do.PlaceCall) and command.address == do.PhoneAddress(PHONE, auto_answer=True)
    ]


# ---- a page that is loaded anew --------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", PhoneMode)
@in_virtual_time
async def test_a_page_loaded_anew_in_a_call_keeps_customer_and_agent_together(database: Path, mode: PhoneMode) -> None:
    async with browser(database, numbers(1), agents=2, agent_mode=mode) as (w, phones):
        w.app.agents.pause(SECOND, "lunch")
        await w.dial()
        (call,) = await w.connected()
        assert call.agent_id == FIRST
        (old,) = rung(w)
        w.switch.phone_vanishes(PHONE)
        await w.after(1.5)
        assert (w.agent().state, w.agent().phone_away) == (A.TALKING, True)
        w.app.agents.available(SECOND)
        await loaded(w, phones)
        await w.until(lambda: w.agent().leg_joined, 2.0)
        assert len(rung(w)) == 2
        assert not w.switch.holds(old)
        view = await w.switch.view()
        assert view.legs[rung(w)[1]].bridge_id == view.legs[call.leg_id].bridge_id == w.agent().bridge_id
        assert [move.call.state for move in w.moves if move.entered][-1] is C.CONNECTED, "the customer never left it"
        assert (w.call.agent_id, w.call.connected_at) == (FIRST, call.connected_at)
        w.switch.far_end_hangs_up(call.leg_id)
        await w.until(lambda: w.agent().state is A.AVAILABLE, 2.0)
        assert w.call.outcome is Outcome.ANSWERED
        assert w.count(w.app.metrics.illegal) == 0


@in_virtual_time
async def test_a_websocket_that_was_lost_for_a_moment_changes_nothing(database: Path) -> None:
    async with browser(database, numbers(1)) as (w, _phones):
        await w.dial()
        await w.connected()
        w.switch.phone_vanishes(PHONE)
        await w.after(3.0)
        w.switch.phone_returns(PHONE)
        await w.after(20.0)
        assert (w.agent().state, w.agent().leg_joined, len(rung(w))) == (A.TALKING, True, 1)
        assert w.call.state is C.CONNECTED


@in_virtual_time
async def test_a_tab_that_is_closed_in_a_call_gives_the_customer_another_agent_after_the_limit(database: Path) -> None:
    async with browser(database, numbers(1), agents=2) as (w, _phones):
        await w.dial()
        (call,) = await w.connected()
        assert call.agent_id == FIRST
        w.switch.phone_vanishes(PHONE)
        began_at = w.now
        await w.until(lambda: w.call.agent_id == SECOND and w.call.state is C.CONNECTED, 20.0)
        assert (w.now - began_at).total_seconds() == pytest.approx(MOVING_S + AWAY_S, abs=0.5)
        assert (w.agent().state, w.agent().reason) == (A.OFFLINE, "phone unreachable")


@in_virtual_time
async def test_an_agent_whose_page_is_loaded_anew_between_calls_gets_none_until_it_is_back(database: Path) -> None:
    async with browser(database) as (w, phones):
        w.switch.phone_vanishes(PHONE)
        await w.until(lambda: w.agent().state is A.PAUSED, 1.0)
        assert w.agent().reason == PHONE_AWAY
        w.switch.call_in("441632960999", "441632960123")
        await w.after(3.0)
        assert w.call.state is C.WAITING
        await loaded(w, phones)
        await w.until(lambda: w.call.state is C.CONNECTED, 2.0)
        assert w.agent().state is A.TALKING


@in_virtual_time
async def test_a_page_that_is_loaded_faster_than_a_phone_is_missed_is_rung_all_the_same(database: Path) -> None:
    async with browser(database, numbers(1)) as (w, phones):
        await w.dial()
        await w.connected()
        w.switch.phone_vanishes(PHONE)
        await w.after(MOVING_S / 2)
        await loaded(w, phones)
        await w.until(lambda: len(rung(w)) == 2 and w.agent().leg_joined, 1.0)
        assert w.agent().state is A.TALKING


@in_virtual_time
async def test_a_page_beside_another_takes_over_and_a_fresh_password_for_the_same_page_does_not(
    database: Path,
) -> None:
    async with browser(database, numbers(1)) as (w, phones):
        await w.dial()
        await w.connected()
        await phones.issue(USER, keeps_leg=True)
        w.switch.phone_returns(PHONE)
        await w.after(1.0)
        assert len(rung(w)) == 1
        await loaded(w, phones)
        await w.until(lambda: len(rung(w)) == 2 and w.agent().leg_joined, 1.0)
        assert (w.agent().state, w.call.state) == (A.TALKING, C.CONNECTED)


@in_virtual_time
async def test_a_call_under_way_is_found_again_by_the_next_controller(database: Path) -> None:
    async with browser(database, numbers(1), leave_calls=True) as (w, _phones):
        await w.dial()
        await w.connected()
        leg = w.agent().leg_id
    w.switch.phone_vanishes(PHONE)  # its WebSocket ended with the controller
    async with controller(w.url, w.campaign, w.switch, clock=w.app.clock) as again:
        await again.until(lambda: again.agent().phone_away, 2.0)
        await again.after(15.0)
        again.switch.phone_returns(PHONE)
        await again.until(lambda: again.agent().leg_joined, 1.0)
        agent = again.agent()
        assert (agent.state, agent.leg_id) == (A.TALKING, leg)
        (call,) = again.app.calls
        assert call.state is C.CONNECTED


@in_virtual_time
async def test_a_page_loaded_anew_while_no_controller_ran_is_rung_by_the_next_one(database: Path) -> None:
    async with browser(database, numbers(1), leave_calls=True) as (w, _phones):
        await w.dial()
        await w.connected()
    w.switch.phone_vanishes(PHONE)
    async with controller(w.url, w.campaign, w.switch, clock=w.app.clock) as again:
        phones, _ = phones_of(again)
        await loaded(again, phones)
        await again.until(lambda: len(rung(again)) == 2 and again.agent().leg_joined, 2.0)
        assert again.agent().state is A.TALKING


# ---- log-in ----------------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_nobody_logs_in_on_a_browser_that_has_not_registered(database: Path) -> None:
    async with world(database, agents=some_agents(1, **AT_HOME)) as w:
        phones, _ = phones_of(w)
        w.switch.remove_phone(PHONE)
        w.app.agents.watch.drop(PHONE)
        await phones.issue(USER)
        with pytest.raises(Conflict, match="not reachable"):
            w.app.agents.log_in(FIRST)
        assert not await w.app.agents.watch.arrived(PHONE, 1.0)
        asyncio.get_running_loop().call_later(0.5, w.switch.phone_returns, PHONE)
        assert await w.app.agents.watch.arrived(PHONE, 1.0)
        await w.log_in()
        assert len(rung(w)) == 1


# ---- passwords -------------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_every_password_is_a_new_one_and_the_exchange_knows_the_last(database: Path) -> None:
    async with world(database, agents=0) as w:
        phones, exchange = phones_of(w)
        first = await phones.issue(USER)
        began_at = w.now
        second = await phones.issue(USER)
        assert first.password != second.password
        assert len(second.password) >= 32
        assert exchange.passwords == {PHONE: second.password}
        assert second.expires_at == began_at + timedelta(seconds=VALID_S)
        assert second.password not in repr(second)


@in_virtual_time
async def test_a_restarted_exchange_is_given_back_its_phones_and_agents_log_in_as_they_return(database: Path) -> None:
    async with world(database, agents=some_agents(1, **AT_HOME)) as w:
        phones, exchange = phones_of(w)
        await loaded(w, phones)
        await w.log_in()
        kept = dict(exchange.passwords)
        w.switch.crash()
        exchange.forget()
        await w.after(1.0)
        w.switch.come_back()
        await w.until(lambda: exchange.passwords == kept, 5.0)
        await w.until(lambda: w.agent().state is A.OFFLINE, 1.0)
        await w.after(3.0)
        w.switch.phone_returns(PHONE)
        await w.until(lambda: w.agent().state is A.AVAILABLE, 1.0)


@in_virtual_time
async def test_a_password_expires_but_not_under_an_agent_at_work(database: Path) -> None:
    async with world(database, agents=some_agents(1, **AT_HOME)) as w:
        phones, exchange = phones_of(w, valid_s=60.0)
        await loaded(w, phones)
        await w.log_in()
        await w.after(90.0)
        assert PHONE in exchange.passwords
        w.app.agents.log_out(FIRST)
        await w.until(lambda: PHONE not in exchange.passwords, 5.0)


@in_virtual_time
async def test_a_phone_that_is_taken_away_is_lost_at_once(database: Path) -> None:
    async with browser(database) as (w, phones):

        async def cut_off(phone: str) -> None:
            w.switch.phone_vanishes(phone)

        phones.cut_off = cut_off
        await phones.revoke(USER)
        await w.until(lambda: w.agent().state is A.OFFLINE, 0.1)
        await w.after(1.0)
        assert not w.app.agents.watch.reachable(PHONE)


@in_virtual_time
async def test_what_an_exchange_did_not_do_is_said_and_done_later(database: Path) -> None:
    async with world(database, agents=0) as w:
        phones, exchange = phones_of(w)
        first = await phones.issue(USER)
        exchange.fault = SwitchRefused("no")
        with pytest.raises(SwitchRefused):
            await phones.issue(USER)
        exchange.passwords[PHONE] = "half done"
        exchange.fault = None
        await w.until(lambda: exchange.passwords == {PHONE: first.password}, 5.0, "the one before counts again")
        w.switch.lose()
        with pytest.raises(SwitchUnreachable):
            await phones.revoke(USER)
        w.switch.come_back()
        await w.until(lambda: not exchange.passwords, 5.0)


@in_virtual_time
async def test_a_new_controller_takes_away_what_an_earlier_one_issued_when_its_time_is_over(database: Path) -> None:
    async with world(database, agents=0) as w:
        phones, exchange = phones_of(w)
        await loaded(w, phones)
    async with controller(w.url, w.campaign, w.switch, clock=w.app.clock) as again:
        _, exchange = phones_of(again, exchange, valid_s=60.0)
        await again.after(50.0)
        assert PHONE in exchange.passwords
        await again.until(lambda: PHONE not in exchange.passwords, 15.0)
