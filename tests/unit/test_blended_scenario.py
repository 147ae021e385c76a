"""The scenario's own machinery: a step that shows nothing is told and counted, and tones are told from each other."""

import io
import math
from array import array
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rich.console import Console

from waihu.cli.blended.acts import Act
from waihu.cli.blended.ears import _rms, _share
from waihu.cli.blended.house import TONE_HZ
from waihu.cli.blended.run import play
from waihu.cli.blended.stage import NotSeen, Stage, require
from waihu.services.words import Words
from waihu.telephony.tones import RATE_HZ, tone


class _Cleared:
    """As much of a stage as the runner touches."""

    def __init__(self) -> None:
        self.app = SimpleNamespace(clock=SimpleNamespace(monotonic=lambda: 0.0))
        self.cleared = 0

    async def clear(self) -> None:
        self.cleared += 1


async def _shows(_: Stage) -> list[str]:
    return ["[seen] it"]


async def _shows_nothing(_: Stage) -> list[str]:
    require(False, "nobody came")
    return []


async def test_a_step_that_shows_nothing_is_counted_and_the_next_one_is_played() -> None:
    stage, out = _Cleared(), io.StringIO()
    acts = [Act(Words("first", "一"), _shows_nothing), Act(Words("second", "二"), _shows)]
    failed = await play(cast("Any", stage), Console(file=out, width=120), acts)
    said = out.getvalue()
    assert (failed, stage.cleared) == (1, 1)
    assert said.index("nobody came") < said.index("✗") < said.index("2/2  second  二") < said.index("[seen] it")
    assert said.rstrip().endswith("✓ 0 s")


def test_what_is_required_is_said_where_it_does_not_hold() -> None:
    require([1], "something")
    with pytest.raises(NotSeen, match="no agent"):
        require([], "no agent")


@pytest.mark.parametrize("who", TONE_HZ)
def test_a_tone_is_heard_as_itself_and_as_no_other(who: str) -> None:
    sound = tone([TONE_HZ[who]], 0.5)
    shares = {name: _share(sound, hz) for name, hz in TONE_HZ.items()}
    assert shares.pop(who) > 0.9
    assert max(shares.values()) < 0.001


def test_two_tones_are_both_heard_and_silence_is_nobody() -> None:
    both = tone([TONE_HZ["cy"], TONE_HZ["customer"]], 0.5)
    assert min(_share(both, TONE_HZ[name]) for name in ("cy", "customer")) == pytest.approx(0.5, abs=0.05)
    still = array("h", bytes(RATE_HZ))
    assert (_rms(still), _share(still, 440)) == (0.0, 0.0)
    assert _rms(both) == pytest.approx(32767 * 0.25 / 2, rel=0.05)
    assert math.isfinite(_share(both, 1))
