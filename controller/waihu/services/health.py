"""Health: is everything well, and what to do where it is not, in both languages."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from waihu import __version__
from waihu.clock import Clock
from waihu.services.findings import Finding, State, disk_finding, worst
from waihu.services.gauges import Gauges
from waihu.services.phone_shelf import PhoneShelf
from waihu.services.pulse import Pulse
from waihu.services.recordings import Recordings
from waihu.services.setting_shelf import SettingShelf
from waihu.services.trunk_watch import Rating, TrunkWatch
from waihu.services.words import NOTHING, Words
from waihu.store.store import Store
from waihu.telephony.port import Switch
from waihu_models.errors import StoreError

log = structlog.get_logger()

TRUSTED_S = 2.0
LOOK_LIMIT_S = 10.0
WATCH_S = 15.0
ALERT_AFTER = 2
"""Looks in a row that find something bad before people are told: what mends itself is not worth waking somebody."""
LARGE_LOG_BYTES = 500_000_000
MANY_RECORDINGS = 500
LATELY = timedelta(minutes=15)
CODES = {
    "exchange": "exchange_in_trouble",
    "trunks": "trunk_in_trouble",
    "store": "store_behind",
    "outbox": "outbox_behind",
    "loop": "loop_lags",
    "clock": "clock_jumped",
}
"""Alerts by what was looked at; the disk has an alert of its own, phones come and go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organs:
    """What health is looked for in."""

    switch: Switch
    trunks: TrunkWatch
    phones: PhoneShelf
    recordings: Recordings
    folder: Path
    settings: SettingShelf
    store: Store
    gauges: Gauges
    pulse: Pulse
    clock: Clock
    alert: Callable[[str, str], None]
    ami_up: Callable[[], bool] | None = None  # None: nobody can tell


class Health:
    """Looks at everything, at most every two seconds however many ask."""

    def __init__(self, organs: Organs) -> None:
        self._of = organs
        self._one_at_a_time = asyncio.Lock()
        self._found: list[Finding] = []
        self._at_s = float("-inf")
        self._bad: Counter[str] = Counter()
        self._others: list[Callable[[], Finding]] = []

    def also(self, look: Callable[[], Finding]) -> None:
        """Let something else be looked at too, after all the rest; it must come back at once."""
        self._others.append(look)

    async def examine(self) -> list[Finding]:
        """Return what was found, in the order in which one would mend it."""
        async with self._one_at_a_time:
            now_s = self._of.clock.monotonic()
            if now_s - self._at_s >= TRUSTED_S:
                self._found = await self._look()
                self._at_s = self._of.clock.monotonic()
            return self._found

    async def ready(self) -> bool:
        """Whether calls can be made: the exchange is reached, and the store answers."""
        found = {finding.subject: finding.state for finding in await self.examine()}
        return found["exchange"] is not State.BAD and found["store"] is not State.BAD

    async def watch(self) -> None:
        """Raise an alert when something is, and stays, bad; until cancelled."""
        while True:
            await asyncio.sleep(WATCH_S)
            self.judge(await self.examine())

    def judge(self, found: list[Finding]) -> None:
        """Take one look into account."""
        for finding in found:
            code = CODES.get(finding.subject)
            if code is None:
                continue
            self._bad[code] = self._bad[code] + 1 if finding.state is State.BAD else 0
            if self._bad[code] == ALERT_AFTER:
                self._of.alert(code, f"{finding.seen.en}: {finding.mend.en}")

    # ---- looking ---------------------------------------------------------------------------------------------------

    async def _look(self) -> list[Finding]:
        store, outbox = await self._store()
        return [
            Finding("version", State.GOOD, Words(__version__, __version__)),
            self._exchange(),
            await self._trunks(),
            self._phones(),
            disk_finding(self._of.folder, self._of.settings.value("recordings.min_free_mb")),
            store,
            outbox,
            self._recordings(),
            self._loop(),
            self._clock(),
            *(look() for look in self._others),
        ]

    def _exchange(self) -> Finding:
        if not self._of.switch.reachable:
            return Finding(
                "exchange", State.BAD, Words("the exchange is not reached (ARI)", "无法连接交换机（ARI）"),
                Words(
                    "nothing can be dialled: is Asterisk running? look into var/exchange/log",
                    "无法外呼：请确认 Asterisk 正在运行，并查看 var/exchange/log",
                ),
            )  # fmt: skip
        if self._of.ami_up is not None and not self._of.ami_up():
            return Finding(
                "exchange", State.WARNING, Words("AMI is not reached", "无法连接 AMI"),
                Words(
                    "calls go on, but are not recorded: look into var/exchange/log",
                    "通话可继续但无法录音：请查看 var/exchange/log",
                ),
            )  # fmt: skip
        return Finding("exchange", State.GOOD, Words("reached", "已连接"))

    async def _trunks(self) -> Finding:
        try:
            async with asyncio.timeout(LOOK_LIMIT_S):
                seen = await self._of.trunks.all()
        except (StoreError, TimeoutError):
            return Finding("trunks", State.WARNING, Words("not looked at", "未能检查"))
        in_use = [live for live in seen if live.rating is not Rating.OFF]
        if not in_use:
            mend = Words("add a trunk: without one nothing can be dialled", "请添加中继：没有中继无法外呼")
            return Finding("trunks", State.WARNING, Words("none", "没有中继"), mend)
        states = {Rating.BAD: State.BAD, Rating.WARNING: State.WARNING}
        state = worst([states.get(live.rating, State.GOOD) for live in in_use])
        hurt = [live for live in in_use if states.get(live.rating) is state]
        if not hurt:
            names = ", ".join(live.trunk.name for live in in_use)
            return Finding("trunks", State.GOOD, Words(names, names))
        first = hurt[0].hints[0] if hurt[0].hints else NOTHING
        names = ", ".join(live.trunk.name for live in hurt)
        if state is State.BAD and len(hurt) < len(in_use):
            state = State.WARNING  # calls go over the others
        return Finding("trunks", state, Words(names, names), first)

    def _phones(self) -> Finding:
        away = [phone.name for phone in self._of.phones if self._of.phones.reachable(phone.name) is False]
        total = sum(1 for _ in self._of.phones)
        seen = Words(f"{total - len(away)} of {total} can be reached", f"{total} 部话机中 {total - len(away)} 部在线")
        if not away:
            return Finding("phones", State.GOOD, seen)
        shown = ", ".join(away[:5]) + (" …" if len(away) > 5 else "")
        mend = Words(f"not there: {shown}; switched on, registered?", f"不在线：{shown}；请确认已开机并注册")
        return Finding("phones", State.WARNING, seen, mend)

    async def _store(self) -> tuple[Finding, Finding]:
        try:
            async with asyncio.timeout(LOOK_LIMIT_S):
                waiting = await self._of.gauges.outbox()
        except (StoreError, TimeoutError) as error:
            said = str(error) or "it does not answer"
            bad = Finding(
                "store", State.BAD, Words(said, "数据库无法读取"),
                Words(
                    "is the disk full, is the database locked by another program?",
                    "磁盘是否已满？数据库是否被其他程序锁定？",
                ),
            )  # fmt: skip
            return bad, Finding("outbox", State.WARNING, Words("not looked at", "未能检查"))
        return self._database(), self._outbox(waiting)

    def _database(self) -> Finding:
        backlog, facts = self._of.store.backlog, self._of.gauges.store_facts()
        parts_en, parts_zh = [f"{backlog} writes wait"], [f"{backlog} 个写操作等待中"]
        if facts.size_bytes is not None and facts.wal_bytes is not None:
            parts_en.append(f"{facts.size_bytes / 1e6:.0f} MB, log {facts.wal_bytes / 1e6:.0f} MB")
            parts_zh.append(f"{facts.size_bytes / 1e6:.0f} MB，日志 {facts.wal_bytes / 1e6:.0f} MB")
        if facts.checkpoint_at is not None:
            at = facts.checkpoint_at.isoformat(timespec="seconds")
            parts_en.append(f"last whole checkpoint seen at {at}")
            parts_zh.append(f"最近一次完整检查点 {at}")
        seen = Words(", ".join(parts_en), "，".join(parts_zh))
        if backlog >= self._of.settings.value("alerts.store_backlog"):
            mend = Words(
                "end long transactions of other programs; use a faster disk", "请结束其他程序的长事务，或使用更快的磁盘"
            )
            return Finding("store", State.BAD, seen, mend)
        if (facts.wal_bytes or 0) > LARGE_LOG_BYTES:
            mend = Words(
                "a reader holds the log: end long reads of other programs", "有读取占用日志：请结束其他程序的长时间读取"
            )
            return Finding("store", State.WARNING, seen, mend)
        return Finding("store", State.GOOD, seen)

    def _outbox(self, waiting: int) -> Finding:
        seen = Words(f"{waiting} events wait to be delivered", f"{waiting} 个事件等待外发")
        if waiting < self._of.settings.value("alerts.outbox_backlog"):
            return Finding("outbox", State.GOOD, seen)
        mend = Words("does the receiver of webhooks answer?", "请检查 Webhook 接收方是否正常响应")
        return Finding("outbox", State.BAD, seen, mend)

    def _recordings(self) -> Finding:
        waiting = self._of.recordings.waiting
        seen = Words(f"{waiting} wait to be finished", f"{waiting} 个录音等待转换")
        if waiting < MANY_RECORDINGS:
            return Finding("recording_queue", State.GOOD, seen)
        mend = Words("the disk, or the machine, is too slow for so many calls", "磁盘或主机性能不足以处理当前通话量")
        return Finding("recording_queue", State.WARNING, seen, mend)

    def _loop(self) -> Finding:
        lag_ms, most_ms = self._of.pulse.lag_s * 1000, self._of.settings.value("alerts.loop_lag_ms")
        seen = Words(f"late by {lag_ms:.0f} ms at most in the last minute", f"最近一分钟最大延迟 {lag_ms:.0f} 毫秒")
        if lag_ms < most_ms:
            return Finding("loop", State.GOOD, seen)
        mend = Words("the processors are busy: what else runs on this machine?", "处理器繁忙：请检查本机其他程序")
        return Finding("loop", State.BAD if lag_ms > 4 * most_ms else State.WARNING, seen, mend)

    def _clock(self) -> Finding:
        at = self._of.pulse.jumped_at
        if at is None or self._of.clock.now() - at > LATELY:
            return Finding("clock", State.GOOD, Words("has not jumped lately", "时钟正常"))
        by_s, when = self._of.pulse.jump_s, at.isoformat(timespec="seconds")
        seen = Words(f"was moved by {by_s:+.1f} s at {when}", f"时钟于 {when} 跳变 {by_s:+.1f} 秒")
        mend = Words(
            "calling hours follow it: is time synchronised (chrony)?", "呼叫时段以此为准：请检查时间同步（chrony）"
        )
        return Finding("clock", State.BAD if abs(by_s) > 60 else State.WARNING, seen, mend)
