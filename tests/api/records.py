"""Customers, calls, leads and files put into a running controller's store."""

import csv
import io
import math
import wave
from array import array
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from tests.api.conftest import ADMIN_BY, Answer, Person, Site

from waihu.store.campaigns import save_campaign
from waihu.store.customer_edits import add_customer
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_call, a_campaign
from waihu_models.call import Call, CallState
from waihu_models.campaign import Campaign
from waihu_models.ids import CampaignId, RecordingId, new_id
from waihu_models.outcome import Outcome
from waihu_models.phone import E164
from waihu_models.recording import Recording, RecordingState


async def a_customer(site: Site, name: str, *numbers: str, team: str | None = None, tags: tuple[str, ...] = ()) -> str:
    values = {"name": name, "team_id": site.teams[team] if team else None}
    return await add_customer(site.app.store, values, [E164(one) for one in numbers], tags, ADMIN_BY)


async def campaign_of_team(site: Site, name: str, team: str | None, **changes: Any) -> Campaign:
    made = a_campaign(id=CampaignId(new_id()), name=name, region="GB", **changes)
    await save_campaign(site.app.store, made, beside={"team_id": site.teams[team] if team else None})
    return made


async def ended_call(site: Site, at: datetime = NOON, talk_s: float = 30.0, **changes: Any) -> Call:
    values: dict[str, Any] = {
        "state": CallState.ENDED, "state_since": at, "dialled_at": at, "answered_at": at, "connected_at": at,
        "hung_up_at": at + timedelta(seconds=talk_s), "ended_at": at + timedelta(seconds=talk_s + 1),
        "outcome": Outcome.ANSWERED, "sip_code": 200, "cause": 16,
    }  # fmt: skip
    call = a_call(**{**values, **changes})
    unit = Unit()
    unit.save_call(call)
    await site.app.store.commit(unit)
    return call


async def recorded(site: Site, call: Call, seconds: float = 2.0, **changes: Any) -> Path:
    """Keep a stereo file for a call: a tone on the left, silence on the right."""
    assert call.recording_id is not None
    path = Path("2026/11/23") / f"{call.recording_id}.wav"
    file = site.app.plan.recordings / path
    file.parent.mkdir(parents=True, exist_ok=True)
    frames = array("h")
    for frame in range(int(8000 * seconds)):
        frames.extend((int(16384 * math.sin(frame / 4)), 0))
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(frames.tobytes())
    values: dict[str, Any] = {
        "id": call.recording_id, "call_id": call.id, "state": RecordingState.STORED, "started_at": call.dialled_at,
        "path": str(path), "duration_s": seconds, "size_bytes": file.stat().st_size,
    }  # fmt: skip
    unit = Unit()
    unit.save_recording(Recording(**{**values, **changes}))
    await site.app.store.commit(unit)
    return file


def recording_id() -> RecordingId:
    return RecordingId(new_id())


async def send(person: Person, path: str, content: bytes, name: str = "list.csv", **wishes: Any) -> Answer:
    """Send a file as a browser does."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("file", io.BytesIO(content), filename=name, content_type="application/octet-stream")
    return await person.ask("POST", path, data=form, **wishes)


def csv_of(*rows: tuple[str, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


async def audit_of(site: Site, action: str) -> list[dict[str, Any]]:
    from waihu.store.audit import latest

    return [dict(row) for row in await latest(site.app.store, 500) if row["action"] == action]
