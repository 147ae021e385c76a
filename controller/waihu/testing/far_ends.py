"""Who is called, for FakeSwitch: how a number or a phone behaves. The number plan is that of the simulated carrier."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from typing import TypeAlias

from waihu_models.signals import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class FarEnd:
    """It rings, then sends early media, then answers or refuses; times in seconds, ``inf``: for ever."""

    rings_s: float = 0.0
    early_media_s: float = 0.0
    sip_code: int = 200  # 200: answers; 0: nothing more is heard of it
    talks_s: float = inf  # then hangs up
    verdict: Verdict = Verdict.HUMAN
    screening_s: float = 2.2  # from the start of machine detection to its verdict
    greeting_s: float = 8.0  # of a machine, beep and silence after it included, from the verdict on
    silence_s: float = 0.8  # of quiet after a person's greeting, when the verdict came
    loss_ratio: float = 0.0  # of the packets, in both directions
    jitter_ms: float = 0.5
    round_trip_ms: float = 20.0

    @property
    def cause(self) -> int:
        """The Q.850 cause the exchange makes of a refusal."""
        return _CAUSES.get(self.sip_code, 38)


Rule: TypeAlias = Callable[[str], FarEnd]

_CAUSES = {
    403: 21, 404: 1, 408: 18, 410: 22, 480: 19, 484: 28, 486: 17, 500: 38, 502: 27, 503: 34, 603: 21,
}  # fmt: skip
_MACHINE = FarEnd(verdict=Verdict.MACHINE, screening_s=2.9, talks_s=40.0)
_UNKNOWN = FarEnd(sip_code=404)
NUMBERS = {
    "00": FarEnd(),
    "01": _MACHINE,
    "02": FarEnd(sip_code=486),
    "03": FarEnd(rings_s=inf),
    "04": _UNKNOWN,
    "05": FarEnd(sip_code=503),
    "06": FarEnd(early_media_s=9.0, sip_code=404),
    "07": FarEnd(sip_code=403),
    "08": replace(_MACHINE, talks_s=60.0, screening_s=3.5),
    "09": replace(_MACHINE, talks_s=9.0),
    "10": replace(_MACHINE, talks_s=15.0),
    "11": FarEnd(talks_s=0.6),
    "12": FarEnd(sip_code=410),
    "13": FarEnd(sip_code=408),
    "14": FarEnd(sip_code=480),
    "15": FarEnd(sip_code=502),
    "16": FarEnd(sip_code=500),
    "17": FarEnd(early_media_s=2.0),
    "18": FarEnd(screening_s=1.6),
    "19": FarEnd(sip_code=603),
    "22": FarEnd(talks_s=1.6),
    "23": FarEnd(talks_s=5.5),
    "24": FarEnd(talks_s=15.0),
    "25": FarEnd(),
    "99": FarEnd(verdict=Verdict.MACHINE),
}


def number_plan(number: str) -> FarEnd:
    """Return who has a number: the last two digits say what they do, the third-last how long it rings (times 0.5 s)."""
    far_end = NUMBERS.get(number[-2:], _UNKNOWN)
    rings = number[-3:-2]
    return replace(far_end, rings_s=far_end.rings_s + (int(rings) * 0.5 if rings.isdigit() else 0.0))


def phone_plan(name: str) -> FarEnd:
    """Return how an agent's phone behaves: ``lazy…`` rings for ever, ``busy…`` rejects, all others answer at once."""
    if name.startswith("lazy"):
        return FarEnd(rings_s=inf)
    return FarEnd(sip_code=486) if name.startswith("busy") else FarEnd()
