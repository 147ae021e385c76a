"""People whom a campaign calls are led through a menu first: a broadcast with "press 1", a notice, a choice."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.services.test_menus import asked, by, reached
from tests.services.world import World, numbers, world

from waihu.routing.announcements import recording_notice
from waihu.services.asking import BY_MENU
from waihu.services.campaign_checks import check_menu_of
from waihu.services.menus import check_menu
from waihu.store.campaigns import save_campaign
from waihu.store.dnc import entries
from waihu.store.leads import lead_by_id
from waihu.testing.factories import a_campaign
from waihu.testing.fake_speaker import FakeSpeaker
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models.agent import AgentState
from waihu_models.call import CallState
from waihu_models.campaign import CampaignState, DialMode
from waihu_models.disposition import STANDARD
from waihu_models.errors import BadField, Conflict
from waihu_models.lead import LeadState
from waihu_models.menu import Chosen, Menu, MenuAction, MenuChoice
from waihu_models.outcome import Outcome

OFFER = Menu(
    name="offer", prompt_en="A recorded offer. To talk to somebody, press 1. To hear no more of us, press 9.", tries=1,
    keys={
        "1": MenuChoice(),
        "9": MenuChoice(action=MenuAction.HANG_UP, say_en="We will not call again.", disposition="do_not_call"),
    },
    otherwise=MenuChoice(action=MenuAction.HANG_UP),
)  # fmt: skip
RULES: dict[str, Any] = {"menu": "offer", "mode": DialMode.RATIO, "lines_per_agent": 1.0}


async def dialled(w: World, menu: Menu = OFFER) -> None:
    await w.app.asking.menus.add(menu, by(w))
    await w.log_in()
    await w.dial()
    await reached(w, CallState.ANSWERED)


@pytest.mark.parametrize("screening", [False, True])
@in_virtual_time
async def test_who_presses_one_gets_an_agent_and_nobody_has_one_before(database: Path, screening: bool) -> None:
    async with world(database, numbers(1, "00"), **RULES, screening=screening) as w:
        await dialled(w)
        question = await asked(w, w.call.leg_id)
        assert question.keys == "19"
        assert w.agent().state is AgentState.AVAILABLE
        w.switch.press(w.call.leg_id, "1")
        call = await reached(w, CallState.CONNECTED)
        assert (call.chosen, call.asks, call.queue) == (Chosen(path=("offer:1",)), "", "")
        assert not call.abandoned
        assert w.count(w.app.metrics.illegal) == 0


@in_virtual_time
async def test_who_presses_nothing_is_hung_up_without_an_agent(database: Path) -> None:
    async with world(database, numbers(1, "00"), **RULES) as w:
        await dialled(w)
        await asked(w, w.call.leg_id)
        call = await reached(w, CallState.ENDED)
        assert (call.outcome, call.reason, call.connected_at) == (Outcome.HUNG_UP, BY_MENU, None)
        assert (call.chosen, call.disposition) == (Chosen(path=("offer:-",)), None)
        assert not call.abandoned, "nobody waited for an agent"
        assert w.agent().state is AgentState.AVAILABLE


@in_virtual_time
async def test_a_key_can_refuse_all_further_calls(database: Path) -> None:
    async with world(database, numbers(1, "00"), **RULES) as w:
        await dialled(w)
        await asked(w, w.call.leg_id)
        w.switch.press(w.call.leg_id, "9")
        call = await reached(w, CallState.ENDED)
        assert (call.chosen, call.disposition) == (Chosen(path=("offer:9",)), STANDARD["do_not_call"])
        stored = await w.stored(call)
        assert (stored.chosen, stored.disposition) == (call.chosen, call.disposition)
        assert await entries(w.app.store, call.number_e164), "the number is on the list"
        assert call.lead_id is not None
        assert (await lead_by_id(w.app.store, call.lead_id)).state is LeadState.CLOSED


@pytest.mark.parametrize(
    ("choice", "path"),
    [
        (MenuChoice(disposition="do_not_call"), "$.keys.1.disposition"),
        (MenuChoice(action=MenuAction.HANG_UP, disposition="nonsense"), "$.keys.1.disposition"),
    ],
)
def test_a_disposition_by_key_is_a_known_one_of_a_call_that_ends(choice: MenuChoice, path: str) -> None:
    with pytest.raises(BadField) as refused:
        check_menu(replace(OFFER, keys={"1": choice}), {})
    assert refused.value.path == path


def test_a_campaign_names_a_menu_that_is_there_and_that_people_can_be_led_through() -> None:
    check_menu_of(a_campaign(menu="offer", mode=DialMode.RATIO), ["offer"])
    for wrong in (a_campaign(menu="other"), a_campaign(menu="offer", mode=DialMode.PREVIEW)):
        with pytest.raises(BadField) as refused:
            check_menu_of(wrong, ["offer"])
        assert refused.value.path == "$.menu"


@in_virtual_time
async def test_a_machine_is_not_asked(database: Path) -> None:
    speaker = FakeSpeaker()
    async with world(database, numbers(1, "01"), speaker=speaker, **RULES, screening=True) as w:
        await w.app.asking.menus.add(OFFER, by(w))
        await w.log_in()
        await w.dial()
        call = await reached(w, CallState.ENDED)
        assert (call.outcome, speaker.spoken) == (Outcome.MACHINE, [])


@in_virtual_time
async def test_a_menu_without_keys_is_a_notice_and_then_an_agent(database: Path) -> None:
    speaker = FakeSpeaker()
    notice = Menu(name="offer", notice=True)
    async with world(database, numbers(1, "00"), speaker=speaker, **RULES) as w:
        await dialled(w, notice)
        call = await reached(w, CallState.CONNECTED)
        assert [one.text for one in speaker.spoken] == [recording_notice("en")]
        assert call.answered_at is not None


@in_virtual_time
async def test_a_menu_that_people_are_led_through_stays_until_its_campaign_is_changed(database: Path) -> None:
    async with world(database, numbers(1, "00"), **RULES) as w:
        menus = w.app.asking.menus
        await menus.add(OFFER, by(w))
        with pytest.raises(Conflict, match="campaign spring are led through menu 'offer'"):
            await menus.remove("offer", 1, by(w))
        with pytest.raises(Conflict, match="spring"):
            await menus.change("offer", 1, {"enabled": False}, by(w))
        await save_campaign(w.app.store, replace(w.campaign, state=CampaignState.FINISHED, version=w.campaign.version))
        await menus.remove("offer", 1, by(w))
        assert list(menus) == []
