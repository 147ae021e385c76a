"""Lists of phrases, objections, alerts, hints and summaries through the API: by whom they concern, and nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from tests.api.conftest import Answer, Person, Site
from tests.api.records import audit_of, campaign_of_team, ended_call, recorded, recording_id

from waihu.services.spoken_words import SpokenWords
from waihu.store.summaries import save_draft
from waihu.store.transcripts import add_utterance
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, an_utterance
from waihu_models.assist import Hint, Summary
from waihu_models.call import Call
from waihu_models.disposition import STANDARD
from waihu_models.ids import AgentId, new_id
from waihu_models.transcript import Side
from waihu_models.word_alert import PhraseKind, Severity, WordAlert

NORTH, SOUTH = AgentId("north_agent"), AgentId("south_agent")
LIST = {
    "name": "Refunds",
    "kind": "complaint",
    "severity": "warning",
    "language": "en",
    "phrases": ["refund", "Refund"],
}
OBJECTION = {
    "name": "嫌贵",
    "language": "zh",
    "phrases": ["太贵", "太 贵"],
    "answer": "问和什么比。",
    "next_step": "价格",
}


async def put(person: Person, path: str, body: Any, version: int | None) -> Answer:
    headers = {"If-Match": f'"v{version}"'} if version is not None else {}
    return await person.ask("PUT", path, body, headers=headers)


async def alerted(site: Site, call: Call, said_s: float, text: str = "a refund please", **changes: Any) -> WordAlert:
    said = an_utterance(call.id, text, at=call.dialled_at + timedelta(seconds=said_s), n=int(said_s))
    await add_utterance(site.app.store, said)
    values: dict[str, Any] = {
        "id": new_id(), "call_id": call.id, "agent_id": call.agent_id, "campaign_id": call.campaign_id,
        "side": Side.CUSTOMER, "utterance_id": said.id, "list_id": "l1", "list_name": "Refunds",
        "kind": PhraseKind.COMPLAINT, "severity": Severity.WARNING, "phrase": "refund", "text": text, "start_s": said_s,
        "said_at": said.at, "at": said.at,
    }  # fmt: skip
    unit, alert = Unit(), WordAlert(**{**values, **changes})
    unit.add_word_alert(alert)
    await site.app.store.commit(unit)
    return alert


async def hinted(site: Site, call: Call, **changes: Any) -> Hint:
    values: dict[str, Any] = {
        "id": new_id(), "call_id": call.id, "agent_id": call.agent_id, "objection_id": "o1", "name": "Price",
        "answer": "Ask.", "next_step": "price", "phrase": "too expensive", "utterance_id": "u", "start_s": 1.0,
        "at": call.dialled_at,
    }  # fmt: skip
    unit, hint = Unit(), Hint(**{**values, **changes})
    unit.add_hint(hint, call.campaign_id, offered=True)
    await site.app.store.commit(unit)
    return hint


async def drafted(site: Site, call: Call, **changes: Any) -> Summary:
    values = {"call_id": call.id, "reason": "a refund", "objections": ("Price",), "mentioned": ("50 dollars",),
              "callback_at": NOON + timedelta(days=1), "disposition": "callback", "text": "Reason: a refund",
              "drafted_at": call.dialled_at}  # fmt: skip
    kept = await save_draft(site.app.store, Summary(**{**values, **changes}), call.agent_id, call.campaign_id)
    assert kept is not None
    return kept


# ---- lists and objections ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "body"), [("/phrase-lists", LIST), ("/objections", OBJECTION)])
async def test_administrators_make_change_and_delete_them(
    site: Site, admin: Person, path: str, body: dict[str, Any]
) -> None:
    made = await admin.post(path, body)
    one = made.ok(201)
    assert made.headers["Location"].endswith(f"{path}/{one['id']}")
    assert (one["version"], one["phrases"]) == (1, body["phrases"][:1]), "each phrase once"
    assert (await admin.get(f"{path}/{one['id']}")).headers["ETag"] == '"v1"'
    new = {**body, "name": "New", "phrases": ["退钱"], "active": False}
    assert (await put(admin, f"{path}/{one['id']}", new, None)).status == 428
    changed = (await put(admin, f"{path}/{one['id']}", new, 1)).ok()
    assert (changed["name"], changed["phrases"], changed["active"], changed["version"]) == ("New", ["退钱"], False, 2)
    stale = await put(admin, f"{path}/{one['id']}", new, 1)
    assert (stale.status, stale.code) == (409, "stale")
    assert (await put(admin, f"{path}/nosuch", new, 1)).status == 404
    assert (await admin.delete(f"{path}/{one['id']}", headers={"If-Match": '"v1"'})).status == 409
    assert (await admin.delete(f"{path}/{one['id']}", headers={"If-Match": '"v2"'})).status == 204
    assert (await admin.get(f"{path}/{one['id']}")).status == 404
    assert (await admin.get(path)).ok()["items"] == []
    kind = "phrase_list" if path == "/phrase-lists" else "objection"
    assert len(await audit_of(site, f"{kind}.change")) == len(await audit_of(site, f"{kind}.delete")) == 1


@pytest.mark.parametrize(("path", "body"), [("/phrase-lists", LIST), ("/objections", OBJECTION)])
async def test_others_read_those_of_their_campaigns_and_change_none(
    site: Site, admin: Person, path: str, body: dict[str, Any]
) -> None:
    north, south = [await campaign_of_team(site, name, name) for name in ("north", "south")]
    ids = {}
    for name, campaign_id in (("all", None), ("north", north.id), ("south", south.id)):
        ids[name] = (await admin.post(path, {**body, "name": name, "campaign_id": campaign_id})).ok(201)["id"]
    for login in ("north_lead", "north_agent"):
        person = await site.person(login)
        assert [one["name"] for one in (await person.get(path)).ok()["items"]] == ["all", "north"]
        assert (await person.get(f"{path}/{ids['south']}")).status == 404
        assert (await person.post(path, body)).status == 403
        assert (await put(person, f"{path}/{ids['all']}", body, 1)).status == 403
        assert (await person.delete(f"{path}/{ids['all']}", headers={"If-Match": '"v1"'})).status == 403
    assert (await site.stranger().get(path)).status == 401
    shown = (await admin.get(f"{path}?campaign_id={south.id}")).ok()["items"]
    assert [one["name"] for one in shown] == ["all", "south"]
    first = (await admin.get(f"{path}?limit=2")).ok()
    second = (await admin.get(f"{path}?limit=2&after={first['next']}")).ok()
    assert ([one["name"] for one in second["items"]], second["next"]) == (["south"], None)
    other = "zh" if body["language"] == "en" else "en"
    assert (await admin.get(f"{path}?language={other}")).ok()["items"] == []


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"phrases": ["refund", "..."]}, "$.phrases[1]"),
        ({"phrases": ["refund [unk] money"]}, "$.phrases[0]"),
        ({"language": "English"}, "$.language"),
        ({"name": ""}, "$.name"),
        ({"severity": "terrible"}, "$.severity"),
        ({"sides": []}, "$.sides"),
        ({"cool_down_s": -1}, "$.cool_down_s"),
        ({"phrases": ["x" * 101]}, "$.phrases[0]"),
        ({"unless": ["no", "?"]}, "$.unless[1]"),
    ],
)
async def test_what_is_wrong_with_a_list_is_said_where_it_is(admin: Person, changes: dict[str, Any], path: str) -> None:
    answer = await admin.post("/phrase-lists", {**LIST, **changes})
    assert answer.status == 422
    assert answer.value["errors"][0]["path"] == path
    assert (await admin.post("/phrase-lists", {**LIST, "campaign_id": "nosuch"})).status == 404


async def test_phrases_beside_which_a_phrase_is_not_meant_are_kept_each_once(admin: Person) -> None:
    made = (await admin.post("/phrase-lists", {**LIST, "unless": ["no", "No", "never  again"]})).ok(201)
    assert made["unless"] == ["no", "never again"]
    assert (await admin.get(f"/phrase-lists/{made['id']}")).ok()["unless"] == ["no", "never again"]
    assert (await put(admin, f"/phrase-lists/{made['id']}", LIST, 1)).ok()["unless"] == []


async def test_kinds_can_be_looked_for_and_shipped_lists_are_there_once_calls_are_heard(
    site: Site, admin: Person
) -> None:
    assert (await admin.get("/phrase-lists")).ok()["items"] == []
    await SpokenWords(site.app._neighbours()).load()
    found = (await admin.get("/phrase-lists?kind=do_not_call&limit=200")).ok()["items"]
    assert {(one["language"], one["severity"], one["tell_outside"]) for one in found} == {
        ("en", "urgent", True), ("zh", "urgent", True),
    }  # fmt: skip
    assert len((await admin.get("/objections?language=zh")).ok()["items"]) == 7


# ---- alerts --------------------------------------------------------------------------------------------------------


async def test_an_alert_shows_what_was_said_and_where_in_the_recording(site: Site, admin: Person) -> None:
    call = await ended_call(site, agent_id=NORTH, recording_id=recording_id())
    await recorded(site, call, started_at=call.dialled_at + timedelta(seconds=2))
    alert = await alerted(site, call, 12.5)
    (shown,) = (await admin.get("/word-alerts")).ok()["items"]
    assert (shown["id"], shown["text"], shown["phrase"], shown["at_s"]) == (alert.id, "a refund please", "refund", 10.5)
    assert (shown["call_id"], shown["recording_id"], shown["late"]) == (call.id, call.recording_id, False)
    bare = await ended_call(site, agent_id=NORTH)
    await alerted(site, bare, 3.0, late=True)
    (shown,) = (await admin.get("/word-alerts?late=true")).ok()["items"]
    assert (shown["at_s"], shown["recording_id"]) == (None, None)


async def test_alerts_are_filtered_and_paged(site: Site, admin: Person) -> None:
    campaign = await campaign_of_team(site, "uk", None)
    call = await ended_call(site, agent_id=NORTH, campaign_id=campaign.id)
    other = await ended_call(site, agent_id=SOUTH)
    for n in range(3):
        await alerted(site, call, float(n), text=f"call {n}")
    await alerted(site, other, 9.0, text="other", kind=PhraseKind.PRICE, severity=Severity.NOTE, list_id="l2")
    for query, texts in (
        ("", ["other", "call 2", "call 1", "call 0"]),
        (f"campaign_id={campaign.id}&limit=2", ["call 2", "call 1"]),
        (f"call_id={other.id}", ["other"]),
        (f"agent_id={SOUTH}", ["other"]),
        ("kind=price&kind=other", ["other"]),
        ("severity=note", ["other"]),
        ("list_id=l2", ["other"]),
        ("side=agent", []),
        ("late=true", []),
        ("since=2026-11-23T12:00:05Z", ["other"]),
        ("until=2026-11-23T12:00:01Z", ["call 0"]),
    ):
        found = (await admin.get(f"/word-alerts?{query}")).ok()
        assert [one["text"] for one in found["items"]] == texts, query
    page = (await admin.get("/word-alerts?limit=3")).ok()
    rest = (await admin.get(f"/word-alerts?limit=3&after={page['next']}")).ok()
    assert ([one["text"] for one in rest["items"]], rest["next"]) == (["call 0"], None)
    assert (await admin.get("/word-alerts?after=nonsense")).status == 422
    assert (await admin.get("/word-alerts?since=2026-11-23T12:00:05")).status == 422


async def test_a_supervisor_says_that_an_alert_was_seen_to_once_and_can_open_it_again(site: Site) -> None:
    north, south = [await campaign_of_team(site, name, name) for name in ("north", "south")]
    mine = await alerted(site, await ended_call(site, agent_id=NORTH, campaign_id=north.id), 1.0, text="mine")
    await alerted(site, await ended_call(site, agent_id=NORTH, campaign_id=north.id), 2.0, text="open")
    theirs = await alerted(site, await ended_call(site, agent_id=SOUTH, campaign_id=south.id), 3.0)
    lead, admin, agent = [await site.person(login) for login in ("north_lead", "admin", "north_agent")]
    path = f"/word-alerts/{mine.id}/handled"
    first = (await lead.ask("PUT", path)).ok()
    assert (first["handled_by"], first["id"]) == ("user:north_lead", mine.id)
    assert first["handled_at"] is not None
    assert (await admin.ask("PUT", path)).ok()["handled_by"] == "user:north_lead", "who was first stays named"
    for query, texts in (("handled=true", ["mine"]), ("handled=false", ["open"])):
        assert [one["text"] for one in (await lead.get(f"/word-alerts?{query}")).ok()["items"]] == texts
    assert (await lead.delete(path)).status == 204
    assert len((await lead.get("/word-alerts?handled=false")).ok()["items"]) == 2
    assert (await lead.ask("PUT", f"/word-alerts/{theirs.id}/handled")).status == 404
    assert (await lead.ask("PUT", "/word-alerts/none/handled")).status == 404
    assert (await agent.ask("PUT", path)).status == 403
    assert (len(await audit_of(site, "word_alert.handle")), len(await audit_of(site, "word_alert.reopen"))) == (1, 1)


async def test_agents_see_alerts_of_their_calls_that_are_for_them_and_leads_those_of_their_team(site: Site) -> None:
    north, south = [await campaign_of_team(site, name, name) for name in ("north", "south")]
    mine = await ended_call(site, agent_id=NORTH, campaign_id=north.id)
    theirs = await ended_call(site, agent_id=SOUTH, campaign_id=south.id)
    await alerted(site, mine, 1.0, text="mine")
    await alerted(site, mine, 2.0, text="promise", tell_agent=False, side=Side.AGENT)
    await alerted(site, theirs, 3.0, text="theirs")
    for login, texts in (
        ("north_agent", ["mine"]),
        ("north_lead", ["promise", "mine"]),
        ("admin", ["theirs", "promise", "mine"]),
    ):
        found = (await (await site.person(login)).get("/word-alerts")).ok()["items"]
        assert [one["text"] for one in found] == texts
    assert (await site.stranger().get("/word-alerts")).status == 401


# ---- hints and summaries -------------------------------------------------------------------------------------------


async def test_an_agent_marks_hints_of_own_calls_only(site: Site, admin: Person) -> None:
    call = await ended_call(site, agent_id=NORTH)
    hint = await hinted(site, call)
    path = f"/calls/{call.id}/hints"
    me, other = await site.person("north_agent"), await site.person("south_agent")
    (shown,) = (await me.get(path)).ok()
    assert (shown["name"], shown["answer"], shown["mark"], shown["disposition"]) == ("Price", "Ask.", None, "")
    assert (await me.ask("PUT", f"{path}/{hint.id}", {"mark": "used"})).ok()["mark"] == "used"
    assert (await admin.get(path)).ok()[0]["mark"] == "used"
    assert (await me.ask("PUT", f"{path}/{hint.id}", {"mark": "loved"})).status == 422
    assert (await me.ask("PUT", f"{path}/nosuch", {"mark": "used"})).status == 404
    assert (await admin.ask("PUT", f"{path}/{hint.id}", {"mark": "dismissed"})).status == 403
    assert (await other.ask("PUT", f"{path}/{hint.id}", {"mark": "dismissed"})).status == 404
    assert (await other.get(path)).status == 404


async def test_an_agent_accepts_edits_or_discards_the_draft_of_an_own_call(site: Site, admin: Person) -> None:
    me = await site.person("north_agent")
    for given, state in (
        ({}, "accepted"),
        ({"text": "They want a refund."}, "edited"),
        ({"disposition": "refused", "callback_at": None}, "edited"),
        ({"discarded": True, "text": ""}, "discarded"),
    ):
        call = await ended_call(site, agent_id=NORTH)
        draft = await drafted(site, call)
        path = f"/calls/{call.id}/summary"
        seen = await me.get(path)
        assert (seen.ok()["state"], seen.headers["ETag"]) == ("draft", '"v1"')
        assert seen.value["mentioned"] == ["50 dollars"]
        body = {"text": draft.text, "disposition": draft.disposition,
                "callback_at": seen.value["callback_at"], **given}  # fmt: skip
        assert (await put(me, path, body, None)).status == 428
        assert (await put(admin, path, body, 1)).status == 403
        decided = (await put(me, path, body, 1)).ok()
        assert (decided["state"], decided["version"]) == (state, 2)
        assert (await put(me, path, body, 1)).code == "stale"
        assert (await admin.get(path)).ok() == decided


async def test_a_summary_that_is_not_there_or_makes_no_sense_is_refused(site: Site) -> None:
    me, other = await site.person("north_agent"), await site.person("south_agent")
    call = await ended_call(site, agent_id=NORTH)
    path = f"/calls/{call.id}/summary"
    assert (await me.get(path)).status == 404
    assert (await put(me, path, {"text": "x"}, 1)).status == 404
    await drafted(site, call)
    assert (await other.get(path)).status == 404
    assert (await put(other, path, {"text": "x"}, 1)).status == 404
    refused = await put(me, path, {"text": "x", "disposition": "nonsense"}, 1)
    assert (refused.status, refused.value["errors"][0]["path"]) == (422, "$.disposition")
    assert (await put(me, path, {"callback_at": "2026-11-24T15:00:00"}, 1)).status == 422


async def test_acceptance_is_shown_by_campaign_over_time(site: Site, admin: Person) -> None:
    campaign = await campaign_of_team(site, "north", "north")
    me = await site.person("north_agent")
    for week, texts in ((0, ("Reason: a refund", "other")), (1, ("Reason: a refund",))):
        for text in texts:
            at = NOON + timedelta(days=7 * week)
            call = await ended_call(site, at, agent_id=NORTH, campaign_id=campaign.id, disposition=STANDARD["callback"])
            draft = await drafted(site, call)
            await hinted(site, call)
            body = {"text": text, "disposition": "callback", "callback_at": "2026-11-24T12:00:00Z"}
            assert draft.callback_at is not None
            (await put(me, f"/calls/{call.id}/summary", body, 1)).ok()
    span = "since=2026-11-23T00:00:00Z&until=2026-12-07T00:00:00Z"
    shown = (await admin.get(f"/assist/figures?{span}")).ok()
    rows = [(one["drafted"], one["accepted"], one["edited"], one["accepted_ratio"]) for one in shown["summaries"]]
    assert rows == [(2, 1, 1, 0.5), (1, 1, 0, 1.0)]
    assert {(one["campaign_name"], one["agreed_ratio"]) for one in shown["summaries"]} == {("north", 1.0)}
    (objection,) = shown["objections"]
    assert (objection["name"], objection["calls"], objection["offered"], objection["used"]) == ("Price", 3, 3, 0)
    lead, stranger = await site.person("south_lead"), site.stranger()
    assert (await lead.get(f"/assist/figures?{span}")).ok()["summaries"] == []
    assert (await admin.get(f"/assist/figures?{span}&campaign_id=other")).ok()["summaries"] == []
    assert (await admin.get("/assist/figures")).status == 200
    assert (await admin.get("/assist/figures?since=2026-12-08T00:00:00Z&until=2026-12-07T00:00:00Z")).status == 422
    assert (await admin.get("/assist/figures?days=1&since=2020-01-01T00:00:00Z")).status == 422
    assert (await stranger.get("/assist/figures")).status == 401
