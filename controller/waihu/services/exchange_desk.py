"""The exchange desk: the one place from which the exchange is told of other trunks and phones while it runs.

One change at a time. What the exchange does not take is taken back, and nothing is stored; what cannot be stored is
taken back from the exchange as well.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Protocol

import structlog

from waihu.telephony.exchange_config import ExchangeConfig
from waihu_models.errors import ExchangeFailed, WaihuError

log = structlog.get_logger()

QUALIFIED = 20
"""Trunks and phones asked at once, after a change, whether they are there; the others are asked in their turn."""


class ManagedExchange(Protocol):
    """An exchange whose configuration we write; see ``telephony.exchange``."""

    @property
    def config(self) -> ExchangeConfig:
        """What it was told last."""
        ...

    async def apply(self, config: ExchangeConfig) -> None:
        """Tell it something else while calls go on."""
        ...

    def remember(self, config: ExchangeConfig) -> None:
        """Tell it something else at its next start."""
        ...

    async def refused(self) -> list[str]:
        """Return the trunks and phones it did not take."""
        ...

    async def cli(self, command: str, timeout_s: float = 10.0) -> str:
        """Give it one command."""
        ...


class ExchangeDesk:
    """Changes the exchange; without one of ours, only keeps changes apart from each other."""

    def __init__(self, exchange: ManagedExchange | None) -> None:
        self._exchange = exchange
        self._one_at_a_time = asyncio.Lock()

    @property
    def managed(self) -> bool:
        """Whether we write its configuration; if not, somebody has to do it by hand."""
        return self._exchange is not None

    @property
    def config(self) -> ExchangeConfig | None:
        """What the exchange was told last; None: it is not ours."""
        return self._exchange.config if self._exchange is not None else None

    async def cli(self, command: str) -> str:
        """Give the exchange one command and return what it prints.

        Raises:
            ExchangeFailed: it does not answer, or is not ours.
        """
        if self._exchange is None:
            raise ExchangeFailed("the exchange is not managed by this program")
        return await self._exchange.cli(command)

    async def tell_again(self) -> None:
        """Tell the exchange what it was told last, as it does something else.

        Raises:
            ExchangeFailed: it does not run.
        """
        if self._exchange is not None:
            async with self._one_at_a_time:
                await self._exchange.apply(self._exchange.config)

    @asynccontextmanager
    async def changing(
        self, change: Callable[[ExchangeConfig], ExchangeConfig], asked: Iterable[str] = ()
    ) -> AsyncIterator[None]:
        """Tell the exchange of a change, then do what the context holds (store it); both or neither.

        Args:
            change: From what it is told now to what it shall be told.
            asked: Trunks and phones that are new in it: they are asked at once whether they are there.
        Raises:
            BadInput: a value cannot be written down; nothing was changed.
            ExchangeFailed: the exchange did not take it, or does not run; it is as it was.
        """
        async with self._one_at_a_time:
            exchange = self._exchange
            if exchange is None:
                yield
                return
            before = exchange.config
            after = change(before)
            if after == before:
                yield
                return
            await self._tell(exchange, after, before)
            try:
                yield
            except BaseException:
                await asyncio.shield(self._take_back(exchange, before))
                raise
            await self._ask(exchange, list(asked)[:QUALIFIED])

    async def _tell(self, exchange: ManagedExchange, after: ExchangeConfig, before: ExchangeConfig) -> None:
        try:
            await exchange.apply(after)
            refused = await exchange.refused()
        except BaseException:
            await asyncio.shield(self._take_back(exchange, before))
            raise
        if refused:
            await self._take_back(exchange, before)
            raise ExchangeFailed(f"the exchange did not take {', '.join(refused)}; it is as it was")

    async def _take_back(self, exchange: ManagedExchange, before: ExchangeConfig) -> None:
        if exchange.config == before:
            return
        try:
            await exchange.apply(before)
        except WaihuError as error:
            log.error("exchange_change_not_taken_back", problem=str(error))
            exchange.remember(before)  # or it would begin with the change when it is started again

    async def _ask(self, exchange: ManagedExchange, names: list[str]) -> None:
        for name in names:
            try:
                await exchange.cli(f"pjsip qualify {name}")
            except WaihuError as error:
                log.warning("exchange_not_asked", name=name, problem=str(error))
