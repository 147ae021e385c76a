"""Requests sent again: with an ``Idempotency-Key`` they are answered as the first time, and do nothing twice."""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable

from aiohttp import web

from waihu.api.ask import Ask
from waihu.store.kept_answers import keep_answer, kept_answer
from waihu_models.errors import BadField, Conflict

KEY = "Idempotency-Key"
_GOOD_KEY = re.compile(r"[!-~]{1,128}")
LONGEST_KEPT = 100_000  # bytes of an answer


class Repeats:
    """Answers of requests that make something."""

    def __init__(self) -> None:
        self._under_way: set[tuple[str, str]] = set()

    async def once(self, ask: Ask, key: str, work: Callable[[], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
        """Do something for the first request with this key, and repeat its answer to the others.

        Raises:
            BadField: the key is unusable, or was used for another request.
            Conflict: the first request is still under way.
        """
        if not _GOOD_KEY.fullmatch(key):
            raise BadField(KEY, "1 to 128 visible characters")
        store, user_id = ask.house.store, ask.viewer.user_id
        asked = await _fingerprint(ask.request)
        if (user_id, key) in self._under_way:
            raise Conflict("the first request with this key is still under way")
        self._under_way.add((user_id, key))
        try:
            before = await kept_answer(store, user_id, key, ask.house.clock.now())
            if before is not None:
                if before["request_hash"] != asked:
                    raise BadField(KEY, "this key was used for another request")
                headers = {"Idempotent-Replay": "true"}
                return web.Response(
                    text=before["body"], status=before["status"], content_type="application/json", headers=headers
                )
            answer = await work()
            await self._keep(ask, key, asked, answer)
            return answer
        finally:
            self._under_way.discard((user_id, key))

    async def _keep(self, ask: Ask, key: str, asked: str, answer: web.StreamResponse) -> None:
        if not isinstance(answer, web.Response) or not isinstance(answer.body, bytes | None):
            return
        body = answer.body or b""
        if len(body) > LONGEST_KEPT:
            return
        row = {
            "user_id": ask.viewer.user_id, "key": key, "request_hash": asked, "status": answer.status,
            "body": body.decode(), "at": ask.house.clock.now(),
        }  # fmt: skip
        # What was done is done: whoever goes away now must find its answer when asking again.
        await asyncio.shield(keep_answer(ask.house.store, row))


async def _fingerprint(request: web.Request) -> str:
    said = f"{request.method} {request.path}\n".encode() + await request.read()
    return hashlib.sha256(said).hexdigest()
