"""Which tones arrive in a page of the console that counts its connections (``SPY``), and in a file that still grows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Page
from tests.asterisk.support import until
from tests.asterisk.test_carrier_sound import read_raw
from tests.browser.tones import QUIET_DB, level_db

from waihu.telephony.carrier import Carrier
from waihu.telephony.tones import RATE_HZ
from waihu_models.ids import new_id

HEARD_DB = -50.0
"""Above this a tone is there: the noise reduction of a browser lowers one that never changes."""
WINDOW = RATE_HZ // 4
LEVELS = """async (tones) => {
  const open = window.connections.filter((one) => one.connectionState === "connected").at(-1);
  const track = open?.getReceivers().find((one) => one.track.kind === "audio")?.track;
  if (!track) return tones.map(() => -200);
  if (window.ear?.track !== track) {
    await window.ear?.context.close();
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 16384, smoothingTimeConstant: 0 });
    const source = context.createMediaStreamSource(new MediaStream([track]));
    source.connect(analyser);
    window.ear = { track, context, source, analyser };
    await context.resume();
  }
  const { analyser, context } = window.ear;
  const levels = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(levels);
  const width = context.sampleRate / analyser.fftSize;
  return tones.map((hz) => {
    const at = Math.round(hz / width);
    return Math.max(-200, ...levels.slice(at - 2, at + 3));
  });
}"""
"""Levels of what a page hears, in dB, over the last third of a second."""


async def hears(page: Page, wanted: Collection[float], unwanted: Collection[float] = ()) -> None:
    """Wait until a page hears some tones, and is free of others."""
    last: dict[float, float] = {}
    tones = [*wanted, *unwanted]

    async def so() -> bool:
        last.update(zip(tones, await page.evaluate(LEVELS, tones), strict=True))
        return all(last[hz] > HEARD_DB for hz in wanted) and all(last[hz] < QUIET_DB for hz in unwanted)

    try:
        await until(so, 15.0, f"{wanted} Hz are heard, not {unwanted}", poll_s=0.1)
    except AssertionError as error:
        raise AssertionError(f"{error}; heard was {last}") from None


def tones_in(samples: Sequence[int], tones: Collection[float]) -> dict[float, tuple[float, float]]:
    """Lowest and highest level of each tone, in dB, over quarters of a second."""
    starts = range(0, len(samples) - WINDOW + 1, WINDOW)
    levels = {hz: [level_db(samples[start : start + WINDOW], hz, RATE_HZ) for start in starts] for hz in tones}
    return {hz: (min(found), max(found)) for hz, found in levels.items()}


@dataclass
class Ear:
    """A far end that hears a call: what arrives there is written to a file for as long as the call lasts."""

    path: Path

    @classmethod
    async def at(cls, carrier: Carrier, extension: str, folder: Path) -> "Ear":
        """Listen at the one phone of the carrier that answers as an extension."""
        rows = [line.split("!") for line in (await carrier.cli("core show channels concise")).splitlines()]
        (channel,) = [row[0] for row in rows if row[0].startswith("PJSIP/") and row[2] == extension]
        ear = cls(folder / f"{new_id()}.sln")
        await carrier.cli(f"mixmonitor start {channel} /dev/null,r({ear.path})")
        await until(lambda: ear.samples, 10.0, f"sound at {channel}")
        return ear

    @property
    def samples(self) -> Any:
        return read_raw(self.path)

    async def settles(self, wanted: Collection[float], unwanted: Collection[float], limit_s: float = 5.0) -> None:
        """Wait until the last quarter of a second holds some tones and is free of others: sound takes its time."""
        last: dict[float, tuple[float, float]] = {}

        def so() -> bool:
            last.update(tones_in(self.samples[-WINDOW:], [*wanted, *unwanted]))
            return all(last[hz][0] > HEARD_DB for hz in wanted) and all(last[hz][1] < QUIET_DB for hz in unwanted)

        try:
            await until(so, limit_s, f"{wanted} Hz arrive, not {unwanted}", poll_s=0.1)
        except AssertionError as error:
            raise AssertionError(f"{error}; what arrived was {last}") from None

    async def next(self, tones: Collection[float], length_s: float = 1.5) -> dict[float, tuple[float, float]]:
        """Wait for what comes now; return lowest and highest level of each tone in it."""
        begin = len(self.samples)
        end = begin + round(length_s * RATE_HZ)
        await until(lambda: len(self.samples) >= end, length_s + 10.0, "sound goes on")
        return tones_in(self.samples[begin:end], tones)
