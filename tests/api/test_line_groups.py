"""Line groups, the state of carriers, and how calls sounded, as people see and change them."""

from datetime import timedelta
from typing import Any

from tests.api.conftest import Person, Site

from waihu.dialer.line_health import DrainReason, LineState
from waihu.store.audit import latest
from waihu.store.unit import Unit
from waihu.testing.factories import a_call
from waihu.testing.waiting import until
from waihu_models.events import LegRated
from waihu_models.ids import LegId, new_id
from waihu_models.media import LegQuality, LegSide

MOBILE: dict[str, Any] = {
    "name": "mobile", "kind": "4g_gateway", "trunks": ["carrier"], "capacity": 8, "calls_per_s": 2,
    "cost_per_min": 0.02, "prefixes": ["+44"], "windows": [{"days": [1, 2], "start": "09:00", "end": "18:30"}],
    "zone": "Europe/London",
}  # fmt: skip
NORTH = {"name": "north", "host": "sip.example.net"}


async def actions(site: Site) -> list[tuple[str, str]]:
    return [(row["action"], row["object_id"]) for row in await latest(site.app.store, 5)]


async def test_a_line_group_is_made_changed_and_removed_and_counts_at_once(site: Site, admin: Person) -> None:
    made = (await admin.post("/line-groups", MOBILE)).ok(201)
    assert {**made, **MOBILE} == made
    assert "mobile" in site.app.lines.names
    line = site.app.lines.get("carrier")
    assert line is not None
    changed = (await admin.patch("/line-groups/mobile", {"capacity": 3, "windows": []}, made["version"])).ok()
    assert (changed["capacity"], changed["windows"], changed["open_now"], changed["version"]) == (3, [], True, 2)
    assert (await admin.get("/line-groups")).ok() == [changed]
    states = (await admin.get("/trunk-states")).ok()
    assert [state["group"] for state in states] == ["mobile"]
    assert (await admin.patch("/line-groups/mobile", {"capacity": 9}, 1)).status == 409
    (await admin.delete("/line-groups/mobile", headers={"If-Match": '"v2"'})).ok(204)
    assert (await admin.get("/line-groups")).ok() == []
    assert await actions(site) == [("line_group.remove", "mobile"), ("line_group.change", "mobile"),
                                   ("line_group.add", "mobile"), *(await actions(site))[3:]]  # fmt: skip


async def test_what_no_line_could_use_is_refused_with_its_field(admin: Person) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"trunks": ["nowhere"]}, "$.trunks"), ({"zone": "Mars/Olympus"}, "$.zone"), ({"name": "carrier"}, "$.name"),
        ({"caller_id_set": "none-such"}, "$.caller_id_set"),
        ({"windows": [{"days": [1], "start": "09:00", "end": "09:00"}]}, "$.windows"),
    ]  # fmt: skip
    for change, path in wrong:
        refused = await admin.post("/line-groups", {**MOBILE, **change})
        assert refused.status == 422, change
        assert refused.value["errors"][0]["path"] == path
    assert (await admin.post("/line-groups", {**MOBILE, "prefixes": ["44"]})).status == 422


async def test_a_trunk_is_in_one_group_only(admin: Person) -> None:
    (await admin.post("/line-groups", MOBILE)).ok(201)
    second = await admin.post("/line-groups", {**MOBILE, "name": "other"})
    assert second.status == 409


async def test_a_drained_trunk_says_why_and_is_tried_again_by_hand(site: Site, admin: Person) -> None:
    health = site.app.lines.health["carrier"]
    health.drain(site.app.clock.monotonic(), DrainReason.FAILING)
    quality = (await admin.get("/trunk-states/carrier")).ok()["quality"]
    assert (quality["state"], quality["reason"]) == ("drained", "failing")
    assert quality["since"] < quality["again_at"]
    again = (await admin.post("/trunks/carrier/try-again")).ok()
    assert (again["quality"]["state"], again["quality"]["again_at"]) == ("trying", None)
    assert health.state is LineState.TRYING
    assert ("trunk.try", "carrier") in await actions(site)
    assert (await admin.post("/trunks/nowhere/try-again")).status == 404


async def test_a_campaign_may_name_a_group_as_its_trunk(admin: Person) -> None:
    (await admin.post("/line-groups", MOBILE)).ok(201)
    made = (await admin.post("/campaigns", {"name": "spring", "region": "GB", "trunk": "mobile"})).ok(201)
    assert made["trunk"] == "mobile"
    refused = await admin.delete("/line-groups/mobile", headers={"If-Match": '"v1"'})
    assert refused.status == 409
    assert (await admin.post("/campaigns", {"name": "x", "region": "GB", "trunk": "nowhere"})).status == 422


async def test_the_state_of_trunks_is_a_metric(site: Site, admin: Person) -> None:
    site.app.lines.health["carrier"].drain(site.app.clock.monotonic(), DrainReason.SOUND)
    text = (await admin.get("/metrics")).raw.decode()
    assert 'trunk_drained{trunk="carrier"} 1.0' in text


async def test_only_administrators_change_lines(site: Site) -> None:
    boss = await site.person("north_lead")
    assert (await boss.get("/line-groups")).status == 403
    assert (await boss.post("/line-groups", MOBILE)).status == 403
    assert (await boss.post("/trunks/carrier/try-again")).status == 403


def quality_of(call_id: str, side: LegSide, mos: float, site: Site, agent_id: str | None) -> LegQuality:
    return LegQuality(
        call_id=call_id, leg_id=LegId(f"{side}-{call_id}"), side=side, trunk="carrier", agent_id=agent_id,  # type: ignore[arg-type]
        at=site.app.clock.now() - timedelta(minutes=1), looks=4, bad_looks=int(mos < 3), loss_in_ratio=0.1,
        loss_in_worst_ratio=0.2, loss_out_ratio=0.0, loss_out_worst_ratio=0.0, jitter_in_ms=9.0,
        jitter_in_worst_ms=30.0, jitter_out_ms=1.0, jitter_out_worst_ms=2.0, round_trip_ms=None,
        round_trip_worst_ms=None, mos=mos, mos_worst=1.5,
    )  # fmt: skip


async def test_how_a_call_sounded_is_shown_to_whoever_sees_the_call_and_summed_up_by_trunk_and_agent(
    site: Site, admin: Person
) -> None:
    now = site.app.clock.now()
    mine = a_call(agent_id="north_agent", connected_at=now, hung_up_at=now, ended_at=now)
    unit = Unit()
    unit.save_call(mine)
    unit.save_leg_quality(quality_of(mine.id, LegSide.CUSTOMER, 2.4, site, "north_agent"))
    unit.save_leg_quality(quality_of(mine.id, LegSide.AGENT, 4.3, site, "north_agent"))
    unit.save_leg_quality(quality_of(new_id(), LegSide.AGENT, 4.1, site, "south_agent"))
    await site.app.store.commit(unit)
    agent, lead, other = [await site.person(who) for who in ("north_agent", "north_lead", "south_agent")]
    for who in (agent, lead, admin):
        shown = (await who.get(f"/calls/{mine.id}/media")).ok()
        assert [(leg["leg"], leg["bad"], leg["live"]) for leg in shown["legs"]] == [
            ("customer", True, False), ("agent", False, False),
        ]  # fmt: skip
        assert shown["bad_mos"] == 3.1
    assert (await other.get(f"/calls/{mine.id}/media")).status == 404
    (trunk,) = (await admin.get("/media-by-trunk?hours=2")).ok()
    assert (trunk["name"], trunk["legs"], trunk["bad_legs"], trunk["bad_ratio"]) == ("carrier", 1, 1, 1.0)
    assert {one["name"] for one in (await admin.get("/media-by-agent")).ok()} == {"north_agent", "south_agent"}
    assert {one["name"] for one in (await lead.get("/media-by-agent")).ok()} == {"north_agent"}
    assert (await lead.get("/media-by-trunk")).status == 403


async def test_a_call_of_which_nothing_was_seen_has_no_legs(site: Site, admin: Person) -> None:
    unit = Unit()
    unit.save_call(call := a_call())
    await site.app.store.commit(unit)
    assert (await admin.get(f"/calls/{call.id}/media")).ok()["legs"] == []


async def test_what_calls_say_of_a_trunk_is_told_with_its_state(site: Site, admin: Person) -> None:
    for mos in (4.0, 3.0):
        site.app.bus.publish(LegRated(quality_of(new_id(), LegSide.CUSTOMER, mos, site, None)))
    await until(lambda: site.app.lines.health["carrier"].figures(site.app.clock.monotonic()).legs == 2)
    quality = (await admin.get("/trunk-states/carrier")).ok()["quality"]
    assert (quality["state"], quality["legs"], quality["mos"], quality["carried_ratio"]) == ("open", 2, 3.5, None)
