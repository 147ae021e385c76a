"""The page of routing rules in a real browser: the decision table, tests, trials, going live and going back."""

# ruff: noqa: F811 -- fixtures are imported
from pathlib import Path

from playwright.async_api import Locator, expect
from tests.api.conftest import Site, migrated, site  # noqa: F401 -- fixtures
from tests.browser.test_console_shell import Visitor, axe, visitor  # noqa: F401 -- fixtures

from waihu.store.audit import By
from waihu_models.queue import Queue
from waihu_models.routing_rule import TableState

EXAMPLE = Path(__file__).parents[2] / "rules" / "routing-example.dmn"


def cell(visitor: Visitor, field: str) -> Locator:
    """The cell of the first rule in which a field is asked for."""
    return visitor.page.get_by_test_id("rules").locator(f"tbody td[data-col-id=in_{field}]").first


async def write(visitor: Visitor, field: str, text: str) -> None:
    where = cell(visitor, field).locator(".content-editable")
    await where.click()
    await visitor.page.keyboard.press("ControlOrMeta+A")
    await visitor.page.keyboard.type(text)
    await visitor.page.get_by_role("heading", name="Routing rules").click()


def read(path: Path) -> bytes:
    return path.read_bytes()


async def opened(visitor: Visitor, site: Site) -> None:
    await site.app.queues.shelf.add(Queue(name="general"), By("test", site.app.clock.now()))
    await visitor.log_in("admin")
    await visitor.open("/admin/routing")
    await visitor.page.get_by_role("button", name="Begin with an example").click()
    await expect(cell(visitor, "level")).to_contain_text('"A"', timeout=20_000)


async def test_a_rule_is_written_in_the_table_tested_put_live_and_taken_back(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    await opened(visitor, site)
    await expect(page.get_by_title("Powered by bpmn.io")).to_be_visible()
    await expect(page.get_by_test_id("open-table")).to_have_text("Table 1 · Draft")
    await write(visitor, "level", '"platinum"')
    await expect(page.get_by_text("Not saved")).to_be_visible()
    await page.get_by_role("button", name="Save draft").click()
    await expect(page.get_by_text("Not saved")).to_be_hidden()
    table = await site.app.office.routing.live_router()
    assert table.table.number == 0, "a draft decides nothing"

    await page.locator("input[name=level]").fill("platinum")
    await page.get_by_role("button", name="Decide").click()
    result = page.get_by_test_id("test-result")
    await expect(result).to_contain_text("queue general · Level A to the general queue")
    await page.locator("input[name=level]").fill("gold")
    await page.get_by_role("button", name="Decide").click()
    await expect(result).to_contain_text("queue general · no rule holds")

    first = page.locator("[data-table='1']")
    await first.get_by_role("button", name="Go live").click()
    await page.get_by_role("dialog").get_by_role("button", name="Go live").click()
    await expect(first).to_contain_text("Live")
    assert (await site.app.office.routing.live_router()).table.rules[0].conditions == (("level", '"platinum"'),)

    await write(visitor, "level", '"gold"')
    await page.locator("input[name=reason]").fill("gold instead")
    await page.get_by_role("button", name="Save as new draft").click()
    second = page.locator("[data-table='2']")
    await expect(second).to_contain_text("gold instead")
    await second.get_by_role("button", name="Go live").click()
    await page.get_by_role("dialog").get_by_role("button", name="Go live").click()
    await expect(first).to_contain_text("Was live")
    await first.get_by_role("button", name="Go back to it").click()
    await page.get_by_role("dialog").get_by_role("button", name="Go live").click()
    await expect(first).to_contain_text("Live")
    live = (await site.app.office.routing.live_router()).table
    assert (live.number, live.state) == (1, TableState.LIVE)
    assert visitor.complaints == []


async def test_what_is_wrong_is_shown_at_its_place_and_cannot_go_live(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    await opened(visitor, site)
    await write(visitor, "level", "platinum")
    problems = page.get_by_test_id("problems")
    await expect(problems).to_contain_text("✕ Row 1", timeout=10_000)
    await page.get_by_role("button", name="Save draft").click()
    await page.locator("[data-table='1']").get_by_role("button", name="Go live").click()
    await page.get_by_role("dialog").get_by_role("button", name="Go live").click()
    await expect(page.locator("[data-table='1']")).to_contain_text("Draft")
    assert (await site.app.office.routing.live_router()).table.number == 0


async def test_what_is_not_saved_is_not_lost_without_asking_and_marks_are_those_of_the_table_shown(
    visitor: Visitor, site: Site
) -> None:
    page = visitor.page
    await opened(visitor, site)
    await write(visitor, "level", '"platinum"')
    await expect(page.get_by_text("Not saved")).to_be_visible()
    first = page.locator("[data-table='1']")
    await first.get_by_role("button", name="Go live").click()
    asked = page.get_by_role("dialog")
    await expect(asked).to_contain_text("Throw away what was changed and not saved?")
    await page.keyboard.press("Escape")
    await expect(asked).to_be_hidden()
    await expect(cell(visitor, "level")).to_contain_text('"platinum"')
    assert (await site.app.office.routing.live_router()).table.number == 0, "nothing went live"
    await first.get_by_role("button", name="Open").click()
    await page.get_by_role("dialog").get_by_role("button", name="Throw away").click()
    await expect(cell(visitor, "level")).to_contain_text('"A"')
    await expect(page.get_by_text("Not saved")).to_be_hidden()

    await write(visitor, "level", "platinum")
    problems = page.get_by_test_id("problems")
    await expect(problems).to_contain_text("✕ Row 1: level", timeout=10_000)
    await page.get_by_role("button", name="Save draft").click()
    await expect(page.get_by_text("Not saved")).to_be_hidden()
    await page.locator("input[name=dmn]").set_input_files(str(EXAMPLE))
    await expect(cell(visitor, "level")).to_contain_text('"platinum"', timeout=20_000)
    await expect(problems).to_contain_text("there is no queue 'expert'", timeout=10_000)
    await first.get_by_role("button", name="Open").click()
    await page.get_by_role("dialog").get_by_role("button", name="Throw away").click()
    await expect(problems).to_contain_text("✕ Row 1: level", timeout=10_000)
    await expect(problems).not_to_contain_text("expert")


async def test_a_dmn_file_is_opened_checked_and_kept(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    await opened(visitor, site)
    await page.locator("input[name=dmn]").set_input_files(str(EXAMPLE))
    await expect(cell(visitor, "level")).to_contain_text('"platinum"', timeout=20_000)
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Download DMN").click()
    assert b'"platinum"' in read(await (await download.value).path())
    await page.locator("input[name=reason]").fill("from a file")
    await page.get_by_role("button", name="Save as new draft").click()
    await expect(page.locator("[data-table='2']")).to_contain_text("from a file")
    await page.get_by_role("tab", name="Try on last calls").click()
    await page.get_by_role("button", name="Try", exact=True).click()
    await expect(page.get_by_text("0 of 0 calls would go elsewhere")).to_be_visible()
    await page.get_by_role("tab", name="Hits").click()
    await expect(page.get_by_text("No call has been decided by rules yet.")).to_be_visible()
