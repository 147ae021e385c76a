"""AMI through panoramisk, behind a guard.

The guard exists because of what the library does when the link fails: actions in flight never resolve, unanswered ones
are sent again after the next log-in, and a value with a line break becomes a second header.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from panoramisk import Manager

from waihu_models.errors import BadInput, LegGone, SwitchRefused, SwitchTimeout, SwitchUnreachable
from waihu_models.ids import new_id

log = structlog.get_logger(__name__)

ACTION_TIMEOUT_S = 3.0
LOGIN_TIMEOUT_S = 5.0
MAX_IN_FLIGHT = 200
MAX_VALUE_CHARS = 1000
PING_EVERY_S = 5.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 5.0
_BREAKS = ("\r", "\n", "\0")


@dataclass(frozen=True, slots=True)
class AmiAccess:
    """Where AMI is and as whom we come."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)


class _OneConnection(Manager):  # type: ignore[misc]  # the library has no types
    """The library's manager for the life of one connection: it neither reconnects nor sends anything again."""

    def __init__(self, access: AmiAccess) -> None:
        self.lost = asyncio.Event()
        self.logged_in = asyncio.Event()
        quiet = logging.getLogger("waihu.panoramisk")
        quiet.setLevel(logging.CRITICAL)  # what matters is logged here
        super().__init__(
            host=access.host,
            port=access.port,
            username=access.user,
            secret=access.password,
            events="off",
            encoding="utf8",
            ping_delay=86400,  # we ping ourselves, with a time-out
            log=quiet,
            on_login=lambda _: self.logged_in.set(),
            on_connect=lambda _: None,
        )

    def connection_made(self, f: "asyncio.Future[Any]") -> None:
        """Log in; a connection that failed is seen by who awaits it."""
        if not f.cancelled() and f.exception() is None:
            super().connection_made(f)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- the library's signature
        """Only note it."""
        self.lost.set()

    def end(self) -> None:
        """Close for good."""
        self.lost.set()
        self.close()
        self.awaiting_actions.clear()


class AmiClient:
    """Connects, reconnects, and acts; every action is sent at most once."""

    def __init__(self, access: AmiAccess) -> None:
        self._access = access
        self._manager: _OneConnection | None = None
        self._in_flight = 0

    @property
    def reachable(self) -> bool:
        """Whether actions can be sent now."""
        return self._manager is not None

    async def run(self) -> None:
        """Keep a connection until cancelled."""
        pause_s = FIRST_PAUSE_S
        while True:
            if await self._once():
                pause_s = FIRST_PAUSE_S
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _once(self) -> bool:
        """Hold one connection for as long as it lasts; a new manager each time, so that nothing old is sent again."""
        manager = _OneConnection(self._access)
        connecting = manager.connect()
        try:
            async with asyncio.timeout(LOGIN_TIMEOUT_S):
                await connecting
                await manager.logged_in.wait()
            self._manager = manager
            await self._until_dead(manager)
        except (TimeoutError, OSError) as error:
            log.info("ami_not_reached", problem=str(error) or type(error).__name__)
            return False
        finally:
            self._manager = None
            manager.end()
        return True

    async def _until_dead(self, manager: "_OneConnection") -> None:
        while not manager.lost.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(PING_EVERY_S):
                    await manager.lost.wait()
            if not manager.lost.is_set():
                try:
                    await self._send(manager, {"Action": "Ping"})
                except (SwitchTimeout, SwitchRefused):
                    log.warning("ami_does_not_answer")
                    return

    async def act(self, action: str, **headers: str | Sequence[str]) -> dict[str, str]:
        """Send one action and return the headers of its answer.

        Raises:
            BadInput: a value has a line break in it, or is too long; nothing was sent.
            SwitchUnreachable: no connection, or too many actions under way; nothing was sent.
            SwitchTimeout: no answer in time; the action may have been carried out.
            LegGone: there is no such channel.
            SwitchRefused: any other error.
        """
        return {name: str(value) for name, value in (await self._answer(action, **headers)).items()}

    async def _answer(self, action: str, **headers: str | Sequence[str]) -> dict[str, Any]:
        sent = {"Action": checked(action), **{checked(name): _checked(value) for name, value in headers.items()}}
        manager = self._manager
        if manager is None:
            raise SwitchUnreachable("not connected to the manager interface")
        if self._in_flight >= MAX_IN_FLIGHT:
            raise SwitchUnreachable(f"{MAX_IN_FLIGHT} actions are waiting for the exchange")
        return await self._send(manager, sent)

    async def command(self, line: str) -> list[str]:
        """Give a line to the exchange's command line and return the lines it prints.

        Raises:
            BadInput, SwitchUnreachable, SwitchTimeout, SwitchRefused: as for ``act``.
        """
        said = (await self._answer("Command", Command=line)).get("Output", [])
        return [said] if isinstance(said, str) else [str(one) for one in said]

    async def _send(self, manager: "_OneConnection", sent: dict[str, Any]) -> dict[str, Any]:
        self._in_flight += 1
        try:
            async with asyncio.timeout(ACTION_TIMEOUT_S):
                # as_list=False: an answer of "queued" is the answer, not the first of many.
                answer = await manager.send_action({"ActionID": new_id(), **sent}, as_list=False)
        except TimeoutError as error:
            raise SwitchTimeout(f"{sent['Action']}: no answer within {ACTION_TIMEOUT_S} s") from error
        finally:
            self._in_flight -= 1
        headers = {str(name): value for name, value in dict(answer).items()}
        if headers.get("Response") == "Error":
            message = str(headers.get("Message", "refused"))
            gone = "no such channel" in message.lower()
            raise (LegGone if gone else SwitchRefused)(f"{sent['Action']}: {message}")
        return headers


def checked(text: str) -> str:
    """Return a text that cannot become two headers.

    Raises:
        BadInput: it has a line break or a zero in it, or is too long.
    """
    if any(sign in text for sign in _BREAKS):
        raise BadInput("a value for the exchange may not contain line breaks")
    if len(text) > MAX_VALUE_CHARS:
        raise BadInput(f"a value for the exchange may have {MAX_VALUE_CHARS} characters at most")
    return text


def _checked(value: str | Sequence[str]) -> str | list[str]:
    return checked(value) if isinstance(value, str) else [checked(one) for one in value]
