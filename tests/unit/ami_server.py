"""A manager interface on loopback that behaves as badly as a test wants."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from waihu.telephony.ami import AmiAccess


class AmiServer:
    """Speaks the manager's protocol. ``mood``: what it does with an action other than Login and Ping.

    answer: says Success; refuse, gone: says Error; hang: says nothing; close: ends the connection in the middle of it;
    dead: says nothing even to Ping; deny: refuses the log-in.
    """

    def __init__(self) -> None:
        self.mood = "answer"
        self.actions: list[dict[str, str]] = []
        self.lines: list[str] = []
        self.log_ins = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self.access = AmiAccess("127.0.0.1", 0, "waihu", "secret")

    @classmethod
    @asynccontextmanager
    async def running(cls) -> AsyncIterator["AmiServer"]:
        made = cls()
        server = await asyncio.start_server(made._serve, "127.0.0.1", 0)
        made.access = AmiAccess("127.0.0.1", server.sockets[0].getsockname()[1], "waihu", "secret")
        try:
            yield made
        finally:
            server.close()
            made.cut()

    def cut(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    def sent(self, action: str) -> list[dict[str, str]]:
        return [found for found in self.actions if found["Action"] == action]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        try:
            while text := (await reader.readuntil(b"\r\n\r\n")).decode():
                self.lines += text.split("\r\n")[:-2]
                action = dict(line.split(": ", 1) for line in text.split("\r\n")[:-2])
                self.actions.append(action)
                await self._react(action, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _react(self, action: dict[str, str], writer: asyncio.StreamWriter) -> None:
        if action["Action"] == "Login":
            self.log_ins += 1
        errors = {"refuse": "Permission denied", "gone": "No such channel", "deny": "Authentication failed"}
        always = (action["Action"] == "Login" and self.mood != "deny") or (
            action["Action"] == "Ping" and self.mood != "dead"
        )
        if always or self.mood == "answer":
            self._say(writer, action, "Success", "done")
        elif self.mood in errors:
            self._say(writer, action, "Error", errors[self.mood])
        elif self.mood == "close":
            writer.write(b"Response: Succ")
            await writer.drain()
            writer.transport.abort()

    def _say(self, writer: asyncio.StreamWriter, action: dict[str, str], response: str, message: str) -> None:
        lines = (f"Response: {response}", f"ActionID: {action['ActionID']}", f"Message: {message}", "", "")
        writer.write("\r\n".join(lines).encode())
