"""The engine ``vosk-server``: several servers share the streams by weight; those that do not answer are left alone."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import aiohttp

from waihu.speech.port import RecognizerStream, StreamPlan
from waihu.speech.server_address import ServerAddress
from waihu.speech.server_link import ServerLink
from waihu_models.errors import BadModel, NoModel, SpeechBusy, SpeechError, SpeechUnreachable

LOOK_S = 0.5
_WORST_LAST: tuple[type[SpeechError], ...] = (SpeechBusy, SpeechUnreachable, BadModel, NoModel)
"""Of several refusals the first of these is told: what may be tried again comes before what may not."""


class ServerPool:
    """Recognises with servers."""

    def __init__(self, addresses: Sequence[ServerAddress], language: str) -> None:
        """Be ready; nobody is asked yet.

        Args:
            addresses: Of the servers.
            language: Of servers that name none.
        """
        self._language = language
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))
        self._links = [ServerLink(address, self._session) for address in addresses]
        self._watch = asyncio.create_task(self._ask_those_away(), name="watch of vosk-servers")

    @property
    def links(self) -> Sequence[ServerLink]:
        """The servers."""
        return self._links

    async def ask_all(self) -> tuple[str, ...]:
        """See which servers answer; returns what is wrong with the others."""
        await asyncio.gather(*(link.ask() for link in self._links))
        return tuple(link.problem for link in self._links if link.problem)

    async def open(self, plan: StreamPlan) -> RecognizerStream:
        """Begin a stream at the server with the fewest for its weight; at another one, when that refuses."""
        known = [link for link in self._links if link.address.knows(plan.language, self._language)]
        if not known:
            raise NoModel(f"no server of speech.servers knows {plan.language}")
        refusals: list[SpeechError] = [SpeechUnreachable(link.problem) for link in known if link.problem]
        for link in sorted((link for link in known if not link.problem), key=lambda link: link.load):
            try:
                return await link.begin(plan)
            except SpeechError as error:
                refusals.append(error)
        raise min(refusals, key=_rank)

    async def close(self) -> None:
        """Let go of all streams and connections."""
        self._watch.cancel()
        with suppress(asyncio.CancelledError):
            await self._watch
        for link in self._links:
            await link.close()
        await self._session.close()

    async def _ask_those_away(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LOOK_S)
            due = [link for link in self._links if link.problem and link.asks_at() <= loop.time()]
            await asyncio.gather(*(link.ask() for link in due))


def _rank(error: SpeechError) -> int:
    return next((place for place, kind in enumerate(_WORST_LAST) if isinstance(error, kind)), len(_WORST_LAST))
