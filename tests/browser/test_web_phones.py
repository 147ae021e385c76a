"""Agents at phones in a real browser, over the proxy, with sound that is measured."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.asterisk.support import until
from tests.browser.conftest import OpenBrowser
from tests.browser.office import ANN, BEN, USER, Office, office, store_of, team
from tests.browser.page import BrowserPhone
from tests.browser.tones import QUIET_DB, loudest_db, sides

from waihu.services.phone_watch import AWAY_S
from waihu.telephony.exchange import Exchange
from waihu_models.agent import PHONE_AWAY, AgentState, PhoneMode
from waihu_models.call import Call, CallState
from waihu_models.events import CallChanged, RecordingChanged
from waihu_models.ids import web_phone
from waihu_models.recording import Recording

A, C = AgentState, CallState
AGENT_HZ, FAX_HZ = 440.0, 2100.0
FAX, ECHO, TALKS = "+441632960010", "+441632960021", "+441632960099"


async def opened(here: Office, browsers: OpenBrowser, user: str = USER, tone_hz: float = AGENT_HZ) -> BrowserPhone:
    """A browser on its page, not registered."""
    context = await browsers(tone_hz)
    page = context.pages[0]
    await page.goto(here.pages.url(user))
    return BrowserPhone(page)


async def registered(here: Office, browsers: OpenBrowser, user: str = USER) -> BrowserPhone:
    phone = await opened(here, browsers, user)
    assert await phone.register() == "registered"
    return phone


# ---- the phone alone ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("extension", ["*43", "600"])
async def test_a_browser_hears_itself_in_the_echo_test(
    exchange: Exchange, browsers: OpenBrowser, jssip: str, tmp_path: Path, extension: str
) -> None:
    async with office(exchange, await store_of(tmp_path, []), jssip) as here:
        phone = await registered(here, browsers)
        await phone.call(extension)
        await phone.last("talking")
        await phone.hears(AGENT_HZ)
        assert (await phone.hear(1700.0))[0] < QUIET_DB

        async def a_second_of_sound() -> bool:
            found = await phone.statistics()
            return bool(found["heard"] > 0.01 and min(found["sent"], found["received"]) > 50)

        await until(a_second_of_sound, 10.0, "a second of sound goes both ways")
        found = await phone.statistics()
        assert (found["codec"], found["lost"]) == ("audio/PCMA", 0)
        assert found["said"] > 0.01


async def test_a_browser_dials_nothing_but_what_phones_may(
    exchange: Exchange, browsers: OpenBrowser, jssip: str, tmp_path: Path
) -> None:
    async with office(exchange, await store_of(tmp_path, []), jssip) as here:
        phone = await registered(here, browsers)
        for target in (TALKS, "441632960099", "agent1", "carrier"):
            await phone.call(target)
            await phone.last("failed")
        assert here.seen.calls == {}


async def test_only_the_last_password_registers(
    exchange: Exchange, browsers: OpenBrowser, jssip: str, tmp_path: Path
) -> None:
    async with office(exchange, await store_of(tmp_path, []), jssip) as here:
        old = await here.phones.issue(USER)
        phone = await opened(here, browsers)
        assert await phone.register() == "registered"
        beside = BrowserPhone(await phone.page.context.new_page())
        await beside.page.goto(here.pages.url(USER))
        assert (await beside.register(old)).startswith("failed")
        await here.phones.revoke(USER)
        await until(lambda: len(here.pages.proxy) == 0, 5.0, "its pages are cut off")

        async def gone() -> bool:
            return not (await here.app.switch.view()).phones[web_phone(USER)]

        await until(gone, 5.0, "the exchange knows that it is gone")

        async def tries_again() -> bool:
            return sum("disconnected" in line for line in await phone.log()) > 2

        await until(tries_again, 10.0, "the page tries in vain")
        assert len(here.pages.proxy) == 0


# ---- agents ---------------------------------------------------------------------------------------------------------


async def test_an_agent_in_a_browser_and_a_customer_hear_each_other_and_both_are_recorded(
    exchange: Exchange, browsers: OpenBrowser, jssip: str, tmp_path: Path
) -> None:
    async with office(exchange, await store_of(tmp_path, team()), jssip) as here:
        kept: list[Recording] = []
        here.app.bus.subscribe(RecordingChanged, lambda change: kept.append(change.recording))
        phone = await registered(here, browsers)
        await here.log_in()
        rung = await phone.last("talking")
        assert rung["headers"] == {"callInfo": "<sip:waihu>;answer-after=0", "alertInfo": "info=alert-autoanswer"}
        call = await here.talk(FAX)
        assert call.agent_id == ANN
        await phone.hears(FAX_HZ)
        assert (await phone.hear(AGENT_HZ))[0] < QUIET_DB
        await until(lambda: size_of(exchange, call) > 3 * 8000 * 4, 10.0, "three seconds are recorded")
        here.end(call)
        await until(lambda: kept, 10.0, "the recording is kept")
        await here.is_in(A.AVAILABLE)
        assert (await phone.calls)[-1]["state"] == "talking", "it stays nailed up"
    assert exchange.config.recordings_dir is not None
    customer, agent, rate_hz = sides(exchange.config.recordings_dir / kept[0].path)
    levels = {
        (side, hz): loudest_db(samples, hz, rate_hz)
        for side, samples in (("left", customer), ("right", agent))
        for hz in (FAX_HZ, AGENT_HZ)
    }
    assert min(levels["left", FAX_HZ], levels["right", AGENT_HZ]) > -30, levels
    assert max(levels["left", AGENT_HZ], levels["right", FAX_HZ]) < QUIET_DB, levels


def size_of(exchange: Exchange, call: Call) -> int:
    assert exchange.config.recordings_dir is not None
    raw = exchange.config.recordings_dir / f"{call.id}.raw"
    return raw.stat().st_size if raw.exists() else 0


async def test_an_on_hook_browser_is_rung_for_each_call_and_let_go_after_it(
    exchange: Exchange, browsers: OpenBrowser, jssip: str, tmp_path: Path
) -> None:
    async with office(exchange, await store_of(tmp_path, team()), jssip) as here:
        phone = await registered(here, browsers)
        await here.log_in(mode=PhoneMode.ON_HOOK)
        assert await phone.calls == []
        for count in (1, 2):
            call = await here.talk(ECHO)
            await phone.last("talking")
            await phone.hears(AGENT_HZ)
            here.end(call)
            await phone.last("over")
            await here.is_in(A.AVAILABLE)
            assert len(await phone.calls) == count


async def test_a_page_loaded_anew_in_a_call_keeps_the_call(
    exchange: Exchange, browsers: OpenBrowser, jssip: str, tmp_path: Path
) -> None:
    async with office(exchange, await store_of(tmp_path, team()), jssip) as here:
        states: list[CallState] = []
        here.app.bus.subscribe(CallChanged, lambda change: states.append(change.call.state))
        phone = await registered(here, browsers)
        await here.log_in()
        call = await here.talk(ECHO)
        await phone.hears(AGENT_HZ)
        leg = here.agent().leg_id
        await phone.reload()
        await phone.last("talking", 5.0)
        await phone.hears(AGENT_HZ)
        await until(lambda: here.agent().leg_joined, 5.0, "the agent hears the bridge")
        assert (here.agent().state, here.agent().call_id) == (A.TALKING, call.id)
        assert here.agent().leg_id != leg
        assert set(states[states.index(C.CONNECTED) :]) == {C.CONNECTED}, "the customer never left the call"
        assert leg not in (await here.app.switch.view()).legs
        here.end(call)
        await here.is_in(A.AVAILABLE)


async def test_a_page_loaded_anew_between_calls_keeps_the_session(
    exchange: Exchange, browsers: OpenBrowser, jssip: str, tmp_path: Path
) -> None:
    async with office(exchange, await store_of(tmp_path, team()), jssip) as here:
        phone = await registered(here, browsers)
        await here.log_in()
        session = here.agent().session_id
        await phone.page.goto("about:blank")
        assert (await here.is_in(A.PAUSED, timeout_s=2.0)).reason == PHONE_AWAY
        await phone.page.goto(here.pages.url(USER))
        assert await phone.register() == "registered"
        assert (await here.is_in(A.AVAILABLE, timeout_s=5.0)).session_id == session
        call = await here.talk(ECHO)
        assert call.agent_id == ANN
        await phone.hears(AGENT_HZ)


async def test_a_tab_that_is_closed_in_a_call_gives_the_customer_another_agent(
    exchange: Exchange, browsers: OpenBrowser, jssip: str, tmp_path: Path
) -> None:
    async with office(exchange, await store_of(tmp_path, team()), jssip) as here:
        phone = await registered(here, browsers)
        await here.log_in()
        call = await here.talk(TALKS)
        await here.log_in(BEN)
        await phone.page.close()
        closed_at_s = here.app.clock.monotonic()
        await until(lambda: here.agent().phone_away, 2.0, "it is noticed")
        assert here.app.clock.monotonic() - closed_at_s < 1.0
        await until(lambda: here.seen.calls[call.id].agent_id == BEN, AWAY_S + 3.0, "Ben has the call")
        await here.reached(call, C.CONNECTED)
        assert here.agent().state is A.OFFLINE
        assert here.app.clock.monotonic() - closed_at_s > AWAY_S


async def test_a_websocket_that_is_lost_for_a_moment_leaves_the_call_as_it_is(
    exchange: Exchange, browsers: OpenBrowser, jssip: str, tmp_path: Path
) -> None:
    async with office(exchange, await store_of(tmp_path, team()), jssip) as here:
        phone = await registered(here, browsers)
        await here.log_in()
        call = await here.talk(ECHO)
        leg = here.agent().leg_id
        await here.pages.proxy.drop(here.agent().phone)
        await until(lambda: here.agent().phone_away, 2.0, "it is noticed")
        await phone.hears(AGENT_HZ)
        await until(lambda: here.agent().leg_joined, 8.0, "it is back")
        assert (here.agent().leg_id, here.agent().call_id, len(await phone.calls)) == (leg, call.id, 1)
        await phone.hears(AGENT_HZ)
        here.app.agents.log_out(ANN, forced=True)
        await phone.last("over")


async def test_a_call_in_a_browser_outlives_its_controller(
    exchange: Exchange, browsers: OpenBrowser, jssip: str, tmp_path: Path
) -> None:
    url = await store_of(tmp_path, team())
    async with office(exchange, url, jssip, leave_calls=True) as here:
        port = here.pages.port
        phone = await registered(here, browsers)
        await here.log_in()
        call = await here.talk(ECHO)
        await phone.hears(AGENT_HZ)
    async with office(exchange, url, jssip, port=port) as again:
        await until(lambda: again.agent().leg_joined and not again.agent().phone_away, 15.0, "the browser is back")
        assert (again.agent().state, again.agent().call_id) == (A.TALKING, call.id)
        assert [(one.id, one.state) for one in again.app.calls] == [(call.id, C.CONNECTED)]
        assert len(await phone.calls) == 1
        await phone.hears(AGENT_HZ)
        again.end(call)
        await again.is_in(A.AVAILABLE)


async def test_a_second_page_takes_the_call_over(
    exchange: Exchange, browsers: OpenBrowser, jssip: str, tmp_path: Path
) -> None:
    async with office(exchange, await store_of(tmp_path, team()), jssip) as here:
        phone = await registered(here, browsers)
        await here.log_in()
        call = await here.talk(ECHO)
        second = BrowserPhone(await phone.page.context.new_page())
        await second.page.goto(here.pages.url(USER))
        assert await second.register() == "registered"
        await second.last("talking")
        await second.hears(AGENT_HZ)
        await phone.last("over")
        assert (here.agent().state, here.seen.calls[call.id].state) == (A.TALKING, C.CONNECTED)


async def test_a_restarted_exchange_gets_its_browsers_back(
    own_exchange: Callable[..., Exchange], browsers: OpenBrowser, jssip: str, tmp_path: Path
) -> None:
    exchange = own_exchange(recordings_dir=tmp_path / "recordings")
    await exchange.start()
    async with office(exchange, await store_of(tmp_path, team()), jssip) as here:
        phone = await registered(here, browsers)
        await here.log_in()
        exchange.kill()
        await exchange.ended()
        await exchange.start()
        await until(lambda: here.app.switch.reachable, 10.0, "the exchange is reached")
        await until(lambda: here.agent().state is A.OFFLINE, 10.0, "the session has ended with its leg")
        await here.is_in(A.AVAILABLE, timeout_s=20.0)
        await phone.last("talking")
        call = await here.talk(ECHO)
        assert call.agent_id == ANN
        await phone.hears(AGENT_HZ)
