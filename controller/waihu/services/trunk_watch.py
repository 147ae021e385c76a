"""The trunk watch: how each trunk is doing now, what its calls of the last hour say, and what to do about it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias

from waihu.clock import Clock
from waihu.services.lines import Lines
from waihu.services.trunk_shelf import TrunkShelf
from waihu.services.words import Words
from waihu.store.store import Store
from waihu.store.trunks import TrunkFigures, figures_since
from waihu.telephony.trunk_state import Registration, SipState
from waihu_models.outcome import Outcome
from waihu_models.trunk import CarrierTrunk

Look: TypeAlias = Callable[[Sequence[str]], Awaitable[dict[str, SipState]]]
"""Asks the exchange about trunks by name."""

TRUSTED_S = 10.0
"""What was seen this long ago is told again: however many people look, the exchange is asked six times a minute."""
FIGURES_S = 30.0
HOUR = timedelta(hours=1)
ENOUGH = 30  # calls below which figures say nothing
_LOW_ANSWER_RATIO, _LONG_DELAY_S, _MANY_REJECTED, _FAR_MS = 0.1, 8.0, 0.3, 400.0


class Rating(StrEnum):
    """How a trunk is doing."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    OFF = "off"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrunkLive:
    """A trunk as it is now. ``hints`` say what to do, the worst first."""

    trunk: CarrierTrunk
    sip: SipState
    lines_used: int
    calls_per_s: float
    figures: TrunkFigures
    rating: Rating
    hints: tuple[Words, ...]


async def nothing_known(names: Sequence[str]) -> dict[str, SipState]:
    """Look at an exchange that tells nothing of its trunks."""
    return dict.fromkeys(names, SipState())


class TrunkWatch:
    """Looks at trunks when somebody wants to know, and not more often than it has to."""

    def __init__(
        self, shelf: TrunkShelf, lines: Lines, store: Store, clock: Clock, look: Look = nothing_known,
        *, failed_ratio: Callable[[], float] = lambda: 0.3,
    ) -> None:  # fmt: skip
        self._shelf = shelf
        self._lines = lines
        self._store = store
        self._clock = clock
        self._look = look
        self._failed_ratio = failed_ratio
        self._one_at_a_time = asyncio.Lock()
        self._sip: dict[str, SipState] = {}
        self._sip_at_s = self._figures_at_s = float("-inf")
        self._figures: dict[str, TrunkFigures] = {}
        self.on_look: Callable[[dict[str, SipState]], None] = lambda _: None  # told what the exchange said of trunks

    async def all(self) -> list[TrunkLive]:
        """Return how every trunk is doing.

        Raises:
            StoreError: the database cannot be read.
        """
        async with self._one_at_a_time:
            await self._refresh()
        return [self._live(trunk) for trunk in self._shelf]

    async def one(self, name: str) -> TrunkLive:
        """Return how a trunk is doing.

        Raises:
            NotFound: there is no such trunk.
            StoreError: the database cannot be read.
        """
        trunk = self._shelf.get(name)
        async with self._one_at_a_time:
            await self._refresh()
        return self._live(trunk)

    def forget(self) -> None:
        """Ask anew the next time: a trunk was changed."""
        self._sip_at_s = float("-inf")

    async def _refresh(self) -> None:
        now_s = self._clock.monotonic()
        if now_s - self._sip_at_s >= TRUSTED_S:
            self._sip = await self._look([trunk.name for trunk in self._shelf if trunk.enabled])
            self._sip_at_s = now_s
            self.on_look(self._sip)
        if now_s - self._figures_at_s >= FIGURES_S:
            self._figures = await figures_since(self._store, self._clock.now() - HOUR)
            self._figures_at_s = now_s

    def _live(self, trunk: CarrierTrunk) -> TrunkLive:
        sip = self._sip.get(trunk.name, SipState())
        figures = self._figures.get(trunk.name, TrunkFigures())
        used = self._lines.used(trunk.name)
        rating, hints = _rated(trunk, sip, figures, used, self._failed_ratio())
        rate = self._lines.started(trunk.name)
        return TrunkLive(
            trunk=trunk, sip=sip, lines_used=used, calls_per_s=rate, figures=figures, rating=rating, hints=hints
        )


def failed_ratio_of(figures: TrunkFigures) -> float | None:
    """Return which share of a trunk's calls the carrier could not carry; None: too few calls to say."""
    if figures.attempts < ENOUGH:
        return None
    return figures.outcomes[Outcome.CONGESTION.value] / figures.attempts


def _rated(
    trunk: CarrierTrunk, sip: SipState, figures: TrunkFigures, used: int, most_failed: float
) -> tuple[Rating, tuple[Words, ...]]:
    if not trunk.enabled:
        return Rating.OFF, ()
    bad = [*_of_connection(sip), *_of_congestion(figures, most_failed)]
    warnings = [*_of_load(trunk, used), *_of_figures(figures, sip)]
    if bad:
        return Rating.BAD, (*bad, *warnings)
    if warnings:
        return Rating.WARNING, tuple(warnings)
    known = sip.reachable is not None or figures.attempts > 0
    return (Rating.GOOD if known else Rating.UNKNOWN), ()


def _of_connection(sip: SipState) -> list[Words]:
    said = []
    if sip.registration is Registration.REJECTED:
        said.append(
            Words(
                "The carrier refuses our registration: check username and password.",
                "运营商拒绝注册：请检查账号和密码。",
            )
        )
    elif sip.registration is Registration.UNREGISTERED:
        said.append(
            Words(
                "We are not registered at the carrier: check host, port and firewall.",
                "尚未在运营商处注册：请检查主机、端口和防火墙。",
            )
        )
    if sip.reachable is False:
        said.append(
            Words(
                "The carrier does not answer: check host and port, and whether its firewall knows our address.",
                "运营商没有响应：请检查主机和端口，以及对方防火墙是否放行本机地址。",
            )
        )
    return said


def _of_congestion(figures: TrunkFigures, most_failed: float) -> list[Words]:
    failed = failed_ratio_of(figures)
    if failed is None or failed < most_failed:
        return []
    text = Words(
        "The carrier could not carry {share:.0%} of the calls of the last hour: lower lines or calls per second, "
        "or ask the carrier.",
        "最近一小时 {share:.0%} 的呼叫未被运营商承接：请降低并发或每秒呼叫数，或联系运营商。",
    )
    return [text.filled(share=failed)]


def _of_load(trunk: CarrierTrunk, used: int) -> list[Words]:
    if used < trunk.max_lines:
        return []
    text = Words("All {lines} lines are in use.", "全部 {lines} 条线路均已占用。")
    return [text.filled(lines=trunk.max_lines)]


def _of_figures(figures: TrunkFigures, sip: SipState) -> list[Words]:
    said = []
    if figures.attempts >= ENOUGH:
        rejected = figures.outcomes[Outcome.REJECTED.value] / figures.attempts
        if rejected >= _MANY_REJECTED:
            text = Words(
                "{share:.0%} of the calls were rejected: may this caller id be shown, and is there credit?",
                "{share:.0%} 的呼叫被拒绝：请检查主叫号码是否允许、余额是否充足。",
            )
            said.append(text.filled(share=rejected))
        ratio = figures.answer_ratio or 0.0
        if ratio < _LOW_ANSWER_RATIO:
            text = Words(
                "Only {share:.0%} of the calls were answered: is the caller id labelled as unwanted, is the list good?",
                "接通率仅 {share:.0%}：主叫号码可能被标记，或名单质量不佳。",
            )
            said.append(text.filled(share=ratio))
    delay_s = figures.average_first_sign_s
    if delay_s is not None and figures.first_signs >= ENOUGH and delay_s > _LONG_DELAY_S:
        text = Words("It takes {s:.0f} s until a phone rings.", "平均 {s:.0f} 秒后才开始振铃。")
        said.append(text.filled(s=delay_s))
    if sip.round_trip_ms is not None and sip.round_trip_ms > _FAR_MS:
        text = Words(
            "The carrier is {ms:.0f} ms away: voices will overlap.",
            "到运营商的往返时延为 {ms:.0f} 毫秒，通话会有明显延迟。",
        )
        said.append(text.filled(ms=sip.round_trip_ms))
    return said
