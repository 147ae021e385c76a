"""Passwords: made into argon2id text, checked off the loop, a few at a time."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from waihu_models.errors import BadInput

T = TypeVar("T")

SHORTEST, LONGEST = 10, 200
_AT_ONCE = 1
"""One check takes some 64 MiB and 50 ms of a core on purpose; calls must not wait for a crowd that logs in."""


class Passwords:
    """Hashes and checks passwords."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="passwords")
        self._nobodys: str | None = None

    async def hash(self, login: str, password: str) -> str:
        """Return what is kept of a password.

        Raises:
            BadInput: it is too short, too long, or the login itself.
        """
        if not SHORTEST <= len(password) <= LONGEST:
            raise BadInput(f"a password has {SHORTEST} to {LONGEST} characters")
        if password.strip().lower() == login.lower():
            raise BadInput("a password must not be the log-in name")
        return await self._run(self._hasher.hash, password)

    async def right(self, kept: str | None, password: str) -> bool:
        """Say whether a password is right; for a login that does not exist this takes as long as for one that does."""
        if len(password) > LONGEST:
            return False
        if self._nobodys is None:
            self._nobodys = await self._run(self._hasher.hash, secrets.token_urlsafe(16))
        return await self._run(self._verify, kept or self._nobodys, password) and bool(kept)

    def outdated(self, kept: str) -> bool:
        """Say whether a password should be hashed anew with today's parameters."""
        return self._hasher.check_needs_rehash(kept)

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    def close(self) -> None:
        """End the thread."""
        self._threads.shutdown(cancel_futures=True)
