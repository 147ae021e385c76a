"""A server of vosk-server: whether it answers, how many streams it has, and how a stream is begun there."""

import asyncio

import aiohttp
import msgspec

from waihu.speech.port import StreamPlan, Voice
from waihu.speech.server_address import ServerAddress
from waihu.speech.server_stream import ServerStream
from waihu.speech.server_words import LONGEST_MESSAGE, OURS, Greeting, config_of
from waihu_models.errors import BadModel, NoModel, SpeechBusy, SpeechError, SpeechUnreachable

ENGINE = "vosk-server"
CONNECT_LIMIT_S = 2.0
GREETING_LIMIT_S = 15.0
"""One of ours may load a model first."""
HEARTBEAT_S = 10.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
_REFUSED = {kind.code: kind for kind in (NoModel, BadModel, SpeechBusy)}


class ServerLink:
    """One server.

    Attributes:
        address: As the settings name it.
        problem: Why it is left alone now; empty: it answers.
    """

    def __init__(self, address: ServerAddress, session: aiohttp.ClientSession) -> None:
        self.address = address
        self.problem = ""
        self._session = session
        self._streams: list[ServerStream] = []
        self._beginning = 0
        self._failures = 0
        self._ask_at_s = 0.0

    @property
    def load(self) -> float:
        """Streams it has, by its weight."""
        self._streams = [stream for stream in self._streams if stream.open]
        return (len(self._streams) + self._beginning) / self.address.weight

    def asks_at(self) -> float:
        """When, by the loop's clock, it is to be asked again whether it answers."""
        return self._ask_at_s

    async def ask(self) -> None:
        """See whether it answers; ``problem`` says it."""
        try:
            socket = await self._connect()
            await socket.close()
        except SpeechUnreachable as error:
            self.away(str(error))
        else:
            self.back()

    async def begin(self, plan: StreamPlan) -> ServerStream:
        """Begin a stream.

        Raises:
            NoModel, BadModel, SpeechBusy: one of ours says so.
            SpeechUnreachable: it does not answer; it is away from now on.
        """
        self._beginning += 1
        try:
            socket = await self._connect()
            try:
                voice = await self._greeted(socket, plan)
            except BaseException:
                await socket.close()
                raise
        except SpeechUnreachable as error:
            self.away(str(error))
            raise
        finally:
            self._beginning -= 1
        self.back()
        stream = ServerStream(socket, plan, voice)
        self._streams.append(stream)
        return stream

    def away(self, problem: str) -> None:
        """Leave it alone for a while, longer each time."""
        pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(self._failures, 10))
        self._failures += 1
        self.problem = problem
        self._ask_at_s = asyncio.get_running_loop().time() + pause_s

    def back(self) -> None:
        """Give it streams again."""
        self.problem, self._failures = "", 0

    async def close(self) -> None:
        """Let go of all its streams."""
        for stream in self._streams:
            await stream.close()
        self._streams.clear()

    # ----------------------------------------------------------------------------------------------------------------

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        url = self.address.url
        try:
            async with asyncio.timeout(CONNECT_LIMIT_S):
                return await self._session.ws_connect(
                    url, protocols=(OURS,), heartbeat=HEARTBEAT_S, max_msg_size=LONGEST_MESSAGE, compress=0
                )
        except (TimeoutError, OSError, aiohttp.ClientError) as error:
            raise SpeechUnreachable(f"{url} does not answer: {str(error) or type(error).__name__}") from error

    async def _greeted(self, socket: aiohttp.ClientWebSocketResponse, plan: StreamPlan) -> Voice:
        ours = socket.protocol == OURS
        url = self.address.url
        try:
            await socket.send_str(config_of(plan, ours=ours))
            if not ours:  # the Vosk project's answers nothing; it has one model, and says not which
                language = next(iter(self.address.languages), "") or plan.language
                return Voice(engine=ENGINE, model=url, language=language)
            text = await socket.receive_str(timeout=GREETING_LIMIT_S)
            greeting = msgspec.json.decode(text, type=Greeting)
        except (TimeoutError, OSError, TypeError, aiohttp.ClientError, msgspec.MsgspecError) as error:
            raise SpeechUnreachable(f"{url} does not greet: {str(error) or type(error).__name__}") from error
        if greeting.error:
            raise _REFUSED.get(greeting.error, SpeechError)(f"{url}: {greeting.text}")
        return Voice(
            engine=ENGINE, model=greeting.model, language=greeting.language, takes_phrases=greeting.takes_phrases
        )
