"""Transcripts through the API: read, searched, asked for; by whom they concern, and nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from tests.api.conftest import Person, Site
from tests.api.records import audit_of, campaign_of_team, ended_call, recorded, recording_id

from waihu.store import transcription_jobs as jobs
from waihu.store.transcripts import add_utterance, save_transcript, transcripts_of
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_transcript, an_utterance
from waihu_models.call import Call, CallState
from waihu_models.disposition import STANDARD
from waihu_models.ids import AgentId
from waihu_models.transcript import Side, TranscriptState, Word
from waihu_models.transcription import JobState

NORTH, SOUTH = AgentId("north_agent"), AgentId("south_agent")


async def heard(site: Site, call: Call, *texts: str, side: Side = Side.CUSTOMER, after_s: float = 0.0) -> None:
    """Keep what a side said, ten seconds apart, from ``after_s`` after the beginning of the call on."""
    began_at = call.dialled_at
    await save_transcript(site.app.store, a_transcript(call.id, side=side, began_at=began_at, language="en"))
    for n, text in enumerate(texts):
        start_s = after_s + 10.0 * n
        words = tuple(Word(word, start_s + i, start_s + i + 0.5, 0.9) for i, word in enumerate(text.split()))
        at = began_at + timedelta(seconds=start_s)
        said = an_utterance(call.id, text, side=side, n=n, at=at, start_s=start_s, words=words)
        await add_utterance(site.app.store, said)


def texts(page: Any) -> list[str]:
    return [one["text"] for one in page["items"]]


async def set_aside(site: Site, call: Call, reason: str = "the model is truncated") -> None:
    store = site.app.store
    await save_transcript(store, a_transcript(call.id, state=TranscriptState.DEFERRED))
    await jobs.enqueue(store, call.id, NOON)
    job = await jobs.claim(store, "test", NOON, NOON + timedelta(minutes=1))
    assert job is not None
    unit = Unit()
    unit.save_transcript(a_transcript(call.id, state=TranscriptState.FAILED, reason=reason))
    await jobs.set_aside(store, job, reason, unit, NOON)


# ---- one call ------------------------------------------------------------------------------------------------------


async def test_a_transcript_gives_both_sides_by_time_and_their_place_in_the_recording(
    site: Site, admin: Person
) -> None:
    call = await ended_call(site, agent_id=NORTH, recording_id=recording_id())
    await recorded(site, call, started_at=call.dialled_at + timedelta(seconds=2))
    await heard(site, call, "it is too expensive", "no", after_s=5.0)
    await heard(site, call, "good morning", side=Side.AGENT, after_s=3.0)
    page = (await admin.get(f"/calls/{call.id}/transcript")).ok()
    shown = [(one["side"], one["text"], one["at_s"]) for one in page["utterances"]]
    assert shown == [("agent", "good morning", 1.0), ("customer", "it is too expensive", 3.0), ("customer", "no", 13.0)]
    assert page["utterances"][1]["words"][2] == {"text": "too", "at_s": 5.0, "seconds": 0.5, "confidence": 0.9}
    assert [(one["side"], one["state"]) for one in page["sides"]] == [("customer", "done"), ("agent", "done")]
    assert page["recording_id"] == call.recording_id


async def test_a_call_without_recording_or_words_has_an_empty_transcript(site: Site, admin: Person) -> None:
    call = await ended_call(site)
    page = (await admin.get(f"/calls/{call.id}/transcript")).ok()
    assert page == {"call_id": call.id, "recording_id": None, "sides": [], "utterances": []}
    await heard(site, call, "hello")
    page = (await admin.get(f"/calls/{call.id}/transcript")).ok()
    assert (page["utterances"][0]["at_s"], page["utterances"][0]["words"][0]["at_s"]) == (None, None)
    assert (await admin.get("/calls/nosuch/transcript")).status == 404


async def test_agents_read_their_own_calls_and_supervisors_those_of_their_team(site: Site) -> None:
    north = await campaign_of_team(site, "north", "north")
    south = await campaign_of_team(site, "south", "south")
    mine = await ended_call(site, agent_id=NORTH, campaign_id=north.id)
    theirs = await ended_call(site, agent_id=SOUTH, campaign_id=south.id)
    for call in (mine, theirs):
        await heard(site, call, f"refund for {call.agent_id}")
    for login in ("north_agent", "north_lead"):
        person = await site.person(login)
        assert (await person.get(f"/calls/{mine.id}/transcript")).status == 200
        assert (await person.get(f"/calls/{theirs.id}/transcript")).status == 404
        assert texts((await person.get("/transcripts?q=refund")).ok()) == ["refund for north_agent"]
        assert texts((await person.get("/transcripts?q=refund&agent_id=south_agent")).ok()) == []
    boss = await site.person("admin")
    assert len(texts((await boss.get("/transcripts?q=refund")).ok())) == 2
    assert (await site.stranger().get("/transcripts?q=refund")).status == 401
    assert (await site.stranger().get(f"/calls/{mine.id}/transcript")).status == 401


# ---- search --------------------------------------------------------------------------------------------------------


async def test_words_are_found_with_filters_marks_and_place(site: Site, admin: Person) -> None:
    campaign = await campaign_of_team(site, "uk", None)
    sale = await ended_call(
        site, campaign_id=campaign.id, agent_id=NORTH, disposition=STANDARD["sale"], recording_id=recording_id()
    )
    await recorded(site, sale)
    other = await ended_call(site, NOON + timedelta(hours=1), agent_id=SOUTH)
    await heard(site, sale, "This is too Expensive, sir", after_s=4.0)
    await heard(site, sale, "不贵，真的不贵", side=Side.AGENT)
    await heard(site, other, "expensive, very expensive")
    for query, found in (
        ("q=expensive", ["expensive, very expensive", "This is too Expensive, sir"]),
        ('q="too expensive"', ["This is too Expensive, sir"]),
        ("q=expen*&agent_id=south_agent", ["expensive, very expensive"]),
        (f"q=expensive&campaign_id={campaign.id}", ["This is too Expensive, sir"]),
        ("q=expensive&disposition=sale", ["This is too Expensive, sir"]),
        ("q=不贵", ["不贵，真的不贵"]),
        ("q=不贵&side=customer", []),
        ("q=expensive&since=2026-11-23T12:30:00Z", ["expensive, very expensive"]),
        ("q=expensive&until=2026-11-23T12:30:00Z", ["This is too Expensive, sir"]),
        ("q=expensive&list_id=nosuch", []),
    ):
        assert texts((await admin.get(f"/transcripts?{query}")).ok()) == found, query
    hit = (await admin.get('/transcripts?q="too expensive"')).ok()["items"][0]
    assert [part["text"] for part in hit["parts"] if part["hit"]] == ["too Expensive"]
    assert (hit["at_s"], hit["call_id"], hit["campaign_name"], hit["recorded"]) == (4.0, sale.id, "uk", True)
    (page,) = (await admin.get("/transcripts?q=不贵")).ok()["items"]
    assert (
        "".join(f"[{part['text']}]" if part["hit"] else part["text"] for part in page["parts"]) == "[不贵]，真的[不贵]"
    )


async def test_search_goes_on_page_by_page(site: Site, admin: Person) -> None:
    call = await ended_call(site)
    await heard(site, call, *(f"price {n}" for n in range(5)))
    seen, after = [], ""
    for _ in range(5):
        page = (await admin.get(f"/transcripts?q=price&limit=2{after}")).ok()
        seen.append(texts(page))
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == [["price 4", "price 3"], ["price 2", "price 1"], ["price 0"]]


@pytest.mark.parametrize(
    "query", ["q=", "q=%20", "q=!!", "q=%22%22", "q=*", "q=a&after=nonsense", "side=agent", "q=a&x=1"]
)
async def test_what_cannot_be_looked_for_is_refused(admin: Person, query: str) -> None:
    assert (await admin.get(f"/transcripts?{query}")).status == 422


@pytest.mark.parametrize("query", ['"', "a AND", "NEAR(", "sought:x", "'; --", "%00", "x*y*", "^x", "(((x", "é" * 90])
async def test_whatever_is_typed_is_answered(admin: Person, query: str) -> None:
    assert (await admin.get("/transcripts", params={"q": query})).status in {200, 422}


# ---- after the call ------------------------------------------------------------------------------------------------


async def test_a_supervisor_lets_a_call_be_transcribed_again(site: Site) -> None:
    call = await ended_call(site, agent_id=NORTH, recording_id=recording_id())
    await recorded(site, call)
    await heard(site, call, "hello")
    lead = await site.person("north_lead")
    job = (await lead.post(f"/calls/{call.id}/transcript", {"language": "zh"})).ok(202)
    assert (job["state"], job["asked_by"], job["attempts"]) == ("waiting", "user:north_lead", 0)
    assert [(one.side, one.state, one.language) for one in await transcripts_of(site.app.store, call.id)] == [
        (Side.CUSTOMER, TranscriptState.DEFERRED, "zh"),
        (Side.AGENT, TranscriptState.DEFERRED, "zh"),
    ]
    again = await lead.post(f"/calls/{call.id}/transcript", {})
    assert (again.status, again.code) == (409, "conflict")
    assert [row["object_id"] for row in await audit_of(site, "transcript.ask")] == [call.id]


async def test_only_recorded_calls_that_are_over_can_be_transcribed(site: Site, admin: Person) -> None:
    silent = await ended_call(site)
    live = await ended_call(
        site, state=CallState.CONNECTED, hung_up_at=None, ended_at=None, recording_id=recording_id()
    )
    for call, problem in ((silent, "not recorded"), (live, "goes on")):
        answer = await admin.post(f"/calls/{call.id}/transcript", {})
        assert answer.status == 409
        assert problem in answer.value["detail"]
    assert (await admin.post("/calls/nosuch/transcript", {})).status == 404
    assert (await admin.post(f"/calls/{silent.id}/transcript", {"language": "English!"})).status == 422


async def test_agents_may_not_ask_for_transcripts(site: Site) -> None:
    call = await ended_call(site, agent_id=NORTH, recording_id=recording_id())
    agent = await site.person("north_agent")
    assert (await agent.post(f"/calls/{call.id}/transcript", {})).status == 403
    assert (await agent.get("/transcription-jobs")).status == 403


async def test_what_was_set_aside_is_listed_with_its_reason_and_tried_again(site: Site) -> None:
    north = await campaign_of_team(site, "north", "north")
    south = await campaign_of_team(site, "south", "south")
    mine = await ended_call(site, agent_id=NORTH, campaign_id=north.id, recording_id=recording_id())
    theirs = await ended_call(site, agent_id=SOUTH, campaign_id=south.id, recording_id=recording_id())
    for call in (mine, theirs):
        await set_aside(site, call)
    lead = await site.person("north_lead")
    (job,) = (await lead.get("/transcription-jobs")).ok()["items"]
    assert (job["call_id"], job["state"], job["reason"]) == (mine.id, "set_aside", "the model is truncated")
    assert (await lead.get("/transcription-jobs?state=waiting")).ok()["items"] == []
    assert (await lead.get(f"/transcription-jobs/{theirs.id}")).status == 404
    assert (await lead.post(f"/transcription-jobs/{mine.id}/retry")).status == 428
    seen = await lead.get(f"/transcription-jobs/{mine.id}")
    headers = {"If-Match": seen.headers["ETag"]}
    other = await lead.post(f"/transcription-jobs/{theirs.id}/retry", headers=headers)
    assert other.status == 404
    assert (await lead.post(f"/transcription-jobs/{mine.id}/retry", headers=headers)).ok()["state"] == "waiting"
    stale = await lead.post(f"/transcription-jobs/{mine.id}/retry", headers=headers)
    assert (stale.status, stale.code) == (409, "stale")
    assert [one.state for one in await transcripts_of(site.app.store, mine.id)] == [TranscriptState.DEFERRED]
    boss = await site.person("admin")
    first = (await boss.get("/transcription-jobs?state=waiting&state=set_aside&limit=1")).ok()
    second = (await boss.get(f"/transcription-jobs?state=waiting&state=set_aside&limit=1&after={first['next']}")).ok()
    assert {first["items"][0]["call_id"], second["items"][0]["call_id"]} == {mine.id, theirs.id}
    assert second["next"] is None
    assert await jobs.counts(site.app.store) == {JobState.WAITING: 1, JobState.SET_ASIDE: 1}
