"""What every recogniser promises, on models of this machine, on our server, and on one as the Vosk project's is."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from tests.asterisk.support import until
from tests.contract.recognizers import (
    RATE_HZ,
    SAID,
    engine,
    heard_of,
    models,
    our_server,
    sounds,
    stock_server,
    text_of,
)

from waihu.speech import server_link, server_stream, vosk_hearing
from waihu.speech.engines import EnginePlan, build
from waihu.speech.port import Pausable, Recognizer, StreamPlan
from waihu.speech.server_address import ServerAddress
from waihu.speech.server_pool import ServerPool
from waihu.speech.server_words import EOF, RESET
from waihu.speech.trials import try_all
from waihu.speech.vosk_engine import VoskEngine
from waihu.speech.vosk_hearing import PARTIAL_EVERY_S, Hearing, HearingPlan
from waihu.speech.vosk_package import the_vosk
from waihu.speech.vosk_server import VoskServer
from waihu_models.errors import NoModel, SpeechBusy, SpeechError, SpeechUnreachable
from waihu_models.ids import new_id

ENGINES = ("vosk", "vosk-server", "stock")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return models(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return sounds(tmp_path_factory.mktemp("sounds"))


@pytest.fixture(params=ENGINES)
async def recognizer(request: pytest.FixtureRequest, library: Path) -> AsyncIterator[Recognizer]:
    async with AsyncExitStack() as stack:
        servers: tuple[str, ...] = ()
        if request.param == "vosk-server":
            servers = ((await stack.enter_async_context(our_server(library)))[1] + " en zh",)
        elif request.param == "stock":
            own = [await stack.enter_async_context(stock_server(library / f"fixture-{one}")) for one in SAID]
            servers = tuple(f"{address} {one}" for (_, address), one in zip(own, SAID, strict=True))
        name = "vosk" if request.param == "vosk" else "vosk-server"
        yield await stack.enter_async_context(engine(EnginePlan(engine=name, models=library, servers=servers)))


# ---- what all of them promise --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", SAID)
async def test_what_is_said_is_heard_with_the_times_of_its_words(
    recognizer: Recognizer, speech: dict[str, bytes], language: str
) -> None:
    said = await heard_of(recognizer, speech[language], language)
    assert text_of(said).split() == SAID[language].split()
    words = [word for heard in said for word in heard.words]
    assert [word.text for word in words] == SAID[language].split()
    ends = [0.0, *(time for word in words for time in (word.start_s, word.end_s))]
    assert ends == sorted(ends)
    assert ends[-1] < len(speech[language]) / 2 / RATE_HZ


async def test_a_partial_comes_before_its_final_and_none_where_none_is_wished(
    recognizer: Recognizer, speech: dict[str, bytes]
) -> None:
    said = await heard_of(recognizer, speech["en"])
    first = next(n for n, heard in enumerate(said) if heard.final and heard.text)
    assert any(not heard.final and heard.text for heard in said[:first])
    assert all(heard.final for heard in await heard_of(recognizer, speech["en"], partials=False))


def first_shown_s(model: object, pcm: bytes, silence_s: float) -> float:
    """After how many seconds of sound, in pieces of 0.1 s, a model shows a first word."""
    hearing = Hearing(HearingPlan(model=model, rate_hz=RATE_HZ, model_rate_hz=RATE_HZ))
    whole, step = bytes(2 * int(silence_s * RATE_HZ)) + pcm, RATE_HZ // 5
    for end in range(step, len(whole), step):
        if any(heard.text for heard in hearing.hear(whole[end - step : end])):
            return end / 2 / RATE_HZ - silence_s
    raise AssertionError("nothing was ever shown")


def test_the_first_word_is_looked_for_in_every_tenth_of_a_second_of_sound(
    library: Path, speech: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = the_vosk().Model(str(library / "fixture-en"))
    silences_s = [0.02 * n for n in range(12)]  # wherever in a step the word ends
    soon = [first_shown_s(model, speech["en"], silence_s) for silence_s in silences_s]
    monkeypatch.setattr(vosk_hearing, "FIRST_PARTIAL_S", PARTIAL_EVERY_S)
    later = [first_shown_s(model, speech["en"], silence_s) for silence_s in silences_s]
    assert all(one <= other for one, other in zip(soon, later, strict=True))
    assert sum(later) - sum(soon) >= 0.05 * len(silences_s)


async def test_an_utterance_ends_where_its_speaker_is_said_to_pause(
    recognizer: Recognizer, speech: dict[str, bytes]
) -> None:
    spoken = speech["en"][: -2 * RATE_HZ]  # without the silence after it
    said = await heard_of(recognizer, spoken, pause=True)
    assert text_of(said[:-1]).split() == SAID["en"].split()
    assert said[-1].text == ""


async def test_silence_is_heard_as_nothing(recognizer: Recognizer) -> None:
    assert text_of(await heard_of(recognizer, bytes(2 * RATE_HZ))) == ""


async def test_streams_do_not_hear_each_other(recognizer: Recognizer, speech: dict[str, bytes]) -> None:
    both = [heard_of(recognizer, speech[language], language) for language in SAID for _ in range(3)]
    heard = [text_of(said) for said in await asyncio.gather(*both)]
    assert heard == [SAID[language] for language in SAID for _ in range(3)]


async def test_half_a_sample_is_refused_and_so_is_sound_after_the_end(recognizer: Recognizer) -> None:
    stream = await recognizer.open(StreamPlan(stream_id=new_id()))
    with pytest.raises(SpeechError, match="half a sample"):
        await stream.send(b"123")
    await stream.finish()
    with pytest.raises(SpeechError, match="finished"):
        await stream.send(bytes(320))
    assert isinstance(stream, Pausable)
    await stream.close()
    await stream.close()


async def test_a_language_nobody_knows_is_no_model(recognizer: Recognizer) -> None:
    with pytest.raises(NoModel, match="fr"):
        await recognizer.open(StreamPlan(stream_id=new_id(), language="fr"))


async def test_a_dialect_is_heard_by_the_model_of_its_language(
    recognizer: Recognizer, speech: dict[str, bytes]
) -> None:
    assert text_of(await heard_of(recognizer, speech["en"], "en-in")) == SAID["en"]


# ---- several servers -----------------------------------------------------------------------------------------------


async def test_streams_go_to_servers_by_weight_and_past_one_that_is_killed(
    library: Path, speech: dict[str, bytes]
) -> None:
    async with our_server(library) as (_, heavy), stock_server(library / "fixture-en") as (child, light):
        pool = ServerPool([ServerAddress(heavy, 3.0), ServerAddress(light, 1.0)], "en")
        try:
            assert await pool.ask_all() == ()
            streams = [await pool.open(StreamPlan(stream_id=new_id())) for _ in range(8)]
            assert [round(link.load * link.address.weight) for link in pool.links] == [6, 2]
            child.kill()
            lost = [stream for stream in streams if stream.voice.model == light]
            for stream in lost:
                with pytest.raises(SpeechUnreachable):
                    [heard async for heard in stream.heard()]
            for stream in streams:
                await stream.close()
            assert [text_of(await heard_of(pool, speech["en"])) for _ in range(4)] == [SAID["en"]] * 4
            await child.wait()
            with pytest.raises(SpeechUnreachable):
                await pool.links[1].begin(StreamPlan(stream_id=new_id()))
            assert pool.links[1].problem
        finally:
            await pool.close()


async def test_a_server_that_comes_back_is_given_streams_again(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_link, "FIRST_PAUSE_S", 0.1)
    trials = await try_all(library)
    first = VoskServer(VoskEngine(trials), "en")
    served = await first.open("127.0.0.1", 0)
    pool = ServerPool([ServerAddress(f"ws://127.0.0.1:{served.port}")], "en")
    second = VoskServer(VoskEngine(trials), "en")
    try:
        assert await pool.ask_all() == ()
        await first.close()
        with pytest.raises(SpeechUnreachable, match="does not answer"):
            await pool.open(StreamPlan(stream_id=new_id()))
        with pytest.raises(SpeechUnreachable):  # without being asked: it is away
            await pool.open(StreamPlan(stream_id=new_id()))
        await second.open("127.0.0.1", served.port)
        await until(lambda: not pool.links[0].problem, 10.0, "the server is back")
        await (await pool.open(StreamPlan(stream_id=new_id()))).close()
    finally:
        await pool.close()
        await second.close()


async def test_a_server_that_stands_still_loses_its_streams_and_gets_no_more(
    library: Path, speech: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_stream, "ANSWER_LIMIT_S", 1.0)
    monkeypatch.setattr(server_link, "CONNECT_LIMIT_S", 0.5)
    async with our_server(library) as (child, one), our_server(library) as (_, other):
        pool = ServerPool([ServerAddress(one, 100.0), ServerAddress(other)], "en")
        stream = await pool.open(StreamPlan(stream_id=new_id()))
        child.send_signal(signal.SIGSTOP)
        try:
            await stream.send(speech["en"][:3200])
            with pytest.raises(SpeechUnreachable, match="no answer"):
                [heard async for heard in stream.heard()]
            with pytest.raises(SpeechUnreachable):
                await stream.send(bytes(3200))
            await stream.close()
            assert text_of(await heard_of(pool, speech["en"])) == SAID["en"]
            assert "does not answer" in pool.links[0].problem
        finally:
            child.send_signal(signal.SIGCONT)
            await pool.close()


async def test_of_several_refusals_the_one_that_may_pass_is_told(library: Path) -> None:
    full = VoskServer(VoskEngine(await try_all(library), most_streams=0), "en")
    served = await full.open("127.0.0.1", 0)
    pool = ServerPool([ServerAddress("ws://127.0.0.1:1"), ServerAddress(f"ws://127.0.0.1:{served.port}")], "en")
    try:
        with pytest.raises(SpeechBusy, match="streams are heard already"):
            await pool.open(StreamPlan(stream_id=new_id()))
    finally:
        await pool.close()
        await full.close()


@pytest.mark.parametrize("answer", ["{", "[1]", '{"colour": "red"}'])
async def test_a_server_that_answers_nonsense_loses_the_stream(answer: str) -> None:
    async def nonsense(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            if message.type is aiohttp.WSMsgType.BINARY:
                await socket.send_str(answer)
        return socket

    app = web.Application()
    app.router.add_get("/", nonsense)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    pool = ServerPool([ServerAddress(f"ws://127.0.0.1:{runner.addresses[0][1]}")], "en")
    try:
        stream = await pool.open(StreamPlan(stream_id=new_id()))
        await stream.send(bytes(320))
        with pytest.raises(SpeechUnreachable, match="makes no sense"):
            [heard async for heard in stream.heard()]
    finally:
        await pool.close()
        await runner.cleanup()


@pytest.mark.parametrize("named", ["http://x", "ws://", "nonsense", "ws://127.0.0.1:1 0", "ws://127.0.0.1:1 f.r", ""])
async def test_a_server_that_is_named_wrongly_is_said_and_nothing_is_heard(named: str, tmp_path: Path) -> None:
    made = await build(EnginePlan(engine="vosk-server", models=tmp_path, servers=(named,)))
    assert made.name == "null"
    assert "speech.servers" in made.problems[0]


async def test_servers_that_do_not_answer_are_named_at_the_start(tmp_path: Path) -> None:
    made = await build(EnginePlan(models=tmp_path, servers=("ws://127.0.0.1:1 2 en-in",)))
    try:
        assert (made.name, made.models) == ("vosk-server", ("ws://127.0.0.1:1",))
        assert "ws://127.0.0.1:1 does not answer" in made.problems[0]
    finally:
        await made.recognizer.close()


# ---- our server, and clients of others -----------------------------------------------------------------------------


async def test_our_server_answers_a_client_that_knows_nothing_of_us(library: Path, speech: dict[str, bytes]) -> None:
    async with our_server(library) as (_, address), aiohttp.ClientSession() as http:
        socket = await http.ws_connect(address)
        await socket.send_str('{"config": {"sample_rate": 8000, "words": true}}')
        finals, partials = [], []
        for start in range(0, len(speech["en"]), 3200):
            await socket.send_bytes(speech["en"][start : start + 3200])
            said = await socket.receive_json(timeout=10)
            (finals if "text" in said else partials).append(said)
        for control in (RESET, EOF):
            await socket.send_str(control)
            finals.append(await socket.receive_json(timeout=10))
        assert (await socket.receive(timeout=10)).type is aiohttp.WSMsgType.CLOSE
    assert " ".join(said["text"] for said in finals if said["text"]) == SAID["en"]
    assert [word["word"] for said in finals for word in said.get("result", ())] == SAID["en"].split()
    assert any(said["partial"] for said in partials)


@pytest.mark.parametrize(
    "first", ['{"config": 3}', '{"config": {"sample_rate": 1}}', '{"config": {"sample_rate": 1e9}}', b"123"]
)
async def test_our_server_hangs_up_on_nonsense_and_serves_on(
    library: Path, speech: dict[str, bytes], first: str | bytes
) -> None:
    async with our_server(library) as (_, address), aiohttp.ClientSession() as http:
        socket = await http.ws_connect(address)
        await (socket.send_bytes(first) if isinstance(first, bytes) else socket.send_str(first))
        assert (await socket.receive(timeout=10)).type is aiohttp.WSMsgType.CLOSE
        async with engine(EnginePlan(engine="vosk-server", models=library, servers=(address,))) as recognizer:
            assert text_of(await heard_of(recognizer, speech["en"])) == SAID["en"]
