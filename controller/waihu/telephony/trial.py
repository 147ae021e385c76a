"""A throw-away Asterisk that reads a dialplan and says what it makes of it. It has no ports, and it never stays.

Source: a reload says "reloaded" of a broken file as well, and an unknown application is not reported at all.
"""

import asyncio
import re
import shutil
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import structlog

from waihu.dialplan.known_words import KnownWords, listed
from waihu.dialplan.shown import Shown, read_shown
from waihu.telephony.asterisk import Asterisk
from waihu.telephony.exchange_config import AsteriskConfig, ExchangeConfig
from waihu.telephony.install import AsteriskInstall
from waihu.telephony.instance import Instance

log = structlog.get_logger(__name__)

TRIAL_LIMIT_S = 60.0
"""Of the clock, on a busy machine; by itself a trial takes 1.6 s."""
_COMPLAINT = re.compile(r"(?:WARNING|ERROR)\[\d+\](?:\[\w+\])? (?:pbx_config|pbx|config|pbx_builtins|extconf)\.c: (.+)")


class TrialConfig(ExchangeConfig):
    """An exchange that only reads a dialplan: no HTTP, no manager, no SIP transport."""

    templates: ClassVar[tuple[str, ...]] = ("shared", "etc", "trial")


@dataclass(frozen=True, slots=True)
class TrialReport:
    """What a trial exchange runs, what it complained about, and the words it knows."""

    shown: Shown
    complaints: tuple[str, ...]
    words: KnownWords


async def try_dialplan(install: AsteriskInstall, config: ExchangeConfig, limit_s: float = TRIAL_LIMIT_S) -> TrialReport:
    """Let a throw-away Asterisk read the dialplan of a configuration; trials of one exchange come one after the other.

    Args:
        install: Which Asterisk.
        config: Whose dialplan; nothing else of it counts.
        limit_s: Seconds it may take, > 0.

    Raises:
        ExchangeFailed: it does not start with it, or not in time.
        BadInput: a template cannot be rendered.
    """
    directory = config.directory / "trial"
    await asyncio.to_thread(sweep, directory)
    trial = Asterisk(install, _trial_of(config, directory))
    # Whoever gives up must not leave a thread behind that goes on writing files: the start is waited for, and is short.
    work = asyncio.create_task(_started(trial, limit_s), name="trial exchange")
    try:
        return await asyncio.shield(work)
    finally:
        await asyncio.shield(_end(trial, work, directory))


def _trial_of(config: ExchangeConfig, directory: Path) -> AsteriskConfig:
    return TrialConfig(
        directory=directory, app=config.app, sounds_dir=config.sounds_dir, dialplan=config.dialplan,
        own_dialplans=config.own_dialplans,
    )  # fmt: skip


async def _started(trial: Asterisk, limit_s: float) -> TrialReport:
    await trial.start(limit_s)
    shown = read_shown(await trial.cli("dialplan show"))
    words = listed(await trial.cli("core show applications"), await trial.cli("core show functions"))
    said = await asyncio.to_thread(trial.last_words, 2000)
    return TrialReport(shown, tuple(dict.fromkeys(_COMPLAINT.findall(said))), words)


async def _end(trial: Asterisk, work: asyncio.Task[TrialReport], directory: Path) -> None:
    await asyncio.wait({work})
    trial.kill()
    await trial.ended()
    await asyncio.to_thread(sweep, directory)


def sweep(directory: Path) -> None:
    """End a trial that a killed controller left behind, and take its directory away."""
    instance = Instance(directory)
    with suppress(OSError):
        if (running := instance.running()) is not None:
            log.warning("trial_exchange_left_behind", pid=running.pid.number)
            running.pid.send(signal.SIGKILL)
    shutil.rmtree(directory, ignore_errors=True)
    if instance.place.run.parent != directory:
        shutil.rmtree(instance.place.run, ignore_errors=True)
