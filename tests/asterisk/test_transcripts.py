"""Calls are heard: words that people say over real SIP and RTP, against what stands in the store."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.asterisk.hearing import ENGLISH, MANDARIN, Hall, error_of, hall, models_in
from tests.asterisk.support import until
from tests.asterisk.world import logged_in, some_agents, written

from waihu.store.word_alerts import alerts_of
from waihu.telephony.carrier import Carrier
from waihu.telephony.exchange import Exchange
from waihu_models import signals as sig
from waihu_models.agent import PhoneMode
from waihu_models.call import CallState
from waihu_models.campaign import DialMode
from waihu_models.outcome import Outcome
from waihu_models.transcript import Side, TranscriptState
from waihu_models.word_alert import PhraseKind

WORST_RATIO = {"en": 0.3, "zh": 0.15}  # as the fixture models' own errors on these voices, doubled
ALERT_WITHIN_S = 0.05  # of the utterance; alone it is a millisecond
LATEST_S = 3.0  # a busy machine; alone it is half a second
CUSTOMER, AGENT, NEXT = "+44163296031", "+44163296032", "+44163296130"
SIGNS = {
    PhraseKind.COMPLAINT: ("complaint", "投诉"), PhraseKind.LEGAL_THREAT: ("lawyer", "律师"),
    PhraseKind.PRICE: ("price", "价格"),
}  # fmt: skip
pytestmark = pytest.mark.timeout(120)


async def begun(room: Hall) -> None:
    await room.ears_are_ready()
    await logged_in(room.app)
    await room.app.dialling.start("spring")


@pytest.mark.parametrize(("language", "number"), [("en", ENGLISH), ("zh", MANDARIN)])
async def test_what_a_customer_says_is_told_while_they_say_it_and_stored_word_for_word(
    exchange: Exchange, tmp_path: Path, language: str, number: str
) -> None:
    agents = some_agents(1, phone="mute1")
    given = {"mode": DialMode.PROGRESSIVE, "speech_language": language}
    async with hall(exchange, tmp_path, [number], models_in(tmp_path, "en", "zh"), agents, **given) as room:
        await begun(room)
        call = await room.talking()
        await room.hung_up(call)
        sides = await room.closed(call)
    customer, agent = sides[Side.CUSTOMER], sides[Side.AGENT]
    assert (customer.transcript.state, customer.transcript.language) == (TranscriptState.DONE, language)
    wrong = error_of(language, number, customer.utterances)
    assert wrong.said > 10
    assert wrong.ratio < WORST_RATIO[language], [one.text_raw for one in customer.utterances]
    assert all(" " not in one.text_display for one in customer.utterances) == (language == "zh")
    assert list(agent.utterances) == [], "an agent who says nothing is not heard"
    assert max(room.lags_s()) < LATEST_S
    told = [one for _, one in room.utterances]
    assert [one.id for one in told] == [one.id for one in customer.utterances]
    assert [one.n for one in told] == list(range(len(told)))
    said_at = {one.n: at for at, one in room.utterances}
    early = [said_at[one.n] - at for at, one in room.partials if one.n in said_at]
    assert len(early) >= len(told) // 2, "partials are seen before their finals"
    assert all(by.total_seconds() > 0 for by in early)


@pytest.mark.parametrize(
    ("number", "language", "kinds"),
    [
        (ENGLISH, "en", {PhraseKind.COMPLAINT, PhraseKind.LEGAL_THREAT, PhraseKind.PRICE}),
        (MANDARIN, "zh", {PhraseKind.COMPLAINT, PhraseKind.LEGAL_THREAT, PhraseKind.PRICE}),
    ],
)
async def test_words_that_matter_raise_alerts_at_once_and_point_to_where_they_were_said(
    exchange: Exchange, tmp_path: Path, number: str, language: str, kinds: set[PhraseKind]
) -> None:
    agents = some_agents(1, phone="mute1")
    given = {"mode": DialMode.PROGRESSIVE, "speech_language": language}
    async with hall(exchange, tmp_path, [number], models_in(tmp_path, language), agents, **given) as room:
        await begun(room)
        call = await room.talking()
        await room.hung_up(call)
        customer = (await room.closed(call))[Side.CUSTOMER]
        stored = await alerts_of(await written(room.app), call.id)
    alerts = [alert for _, alert in room.alerts]
    # A recogniser may miss a word (how many, the test above bounds), but what it heard is alerted, and most it hears.
    heard = " ".join(one.text_raw for one in customer.utterances)
    known = {kind for kind in kinds if any(word in heard for word in SIGNS[kind])}
    assert known <= {alert.kind for alert in alerts}
    assert len(known) >= 2, heard
    assert [one.id for one in stored] == [one.id for one in alerts]
    said = {one.id: (at, one) for at, one in room.utterances}
    for alerted_at, alert in room.alerts:
        told_at, utterance = said[alert.utterance_id]
        assert abs((alerted_at - told_at).total_seconds()) < ALERT_WITHIN_S
        assert utterance.start_s - 0.1 <= alert.start_s <= utterance.end_s
        assert alerted_at < room.seen.calls[call.id].ended_at, "while they talk"  # type: ignore[operator]


async def test_agent_and_customer_are_heard_apart(
    own_exchange: Callable[..., Exchange], carrier: Carrier, tmp_path: Path
) -> None:
    phone = replace(carrier.phone("agent1"), contact=f"sip:{AGENT}@{carrier.host}:{carrier.sip_port}")
    exchange = own_exchange(phones=(phone,), recordings_dir=tmp_path / "recordings")
    await exchange.start()
    agents = some_agents(1, mode=PhoneMode.ON_HOOK)
    models = models_in(tmp_path, "en")
    async with hall(exchange, tmp_path, [CUSTOMER], models, agents, mode=DialMode.PROGRESSIVE) as room:
        await begun(room)
        call = await room.talking()
        await room.hung_up(call)
        sides = await room.closed(call)
    for side, number, other in ((Side.CUSTOMER, CUSTOMER, AGENT), (Side.AGENT, AGENT, CUSTOMER)):
        said = sides[side].utterances
        assert error_of("en", number, said).ratio < 0.45, [one.text_raw for one in said]
        assert error_of("en", other, said).ratio > 0.6, "nobody's words are on the other's side"


async def test_on_hold_nothing_is_heard_and_times_go_on(exchange: Exchange, tmp_path: Path) -> None:
    agents = some_agents(1, phone="mute1")
    models = models_in(tmp_path, "en")
    async with hall(exchange, tmp_path, [ENGLISH], models, agents, mode=DialMode.PROGRESSIVE) as room:
        await begun(room)
        call = await room.talking()
        await until(lambda: room.utterances, 10.0, "the first words")
        room.app.calls.ask(call.id, sig.HoldAsked(room.app.clock.now()))
        await until(lambda: room.seen.calls[call.id].state is CallState.HELD, 3.0)
        held_at, before = room.app.clock.now(), len(room.utterances)
        await until(lambda: (room.app.clock.now() - held_at).total_seconds() > 6.0, 10.0)
        assert len(room.utterances) <= before + 1, "what was under way may end"
        room.app.calls.ask(call.id, sig.ResumeAsked(room.app.clock.now()))
        await until(lambda: room.seen.calls[call.id].state is CallState.CONNECTED, 3.0)
        resumed_at = room.app.clock.now()
        await room.hung_up(call)
        customer = (await room.closed(call))[Side.CUSTOMER]
    assert customer.transcript.state is TranscriptState.DONE
    after = [one for one in customer.utterances if one.at > held_at]
    assert after, "they are heard again"
    assert all((one.at - resumed_at).total_seconds() > -0.5 for one in after), (
        "and their words are where they were said"
    )
    assert max(room.lags_s()) < LATEST_S


async def test_without_a_model_the_transcript_says_so_and_nothing_is_invented(
    exchange: Exchange, tmp_path: Path
) -> None:
    agents = some_agents(1, phone="mute1")
    given = {"mode": DialMode.PROGRESSIVE, "speech_language": "zh"}
    async with hall(exchange, tmp_path, [ENGLISH], models_in(tmp_path, "en"), agents, **given) as room:
        await begun(room)
        call = await room.talking()
        ended = await room.hung_up(call)
        sides = await room.closed(call)
        assert {one.transcript.state for one in sides.values()} == {TranscriptState.NO_MODEL}
        assert all("zh" in one.transcript.reason for one in sides.values())
        assert [one.utterances for one in sides.values()] == [[], []]
        assert len(room.utterances) + len(room.partials) == 0
        assert ended.outcome is Outcome.ANSWERED


async def test_switched_off_it_costs_nothing(exchange: Exchange, tmp_path: Path) -> None:
    agents = some_agents(1, phone="mute1")
    given = {"mode": DialMode.PROGRESSIVE, "engine": "null"}
    async with hall(exchange, tmp_path, [ENGLISH], tmp_path, agents, **given) as room:
        await logged_in(room.app)
        await room.app.dialling.start("spring")
        await room.talking()
        assert room.app.hearing.ears is None
        assert not any(leg_id.startswith("h-") for leg_id in (await room.app.switch.view()).legs)


async def test_a_customer_whose_phone_sends_nothing_in_silence_is_heard_where_they_speak(
    exchange: Exchange, tmp_path: Path
) -> None:
    agents = some_agents(1, phone="mute1")
    number = "+441632960020"
    async with hall(exchange, tmp_path, [number], models_in(tmp_path, "en"), agents, mode=DialMode.PROGRESSIVE) as room:
        await begun(room)
        call = await room.talking()
        await until(lambda: (room.app.clock.now() - call.state_since).total_seconds() > 20.0, 30.0)
        room.app.calls.ask(call.id, sig.HangUpAsked(room.app.clock.now(), "test"))
        ended = await room.hung_up(call)
        customer = (await room.closed(call))[Side.CUSTOMER]
        assert customer.transcript.heard_s == pytest.approx(ended.talk_s, abs=1.5)
