"""The store of some settings, opened for one piece of work of the command line."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from waihu import settings
from waihu.cli.options import key_file, store_url
from waihu.clock import SystemClock
from waihu.store.audit import By
from waihu.store.store import Store

T = TypeVar("T")


def with_store(settings_file: Any, work: Callable[[Store], Awaitable[T]]) -> T:
    """Open the store of the settings of a file for one piece of work."""
    return with_settings(settings.load(settings_file), work)


def with_settings(chosen: settings.Settings, work: Callable[[Store], Awaitable[T]]) -> T:
    """Open the store of these settings for one piece of work."""

    async def opened() -> T:
        store = await Store.open(store_url(chosen), key_file=key_file(chosen))
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(opened())


def by_program() -> By:
    """Return the program itself, for what it settles at its start."""
    return By("program", SystemClock().now())


def by_shell() -> By:
    """Return who gives this command, for the audit log."""
    return By(f"shell:{getpass.getuser()}", SystemClock().now())
