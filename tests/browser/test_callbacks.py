"""Promised calls in a real browser: seen by whom they are for, moved in time, given to others, taken over."""

# ruff: noqa: F811 -- fixtures are imported, and named where they are used

from datetime import timedelta

from playwright.async_api import expect
from tests.api.conftest import ADMIN_BY, PASSWORD, Site, migrated, site  # noqa: F401 -- fixtures
from tests.browser.acquaintances import NORTH, SOUTH, WANG, is_listed, rows, two_promises
from tests.browser.test_console_shell import Visitor, axe, visitor  # noqa: F401 -- fixtures
from tests.store.test_recalls import ADA, gave_up

from waihu.services.log_ins import NewAccount
from waihu.store.audit import By
from waihu.store.recalls import recalls
from waihu.store.unit import Unit
from waihu_models.access import Role
from waihu_models.queue import Queue


async def test_an_agent_sees_the_own_promises_and_moves_one_in_time(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    await two_promises(site)
    await visitor.log_in("north_agent")
    await visitor.open("/callbacks")
    await is_listed(page, "王芳")
    await expect(rows(page).first).to_contain_text("due")
    assert WANG not in await page.content()
    await page.keyboard.press("j")
    await page.keyboard.press("m")
    dialog = page.get_by_role("dialog", name="Move a promised call")
    await expect(dialog.locator("select[name=agent]")).to_have_count(0)
    await dialog.get_by_role("button", name="tomorrow 10:00").click()
    await dialog.get_by_role("button", name="Save").click()
    await dialog.wait_for(state="hidden")
    await expect(rows(page).first).to_contain_text("10:00")
    await expect(rows(page).first).not_to_contain_text("due")
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="王芳").wait_for()
    assert visitor.complaints == []


async def test_a_supervisor_gives_a_promise_to_an_agent_of_the_team(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    await two_promises(site)
    await visitor.log_in("north_lead")
    await visitor.open("/callbacks")
    await is_listed(page, "王芳", "Eva Brown")
    await rows(page).nth(1).get_by_role("button", name="Move").click()
    dialog = page.get_by_role("dialog", name="Move a promised call")
    names = await dialog.locator("select[name=agent] option").all_inner_texts()
    assert "south_agent" not in " ".join(names)
    await dialog.locator("select[name=agent]").select_option(value=NORTH)
    await dialog.get_by_role("button", name="Save").click()
    await dialog.wait_for(state="hidden")
    mine = (await (await site.person("north_agent")).get("/callbacks")).ok()["items"]
    assert [one["lead"]["name"] for one in mine] == ["王芳", "Eva Brown"]


async def test_who_leads_and_works_as_an_agent_takes_a_promise_over(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    await two_promises(site)
    both = NewAccount(
        login="both", role=Role.SUPERVISOR, password=PASSWORD, team_id=site.teams["north"], agent_id=SOUTH
    )
    await site.app.log_ins.add(both, ADMIN_BY)
    lead = await site.person("admin")
    (await lead.patch(f"/agents/{SOUTH}", {"team_id": site.teams["north"]}, 1)).ok()
    await visitor.log_in("both")
    await visitor.open("/callbacks")
    await is_listed(page, "王芳", "Eva Brown")
    await rows(page).nth(1).get_by_role("button", name="Take over").click()
    await expect(rows(page).nth(1).get_by_role("button", name="Take over")).to_have_count(0)
    found = (await lead.get(f"/callbacks?agent_id={SOUTH}")).ok()["items"]
    assert [one["lead"]["name"] for one in found] == ["Eva Brown"]


async def test_who_gave_up_in_a_queue_is_listed_until_somebody_says_it_is_done(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    now = site.app.clock.now()
    await site.app.queues.shelf.add(Queue(name="care"), By("test", now))
    unit = Unit()
    unit.save_call(gave_up(ADA, 0.0, dialled_at=now, queue_since=now, ended_at=now))
    await site.app.store.commit(unit)
    await visitor.log_in("north_agent")
    await visitor.open("/callbacks")
    listed = page.get_by_test_id("recalls")
    await expect(listed.locator("tbody tr")).to_have_count(1)
    await expect(listed).to_contain_text("care")
    assert ADA not in await page.content()
    await expect(listed.get_by_role("button", name="Call", exact=True)).to_be_disabled()  # nobody is logged in
    assert await visitor.faults() == []
    await listed.get_by_role("button", name="Done").click()
    await page.get_by_role("dialog").get_by_role("button", name="Done").click()
    await expect(listed).to_contain_text("Nobody is to be called back.")
    assert await recalls(site.app.store, now - timedelta(days=1)) == []
    assert visitor.complaints == []
