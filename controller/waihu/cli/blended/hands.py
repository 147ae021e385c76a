"""The administrator's hands: what the console's page of templates asks of the API, asked by a program."""

from types import TracebackType
from typing import Any

import aiohttp
import msgspec

_LIMIT = aiohttp.ClientTimeout(total=120)  # to stage is to start an exchange that is thrown away


class Refused(Exception):
    """The API said no, with a status and why."""


class Hands:
    """Logged in at the console; use as a context manager."""

    def __init__(self, address: str, login: str, password: str) -> None:
        self._base = f"{address}/api/v1"
        self._log_in = {"login": login, "password": password}
        self._headers = {"Content-Type": "application/json"}
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Hands":
        """Log in."""
        self._http = aiohttp.ClientSession(timeout=_LIMIT, cookie_jar=aiohttp.DummyCookieJar())
        try:
            async with self._http.post(
                f"{self._base}/session", data=msgspec.json.encode(self._log_in), headers=self._headers
            ) as answer:
                said = await _said(answer)
                cookie = answer.headers["Set-Cookie"].partition(";")[0]
        except BaseException:
            await self._http.close()
            raise
        self._headers |= {"Cookie": cookie, "X-CSRF": said["csrf"]}
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave."""
        if self._http is not None:
            await self._http.close()

    async def ask(self, method: str, path: str, body: object = None) -> Any:
        """Ask the API for something; return what it says.

        Raises:
            Refused: it says no.
        """
        data = msgspec.json.encode(body) if body is not None else None
        if self._http is None:
            raise Refused("nobody is logged in")
        async with self._http.request(method, f"{self._base}{path}", data=data, headers=self._headers) as answer:
            return await _said(answer)

    async def save(self, name: str, text: str, reason: str) -> int:
        """Keep a version of a template; return its number."""
        made = await self.ask("POST", f"/dialplans/{name}/versions", {"text": text, "reason": reason})
        return int(made["number"])

    async def step(self, name: str, number: int, way: str) -> dict[str, Any]:
        """``stage`` or ``apply`` a version; return it as it is then."""
        found: dict[str, Any] = await self.ask("POST", f"/dialplans/{name}/versions/{number}/{way}")
        return found


async def _said(answer: aiohttp.ClientResponse) -> Any:
    raw = await answer.read()
    if answer.status >= 400:
        raise Refused(f"{answer.status}: {raw.decode(errors='replace')[:500]}")
    return msgspec.json.decode(raw) if raw else None
