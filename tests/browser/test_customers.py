"""Customers in a real browser: found, hidden from other teams, shown on record, changed by two, called."""

# ruff: noqa: F811 -- fixtures are imported, and named where they are used

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import expect
from tests.api.conftest import Site, migrated, site  # noqa: F401 -- fixtures
from tests.api.records import a_customer, audit_of, campaign_of_team, ended_call, recorded, recording_id
from tests.browser.acquaintances import (
    EVA,
    LI,
    NORTH,
    SALE,
    SOUTH,
    WANG,
    changed_by_admin,
    four_people,
    is_listed,
    lead_of,
    opens,
    rows,
)
from tests.browser.test_agent_desk import at_work
from tests.browser.test_console_shell import Visitor, axe, visitor  # noqa: F401 -- fixtures

from waihu.testing.waiting import until
from waihu_models.campaign import CampaignState

# ---- the list ------------------------------------------------------------------------------------------------------


async def test_an_agent_finds_the_own_teams_customers_and_everybodys_and_no_others(
    visitor: Visitor, site: Site
) -> None:
    page, people = visitor.page, await four_people(site)
    await visitor.log_in("north_agent")
    await visitor.open("/customers")
    await is_listed(page, "Ben Green", "Eva Brown", "王芳")
    await page.fill("input[name=search]", "0222")
    await page.get_by_text("Nobody is found").wait_for()
    await visitor.open(f"/customers/{people['李雷']}")
    await page.get_by_text("belongs to another team").wait_for()
    agent = await site.person("north_agent")
    listed = await agent.get("/customers?limit=200")
    assert {one["name"] for one in listed.ok()["items"]} == {"Ben Green", "Eva Brown", "王芳"}
    for query in ("q=李雷", "q=0222", f"number=%2B{LI[1:]}", "tag=VIP"):
        found = (await agent.get(f"/customers?{query}")).ok()["items"]
        assert "李雷" not in [one["name"] for one in found], query
    path = f"/customers/{people['李雷']}"
    answers = [
        await agent.get(path),
        await agent.get(f"{path}/timeline"),
        await agent.patch(path, {"tags": []}, 1),
        await agent.post(f"{path}/consents", {"purpose": "sms", "state": "granted", "source": "x"}),
        await agent.post(f"{path}/phones/x/do-not-call", {"reason": "x"}),
    ]
    assert [answer.status for answer in answers] == [404] * 5
    assert visitor.complaints == []


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("0111", ["王芳"]),
        ("+44 1632 960333", ["Ben Green"]),
        ("芳", ["王芳"]),
        ("green", ["Ben Green"]),
        ("br", ["Eva Brown"]),
    ],
)
async def test_a_customer_is_found_by_what_is_typed(visitor: Visitor, site: Site, typed: str, names: list[str]) -> None:
    await four_people(site)
    await visitor.log_in("north_agent")
    await visitor.open("/customers")
    await visitor.page.fill("input[name=search]", typed)
    await is_listed(visitor.page, *names)


async def test_a_search_by_tags_and_campaign_is_kept_in_the_address(visitor: Visitor, site: Site) -> None:
    page, people = visitor.page, await four_people(site)
    campaign = await campaign_of_team(site, "spring", "north")
    for name, number in (("王芳", WANG), ("Eva Brown", EVA)):
        await lead_of(site, campaign, people[name], number)
    await visitor.log_in("north_agent")
    await visitor.open("/customers")
    await page.get_by_label("Campaign").select_option("spring")
    await is_listed(page, "Eva Brown", "王芳")
    await page.get_by_label("Order").select_option("-name")
    await is_listed(page, "王芳", "Eva Brown")
    await page.get_by_label("Tags").select_option("VIP")
    await page.get_by_label("Tags").select_option("老客户")
    await is_listed(page, "王芳")
    await rows(page).first.click()
    await page.get_by_role("heading", name="王芳").wait_for()
    await page.go_back()
    await is_listed(page, "王芳")
    await page.get_by_role("button", name="No longer only with the tag 老客户").click()
    await page.get_by_role("button", name="No longer only with the tag VIP").click()
    await is_listed(page, "王芳", "Eva Brown")


async def test_the_list_is_worked_by_keys_alone(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    await four_people(site)
    await visitor.log_in("north_agent")
    await visitor.open("/customers")
    await is_listed(page, "Ben Green", "Eva Brown", "王芳")
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("k")
    await expect(rows(page).nth(1)).to_be_focused()
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Eva Brown").wait_for()
    await page.keyboard.press("g")
    await page.keyboard.press("c")
    await is_listed(page, "Ben Green", "Eva Brown", "王芳")
    await page.keyboard.press("/")
    await page.keyboard.type("王")
    await is_listed(page, "王芳")
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="王芳").wait_for()
    await page.keyboard.press("2")
    await expect(page.get_by_role("tab", name="Timeline")).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("n")
    await page.keyboard.type("喜欢喝茶")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("list", name="History")).to_contain_text("喜欢喝茶")


async def test_long_lists_load_as_one_goes_on(visitor: Visitor, site: Site) -> None:
    for number in range(70):
        await a_customer(site, f"Person {number:02d}", f"+4416329600{number:02d}")
    await visitor.log_in("north_agent")
    await visitor.open("/customers")
    status = visitor.page.get_by_role("region", name="Customers").get_by_role("status")
    await expect(status).to_contain_text("50 rows loaded")
    for _ in range(50):
        await visitor.page.keyboard.press("j")
    await expect(status).to_contain_text("70 rows loaded")


async def test_each_look_at_a_number_is_on_record(visitor: Visitor, site: Site) -> None:
    page, people = visitor.page, await four_people(site)
    await visitor.log_in("north_agent")
    await visitor.open("/customers")
    await rows(page).nth(1).get_by_role("button", name="Show the whole number").click()
    await rows(page).nth(1).get_by_text(EVA).wait_for()
    assert page.url.endswith("/customers"), "the row was not opened by it"
    assert WANG not in await page.content()
    await opens(visitor, people["王芳"])
    assert WANG not in await page.content()
    await page.get_by_role("button", name="Show the whole number").first.click()
    await page.get_by_text(WANG).wait_for()
    seen = [(row["actor"], row["object_id"], row["detail"]) for row in await audit_of(site, "number.reveal")]
    assert seen == [
        ("user:north_agent", people["王芳"], "+44****0111"),
        ("user:north_agent", people["Eva Brown"], "+44****0444"),
    ]


async def test_a_new_customer_is_made_and_who_has_the_number_already_is_shown(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    await four_people(site)
    await visitor.log_in("north_agent")
    await visitor.open("/customers")
    await is_listed(page, "Ben Green", "Eva Brown", "王芳")
    await page.keyboard.press("n")
    dialog = page.get_by_role("dialog", name="New customer")
    await dialog.locator("input[name=name]").fill("陈伟")
    await dialog.locator("textarea[name=numbers]").fill(f"{WANG}\n+44 1632 960555")
    await dialog.locator("input[name=tags]").fill("网络，新客户")
    await expect(dialog.get_by_role("link", name="王芳")).to_be_visible()
    await dialog.locator("textarea[name=numbers]").fill("12")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("numbers")
    await dialog.locator("textarea[name=numbers]").fill("01632 960555")
    await dialog.locator("input[name=region]").fill("gb")
    await dialog.get_by_role("button", name="Save").click()
    await page.get_by_role("heading", name="陈伟").wait_for()
    await expect(page.get_by_role("list", name="Numbers")).to_contain_text("+44****0555")
    await expect(page.get_by_role("list", name="Tags")).to_contain_text("新客户")


# ---- one customer --------------------------------------------------------------------------------------------------


async def test_what_two_change_differently_is_shown_side_by_side_and_the_rest_is_taken_in(
    visitor: Visitor, site: Site
) -> None:
    people = await four_people(site)
    await visitor.log_in("north_lead")
    page = await opens(visitor, people["王芳"])
    await page.keyboard.press("e")
    await page.fill("input[name=edit-name]", "王芳芳")
    await page.fill("input[name=edit-level]", "A")
    await page.get_by_role("button", name="Add a field").click()
    await page.fill("input[name=custom-name-0]", "城市")
    await page.fill("input[name=custom-value-0]", "利兹")
    await changed_by_admin(site, people["王芳"], name="王小芳", zone="Europe/London")
    await page.keyboard.press("Control+s")
    clash = page.locator("tr[data-field=name]")
    await expect(clash).to_contain_text("王芳芳")
    await expect(clash).to_contain_text("王小芳")
    await expect(page.locator("tr[data-field]")).to_have_count(1)
    await expect(page.locator("input[name=edit-zone]")).to_have_value("Europe/London")
    await expect(page.get_by_role("button", name="Save")).to_be_disabled()
    await clash.get_by_role("button", name="Keep mine").click()
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("heading", name="王芳芳").wait_for()
    told = (await (await site.person("admin")).get(f"/customers/{people['王芳']}")).ok()
    assert (told["name"], told["level"], told["zone"]) == ("王芳芳", "A", "Europe/London")
    assert told["custom"] == {"城市": "利兹"}
    assert visitor.complaints == []


async def test_a_zone_that_does_not_exist_is_told_at_its_field_and_nothing_typed_is_lost(
    visitor: Visitor, site: Site
) -> None:
    people = await four_people(site)
    await visitor.log_in("north_agent")
    page = await opens(visitor, people["王芳"])
    await page.get_by_role("button", name="Edit").click()
    await page.fill("input[name=edit-zone]", "Asia/Nowhere")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("alert").first).to_contain_text("Asia/Nowhere")
    await page.get_by_role("tab", name="Consents").click()
    await page.get_by_role("tab", name="Profile").click()
    await expect(page.locator("input[name=edit-zone]")).to_have_value("Asia/Nowhere")
    await page.get_by_role("link", name="Desk").click()
    question = page.get_by_role("dialog", name="Give up what is not saved?")
    await question.get_by_role("button", name="Cancel").click()
    await page.fill("input[name=edit-zone]", "Asia/Shanghai")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("region", name="Customer").first).to_contain_text("Asia/Shanghai")


async def test_tags_are_put_on_and_taken_off_beside_what_somebody_else_does(visitor: Visitor, site: Site) -> None:
    people = await four_people(site)
    await visitor.log_in("north_agent")
    page = await opens(visitor, people["王芳"])
    await changed_by_admin(site, people["王芳"], tags=["VIP", "老客户", "by admin"])
    await page.fill("input[name=new-tag]", "茶友")
    await page.press("input[name=new-tag]", "Enter")
    tags = page.get_by_role("list", name="Tags")
    await expect(tags).to_contain_text("茶友")
    await expect(tags).to_contain_text("by admin")
    await tags.get_by_role("button", name="Remove the tag VIP").click()
    await expect(tags).not_to_contain_text("VIP")
    told = (await (await site.person("admin")).get(f"/customers/{people['王芳']}")).ok()
    assert sorted(told["tags"]) == sorted(["老客户", "by admin", "茶友"])


async def test_the_timeline_tells_calls_with_judgement_and_plays_ones_own_recordings(
    visitor: Visitor, site: Site
) -> None:
    people = await four_people(site)
    campaign = await campaign_of_team(site, "spring", "north")
    at = site.app.clock.now() - timedelta(hours=3)
    whose: dict[str, Any] = {"customer_id": people["王芳"], "campaign_id": campaign.id, "number_e164": WANG}
    mine = await ended_call(
        site, at, agent_id=NORTH, recording_id=recording_id(), disposition=SALE, note="bought two", **whose
    )  # fmt: skip
    theirs = await ended_call(site, at - timedelta(days=1), agent_id=SOUTH, recording_id=recording_id(), **whose)
    await recorded(site, mine)
    await recorded(site, theirs)
    await visitor.log_in("north_agent")
    page = await opens(visitor, people["王芳"], "timeline")
    first, second = (page.get_by_role("list", name="History").get_by_role("listitem").nth(place) for place in (0, 1))
    for words in ("Sale", "Talked", "0:30", "north_agent", "spring", "+44****0111", "bought two"):
        await expect(first).to_contain_text(words)
    await expect(second).to_contain_text("only who talked may listen")
    await first.get_by_role("button", name="Recording of").click()
    await first.get_by_role("slider").wait_for()
    audio = first.locator("audio")
    await audio.evaluate("sound => new Promise(done => (sound.addEventListener('ended', done), void sound.play()))")
    assert len(await audit_of(site, "recording.listen")) >= 1
    await page.get_by_role("button", name="Notes").click()
    await page.get_by_text("Nothing has happened").wait_for()
    assert visitor.complaints == []


async def test_a_consent_is_kept_with_source_and_proof_and_shows_in_the_timeline(visitor: Visitor, site: Site) -> None:
    people = await four_people(site)
    await visitor.log_in("north_agent")
    page = await opens(visitor, people["王芳"], "timeline")
    await page.get_by_role("tab", name="Consents").click()
    form = page.get_by_test_id("new-consent")
    await form.locator("select[name=purpose]").select_option("wechat")
    await form.locator("select[name=state]").select_option("denied")
    await form.locator("select[name=channel]").select_option("paper")
    await expect(form.get_by_role("button", name="Add")).to_be_disabled()
    await form.locator("input[name=source]").fill("来信")
    await form.locator("input[name=proof]").fill("scan-7.pdf")
    await form.get_by_role("button", name="Add").click()
    history = page.get_by_role("table", name="History of consents")
    for words in ("WeChat", "refused", "on paper", "来信", "scan-7.pdf"):
        await expect(history).to_contain_text(words)
    counts = page.get_by_role("list", name="What counts now").get_by_role("listitem").filter(has_text="WeChat")
    await expect(counts).to_contain_text("refused")
    await page.get_by_role("tab", name="Timeline").click()
    await expect(page.get_by_role("list", name="History")).to_contain_text("来信")
    (row,) = await audit_of(site, "consent.add")
    assert (row["actor"], row["object_id"]) == ("user:north_agent", people["王芳"])


async def test_numbers_are_put_on_the_do_not_call_list_with_a_reason(visitor: Visitor, site: Site) -> None:
    people = await four_people(site)
    await visitor.log_in("north_agent")
    page = await opens(visitor, people["王芳"])
    await page.get_by_role("button", name="Do not call").click()
    dialog = page.get_by_role("dialog", name="Put on the do-not-call list")
    await dialog.get_by_label("+44****0112").uncheck()
    await dialog.locator("input[name=reason]").fill("asked in the call")
    await dialog.get_by_role("button", name="Put on the list").click()
    await dialog.wait_for(state="hidden")
    first, second = (page.get_by_role("list", name="Numbers").get_by_role("listitem").nth(place) for place in (0, 1))
    await expect(first).to_contain_text("Do not call: asked us")
    await expect(second).not_to_contain_text("Do not call")
    assert WANG not in await page.content()
    (row,) = await audit_of(site, "dnc.add")
    assert (row["object_id"], row["detail"]) == ("+44****0111", "asked in the call")


async def test_why_a_customer_is_not_called_is_explained_for_each_campaign(visitor: Visitor, site: Site) -> None:
    people = await four_people(site)
    campaign = await campaign_of_team(site, "spring", "north", state=CampaignState.PAUSED)
    await lead_of(site, campaign, people["王芳"], WANG, list_name="web", attempts=2, last_outcome="busy")
    foreign = await campaign_of_team(site, "far away", "south")
    await lead_of(site, foreign, people["王芳"], WANG)
    await visitor.log_in("north_agent")
    page = await opens(visitor, people["王芳"], "campaigns")
    table = page.get_by_role("table", name="On lists")
    for words in ("spring", "web", "Busy"):
        await expect(table).to_contain_text(words)
    await expect(table).not_to_contain_text("far away")
    await table.get_by_role("button", name="Why (not) called").click()
    await expect(table.get_by_role("status")).to_contain_text("paused")
    assert WANG not in await page.content()


async def test_a_customer_is_called_through_ones_own_desk_and_only_while_one_works(
    visitor: Visitor, site: Site
) -> None:
    people = await four_people(site)
    await campaign_of_team(site, "spring", "north", state=CampaignState.PAUSED, trunk="carrier")
    await visitor.log_in("north_agent")
    page = await opens(visitor, people["王芳"])
    await expect(page.get_by_role("button", name="Edit")).to_be_visible()
    await expect(page.get_by_role("button", name="Call D")).to_have_count(0)
    await page.get_by_role("button", name="Log out").click()
    await at_work(visitor, site)
    page = await opens(visitor, people["王芳"])
    await page.get_by_role("button", name="Call D").click()
    await page.wait_for_url("**/agent")
    await expect(page.get_by_test_id("state")).to_have_attribute("data-state", "talking")
    await until(lambda: [call.number_e164 for call in site.app.calls] == [WANG], 5.0, "it is this customer")
