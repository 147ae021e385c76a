"""Quality through the API: rules, scores with evidence, reviews, and how far people agree."""

from datetime import timedelta
from typing import Any

import pytest
from tests.api.conftest import Person, Site
from tests.api.records import audit_of, ended_call, recorded, recording_id

from waihu.store.quality import save_score
from waihu_models.call import Call
from waihu_models.ids import AgentId
from waihu_models.quality import Finding, QualityScore, RuleFinding, RuleKind, Unjudged

NORTH, SOUTH = AgentId("north_agent"), AgentId("south_agent")
RULE: dict[str, Any] = {
    "name": "Greeting", "kind": "said", "language": "en",
    "parameters": {
        "phrases": ["good morning"], "unless": ["no good morning"], "side": "agent", "within_s": 20.0,
    },
}  # fmt: skip


async def scored(site: Site, call: Call, **changes: Any) -> QualityScore:
    """Keep a score: greeted after two seconds, and a promise that may not be made."""
    at = call.dialled_at + timedelta(seconds=5)
    findings = (
        RuleFinding(
            rule_id="r1", rule_name="Greeting", rule_version=1, finding=Finding.PASSED, kind=RuleKind.SAID,
            evidence="good morning", start_s=2.0, at=at, utterance_id="u1",
        ),
        RuleFinding(rule_id="r2", rule_name="Promise", rule_version=1, finding=Finding.FAILED, kind=RuleKind.NOT_SAID),
    )  # fmt: skip
    given: dict[str, Any] = {"score": 50.0, "findings": findings, "sampled": True, **changes}
    score = QualityScore(
        call_id=call.id, agent_id=call.agent_id, campaign_id=call.campaign_id, language="en", at=at, **given
    )
    await save_score(site.app.store, score, call.dialled_at)
    return score


# ---- rules ---------------------------------------------------------------------------------------------------------


async def test_a_rule_is_made_changed_and_deleted_by_an_administrator(site: Site, admin: Person) -> None:
    made = (await admin.post("/quality-rules", RULE)).ok(201)
    assert (made["name"], made["kind"], made["weight"], made["version"]) == ("Greeting", "said", 1.0, 1)
    assert made["parameters"].items() >= RULE["parameters"].items()
    path = f"/quality-rules/{made['id']}"
    changed = await admin.ask(
        "PUT", path, headers={"If-Match": '"v1"', "Content-Type": "application/json"},
        json={**RULE, "weight": 3.0, "fatal": True},
    )  # fmt: skip
    assert (changed.ok()["weight"], changed.ok()["fatal"], changed.ok()["version"]) == (3.0, True, 2)
    assert made["id"] in {one["id"] for one in (await admin.get("/quality-rules")).ok()}
    assert (await admin.delete(path, headers={"If-Match": '"v1"'})).code == "stale"
    assert (await admin.delete(path, headers={"If-Match": '"v2"'})).status == 204
    assert (await admin.get(path)).status == 404
    assert await audit_of(site, "quality_rule.add")


@pytest.mark.parametrize(
    ("wish", "path"),
    [
        ({**RULE, "parameters": {"phrases": []}}, "$.parameters.phrases"),
        ({**RULE, "parameters": {"phrases": ["hello", "..."]}}, "$.parameters.phrases[1]"),
        ({**RULE, "parameters": {"phrases": ["hello"], "unless": ["?"]}}, "$.parameters.unless[0]"),
        ({**RULE, "kind": "talk_ratio", "parameters": {"min": 0.8, "max": 0.2}}, "$.parameters.min"),
        ({**RULE, "weight": 0}, "$.weight"),
        ({**RULE, "kind": "mood"}, "$.kind"),
        ({**RULE, "parameters": {"colour": "red"}}, "$.parameters"),
    ],
)
async def test_a_rule_that_makes_no_sense_is_refused_with_its_place(
    admin: Person, wish: dict[str, Any], path: str
) -> None:
    refused = await admin.post("/quality-rules", wish)
    assert refused.status == 422
    assert refused.value["errors"][0]["path"] == path


async def test_who_sees_quality_reads_rules_and_only_administrators_change_them(site: Site) -> None:
    for login in ("north_agent", "north_lead"):
        person = await site.person(login)
        assert (await person.get("/quality-rules")).status == 200
        assert (await person.post("/quality-rules", RULE)).status == 403


# ---- scores --------------------------------------------------------------------------------------------------------


async def test_a_calls_findings_have_their_evidence_and_place_in_the_recording(site: Site, admin: Person) -> None:
    call = await ended_call(site, agent_id=NORTH, recording_id=recording_id())
    await recorded(site, call, started_at=call.dialled_at + timedelta(seconds=3))
    await scored(site, call)
    page = (await admin.get(f"/calls/{call.id}/quality")).ok()
    assert (page["score"], page["why"], page["reviews"]) == (50.0, None, [])
    first, second = page["findings"]
    assert (first["finding"], first["evidence"], first["at_s"], first["utterance_id"]) == (
        "passed", "good morning", 2.0, "u1",
    )  # fmt: skip
    assert (second["finding"], second["at_s"]) == ("failed", None)


async def test_scores_are_listed_by_what_is_asked_for_a_page_at_a_time(site: Site, admin: Person) -> None:
    calls = [await ended_call(site, agent_id=NORTH) for _ in range(3)]
    for call, score in zip(calls, (20.0, 60.0, 90.0), strict=True):
        await scored(site, call, score=score)
    silent = await ended_call(site, agent_id=SOUTH)
    await scored(site, silent, score=None, why=Unjudged.NO_MODEL, findings=())
    low = (await admin.get("/quality-scores?below=60")).ok()["items"]
    assert sorted(one["score"] for one in low) == [20.0, 60.0]
    unjudged = (await admin.get("/quality-scores?judged=false")).ok()["items"]
    assert [(one["call_id"], one["why"]) for one in unjudged] == [(silent.id, "no_model")]
    of_agent = (await admin.get(f"/quality-scores?agent_id={NORTH}")).ok()["items"]
    assert {one["call_id"] for one in of_agent} == {call.id for call in calls}
    seen: list[str] = []
    page = (await admin.get("/quality-scores?limit=3")).ok()
    seen += [one["call_id"] for one in page["items"]]
    page = (await admin.get(f"/quality-scores?limit=3&after={page['next']}")).ok()
    seen += [one["call_id"] for one in page["items"]]
    assert (sorted(seen), page["next"]) == (sorted([*(call.id for call in calls), silent.id]), None)


async def test_agents_see_their_own_scores_and_leads_those_of_their_team(site: Site) -> None:
    north, south = await ended_call(site, agent_id=NORTH), await ended_call(site, agent_id=SOUTH)
    for call in (north, south):
        await scored(site, call)
    for login in ("north_agent", "north_lead"):
        person = await site.person(login)
        assert [one["call_id"] for one in (await person.get("/quality-scores")).ok()["items"]] == [north.id]
        assert (await person.get(f"/calls/{south.id}/quality")).status == 404


async def test_a_call_without_a_score_is_not_found(site: Site, admin: Person) -> None:
    call = await ended_call(site, agent_id=NORTH)
    assert (await admin.get(f"/calls/{call.id}/quality")).value["detail"] == f"call '{call.id}' has no score"


# ---- reviews -------------------------------------------------------------------------------------------------------


def verdicts(first: str, second: str) -> dict[str, Any]:
    return {"verdicts": [{"rule_id": "r1", "verdict": first}, {"rule_id": "r2", "verdict": second, "note": "a joke"}]}


async def review(person: Person, call: Call, body: dict[str, Any]) -> Any:
    return await person.ask("PUT", f"/calls/{call.id}/quality/review", json=body)


async def test_a_review_leaves_the_queue_of_who_gave_it_and_stays_in_that_of_others(site: Site, admin: Person) -> None:
    call = await ended_call(site, agent_id=NORTH)
    await scored(site, call)
    lead = await site.person("north_lead")
    assert [one["call_id"] for one in (await lead.get("/quality-reviews")).ok()["items"]] == [call.id]
    done = (await review(lead, call, verdicts("passed", "passed"))).ok()
    (given,) = done["reviews"]
    assert (given["reviewer"], [one["found"] for one in given["verdicts"]]) == ("user:north_lead", ["passed", "failed"])
    assert (await lead.get("/quality-reviews")).ok()["items"] == []
    assert [one["reviews"] for one in (await admin.get("/quality-reviews")).ok()["items"]] == [1]
    again = (await review(lead, call, verdicts("failed", "failed"))).ok()
    assert [[one["verdict"] for one in each["verdicts"]] for each in again["reviews"]] == [["failed", "failed"]]
    assert len(await audit_of(site, "quality.review")) == 2


async def test_a_review_names_rules_the_call_was_held_against_each_once(site: Site, admin: Person) -> None:
    call = await ended_call(site, agent_id=NORTH)
    await scored(site, call)
    unknown = await review(admin, call, {"verdicts": [{"rule_id": "other", "verdict": "passed"}]})
    twice = await review(admin, call, {"verdicts": [{"rule_id": "r1", "verdict": "passed"}] * 2})
    assert [one.value["errors"][0]["path"] for one in (unknown, twice)] == [
        "$.verdicts[0].rule_id", "$.verdicts[1].rule_id",
    ]  # fmt: skip
    agent = await site.person("north_agent")
    assert (await review(agent, call, verdicts("passed", "passed"))).status == 403
    assert (await review(await site.person("south_lead"), call, verdicts("passed", "passed"))).status == 404


async def test_agreement_is_given_by_rule_and_between_reviewers(site: Site, admin: Person) -> None:
    lead = await site.person("north_lead")
    for n in range(4):
        call = await ended_call(site, agent_id=NORTH)
        await scored(site, call)
        (await review(lead, call, verdicts("passed", "failed"))).ok()
        (await review(admin, call, verdicts("passed" if n else "failed", "failed"))).ok()
    page = (await admin.get("/quality-agreement")).ok()
    by_rule = {one["name"]: (one["count"], one["ratio"]) for one in page["rules"]}
    assert by_rule == {"Greeting": (8, 0.875), "Promise": (8, 1.0)}
    (pair,) = page["reviewers"]
    assert (pair["count"], pair["ratio"]) == (8, 0.875)
    assert pair["kappa"] == pytest.approx(0.75, abs=0.01)
    assert (await lead.get("/quality-agreement?since=2999-01-01T00:00:00Z")).ok() == {"rules": [], "reviewers": []}


async def test_a_rule_keeps_its_agreement_when_its_title_changes_and_shares_it_with_no_other_of_that_title(
    site: Site, admin: Person
) -> None:
    made = [(await admin.post("/quality-rules", {**RULE, "name": name})).ok(201) for name in ("Greeting", "Welcome")]

    async def judged(names: tuple[str, str]) -> None:
        call = await ended_call(site, agent_id=NORTH)
        findings = tuple(
            RuleFinding(
                rule_id=rule["id"], rule_name=name, rule_version=1, finding=finding, kind=RuleKind.SAID
            )
            for rule, name, finding in zip(made, names, (Finding.PASSED, Finding.FAILED), strict=True)
        )  # fmt: skip
        await scored(site, call, findings=findings)
        said = [{"rule_id": rule["id"], "verdict": "passed"} for rule in made]
        (await review(admin, call, {"verdicts": said})).ok()

    await judged(("Greeting", "Welcome"))
    path, headers = f"/quality-rules/{made[0]['id']}", {"If-Match": '"v1"', "Content-Type": "application/json"}
    (await admin.ask("PUT", path, headers=headers, json={**RULE, "name": "Welcome"})).ok()
    await judged(("Welcome", "Welcome"))
    (await admin.delete(f"/quality-rules/{made[1]['id']}", headers={"If-Match": '"v1"'})).ok(204)
    found = {
        one["id"]: (one["name"], one["count"], one["ratio"])
        for one in (await admin.get("/quality-agreement")).ok()["rules"]
    }
    assert found == {made[0]["id"]: ("Welcome", 2, 1.0), made[1]["id"]: ("Welcome", 2, 0.0)}
