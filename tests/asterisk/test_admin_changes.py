"""Trunks and phones changed while people talk: a real exchange, the simulated carrier, a whole controller."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.asterisk.scenes import place
from tests.asterisk.support import until
from tests.asterisk.world import Seen, controller, logged_in, plan_of, prepared, some_agents, written

from waihu.app import App
from waihu.services.office import OfficePlan
from waihu.services.trunk_watch import Rating
from waihu.store.audit import By, latest
from waihu.telephony.carrier import Carrier
from waihu.telephony.exchange import Exchange
from waihu.telephony.exchange_config import Trunk as SipTrunk
from waihu.telephony.switch import AmiAccess, AriAccess, AsteriskSwitch
from waihu.telephony.trunk_state import Registration, look_at_trunks
from waihu.telephony.web_phones import AriWebPhones
from waihu_models.call import Call, CallState
from waihu_models.errors import ExchangeFailed
from waihu_models.ids import AgentId, web_phone
from waihu_models.phone import E164
from waihu_models.signals import HangUpAsked
from waihu_models.trunk import CarrierTrunk

TALKS_FOR_EVER, TALKS_5_S, BUSY = "+441632960200", "+441632960023", "+441632960002"
MakeExchange = Callable[..., Exchange]


def as_carrier(trunk: SipTrunk, **changes: Any) -> CarrierTrunk:
    given = {"name": "north", "host": trunk.host, "port": trunk.port, "calls_per_s": 50.0, **changes}
    return CarrierTrunk(**given)


@asynccontextmanager
async def managed(make: MakeExchange, folder: Path) -> AsyncIterator[tuple[App, Seen, Exchange]]:
    """A controller that manages its exchange; the exchange begins without any trunk."""
    exchange = make(trunks=(), recordings_dir=folder / "recordings")
    await exchange.start()
    url, _ = await prepared(folder, [], agents=some_agents(2))
    sounds = exchange.config.sounds_dir
    switch = AsteriskSwitch(
        AriAccess(exchange.ari_url, exchange.ari_user, exchange.ari_password),
        AmiAccess(exchange.ami_host, exchange.ami_port, exchange.ami_user, exchange.ami_password),
        recordings_dir=folder / "recordings",
        media={name: f"sound:{sounds}/en/{name}" for name in ("safe-harbour", "all-busy", "test-call")},
    )
    look = partial(look_at_trunks, switch.ami.command)
    office = OfficePlan(exchange=exchange, look=look, ami_up=lambda: switch.ami.reachable, told=switch.know_trunks)
    plan = plan_of(exchange, url, switch=switch, office=office)
    plan = type(plan)(**{**{name: getattr(plan, name) for name in plan.__slots__}, "trunks": ()})
    async with controller(plan, drain_s=0.1) as (app, seen):
        await until(lambda: switch.ami.reachable, 10.0, "AMI is reached")
        yield app, seen, exchange


def by(app: App) -> By:
    return By("user:admin", app.clock.now())


async def talking(app: App, seen: Seen, number: str) -> Call:
    call = place(app, number, trunk="north")
    await until(lambda: call.id in seen.calls and seen.calls[call.id].state is CallState.CONNECTED, 15.0, "they talk")
    return seen.calls[call.id]


async def test_calls_go_on_while_trunks_and_phones_are_added_changed_and_switched_off(
    own_exchange: MakeExchange, tmp_path: Path, trunk: SipTrunk, carrier: Carrier
) -> None:
    async with managed(own_exchange, tmp_path) as (app, seen, exchange):
        office = app.office
        made = await office.trunks.add(as_carrier(trunk), by(app))
        await logged_in(app)
        long, short = await talking(app, seen, TALKS_FOR_EVER), await talking(app, seen, TALKS_5_S)

        changed = await office.trunks.change("north", made.version, {"max_lines": 5}, by(app))
        await office.trunks.add(as_carrier(trunk, name="south", host="127.0.0.9", port=5999), by(app))
        await office.phones.add("desk1", "", by(app))
        await office.trunks.change("north", changed.version, {"enabled": False}, by(app))
        assert {one.name for one in exchange.config.trunks} == {"south"}
        assert app.lines.get("north") is None

        legs = (await app.switch.view()).legs
        assert {long.leg_id, short.leg_id} <= set(legs)
        assert seen.calls[long.id].state is CallState.CONNECTED
        # The far end of the short one hangs up, we hang up the long one: both reach the other side.
        await until(lambda: seen.calls[short.id].hung_up_at is not None, 15.0, "the far end's end is heard")
        assert seen.calls[short.id].reason != "stuck"
        app.calls.ask(long.id, HangUpAsked(app.clock.now(), "test"))
        await until(lambda: seen.calls[long.id].hung_up_at is not None, 10.0, "our end")

        async def only_phones() -> bool:  # those of the two agents are at the carrier as well
            return "2 active channels" in await carrier.cli("core show channels count")

        await until(only_phones, 10.0, "the carrier hears of both ends")
        assert all(agent.state.value != "offline" for agent in app.agents), "the agents' phones did not notice"
        actions = [row["action"] for row in await latest(await written(app), 10)]
        assert actions[:5] == ["trunk.change", "phone.add", "trunk.add", "trunk.change", "trunk.add"]


async def test_a_phone_of_a_browser_outlasts_a_change_of_trunks(
    own_exchange: MakeExchange, tmp_path: Path, trunk: SipTrunk
) -> None:
    async with managed(own_exchange, tmp_path) as (app, _, exchange):
        assert isinstance(app.switch, AsteriskSwitch)
        phone = web_phone("a" * 32)
        await AriWebPhones(app.switch.ari).make_phone(phone, "secret-enough")
        await app.office.trunks.add(as_carrier(trunk), by(app))
        listed = await exchange.cli("pjsip list endpoints")
        assert phone in listed
        assert "north" in listed


async def test_an_exchange_that_does_not_take_a_trunk_leaves_everything_as_it_was(
    own_exchange: MakeExchange, tmp_path: Path, trunk: SipTrunk
) -> None:
    async with managed(own_exchange, tmp_path) as (app, _, exchange):
        made = await app.office.trunks.add(as_carrier(trunk), by(app))
        exchange.kill()
        await exchange.ended()
        with pytest.raises(ExchangeFailed):
            await app.office.trunks.change("north", made.version, {"max_lines": 3}, by(app))
        with pytest.raises(ExchangeFailed):
            await app.office.trunks.add(as_carrier(trunk, name="south"), by(app))
        assert app.office.trunks.get("north") == made
        assert [one.name for one in app.office.trunks] == ["north"]
        line = app.lines.get("north")
        assert line is not None
        assert line.max_lines == 30
        assert [one.name for one in exchange.config.trunks] == ["north"]
        assert [row["action"] for row in await latest(await written(app), 10)] == ["trunk.add"]


async def test_the_state_of_trunks_is_seen_and_what_to_do_is_said(
    own_exchange: MakeExchange, tmp_path: Path, trunk: SipTrunk
) -> None:
    async with managed(own_exchange, tmp_path) as (app, seen, _):
        office = app.office
        await office.trunks.add(as_carrier(trunk), by(app))
        dead = as_carrier(trunk, name="dead", port=9, username="acme", password="wrong", register=True)
        await office.trunks.add(dead, by(app))

        async def asked() -> bool:
            office.trunk_watch.forget()
            return all(live.sip.reachable is not None for live in await office.trunk_watch.all())

        await until(asked, 15.0, "the carrier was asked")
        place(app, BUSY, trunk="north", ring_timeout_s=10)
        await until(lambda: len(seen.ended) == 1, 10.0, "the call has ended")
        await written(app)
        office.trunk_watch._figures_at_s = float("-inf")
        north, bad = await office.trunk_watch.one("north"), await office.trunk_watch.one("dead")
        assert (north.rating, north.sip.reachable, north.sip.registration) == (Rating.GOOD, True, Registration.NONE)
        assert north.sip.round_trip_ms is not None
        assert (north.figures.attempts, dict(north.figures.sip_codes)) == (1, {486: 1})
        assert (bad.rating, bad.sip.reachable, bad.sip.registration) == (
            Rating.BAD, False, Registration.UNREGISTERED,
        )  # fmt: skip
        assert all(hint.en and hint.zh for hint in bad.hints)


async def test_a_test_call_is_heard_to_its_end_over_a_real_carrier(
    own_exchange: MakeExchange, tmp_path: Path, trunk: SipTrunk
) -> None:
    async with managed(own_exchange, tmp_path) as (app, _, _):
        await app.office.trunks.add(as_carrier(trunk), by(app))
        calls = app.office.test_calls
        call = await calls.start(E164(TALKS_FOR_EVER), "north", by(app), caller_id="+441632960000")
        await until(lambda: call.over, 30.0, "it is over")
        names = [step.name.value for step in call.steps]
        assert names[0] == "sent"
        assert names[-4:] == ["answered", "playing", "played", "ended"], call.steps
        busy = await calls.start(E164(BUSY), "north", by(app))
        await until(lambda: busy.over, 30.0, "it is over")
        assert (busy.good, busy.steps[-1].sip_code) == (False, 486)


async def test_a_new_phone_registers_with_the_password_it_was_given(own_exchange: MakeExchange, tmp_path: Path) -> None:
    async with managed(own_exchange, tmp_path) as (app, _, exchange):
        phone = await app.office.phones.add("desk1", "", by(app))
        assert exchange.phone_password("desk1") == phone.password
        config = (exchange.config.directory / "etc" / "pjsip_phones.conf").read_text("utf-8")
        assert phone.password in config
        assert (exchange.config.directory / "etc" / "pjsip_phones.conf").stat().st_mode & 0o007 == 0
        again = await app.office.phones.change("desk1", 1, by(app), contact=None, new_password=True)
        assert exchange.phone_password("desk1") == again.password != phone.password
        assert AgentId("agent1") in app.agents
