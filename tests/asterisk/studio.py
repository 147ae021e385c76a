"""A call whose people are tones, and what arrives at each phone: who hears whom, told from spectra."""

from dataclasses import dataclass
from pathlib import Path

from tests.asterisk.scenes import place
from tests.asterisk.support import until
from tests.asterisk.test_carrier_sound import power, read_raw, rms
from tests.asterisk.world import Seen

from waihu.app import App
from waihu.store.audit import By
from waihu.telephony.carrier import Carrier
from waihu.telephony.tones import RATE_HZ
from waihu_models.call import Call, CallState
from waihu_models.ids import new_id

CUSTOMER, CUSTOMER_HZ = "+441632960025", 1000
HEARD, UNHEARD = 0.1, 0.001  # share of the energy at one frequency
QUIET = 30  # of 32768
Tones = set[int] | dict[int, float]


@dataclass
class Studio:
    """A running controller, phones that are tones, and microphones at all far ends; ``tones``: who is which, in Hz."""

    app: App
    seen: Seen
    carrier: Carrier
    folder: Path
    tones: dict[str, int]

    @property
    def by(self) -> By:
        return By("user:ada", self.app.clock.now())

    def now(self, call: Call) -> Call:
        return self.seen.calls[call.id]

    async def talking(self) -> Call:
        call = place(self.app, CUSTOMER)
        await until(lambda: self.seen.calls[call.id].state is CallState.CONNECTED, 10.0, "customer and agent talk")
        return call

    async def hears(self, expected: dict[str, set[int]]) -> None:
        """Each phone gets just these tones; a busy machine may miss packets in one half second, but not in five."""
        seen = [await self._heard(expected)]
        while seen[-1] != expected and len(seen) < 5:
            seen.append(await self._heard(expected))
        assert seen[-1] == expected, seen

    async def _heard(self, whom: dict[str, set[int]]) -> dict[str, Tones]:
        """Which tones arrive at each phone, in half a second that begins half a second from now; shares if unclear."""
        listed = (await self.carrier.cli("core show channels concise")).splitlines()
        rows = [line.split("!") for line in listed if line.startswith("PJSIP/")]
        names = {who: f"tone{hz}" for who, hz in self.tones.items()} | {"customer": "25"}
        channels = {who: [row[0] for row in rows if row[2] == ext] for who, ext in names.items() if who in whom}
        return {who: await self._tones_at(found[0]) for who, found in channels.items() if found}

    async def _tones_at(self, channel: str) -> Tones:
        path = self.folder / f"{new_id()}.sln"
        await self.carrier.cli(f"mixmonitor start {channel} /dev/null,r({path})")
        await until(lambda: len(read_raw(path)) > RATE_HZ, 10.0, f"sound at {channel}")
        await self.carrier.cli(f"mixmonitor stop {channel}")
        samples = read_raw(path)[RATE_HZ // 2 : RATE_HZ]
        if rms(samples) < QUIET:
            return set()
        found = {hz: power(samples, hz) for hz in (*self.tones.values(), CUSTOMER_HZ)}
        if any(UNHEARD <= share <= HEARD for share in found.values()):
            return found
        return {hz for hz, share in found.items() if share > HEARD}
