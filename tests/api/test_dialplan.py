"""Dialplan templates as the console asks for them; what an exchange of ours does with them is in ``tests/asterisk``."""

import pytest
from tests.api.conftest import Person, Site

from waihu.store.audit import latest
from waihu.telephony.rendering import shipped_dialplans

PHONES = shipped_dialplans()["phones"]
GOOD = f"{PHONES}exten => 88,1,Wait(1)\n same => n,Hangup()\n"
BROKEN = f"{PHONES}exten => 88,1,Answerr()\n same => n,Hangup()\n"


async def test_the_templates_and_their_variables_are_listed(admin: Person) -> None:
    listed = (await admin.get("/dialplans")).ok()
    assert [one["name"] for one in listed] == sorted(shipped_dialplans())
    phones = (await admin.get("/dialplans/phones")).ok()
    assert phones == {
        "name": "phones", "number": 0, "shipped": True, "source": PHONES, "values": {}, "managed": False,
    }  # fmt: skip
    variables = {one["name"]: one for one in (await admin.get("/dialplan-variables")).ok()}
    assert (variables["echo_limit_s"]["unit"], variables["echo_limit_s"]["range"]) == ("s", "5..3600")
    assert (await admin.get("/dialplans/nobody")).status == 404


async def test_a_text_is_rendered_and_its_mistakes_are_named_with_their_lines(admin: Person) -> None:
    looked = (await admin.post("/dialplans/phones/look", {"text": GOOD, "values": {"echo_limit_s": 77}})).ok()
    assert (looked["good"], looked["findings"]) == (True, [])
    assert "Set(TIMEOUT(absolute)=77)" in looked["rendered"]
    assert len(looked["lines"]) == len(looked["rendered"].split("\n"))
    looked = (await admin.post("/dialplans/phones/look", {"text": BROKEN})).ok()
    [finding] = looked["findings"]
    line = BROKEN.splitlines().index("exten => 88,1,Answerr()") + 1
    assert (looked["good"], finding["line"], finding["column"], finding["severity"]) == (False, line, 15, "error")
    assert finding["text"] == {"en": "there is no application Answerr", "zh": "没有应用 Answerr"}
    endless = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    looked = (await admin.post("/dialplans/phones/look", {"text": endless})).ok()
    assert [one["code"] for one in looked["findings"]] == ["endless-template"]
    assert looked["rendered"] == ""


async def test_a_text_is_compared_with_what_runs(admin: Person) -> None:
    found = (await admin.post("/dialplans/phones/difference", {"text": GOOD})).ok()
    assert (found["number"], found["running"]) == (0, PHONES)
    assert "+exten => 88,1,Wait(1)" in found["source_diff"].splitlines()
    assert found["rendered"].startswith(found["running_rendered"])
    assert "+exten => 88,1,Wait(1)" in found["rendered_diff"].splitlines()


async def test_a_draft_is_kept_with_who_and_why_and_only_an_exchange_of_ours_takes_it(
    site: Site, admin: Person
) -> None:
    body = {"text": GOOD, "values": {"echo_limit_s": 66}, "reason": "shorter tests"}
    made = (await admin.post("/dialplans/phones/versions", body)).ok(201)
    assert (made["number"], made["state"], made["author"], made["runs"]) == (1, "draft", "user:admin", False)
    history = (await admin.get("/dialplans/phones/versions")).ok()
    assert [(one["number"], one["runs"], one["reason"]) for one in history] == [
        (1, False, "shorter tests"), (0, True, ""),
    ]  # fmt: skip
    assert (await admin.get("/dialplans/phones/versions/1")).ok()["text"] == GOOD
    assert (await admin.get("/dialplans/phones/versions/0")).ok()["text"] == PHONES
    assert (await admin.get("/dialplans/phones/versions/7")).status == 404
    for path, body in (("versions/1/stage", None), ("roll-back", {"to": 0})):
        refused = await admin.post(f"/dialplans/phones/{path}", body)
        assert refused.status == 409, path
    refused = await admin.post("/dialplans/phones/versions/1/stage", headers={"Accept-Language": "zh-CN"})
    assert "交换机不由本程序管理" in refused.value["detail"]
    assert (await admin.post("/dialplans/phones/versions/1/apply")).value["detail"].endswith("stage it first")
    assert [row["action"] for row in await latest(site.app.store, 1)] == ["dialplan.save"]


async def test_what_cannot_be_is_refused_with_its_field(admin: Person) -> None:
    for body, path in (
        ({"text": GOOD, "reason": " "}, "$.reason"),
        ({"text": GOOD, "reason": "x", "values": {"app": "other"}}, "$.values"),
        ({"text": GOOD, "reason": "x", "values": {"echo_limit_s": 1}}, "$.values"),
        ({"text": GOOD, "reason": "x", "values": {"nobody": 1}}, "$.values"),
    ):
        refused = await admin.post("/dialplans/phones/versions", body)
        assert refused.status == 422
        assert refused.value["errors"][0]["path"] == path
    assert (await admin.post("/dialplans/UP/versions", {"text": GOOD, "reason": "x"})).status == 422
    unknown = await admin.post("/dialplans/phones/look", {"text": GOOD, "campaign_id": "none"})
    assert unknown.value["errors"][0]["path"] == "$.campaign_id"


async def test_no_more_templates_are_kept_than_anybody_needs(admin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("waihu.services.dialplan_shelf.MOST_TEMPLATES", len(shipped_dialplans()))
    refused = await admin.post("/dialplans/clock/versions", {"text": "; nothing", "reason": "one more"})
    assert refused.status == 422
    assert "no more are kept" in refused.value["errors"][0]["problem"]


async def test_a_template_of_ones_own_is_seen_before_it_runs(admin: Person) -> None:
    text = "[clock]\nexten => s,1,Answer()\n same => n,Hangup()\n"
    assert (await admin.post("/dialplans/clock/look", {"text": text})).ok()["good"]
    assert (await admin.post("/dialplans/clock/difference", {"text": text})).ok()["running"] == ""
    (await admin.post("/dialplans/clock/versions", {"text": text, "reason": "the time"})).ok(201)
    clock = (await admin.get("/dialplans/clock")).ok()
    assert (clock["shipped"], clock["source"], clock["number"]) == (False, "", 0)


async def test_only_administrators_see_and_change_the_dialplan(site: Site) -> None:
    for login in ("north_lead", "north_agent"):
        person = await site.person(login)
        assert (await person.get("/dialplans")).status == 403
        assert (await person.post("/dialplans/phones/look", {"text": GOOD})).status == 403
        assert (await person.post("/dialplans/phones/versions", {"text": GOOD, "reason": "x"})).status == 403
