"""Customers with a past, put into a running controller, and how their pages are looked at."""

from datetime import timedelta
from typing import Any

from playwright.async_api import Locator, Page, expect
from tests.api.conftest import Site
from tests.api.records import a_customer, campaign_of_team, ended_call, recorded, recording_id
from tests.browser.test_console_shell import Visitor

from waihu.store.customers import Word, keep_word
from waihu.store.leads import add_leads
from waihu.testing.factories import a_lead
from waihu_models.campaign import Campaign, CampaignState
from waihu_models.disposition import Category, Disposition
from waihu_models.ids import AgentId, CustomerId
from waihu_models.lead import Consent, Lead, LeadState
from waihu_models.tables import Channel, Purpose

WANG, LI, BEN, EVA = "+441632960111", "+441632960222", "+441632960333", "+441632960444"
SALE = Disposition(code="sale", label_en="Sale", label_zh="成交", category=Category.SUCCESS)
CALL_BACK = Disposition(code="callback", label_en="Call back", label_zh="预约回拨", category=Category.CALLBACK)
NORTH, SOUTH = AgentId("north_agent"), AgentId("south_agent")


async def four_people(site: Site) -> dict[str, str]:
    """王芳 of the north, 李雷 of the south, Ben who is everybody's, and Eva of the north; return their ids."""
    return {
        "王芳": await a_customer(site, "王芳", WANG, "+441632960112", team="north", tags=("VIP", "老客户")),
        "李雷": await a_customer(site, "李雷", LI, team="south", tags=("VIP",)),
        "Ben Green": await a_customer(site, "Ben Green", BEN, tags=("VIP",)),
        "Eva Brown": await a_customer(site, "Eva Brown", EVA, team="north"),
    }


async def lead_of(site: Site, campaign: Campaign, customer: str, number: str, **changes: Any) -> Lead:
    lead = a_lead(campaign, number, customer_id=CustomerId(customer), **changes)
    await add_leads(site.app.store, [lead])
    return lead


async def changed_by_admin(site: Site, customer: str, **changes: Any) -> None:
    admin = await site.person("admin")
    version = (await admin.get(f"/customers/{customer}")).ok()["version"]
    (await admin.patch(f"/customers/{customer}", changes, version)).ok()


async def two_promises(site: Site) -> dict[str, str]:
    people = await four_people(site)
    campaign = await campaign_of_team(site, "spring", "north", state=CampaignState.PAUSED, trunk="carrier")
    now = site.app.clock.now()
    for name, number, agent, hours in (("王芳", WANG, NORTH, -1), ("Eva Brown", EVA, AgentId("somebody"), 2)):
        await lead_of(
            site, campaign, people[name], number, name=name, state=LeadState.CALLBACK, zone="Asia/Shanghai",
            next_at=now + timedelta(hours=hours), callback_agent_id=agent,
        )  # fmt: skip
    return people


async def a_full_life(site: Site) -> str:
    people = await two_promises(site)
    customer = people["王芳"]
    await changed_by_admin(
        site, customer, level="A", language="zh-CN", zone="Asia/Shanghai", custom={"城市": "上海", "合同号": "C-77"}
    )
    now = site.app.clock.now()
    pasts: tuple[dict[str, Any], ...] = (
        {"agent_id": NORTH, "disposition": CALL_BACK, "note": "明天上午再联系", "callback_at": now},
        {"agent_id": NORTH, "disposition": SALE, "note": "两份"},
        {"agent_id": SOUTH},
    )
    for hour, given in enumerate(pasts):
        call = await ended_call(
            site, now - timedelta(hours=5 * hour + 1), customer_id=customer, number_e164=WANG,
            recording_id=recording_id(), **given,
        )  # fmt: skip
        await recorded(site, call)
    for purpose, state in ((Purpose.CALL, Consent.GRANTED), (Purpose.SMS, Consent.DENIED)):
        word = Word(
            purpose=purpose, state=state, at=now - timedelta(days=3), source="申请表 12", channel=Channel.PAPER,
            proof="scan-12.pdf", customer_id=CustomerId(customer),
        )  # fmt: skip
        await keep_word(site.app.store, word)
    agent = await site.person("north_agent")
    (await agent.post(f"/customers/{customer}/notes", {"text": "喜欢喝茶"})).ok(201)
    phone = (await agent.get(f"/customers/{customer}")).ok()["phones"][1]["id"]
    (await agent.post(f"/customers/{customer}/phones/{phone}/do-not-call", {"reason": "asked"})).ok(204)
    return customer


def rows(page: Page) -> Locator:
    return page.locator("tr[data-row]")


async def is_listed(page: Page, *names: str) -> None:
    await expect(rows(page)).to_have_count(len(names))
    for place, name in enumerate(names):
        await expect(rows(page).nth(place)).to_contain_text(name)


async def opens(visitor: Visitor, customer: str, tab: str = "") -> Page:
    await visitor.open(f"/customers/{customer}" + (f"?tab={tab}" if tab else ""))
    await visitor.page.get_by_role("tablist").wait_for()
    return visitor.page
