"""What follows from words that are really spoken: an answer at the desk, a proposed judgement, a drafted summary."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.asterisk.hearing import ENGLISH, MANDARIN, hall, models_in
from tests.asterisk.support import until
from tests.asterisk.world import logged_in, some_agents, written

from waihu.store.recordings import recording_of_call
from waihu.store.summaries import summary_of_call
from waihu.store.word_alerts import alerts_of
from waihu.telephony.exchange import Exchange
from waihu_models.assist import Hint
from waihu_models.campaign import DialMode
from waihu_models.events import HintOffered, SummaryDrafted
from waihu_models.word_alert import PhraseKind

HELPED_WITHIN_S = 1.0  # of the customer's words being recognised
DRAFTED_WITHIN_S = 5.0  # of the end of the call
pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize(
    ("number", "language", "objection"), [(ENGLISH, "en", "Too expensive"), (MANDARIN, "zh", "嫌贵")]
)
async def test_a_call_that_is_heard_helps_its_agent_and_is_summed_up(
    exchange: Exchange, tmp_path: Path, number: str, language: str, objection: str
) -> None:
    agents = some_agents(1, phone="mute1")
    given = {"mode": DialMode.PROGRESSIVE, "speech_language": language}
    async with hall(exchange, tmp_path, [number], models_in(tmp_path, language), agents, **given) as room:
        hints: list[tuple[float, Hint]] = []
        drafts: list[tuple[float, SummaryDrafted]] = []
        clock = room.app.clock
        room.app.bus.subscribe(HintOffered, lambda one: hints.append((clock.now().timestamp(), one.hint)))
        room.app.bus.subscribe(SummaryDrafted, lambda one: drafts.append((clock.now().timestamp(), one)))
        await room.ears_are_ready()
        await logged_in(room.app)
        await room.app.dialling.start("spring")
        call = await room.talking()
        call = await room.hung_up(call)
        await until(lambda: drafts and room.recordings, 20.0, "a summary, and a recording")
        store = await written(room.app)
        alerts, recording = await alerts_of(store, call.id), await recording_of_call(store, call.id)
        stored = await summary_of_call(store, call.id)
    told_at = {one.id: at.timestamp() for at, one in room.utterances}
    assert objection in {hint.name for _, hint in hints}
    assert "do_not_call" in {hint.disposition for _, hint in hints}
    assert all(at - told_at[hint.utterance_id] < HELPED_WITHIN_S for at, hint in hints)
    assert recording is not None
    assert {PhraseKind.PRICE, PhraseKind.DO_NOT_CALL} <= {alert.kind for alert in alerts}
    places_s = [(alert.said_at - recording.started_at).total_seconds() for alert in alerts]
    assert places_s == sorted(places_s)
    assert all(0 <= place_s < recording.duration_s + 0.5 for place_s in places_s)
    ((drafted_at, drafted),) = drafts
    assert call.hung_up_at is not None
    assert drafted_at < (call.hung_up_at + timedelta(seconds=DRAFTED_WITHIN_S)).timestamp()
    assert drafted.agent_id == call.agent_id
    assert stored == drafted.summary
    assert objection in stored.objections
    assert stored.disposition == "do_not_call"
    assert stored.reason
