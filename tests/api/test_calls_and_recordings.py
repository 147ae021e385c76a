"""Calls and recordings through the API: found, explained, heard in ranges by those who may, and put on record."""

import asyncio
from datetime import timedelta
from typing import Any

from tests.api.conftest import Person, Site
from tests.api.records import audit_of, campaign_of_team, ended_call, recorded, recording_id

from waihu.testing.factories import NOON
from waihu_models.disposition import STANDARD
from waihu_models.ids import AgentId
from waihu_models.outcome import Outcome
from waihu_models.phone import E164
from waihu_models.recording import RecordingState

NORTH, SOUTH = AgentId("north_agent"), AgentId("south_agent")


def ids(page: Any) -> list[str]:
    return [one["id"] for one in page["items"]]


async def test_calls_are_found_by_every_filter_newest_first(site: Site, admin: Person) -> None:
    campaign = await campaign_of_team(site, "uk", None)
    old = await ended_call(site, campaign_id=campaign.id, agent_id=NORTH, disposition=STANDARD["sale"], talk_s=90)
    number = E164("+441632960777")
    busy = await ended_call(
        site, NOON + timedelta(hours=1), number_e164=number, outcome=Outcome.BUSY, connected_at=None, sip_code=486,
        agent_id=SOUTH,
    )  # fmt: skip
    for query, found in (
        ("", [busy, old]),
        (f"campaign_id={campaign.id}", [old]),
        ("agent_id=south_agent", [busy]),
        ("outcome=busy", [busy]),
        ("outcome=busy&outcome=answered", [busy, old]),
        ("disposition=sale", [old]),
        ("number=01632 960777", [busy]),
        ("last4=0777", [busy]),
        ("min_talk_s=60", [old]),
        ("since=2026-11-23T12:30:00Z", [busy]),
        ("until=2026-11-23T12:30:00Z", [old]),
        ("direction=inbound", []),
    ):
        assert ids((await admin.get(f"/calls?{query}")).ok()) == [call.id for call in found], query
    first = (await admin.get("/calls?limit=1")).ok()
    second = (await admin.get(f"/calls?limit=1&after={first['next']}")).ok()
    assert (ids(first), ids(second), second["next"]) == ([busy.id], [old.id], None)
    assert number.encode() not in (await admin.get("/calls")).raw


async def test_a_call_says_why_it_ended_as_it_did(site: Site, admin: Person) -> None:
    call = await ended_call(site, outcome=Outcome.INVALID_NUMBER, connected_at=None, sip_code=404, cause=1)
    page = (await admin.get(f"/calls/{call.id}")).ok()
    assert page["why"]["en"] == (
        "The carrier says that the number is vacant, changed or incomplete. The carrier said SIP 404, Q.850 1."
    )
    assert page["why"]["zh"].startswith("运营商返回：空号")
    assert (await admin.get("/calls/nosuch")).status == 404


async def test_an_agent_sees_and_hears_only_their_own_calls(site: Site) -> None:
    theirs = await ended_call(site, agent_id=SOUTH, recording_id=recording_id())
    mine = await ended_call(site, agent_id=NORTH, recording_id=recording_id())
    for call in (theirs, mine):
        await recorded(site, call)
    for login in ("north_agent", "north_lead"):
        person = await site.person(login)
        assert ids((await person.get("/calls")).ok()) == [mine.id]
        assert ids((await person.get("/recordings")).ok()) == [mine.recording_id]
        for path in (f"/calls/{theirs.id}", f"/recordings/{theirs.recording_id}"):
            assert (await person.get(path)).status == 404
        for more in ("/audio", "/peaks"):
            assert (await person.get(f"/recordings/{theirs.recording_id}{more}")).status == 404
        assert (await person.post(f"/calls/{theirs.id}/reveal")).status == 404
        assert (await person.get(f"/recordings/{mine.recording_id}/audio")).status == 200
    assert {row["object_id"] for row in await audit_of(site, "recording.listen")} == {mine.recording_id}


async def test_sound_is_given_in_ranges_as_players_ask(site: Site, admin: Person) -> None:
    call = await ended_call(site, recording_id=recording_id())
    content = (await recorded(site, call)).read_bytes()
    path = f"/recordings/{call.recording_id}/audio"
    head = await admin.ask("HEAD", path)
    assert (head.status, head.headers["Content-Length"], head.raw) == (200, str(len(content)), b"")
    assert (head.headers["Content-Type"], head.headers["Accept-Ranges"]) == ("audio/wav", "bytes")
    whole = await admin.get(path)
    assert (whole.status, whole.raw) == (200, content)
    part = await admin.get(path, headers={"Range": "bytes=100-199"})
    assert (part.status, part.raw) == (206, content[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(content)}"
    tail = await admin.get(path, headers={"Range": "bytes=-10"})
    assert (tail.status, tail.raw) == (206, content[-10:])
    beyond = await admin.get(path, headers={"Range": f"bytes={len(content)}-"})
    assert beyond.status == 416
    same = {"Range": "bytes=0-9", "If-Range": whole.headers["ETag"]}
    other = {"Range": "bytes=0-9", "If-Range": '"another file"'}
    assert ((await admin.get(path, headers=same)).status, (await admin.get(path, headers=other)).status) == (206, 200)


async def test_a_listening_is_on_record_once_for_each_person_recording_and_hour(site: Site, admin: Person) -> None:
    call = await ended_call(site, agent_id=NORTH, recording_id=recording_id())
    await recorded(site, call)
    path = f"/recordings/{call.recording_id}/audio"
    await admin.ask("HEAD", path)
    assert await audit_of(site, "recording.listen") == []
    for person in (admin, await site.person("north_agent")):
        await asyncio.gather(*(person.get(path, headers={"Range": f"bytes={n}-{n}"}) for n in range(3)))
        await person.get(path)
    rows = await audit_of(site, "recording.listen")
    assert sorted(row["actor"] for row in rows) == ["user:admin", "user:north_agent"]


async def test_a_waveform_shows_the_tone_on_its_side(site: Site, admin: Person) -> None:
    call = await ended_call(site, recording_id=recording_id())
    await recorded(site, call)
    peaks = (await admin.get(f"/recordings/{call.recording_id}/peaks?buckets=50")).ok()
    left, right = peaks["channels"]
    assert len(left) == len(right) == 50
    assert min(left) > 0.45
    assert max(right) == 0.0


async def test_a_file_that_is_missing_cut_or_elsewhere_is_a_clear_problem(site: Site, admin: Person) -> None:
    missing, cut, empty, outside = [await ended_call(site, recording_id=recording_id()) for _ in range(4)]
    (await recorded(site, missing)).unlink()
    file = await recorded(site, cut)
    file.write_bytes(file.read_bytes()[:1000])
    await recorded(site, empty, state=RecordingState.EMPTY, error="no sound was written")
    secret = site.app.plan.recordings.parent / "secret.wav"
    secret.write_bytes(b"secret")
    await recorded(site, outside, path="../secret.wav", size_bytes=6)
    answers = []
    for call in (missing, cut, empty, outside):
        answers += [await admin.get(f"/recordings/{call.recording_id}/{what}") for what in ("audio", "peaks")]
    assert [answer.status for answer in answers] == [404, 404, 409, 409, 409, 409, 404, 404]
    assert "is missing" in answers[0].value["detail"]
    assert "cut: it has 1000 of" in answers[2].value["detail"]
    assert "no sound was written" in answers[4].value["detail"]
    assert (await admin.get("/recordings/..%2F..%2Fsecret.wav/audio")).status == 404
    assert await audit_of(site, "recording.listen") == []
