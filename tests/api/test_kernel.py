"""What every route has in common: problems, versions, repeats, scopes, the document."""

import asyncio
import io

import msgspec
from tests.api.conftest import Person, Site

from waihu.api.openapi import document
from waihu.api.server import all_routes
from waihu.store.audit import latest


async def test_a_body_that_does_not_fit_names_the_place(admin: Person) -> None:
    answer = await admin.post("/campaigns", {"name": "spring", "max_lines": "many"})
    assert answer.status == 422
    assert answer.value["errors"] == [{"path": "$.max_lines", "problem": "Expected `int`, got `str`"}]


async def test_who_asks_in_chinese_is_refused_in_chinese(admin: Person) -> None:
    chinese = {"Accept-Language": "zh-CN,zh;q=0.9"}
    as_json = {"Content-Type": "application/json", **chinese}
    body = await admin.ask("POST", "/campaigns", headers=as_json, data=b'{"name": "spring", "max_lines": "many"}')
    assert (body.status, body.headers["Content-Language"]) == (422, "zh-CN")
    assert body.value["errors"] == [{"path": "$.max_lines", "problem": "应为 int，而不是 str"}]
    nobody = await admin.ask("GET", "/calls/nobody", headers=chinese)
    assert (nobody.status, nobody.value["detail"]) == (404, "没有通话 'nobody'")


async def test_a_field_nobody_knows_is_refused(admin: Person) -> None:
    answer = await admin.post("/campaigns", {"name": "spring", "colour": "red"})
    assert answer.status == 422
    assert "colour" in answer.value["detail"]


async def test_what_is_no_json_or_too_long_is_refused(admin: Person) -> None:
    as_json = {"Content-Type": "application/json"}
    broken = await admin.ask("POST", "/teams", headers=as_json, data=b'{"name": ')
    deep = await admin.ask("POST", "/teams", headers=as_json, data=b"[" * 100_000)
    latin = await admin.ask("POST", "/teams", headers=as_json, data=b'{"name": "\xff\xfe"}')
    long = await admin.ask("POST", "/teams", headers=as_json, data=io.BytesIO(b'{"name": "' + b"x" * 1_100_000 + b'"}'))
    form = await admin.ask("POST", "/teams", data={"name": "x"})
    assert [broken.status, deep.status, latin.status, long.status, form.status] == [422, 422, 422, 413, 422]


async def test_an_unknown_path_and_method_are_problems_too(admin: Person) -> None:
    nowhere, wrong = await admin.get("/nowhere"), await admin.delete("/teams")
    assert (nowhere.status, wrong.status) == (404, 405)
    assert nowhere.headers["Content-Type"].startswith("application/problem+json")


async def test_a_change_without_a_version_is_asked_for_one(admin: Person) -> None:
    team = (await admin.get("/teams")).ok()[0]
    assert (await admin.patch(f"/teams/{team['id']}", {"name": "west"})).status == 428


async def test_of_two_who_change_one_thing_the_second_is_told_what_is_different(admin: Person) -> None:
    made = (await admin.post("/campaigns", {"name": "spring"})).ok(201)
    path = f"/campaigns/{made['id']}"
    (await admin.patch(path, {"max_lines": 7}, made["version"])).ok()
    second = await admin.patch(path, {"max_lines": 9}, made["version"])
    assert (second.status, second.code) == (409, "stale")
    assert second.value["difference"] == {"max_lines": 7}
    assert second.value["version"] == made["version"] + 1
    now = (await admin.get(path)).ok()
    assert now["campaign"]["max_lines"] == 7


async def test_the_etag_is_what_if_match_wants(admin: Person) -> None:
    made = await admin.post("/campaigns", {"name": "spring"})
    made.ok(201)
    headers = {"If-Match": made.headers["ETag"]}
    (await admin.ask("PATCH", f"/campaigns/{made.value['id']}", {"max_lines": 7}, headers=headers)).ok()


async def test_a_request_sent_twice_with_one_key_makes_one_thing(admin: Person) -> None:
    headers = {"Idempotency-Key": "order-66"}
    first = await admin.post("/teams", {"name": "west"}, headers=headers)
    second = await admin.post("/teams", {"name": "west"}, headers=headers)
    assert first.ok(201) == second.ok(201)
    assert second.headers["Idempotent-Replay"] == "true"
    other = await admin.post("/teams", {"name": "east"}, headers=headers)
    assert other.status == 422


async def test_two_at_once_with_one_key_make_one_thing(admin: Person) -> None:
    headers = {"Idempotency-Key": "order-67"}
    asked = [admin.post("/teams", {"name": "west"}, headers=headers) for _ in range(5)]
    statuses = sorted(answer.status for answer in await asyncio.gather(*asked))
    assert set(statuses) <= {201, 409}
    assert [team["name"] for team in (await admin.get("/teams")).ok()].count("west") == 1


async def test_a_team_does_not_see_the_campaigns_of_another(site: Site, admin: Person) -> None:
    north = (await admin.post("/campaigns", {"name": "north one", "team_id": site.teams["north"]})).ok(201)
    everybodys = (await admin.post("/campaigns", {"name": "everybody"})).ok(201)
    south = await site.person("south_lead")
    assert [one["name"] for one in (await south.get("/campaigns")).ok()] == ["everybody"]
    assert (await south.get(f"/campaigns/{north['id']}")).status == 404
    assert (await south.post(f"/campaigns/{north['id']}/start")).status == 404
    (await south.post(f"/campaigns/{everybodys['id']}/start")).ok()


async def test_an_agent_may_not_do_what_a_supervisor_may(site: Site, admin: Person) -> None:
    made = (await admin.post("/campaigns", {"name": "spring"})).ok(201)
    agent = await site.person("north_agent")
    (await agent.get("/campaigns")).ok()
    refused = [
        await agent.post(f"/campaigns/{made['id']}/start"),
        await agent.post("/campaigns", {"name": "mine"}),
        await agent.get("/users"),
    ]
    assert {(answer.status, answer.code) for answer in refused} == {(403, "not_allowed")}


async def test_who_changed_what_is_in_the_audit_log(admin: Person, site: Site) -> None:
    made = (await admin.post("/campaigns", {"name": "spring"})).ok(201)
    (await admin.post(f"/campaigns/{made['id']}/start")).ok()
    rows = [(row["actor"], row["action"], row["object_id"]) for row in await latest(site.app.store, 2)]
    assert rows == [("user:admin", "campaign.change", "spring"), ("user:admin", "campaign.add", "spring")]


async def test_the_document_is_served_and_is_of_these_routes(site: Site) -> None:
    served = (await site.stranger().get("/openapi.json")).ok()
    assert served == msgspec.json.decode(msgspec.json.encode(document(all_routes(), served["info"]["version"])))
    ids = [operation["operationId"] for path in served["paths"].values() for operation in path.values()]
    assert len(ids) == len(set(ids)) == len(all_routes())


async def test_every_operation_says_what_it_does() -> None:
    told = document(all_routes(), "0")
    silent = [
        f"{method} {path}"
        for path, operations in told["paths"].items()
        for method, operation in operations.items()
        if not operation["summary"]
    ]
    assert silent == []
