"""A server that speaks the protocol of vosk-server, with the models of this machine: ``waihu speech serve``.

Whoever knows the protocol can use it; who takes the subprotocol ``OURS`` may also say language and model, and is told
what recognises. It keeps nothing.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import aiohttp
import msgspec
import structlog
from aiohttp import web

from waihu.speech.port import Heard, StreamPlan
from waihu.speech.server_words import (
    EOF,
    LONGEST_MESSAGE,
    OURS,
    RESET,
    Config,
    Greeting,
    final_json,
    read_config,
    result_of,
)
from waihu.speech.vosk_engine import VoskEngine
from waihu.speech.vosk_stream import VoskStream
from waihu_models.errors import SpeechBusy, SpeechError
from waihu_models.ids import new_id

log = structlog.get_logger()

SILENT_LIMIT_S = 60.0
"""Who sends nothing for so long is hung up on."""
FULL_LIMIT_S = 30.0
"""For the recogniser to hear a piece; then the stream is given up."""
HEARTBEAT_S = 15.0
RATES_HZ = (8000.0, 48000.0)
CODES: dict[type[BaseException], int] = {SpeechBusy: aiohttp.WSCloseCode.TRY_AGAIN_LATER}


@dataclass(frozen=True, slots=True)
class Served:
    """Where a server serves."""

    host: str
    port: int


class VoskServer:
    """Serves an engine's models; end it with ``close``."""

    def __init__(self, engine: VoskEngine, language: str) -> None:
        """Be ready.

        Args:
            engine: What recognises.
            language: For clients that cannot say one.
        """
        self._engine = engine
        self._language = language
        self._sockets: set[web.WebSocketResponse] = set()
        self._runner: web.AppRunner | None = None

    async def open(self, host: str, port: int) -> Served:
        """Serve.

        Raises:
            OSError: the address cannot be had.
        """
        app = web.Application()
        app.router.add_get("/{any:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        found = self._runner.addresses[0]
        return Served(str(found[0]), int(found[1]))

    async def close(self) -> None:
        """Hang up on everybody and end."""
        for socket in list(self._sockets):
            with suppress(OSError, TimeoutError):
                await socket.close(code=aiohttp.WSCloseCode.GOING_AWAY)
        if self._runner is not None:
            await self._runner.cleanup()
        await self._engine.close()

    # ----------------------------------------------------------------------------------------------------------------

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(
            protocols=(OURS,), heartbeat=HEARTBEAT_S, max_msg_size=LONGEST_MESSAGE, compress=False
        )
        await socket.prepare(request)
        self._sockets.add(socket)
        stream: VoskStream | None = None
        try:
            first = await socket.receive(timeout=SILENT_LIMIT_S)
            config = _config(first)
            stream = await self._begun(socket, config or Config())
            await _hear(socket, stream, None if config else first)
        except (SpeechError, msgspec.MsgspecError, TimeoutError, ConnectionError) as error:
            log.info("stream_given_up", problem=str(error) or type(error).__name__)
            await socket.close(code=CODES.get(type(error), aiohttp.WSCloseCode.INTERNAL_ERROR))
        finally:
            self._sockets.discard(socket)
            if stream is not None:
                await stream.close()
        return socket

    async def _begun(self, socket: web.WebSocketResponse, config: Config) -> VoskStream:
        ours = socket.ws_protocol == OURS
        try:
            if not RATES_HZ[0] <= config.sample_rate <= RATES_HZ[1]:
                raise SpeechError(f"sound of {config.sample_rate:g} Hz cannot be heard")
            plan = StreamPlan(
                stream_id=new_id(), rate_hz=int(config.sample_rate), language=config.language or self._language,
                model=config.model, phrases=tuple(config.phrase_list),
            )  # fmt: skip
            stream = await self._engine.open(plan)
        except SpeechError as error:
            if ours:
                await socket.send_str(msgspec.json.encode(Greeting(error=error.code, text=str(error))).decode())
            raise
        if ours:
            voice = stream.voice
            greeting = Greeting(model=voice.model, language=voice.language, takes_phrases=voice.takes_phrases)
            await socket.send_str(msgspec.json.encode(greeting).decode())
        return stream


def _config(message: aiohttp.WSMessage) -> Config | None:
    return read_config(message.data) if message.type is aiohttp.WSMsgType.TEXT else None


async def _hear(socket: web.WebSocketResponse, stream: VoskStream, first: aiohttp.WSMessage | None) -> None:
    """Answer each message until the client ends or hangs up."""
    shown = ""
    message = first or await socket.receive(timeout=SILENT_LIMIT_S)
    while message.type in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}:
        async with asyncio.timeout(FULL_LIMIT_S):
            if message.data == EOF:
                await socket.send_str(final_json(await _rest(stream)))
                await socket.close()
                return
            if message.data == RESET:
                shown = ""
                await socket.send_str(final_json(_last(await stream.reset())))
            elif message.type is aiohttp.WSMsgType.BINARY:
                await stream.send(message.data)
                answer, shown = result_of(await stream.settled(), shown)
                await socket.send_str(answer)
        message = await socket.receive(timeout=SILENT_LIMIT_S)


async def _rest(stream: VoskStream) -> Heard:
    await stream.finish()
    return _last([heard async for heard in stream.heard()])


def _last(said: list[Heard]) -> Heard:
    return next((heard for heard in reversed(said) if heard.final), Heard(final=True, text=""))
