"""What an administrator changes while the program runs: trunks, settings, health, metrics, test calls."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.api.conftest import Person, Site, plan_of

from waihu.app import running
from waihu.services.exchange_desk import ExchangeDesk
from waihu.services.lines import Trunk
from waihu.services.office import OfficePlan
from waihu.store.audit import By, latest
from waihu.store.dnc import forbid
from waihu.store.store import Store
from waihu.store.trunks import keep_trunk
from waihu.testing.factories import NOON
from waihu.testing.waiting import until
from waihu_models import commands as do
from waihu_models.phone import E164
from waihu_models.trunk import CarrierTrunk, Source

NORTH: dict[str, Any] = {
    "name": "north", "host": "sip.example.net", "username": "acme", "password": "hush-hush-9", "register": True,
    "max_lines": 7, "calls_per_s": 3, "caller_id": "+441632960000", "strip_plus": True, "dial_prefix": "99",
}  # fmt: skip
NUMBER = "+441632960200"


async def audit_of(site: Site) -> list[tuple[str, str, str]]:
    return [(row["actor"], row["action"], row["detail"]) for row in await latest(site.app.store, 20)]


# ---- trunks --------------------------------------------------------------------------------------------------------


async def test_a_trunk_that_is_made_carries_calls_at_once_and_its_password_never_goes_out(
    site: Site, admin: Person
) -> None:
    made = await admin.post("/trunks", NORTH)
    assert made.ok(201)["has_password"] is True
    assert made.value["source"] == "store"
    line = site.app.lines.get("north")
    assert line is not None
    assert (line.max_lines, line.calls_per_s, line.spell(E164(NUMBER))) == (7, 3.0, "99441632960200")
    listed = await admin.get("/trunks")
    assert [trunk["name"] for trunk in listed.ok()] == ["carrier", "north"]
    everything = listed.raw + made.raw + repr(await audit_of(site)).encode()
    assert b"hush-hush" not in everything


async def test_the_password_lies_sealed_in_the_database(site: Site, admin: Person) -> None:
    (await admin.post("/trunks", NORTH)).ok(201)
    await until(lambda: site.app.store.backlog == 0)
    folder = site.app.plan.recordings.parent
    files = [file for file in folder.glob("waihu.db*") if file.is_file()]
    assert files
    assert all(b"hush-hush" not in file.read_bytes() for file in files)
    assert all(file.stat().st_mode & 0o077 == 0 for file in files if file.name != "waihu.db")


async def test_new_limits_count_at_once_and_the_audit_log_says_what_they_were(site: Site, admin: Person) -> None:
    made = (await admin.post("/trunks", NORTH)).ok(201)
    changed = (await admin.patch("/trunks/north", {"max_lines": 3, "password": "other-word"}, made["version"])).ok()
    assert (changed["max_lines"], changed["version"]) == (3, 2)
    line = site.app.lines.get("north")
    assert line is not None
    assert line.max_lines == 3
    assert (await audit_of(site))[0] == ("user:admin", "trunk.change", "max_lines: 7 → 3, password")


async def test_of_two_who_change_a_trunk_the_second_is_told(admin: Person) -> None:
    made = (await admin.post("/trunks", NORTH)).ok(201)
    (await admin.patch("/trunks/north", {"max_lines": 3}, made["version"])).ok()
    second = await admin.patch("/trunks/north", {"max_lines": 9}, made["version"])
    assert (second.status, second.value["difference"], second.value["version"]) == (409, {"max_lines": 3}, 2)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"host": "two words"}, "$.host"),
        ({"port": 0}, "$.port"),
        ({"codecs": ["alaw", "morse"]}, "$.codecs"),
        ({"codecs": ["alaw", "alaw"]}, "$.codecs"),
        ({"register": True, "username": ""}, "$.register"),
        ({"username": "a@b"}, "$.username"),
        ({"password": "line\nbreak"}, "$.password"),
        ({"calls_per_s": 0}, "$.calls_per_s"),
        ({"caller_id": "Ada"}, "$.caller_id"),
        ({"dial_prefix": "9;9"}, "$.dial_prefix"),
        ({"enabled": "yes"}, "$.enabled"),
    ],
)
async def test_a_bad_value_is_refused_with_its_place_and_nothing_changes(
    site: Site, admin: Person, change: dict[str, Any], path: str
) -> None:
    made = (await admin.post("/trunks", NORTH)).ok(201)
    before = site.app.lines.get("north")
    refused = await admin.patch("/trunks/north", change, made["version"])
    assert (refused.status, refused.value["errors"][0]["path"]) == (422, path)
    assert (await admin.get("/trunks/north")).ok() == made
    assert site.app.lines.get("north") == before
    assert [action for _, action, _ in await audit_of(site)].count("trunk.change") == 0


async def test_a_trunk_that_is_switched_off_takes_no_new_calls(site: Site, admin: Person) -> None:
    made = (await admin.post("/trunks", NORTH)).ok(201)
    (await admin.patch("/trunks/north", {"enabled": False}, made["version"])).ok()
    assert site.app.lines.get("north") is None
    assert [live["rating"] for live in (await admin.get("/trunk-states")).ok()] == ["unknown", "off"]


async def test_a_trunk_of_the_settings_file_is_changed_there(admin: Person) -> None:
    refused = await admin.patch("/trunks/carrier", {"max_lines": 3}, 1)
    assert (refused.status, "settings file" in refused.value["detail"]) == (409, True)
    again = await admin.post("/trunks", {**NORTH, "name": "carrier"})
    assert again.status == 409


async def test_a_trunk_that_a_campaign_names_stays(admin: Person) -> None:
    made = (await admin.post("/trunks", NORTH)).ok(201)
    (await admin.post("/campaigns", {"name": "spring", "trunk": "north"})).ok(201)
    headers = {"If-Match": f'"v{made["version"]}"'}
    refused = await admin.delete("/trunks/north", headers=headers)
    assert (refused.status, "spring" in refused.value["detail"]) == (409, True)


async def test_a_trunk_is_taken_away(site: Site, admin: Person) -> None:
    (await admin.post("/trunks", NORTH)).ok(201)
    assert (await admin.delete("/trunks/north", headers={"If-Match": '"v1"'})).status == 204
    assert (await admin.get("/trunks/north")).status == 404
    assert site.app.lines.get("north") is None


async def test_an_exchange_that_is_not_ours_is_to_be_set_up_by_hand(admin: Person) -> None:
    made = (await admin.post("/trunks", NORTH)).ok(201)
    assert made["managed"] is False
    assert "by hand" in made["hint"]["en"]
    assert "手工" in made["hint"]["zh"]


async def test_what_was_changed_is_there_after_a_restart(site: Site, admin: Person) -> None:
    (await admin.post("/trunks", NORTH)).ok(201)
    shelf = type(site.app.office.trunks)(site.app.store, ExchangeDesk(None), site.app.lines, ())
    await shelf.load()
    trunk = shelf.get("north")
    assert (trunk.password, trunk.calls_per_s, trunk.codecs) == ("hush-hush-9", 3.0, ("alaw", "ulaw"))


async def test_a_trunk_of_the_store_can_be_changed_after_a_restart(migrated: Path, tmp_path: Path) -> None:
    plan = plan_of(Path(shutil.copy(migrated, tmp_path / "waihu.db")), tmp_path)
    store = await Store.open(plan.store_url)
    await keep_trunk(store, CarrierTrunk(name="north", host="sip.example.net"), By("test", NOON), new=True)
    await store.close()
    # As the command line starts it: what the store has stands beside the trunks of the file from the beginning.
    at_start = (*plan.trunks, Trunk("north"))
    office = OfficePlan(carriers=(CarrierTrunk(name="carrier", host="192.0.2.1"),))
    async with running(replace(plan, trunks=at_start, web=None, office=office), drain_s=0.0) as app:
        assert [(one.name, one.source) for one in app.office.trunks] == [
            ("carrier", Source.FILE), ("north", Source.STORE),
        ]  # fmt: skip
        await app.office.trunks.change("north", 1, {"max_lines": 3}, By("test", NOON))
        line = app.lines.get("north")
        assert line is not None
        assert line.max_lines == 3


@pytest.mark.parametrize("who", ["north_lead", "north_agent"])
@pytest.mark.parametrize("path", ["/trunks", "/trunk-states", "/settings", "/health/details", "/phones"])
async def test_only_administrators_see_trunks_settings_and_health(site: Site, who: str, path: str) -> None:
    assert (await (await site.person(who)).get(path)).status == 403


# ---- test calls ----------------------------------------------------------------------------------------------------


async def over(site: Site, admin: Person, made: dict[str, Any]) -> dict[str, Any]:
    await until(lambda: site.app.office.test_calls.get(made["id"]).over, 30.0, "the test call ends")
    found: dict[str, Any] = (await admin.get(f"/test-calls/{made['id']}")).ok()
    return found


async def test_a_test_call_tells_each_step_and_is_audited_before_it_is_made(site: Site, admin: Person) -> None:
    wish = {"number": "+441632960000", "trunk": "carrier", "fictional": True}
    made = (await admin.post("/test-calls", wish)).ok(201)
    shown = await over(site, admin, made)
    names = [step["name"] for step in shown["steps"]]
    assert names[0] == "sent"
    assert names[-4:] == ["answered", "playing", "played", "ended"]
    assert shown["good"] is True
    assert shown["number"] == "+44****0000"
    assert ("user:admin", "test_call.place", "trunk carrier") in await audit_of(site)
    played = [command for _, command in site.switch.given if isinstance(command, do.Play)]
    assert [command.media for command in played] == ["test-call"]
    assert site.app.metrics.unknown_legs._value.get() == 0


async def test_a_test_call_that_is_refused_says_why(site: Site, admin: Person) -> None:
    wish = {"number": "+441632960002", "trunk": "carrier", "fictional": True}
    shown = await over(site, admin, (await admin.post("/test-calls", wish)).ok(201))
    last = shown["steps"][-1]
    assert (last["name"], last["sip_code"], shown["good"]) == ("ended", 486, False)
    assert last["meaning"] == {"en": "busy", "zh": "忙线"}


async def test_a_number_on_a_do_not_call_list_is_never_test_called(site: Site, admin: Person) -> None:
    await forbid(site.app.store, E164("+441632960000"), By("test", site.app.clock.now()), "asked us")
    refused = await admin.post("/test-calls", {"number": "+441632960000", "trunk": "carrier", "fictional": True})
    assert (refused.status, "do-not-call" in refused.value["detail"]) == (409, True)
    assert "960000" not in refused.value["detail"]
    assert not [command for _, command in site.switch.given if isinstance(command, do.PlaceCall)]


async def test_one_test_call_at_a_time_and_it_can_be_hung_up(site: Site, admin: Person) -> None:
    wish = {"number": "+441632960899", "trunk": "carrier", "fictional": True}
    made = (await admin.post("/test-calls", wish)).ok(201)
    assert (await admin.post("/test-calls", wish)).status == 409
    assert (await admin.delete(f"/test-calls/{made['id']}")).status == 204
    assert (await over(site, admin, made))["good"] is False


async def test_a_number_that_is_none_is_refused_with_its_place(admin: Person) -> None:
    refused = await admin.post("/test-calls", {"number": "12", "trunk": "carrier"})
    assert refused.status == 422
    bad = await admin.post("/test-calls", {"number": "not a number", "trunk": "carrier"})
    assert bad.value["errors"][0]["path"] == "$.number"


# ---- settings ------------------------------------------------------------------------------------------------------


async def test_a_setting_counts_at_once_and_is_audited_with_what_it_was(site: Site, admin: Person) -> None:
    headers = {"If-Match": '"v0"'}
    changed = await admin.ask("PUT", "/settings/web.session_hours", {"value": 2.5}, headers=headers)
    assert (changed.ok()["value"], changed.value["source"], changed.value["version"]) == (2.5, "store", 1)
    assert site.app.log_ins.session_s == 2.5 * 3600
    assert ("user:admin", "setting.change", "12.0 → 2.5") in await audit_of(site)


async def test_a_setting_that_does_not_fit_is_refused_with_its_place(admin: Person) -> None:
    for name, value, path in (
        ("recordings.retention_days", -1, "$.value"),
        ("desk.pause_reasons", ["break", ""], "$.value[1]"),
        ("desk.pause_reasons", ["break", "Break"], "$.value"),
        ("web.day_zone", "Mars/Olympus", "$.value"),
        ("log.level", "loud", "$.value"),
    ):
        refused = await admin.ask("PUT", f"/settings/{name}", {"value": value}, headers={"If-Match": '"v0"'})
        assert (refused.status, refused.value["errors"][0]["path"]) == (422, path), name


async def test_a_setting_goes_back_to_its_default_and_its_version_never_comes_twice(admin: Person) -> None:
    put = {"headers": {"If-Match": '"v0"'}}
    (await admin.ask("PUT", "/settings/desk.wrap_limit_s", {"value": 12}, **put)).ok()
    back = (await admin.delete("/settings/desk.wrap_limit_s", headers={"If-Match": '"v1"'})).ok()
    assert (back["value"], back["source"], back["version"]) == (30.0, "default", 2)
    assert (await admin.ask("PUT", "/settings/desk.wrap_limit_s", {"value": 9}, **put)).status == 409


async def test_what_needs_a_restart_says_that_it_waits(admin: Person) -> None:
    changed = await admin.ask(
        "PUT", "/settings/company.name", {"value": "Example Limited"}, headers={"If-Match": '"v0"'}
    )
    assert (changed.ok()["needs_restart"], changed.value["waits_for_restart"]) == (True, True)


async def test_every_setting_is_explained_in_both_languages_with_its_range(admin: Person) -> None:
    listed = (await admin.get("/settings")).ok()
    assert len(listed) >= 12
    assert all(one["help"]["en"] and one["help"]["zh"] and one["changeable"] for one in listed)
    by_name = {one["name"]: one for one in listed}
    assert by_name["log.level"]["choices"] == ["debug", "info", "warning", "error"]
    assert (by_name["recordings.retention_days"]["low"], by_name["recordings.retention_days"]["high"]) == (0, 36500)


async def test_agents_can_read_the_reasons_for_a_pause(site: Site, admin: Person) -> None:
    reasons = ["午休", "coaching"]
    await admin.ask("PUT", "/settings/desk.pause_reasons", {"value": reasons}, headers={"If-Match": '"v0"'})
    agent = await site.person("north_agent")
    assert (await agent.get("/pause-reasons")).ok() == {"reasons": reasons}


# ---- health and metrics --------------------------------------------------------------------------------------------


async def test_health_is_told_to_anybody_without_details(site: Site) -> None:
    await until(lambda: site.app.switch.reachable)
    answer = await site.stranger().get("/health")
    assert answer.ok() == {"status": "ok"}


async def test_health_is_bad_when_the_exchange_is_gone_and_says_what_to_do(site: Site, admin: Person) -> None:
    site.switch.lose("cable")
    assert (await site.stranger().get("/health")).status == 503
    details = (await admin.get("/health/details")).ok()
    exchange = next(one for one in details["findings"] if one["subject"] == "exchange")
    assert (details["state"], exchange["state"]) == ("bad", "bad")
    assert exchange["mend"]["en"]
    assert exchange["mend"]["zh"]


async def test_details_name_every_part(site: Site, admin: Person) -> None:
    await until(lambda: site.app.switch.reachable)
    details = (await admin.get("/health/details")).ok()
    subjects = {one["subject"] for one in details["findings"]}
    assert subjects == {
        "version", "exchange", "trunks", "phones", "recordings", "store", "outbox", "recording_queue", "loop", "clock",
    }  # fmt: skip


async def test_metrics_are_read_from_this_machine(site: Site, admin: Person) -> None:
    await admin.post("/trunks", NORTH)
    await site.stranger().ask("BREW", "/nowhere")
    answer = await site.stranger().get("/metrics")
    assert answer.status == 200
    text = answer.raw.decode()
    for line in (
        'waihu_agents{state="offline"} 2.0',
        'waihu_trunk_lines_allowed{trunk="north"} 7.0',
        "waihu_store_backlog 0.0",
        "waihu_exchange_up 1.0",
        'waihu_http_request_seconds_count{method="POST",route="/api/v1/trunks",status="201"} 1.0',
    ):
        assert line in text, line
    assert "BREW" not in text


async def test_metrics_that_a_proxy_passes_on_are_not_for_everybody(site: Site) -> None:
    passed_on = await site.stranger().get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"})
    wrong = await site.stranger().get("/metrics", headers={"Authorization": "Bearer guess", "Via": "1.1 proxy"})
    assert (passed_on.status, wrong.status) == (403, 403)
