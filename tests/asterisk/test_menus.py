"""Callers press keys on a real exchange: languages, wrong keys, silence, hang-ups, and customers who are passed on."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.asterisk.scenes import place
from tests.asterisk.support import until
from tests.asterisk.test_carrier_sound import SPEECH_RMS, read_raw, rms
from tests.asterisk.test_spoken_sounds import what_is_sent
from tests.asterisk.world import Seen, controller, logged_in, plan_of, prepared, some_agents, written

from waihu.app import App
from waihu.services.asking import BY_MENU
from waihu.services.transfers import Target
from waihu.store.audit import By
from waihu.store.calls import call_by_id
from waihu.telephony.carrier import Carrier
from waihu.telephony.espeak import Espeak
from waihu.telephony.exchange import Exchange
from waihu.telephony.spoken_sounds import SpeakingPlan
from waihu_models.agent import Agent, AgentState
from waihu_models.call import Call, CallState
from waihu_models.campaign import DialMode
from waihu_models.ids import AgentId
from waihu_models.menu import Chosen, Menu, MenuAction, MenuChoice
from waihu_models.outcome import Outcome
from waihu_models.signals import Verdict

OURS, CALLER = "441632960999", "441632960123"
LONG = "+441632960099"
MAIN = Menu(
    name="main", numbers=(OURS,), notice=True, tries=2, wait_s=2,
    prompt_en="For sales, press 1. For Chinese, press 2.", prompt_zh="销售请按1。",
    keys={
        "1": MenuChoice(to="sales", business_type="sale"),
        "2": MenuChoice(action=MenuAction.AGAIN, language="zh"),
        "9": MenuChoice(action=MenuAction.HANG_UP, say_en="Goodbye."),
    },
)  # fmt: skip


@asynccontextmanager
async def open_house(exchange: Exchange, folder: Path, agents: Iterable[Agent] = ()) -> AsyncIterator[tuple[App, Seen]]:
    url, _ = await prepared(folder, [], agents=agents)
    assert exchange.config.recordings_dir is not None
    spoken = SpeakingPlan(speaker=Espeak(), folder=exchange.config.recordings_dir / "spoken")
    async with controller(plan_of(exchange, url, speaking=spoken)) as (app, seen):
        await app.asking.menus.add(MAIN, By("user:ada", app.clock.now()))
        yield app, seen


async def calls_in(exchange: Exchange, carrier: Carrier, keys: str) -> None:
    await carrier.call_in(f"{exchange.host}:{exchange.sip_port}", OURS, CALLER, keys)


async def reached(seen: Seen, state: CallState, limit_s: float = 40.0) -> Call:
    await until(lambda: any(call.state is state for call in seen.calls.values()), limit_s, str(state))
    (call,) = seen.calls.values()
    return call


async def test_a_caller_chooses_a_language_then_a_queue_and_talks_with_an_agent(
    exchange: Exchange, carrier: Carrier, tmp_path: Path
) -> None:
    async with open_house(exchange, tmp_path, some_agents(1)) as (app, seen):
        await calls_in(exchange, carrier, "wwwwww2wwwwww1")
        waiting = await reached(seen, CallState.WAITING)
        assert waiting.chosen == Chosen(queue="sales", language="zh", business_type="sale", path=("main:2", "main:1"))
        app.agents.log_in(AgentId("agent1"))
        call = await reached(seen, CallState.CONNECTED)
        assert (await call_by_id(await written(app), call.id)).chosen == waiting.chosen
        assert app.metrics.illegal.collect()[0].samples == []


async def test_the_notice_and_the_menu_are_heard(exchange: Exchange, carrier: Carrier, tmp_path: Path) -> None:
    async with open_house(exchange, tmp_path) as (app, seen):
        await calls_in(exchange, carrier, "w")
        call = await reached(seen, CallState.ANSWERED)
        sent = await what_is_sent(app.switch, exchange, call.leg_id)
        await until(lambda: rms(read_raw(sent)) > SPEECH_RMS, 10.0, "the menu is heard")


async def test_wrong_keys_are_given_another_chance_and_no_more_than_that(
    exchange: Exchange, carrier: Carrier, tmp_path: Path
) -> None:
    async with open_house(exchange, tmp_path) as (_app, seen):
        await calls_in(exchange, carrier, "wwwwww7wwwwwwwwwwww7")
        call = await reached(seen, CallState.WAITING)
        assert call.chosen == Chosen(path=("main:-",))


async def test_who_presses_nothing_is_asked_twice_and_waits_for_any_agent(
    exchange: Exchange, carrier: Carrier, tmp_path: Path
) -> None:
    async with open_house(exchange, tmp_path) as (_app, seen):
        await calls_in(exchange, carrier, "w")
        call = await reached(seen, CallState.WAITING, 60.0)
        assert call.chosen == Chosen(path=("main:-",))


async def test_a_choice_says_goodbye_and_hangs_up(exchange: Exchange, carrier: Carrier, tmp_path: Path) -> None:
    async with open_house(exchange, tmp_path) as (_app, seen):
        await calls_in(exchange, carrier, "wwwwww9")
        call = await reached(seen, CallState.ENDED)
        assert (call.outcome, call.reason) == (Outcome.HUNG_UP, BY_MENU)


async def test_who_hangs_up_in_a_menu_is_a_call_that_ended(
    exchange: Exchange, carrier: Carrier, tmp_path: Path
) -> None:
    async with open_house(exchange, tmp_path) as (_app, seen):
        await calls_in(exchange, carrier, "w")
        await reached(seen, CallState.ANSWERED)
        await carrier.hang_up_all()
        call = await reached(seen, CallState.ENDED)
        assert call.outcome is Outcome.HUNG_UP


async def test_a_customer_is_passed_on_to_a_menu_and_comes_back_to_agents(
    exchange: Exchange, carrier: Carrier, tmp_path: Path
) -> None:
    agents = some_agents(1, wrap_limit_s=60.0)
    async with open_house(exchange, tmp_path, agents) as (app, seen):
        await logged_in(app)
        call = place(app, LONG)
        await reached(seen, CallState.CONNECTED)
        await app.control.wishes.transfer(AgentId("agent1"), Target(menu="main"), call.id)
        await reached(seen, CallState.ANSWERED)
        await until(lambda: app.agents.get(AgentId("agent1")).state is AgentState.WRAP_UP, 5.0, "the agent wraps up")

        async def out_of_our_hands() -> bool:
            return not (await app.switch.view()).legs[call.leg_id].in_app

        await until(out_of_our_hands, 10.0, "the customer is asked")
        channel = await app.switch.ari.request("GET", f"channels/{call.leg_id}")  # type: ignore[attr-defined]
        await app.switch.ami.act("PlayDTMF", Channel=channel["name"], Digit="1", Receive="1")  # type: ignore[attr-defined]
        moved = await reached(seen, CallState.WAITING)
        assert moved.chosen == Chosen(queue="sales", business_type="sale", path=("main:1",))
        app.agents.available(AgentId("agent1"))
        await reached(seen, CallState.CONNECTED)
        assert app.metrics.illegal.collect()[0].samples == []


async def test_who_is_called_hears_an_offer_and_gets_an_agent_by_pressing_one(
    exchange: Exchange, tmp_path: Path
) -> None:
    """The whole way: a campaign with a menu, machine detection before it, a key, an agent."""
    offer = Menu(name="offer", prompt_en="To talk to somebody, press 1.", keys={"1": MenuChoice()}, wait_s=10)
    rules = {"menu": "offer", "screening": True, "mode": DialMode.PROGRESSIVE}
    url, campaign = await prepared(tmp_path, ["+441632960100"], agents=some_agents(1, wrap_limit_s=60.0), **rules)
    assert exchange.config.recordings_dir is not None
    spoken = SpeakingPlan(speaker=Espeak(), folder=exchange.config.recordings_dir / "spoken")
    async with controller(plan_of(exchange, url, speaking=spoken)) as (app, seen):
        await app.asking.menus.add(offer, By("user:ada", app.clock.now()))
        await logged_in(app)
        await app.dialling.start(campaign.name)
        await until(lambda: any(call.asks == "menu:offer" for call in seen.calls.values()), 30.0, "somebody is asked")
        (call,) = seen.calls.values()
        assert app.agents.get(AgentId("agent1")).state is AgentState.AVAILABLE

        async def asked() -> bool:
            return not (await app.switch.view()).legs[call.leg_id].in_app

        await until(asked, 10.0, "the offer is said")
        channel = await app.switch.ari.request("GET", f"channels/{call.leg_id}")  # type: ignore[attr-defined]
        await app.switch.ami.act("PlayDTMF", Channel=channel["name"], Digit="1", Receive="1")  # type: ignore[attr-defined]
        talking = await reached(seen, CallState.CONNECTED)
        assert (talking.chosen, talking.verdict) == (Chosen(path=("offer:1",)), Verdict.HUMAN)
        assert app.metrics.illegal.collect()[0].samples == []
