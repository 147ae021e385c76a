"""Administration in a real browser: lists, campaigns two people change, people, dispositions, settings, rights."""

import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import async_playwright, expect
from tests.api.conftest import PASSWORD, Person, Site, migrated, people, plan_of  # noqa: F401 -- a fixture
from tests.browser.conftest import CHECKOUT, FLAGS
from tests.browser.test_console_shell import Visitor, axe  # noqa: F401 -- a fixture

from waihu.api.server import all_routes
from waihu.app import running
from waihu.services.dispositions import STANDARD_CHOICES
from waihu.testing.fake_switch import FakeSwitch
from waihu_models.access import GRANTS, Right, Role

NUMBER = "+441632960200"
ADMIN_PAGES = (
    "setup", "campaigns", "imports", "users", "dispositions", "do-not-call", "trunks", "dialplan", "phones", "settings",
    "health", "webhooks", "call-tasks", "audit",
)  # fmt: skip


@pytest.fixture
async def site(migrated: Path, tmp_path: Path) -> AsyncIterator[Site]:  # noqa: F811
    """A controller with the shipped rule packs and the people of ``tests/api``."""
    database = Path(shutil.copy(migrated, tmp_path / "waihu.db"))
    plan = replace(plan_of(database, tmp_path), rules=(CHECKOUT / "rules",))
    async with running(plan, drain_s=0.0) as app, aiohttp.ClientSession() as http:
        assert isinstance(plan.switch, FakeSwitch)
        yield Site(app, plan.switch, http, await people(app))


@pytest.fixture
async def visitors(site: Site, axe: str, chromium: str) -> AsyncIterator[Any]:  # noqa: F811
    """Open browsers: ``await visitors()``, each with a cookie jar of its own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, headless=True, args=list(FLAGS))

        async def one() -> Visitor:
            context = await browser.new_context(
                locale="en-GB", color_scheme="light", viewport={"width": 1440, "height": 860}
            )
            context.set_default_timeout(15_000)
            return Visitor(await context.new_page(), site.base, axe)

        yield one
        await browser.close()


@pytest.fixture
async def visitor(visitors: Any) -> Visitor:
    opened: Visitor = await visitors()
    return opened


# ---- lists ---------------------------------------------------------------------------------------------------------


async def test_a_chinese_list_with_bad_rows_is_mapped_imported_and_its_errors_are_downloaded(
    visitor: Visitor, site: Site, tmp_path: Path
) -> None:
    page = visitor.page
    admin = await site.person("admin")
    made = (await admin.post("/campaigns", {"name": "春季", "region": "GB"})).ok(201)
    rows = "联系电话,客户姓名,备注\n01632960401,王芳,老客户\n不是号码,李雷,\n01632960402,韩梅梅,新客户\n"
    await visitor.log_in("admin")
    await visitor.open(f"/admin/imports?campaign={made['id']}")
    await page.locator("input[type=file]").set_input_files(
        {"name": "名单.csv", "mimeType": "text/csv", "buffer": rows.encode("gb18030")}
    )
    columns = page.locator("th select")
    await expect(columns.nth(0)).to_have_value("phone")
    await expect(columns.nth(1)).to_have_value("name")
    await expect(columns.nth(2)).to_have_value("")
    await page.locator("input[name=allow_fictional]").check()
    await expect(page.locator("[data-finding=bad_number]")).to_be_visible()
    await columns.nth(2).select_option("tags")
    await expect(page.locator("[data-good]")).to_contain_text("2 of the first 3")
    await columns.nth(0).select_option("")
    await expect(page.get_by_role("button", name="Start the import")).to_be_disabled()
    await columns.nth(0).select_option("phone")
    await page.get_by_role("button", name="Start the import").click()
    await page.locator("[data-import=done]").wait_for()
    await expect(page.locator("[data-count=imported] dd")).to_have_text("2")
    await expect(page.locator("[data-count=rejected] dd")).to_have_text("1")
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="Rows that were not taken").click()
    download = await waiting.value
    errors = (await download.path()).read_text("utf-8-sig")
    assert "不是号码" in errors
    assert "李雷" in errors
    leads = (await admin.get(f"/campaigns/{made['id']}/leads")).ok()["items"]
    assert sorted((lead["name"], *lead["tags"]) for lead in leads) == [("王芳", "老客户"), ("韩梅梅", "新客户")]
    # The same file again is told, and nothing goes in twice.
    await page.locator("input[type=file]").set_input_files(
        {"name": "名单.csv", "mimeType": "text/csv", "buffer": rows.encode("gb18030")}
    )
    await page.get_by_text("imported already").wait_for()
    await page.get_by_role("button", name="Cancel", exact=True).click()
    await expect(page.locator("tr.row-line").filter(has_text="cancelled")).to_be_visible()
    assert visitor.complaints == []


async def test_a_file_that_is_no_list_is_refused_in_words(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    made = (await (await site.person("admin")).post("/campaigns", {"name": "a"})).ok(201)
    await visitor.log_in("admin")
    await visitor.open(f"/admin/imports?campaign={made['id']}")
    await page.locator("input[type=file]").set_input_files({"name": "empty.csv", "mimeType": "text/csv", "buffer": b""})
    await expect(page.locator(".drop [role=alert]")).to_contain_text("empty")


# ---- conflicts -----------------------------------------------------------------------------------------------------


async def test_two_administrators_who_change_one_campaign_decide_field_by_field(visitors: Any, site: Site) -> None:
    admin = await site.person("admin")
    made = (await admin.post("/campaigns", {"name": "spring", "max_lines": 10})).ok(201)
    first, second = await visitors(), await visitors()
    for visitor in (first, second):
        await visitor.log_in("admin")
        await visitor.open(f"/admin/campaigns/{made['id']}")
        await visitor.page.locator("input[name=max_lines]").wait_for()
    await first.page.fill("input[name=max_lines]", "20")
    await first.page.fill("textarea[name=script]", "# Theirs")
    await first.page.fill("input[name=calls_per_s]", "9")
    await first.page.keyboard.press("Control+s")
    await first.page.get_by_text("Saved", exact=True).wait_for()

    page = second.page
    await page.fill("input[name=max_lines]", "30")
    await page.fill("textarea[name=script]", "# Mine")
    await page.fill("input[name=ring_timeout_s]", "40")
    await page.fill("input[name=speech_language]", "zh")
    save = page.get_by_role("button", name="Save")
    await save.click()
    clashes = page.locator(".clashes tbody tr")
    await expect(clashes).to_have_count(2)
    await expect(save).to_be_disabled()
    lines = page.locator(".clashes tr[data-field=max_lines]")
    assert await lines.locator(".value").all_inner_texts() == ["30", "20"]
    await page.locator(".clashes tr[data-field=script]").get_by_role("button", name="Take theirs").click()
    await lines.get_by_role("button", name="Keep mine").click()
    await save.click()
    await page.get_by_text("Saved", exact=True).wait_for()
    now = (await admin.get(f"/campaigns/{made['id']}")).ok()["campaign"]
    told = (now["max_lines"], now["script"], now["ring_timeout_s"], now["calls_per_s"])
    assert told == (30, "# Theirs", 40, 9.0)
    assert now["speech_language"] == "zh"
    assert first.complaints + second.complaints == []


async def test_a_campaign_that_is_wrong_is_told_at_the_field_and_keeps_what_was_typed(
    visitor: Visitor, site: Site
) -> None:
    page = visitor.page
    made = (await (await site.person("admin")).post("/campaigns", {"name": "spring"})).ok(201)
    await visitor.log_in("admin")
    await visitor.open(f"/admin/campaigns/{made['id']}")
    await page.fill("input[name=caller_id]", "12")
    await page.get_by_role("button", name="Save").click()
    place = page.locator(".place", has=page.locator("input[name=caller_id]"))
    await place.get_by_role("alert").wait_for()
    await expect(page.locator("input[name=caller_id]")).to_have_value("12")
    await page.fill("input[name=caller_id]", "")
    await page.fill("input[name=max_lines]", "0")
    await page.get_by_role("button", name="Save").click()
    await page.locator(".place", has=page.locator("input[name=max_lines]")).get_by_role("alert").wait_for()


# ---- people, dispositions, settings --------------------------------------------------------------------------------


async def test_a_user_is_made_gets_a_link_changes_role_and_is_disabled(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    await visitor.log_in("admin")
    await visitor.open("/admin/users")
    await page.get_by_role("button", name="New user").click()
    dialog = page.get_by_role("dialog")
    await dialog.locator("input[name=login]").fill("x")
    await dialog.locator("input[name=login]").fill("carol")
    await dialog.locator("select[name=role]").select_option("supervisor")
    await dialog.locator("select[name=team_id]").select_option(label="north")
    await dialog.get_by_role("button", name="Make the user").click()
    link = await dialog.locator("[data-secret]").input_value()
    assert "/setup?token=" in link
    await dialog.get_by_role("button", name="Close").last.click()
    row = page.locator("tr.row-line").filter(has_text="carol")
    await expect(row).to_contain_text("Has no password yet")
    assert link not in await page.content()
    await row.get_by_role("button", name="carol").click()
    await dialog.locator("input[name=disabled]").check()
    await dialog.get_by_role("button", name="Save").click()
    await expect(row).to_contain_text("Disabled")
    answer = await site.stranger().ask("POST", "/session", {"login": "carol", "password": PASSWORD})
    assert answer.status == 401
    assert visitor.complaints == []


async def test_teams_and_agents_are_made_and_changed(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    await visitor.log_in("admin")
    await visitor.open("/admin/users?tab=teams")
    await page.fill("input[name=team]", "west")
    await page.press("input[name=team]", "Enter")
    await page.locator("[data-team=west] input").fill("far west")
    await page.locator("[data-team=west] input").press("Enter")
    await page.locator("[data-team='far west']").wait_for()
    await visitor.open("/admin/users?tab=agents")
    await page.get_by_role("button", name="north_agent").click()
    dialog = page.get_by_role("dialog")
    await dialog.locator("input[name=agent-name]").fill("Nora North")
    await dialog.locator("select[name=team_id]").select_option(label="far west")
    await dialog.get_by_role("button", name="Save").click()
    await expect(page.locator("tr.row-line").filter(has_text="Nora North")).to_contain_text("far west")
    agent = (await (await site.person("admin")).get("/agents/north_agent")).ok()
    assert agent["name"] == "Nora North"
    assert visitor.complaints == []


async def test_dispositions_are_ordered_by_keys_and_a_key_given_twice_is_told_at_its_row(
    visitor: Visitor, site: Site
) -> None:
    page = visitor.page
    await visitor.log_in("admin")
    await visitor.open("/admin/dispositions")
    rows = page.locator("tbody tr")
    await expect(rows).to_have_count(len(STANDARD_CHOICES))
    await page.locator("tr[data-place='1'] input[name=label_en]").focus()
    await page.keyboard.press("Alt+ArrowUp")
    await expect(page.locator("tr[data-place='0']")).to_have_attribute("data-code", "interested")
    await page.get_by_role("button", name="Add").click()
    new = rows.last
    for field, words in (("code", "moved"), ("label_en", "Has moved"), ("label_zh", "已搬家")):
        await new.locator(f"input[name={field}]").fill(words)
    await new.locator("select[name=hot_key]").select_option("1")
    await page.get_by_role("button", name="Save").click()
    await new.get_by_role("alert").wait_for()
    await new.locator("select[name=hot_key]").select_option(label="–")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_text("Saved", exact=True).wait_for()
    kept = (await (await site.person("admin")).get("/dispositions")).ok()["choices"]
    assert [kept[0]["code"], kept[-1]["label_zh"]] == ["interested", "已搬家"]
    assert visitor.complaints == []


async def test_a_setting_out_of_its_range_is_refused_and_a_changed_one_can_be_reset(
    visitor: Visitor, site: Site
) -> None:
    page = visitor.page
    await visitor.log_in("admin")
    await visitor.open("/admin/settings")
    setting = page.locator("[data-setting='recordings.retention_days']")
    before = await setting.locator("input").input_value()
    await setting.locator("input").fill("-5")
    await setting.get_by_role("button", name="Save").click()
    await setting.get_by_role("alert").wait_for()
    await setting.locator("input").fill("42")
    await setting.get_by_role("button", name="Save").click()
    await expect(setting).to_contain_text("set here")
    await setting.get_by_role("button", name="Back to the default").click()
    await expect(setting.locator("input")).to_have_value(before)
    assert visitor.complaints == []


async def test_a_phone_gets_a_password_that_is_shown_once(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    await visitor.log_in("admin")
    await visitor.open("/admin/phones")
    await page.get_by_role("button", name="New SIP phone").click()
    dialog = page.get_by_role("dialog")
    await dialog.locator("input[name=name]").fill("Desk 7")
    await dialog.get_by_role("button", name="Save").click()
    await dialog.get_by_role("alert").first.wait_for()
    await dialog.locator("input[name=name]").fill("desk7")
    await dialog.get_by_role("button", name="Save").click()
    assert len(await page.locator("[data-secret]").input_value()) >= 12
    await page.reload()
    await page.locator("tr.row-line").filter(has_text="desk7").wait_for()
    assert await page.locator("[data-secret]").count() == 0
    assert visitor.complaints == []


async def test_a_webhook_is_made_with_a_secret_shown_once_and_stands_in_the_audit_log(
    visitor: Visitor, site: Site
) -> None:
    page = visitor.page
    await visitor.log_in("admin")
    await visitor.open("/admin/webhooks")
    await page.get_by_role("button", name="New webhook").click()
    dialog = page.get_by_role("dialog")
    await dialog.locator("input[name=url]").fill("no address")
    await dialog.get_by_role("button", name="Save").click()
    await dialog.get_by_role("alert").first.wait_for()
    await dialog.locator("input[name=url]").fill("https://crm.example.com/hook")
    await dialog.locator("textarea[name=topics]").fill("call.ended")
    await dialog.get_by_role("button", name="Save").click()
    await dialog.locator("[data-secret]").wait_for()
    await dialog.get_by_role("button", name="Close").last.click()
    await page.locator("tr.row-line").filter(has_text="crm.example.com").wait_for()
    await visitor.open("/admin/audit")
    await page.fill("input[name=action]", "webhook.")
    await page.press("input[name=action]", "Enter")
    await page.locator("tr[data-row='0']").filter(has_text="webhook.").wait_for()
    await expect(page.locator("tr[data-row='0']")).to_contain_text("user:admin")
    assert visitor.complaints == []


# ---- rights --------------------------------------------------------------------------------------------------------


async def test_an_agent_opens_no_page_of_administration_and_calls_none_of_its_routes(
    visitor: Visitor, site: Site
) -> None:
    page = visitor.page
    made = (await (await site.person("admin")).post("/campaigns", {"name": "spring"})).ok(201)
    await visitor.log_in("north_agent")
    assert await page.locator("header a[href^='/admin']").count() == 0
    for name in (*ADMIN_PAGES, f"campaigns/{made['id']}"):
        await visitor.open(f"/admin/{name}")
        assert await page.locator("h1").inner_text() == "Not allowed", name
    agent = await site.person("north_agent")
    missing = set(Right) - set(GRANTS[Role.AGENT])
    refused = [route for route in all_routes() if route.right in missing]
    assert len(refused) > 40
    places = {"campaign_id": made["id"], "name": "carrier", "list_name": "own"}
    for route in refused:
        path = route.whole_path
        for part in route.path_types:
            path = path.replace(f"{{{part}}}", places.get(part, "1"))
        answer = await agent.ask(route.method, path, {} if route.body else None, headers={"If-Match": '"v1"'})
        assert answer.status == 403, (route.method, path, answer.raw)


async def test_a_supervisor_sees_of_administration_only_what_the_role_includes(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.log_in("north_lead")
    await page.get_by_role("link", name="Administration").click()
    await page.wait_for_url("**/admin/imports")
    shown = await page.locator("nav a[href^='/admin/']").all_inner_texts()
    assert shown[-2:] == ["List import", "Call tasks"] or len(set(shown)) <= 3, shown
    await visitor.open("/admin/trunks")
    assert await page.locator("h1").inner_text() == "Not allowed"


# ---- how it looks --------------------------------------------------------------------------------------------------


async def furnished(site: Site) -> str:
    """Put something on every page; return the id of a campaign."""
    admin: Person = await site.person("admin")
    pack = {
        "packs": ["uk"],
        "region": "GB",
        "caller_id": "+441632960000",
        "script": "# Greeting\n\nHello.\n\n- one\n- two",
    }
    made = (await admin.post("/campaigns", {"name": "Spring offer", **pack})).ok(201)
    (await admin.post("/campaigns", {"name": "催收 2 组", "mode": "progressive"})).ok(201)
    (
        await admin.post("/trunks", {"name": "north", "host": "sip.example.net", "username": "acme", "register": True})
    ).ok(201)
    (await admin.post("/phones", {"name": "desk7"})).ok(201)
    (await admin.post("/webhooks", {"url": "https://crm.example.com/hook", "topics": ["call.*"], "name": "CRM"})).ok(
        201
    )
    (await admin.post("/do-not-call/numbers", {"number": NUMBER, "reason": "asked by letter"})).ok(204)
    form = aiohttp.FormData()
    form.add_field("file", "phone,name,note\n01632960501,王芳,a\nnonsense,李雷,b\n".encode(), filename="spring.csv")
    headers = admin.headers()
    url = f"{site.base}/api/v1/campaigns/{made['id']}/imports"
    async with admin.http.post(url, data=form, headers=headers) as answer:
        assert answer.status == 201
    return str(made["id"])


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_nothing_serious_is_found_on_any_page_of_administration(
    visitor: Visitor, site: Site, language: str, theme: str, tmp_path: Path
) -> None:
    page = visitor.page
    campaign_id = await furnished(site)
    await page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    await visitor.log_in("admin")
    await page.locator("header select").first.select_option(language)
    pictures = Path(os.environ.get("WAIHU_PICTURES", tmp_path))
    faults: dict[str, list[str]] = {}

    async def look(name: str, *, whole: bool = False) -> None:
        found = await visitor.faults()
        if found:
            faults[name] = found
        await page.screenshot(path=pictures / f"admin-{name}-{language}-{theme}.png", full_page=whole)

    for name in ADMIN_PAGES:
        await visitor.open(f"/admin/{name}")
        await page.wait_for_load_state("networkidle")
        await look(name)
    for step in ("trunk", "test", "agents", "campaign", "list", "start"):
        await visitor.open(f"/admin/setup?step={step}")
        await page.locator("section.work").wait_for()
        await page.wait_for_load_state("networkidle")
        await look(f"setup-{step}")
    await visitor.open(f"/admin/campaigns/{campaign_id}")
    await page.locator("#law li").first.wait_for()
    await page.set_viewport_size({"width": 1440, "height": 2400})
    await look("campaign")
    await page.set_viewport_size({"width": 1440, "height": 860})
    await visitor.open(f"/admin/imports?campaign={campaign_id}")
    await page.locator("tr.row-line button").click()
    await page.locator("th select").first.wait_for()
    await look("mapping")
    for tab in ("agents", "teams"):
        await visitor.open(f"/admin/users?tab={tab}")
        await page.wait_for_load_state("networkidle")
        await look(f"people-{tab}")
    await visitor.open("/admin/users")
    await page.locator("tr.row-line button").first.click()
    await page.get_by_role("dialog").wait_for()
    await look("user")
    assert faults == {}
    assert visitor.complaints == []
