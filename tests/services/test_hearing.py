"""Hearing as a whole: off where there is nothing to hear with, and gone without a trace where there is."""

import asyncio
import sys
from pathlib import Path

import pytest
from tests.services.hearing_bench import ARGV

from waihu.app import Plan, running
from waihu.clock import SystemClock
from waihu.services.findings import Finding, State
from waihu.services.hearing import HearingPlan
from waihu.settings import SpeechSettings
from waihu.speech.apart import Apart
from waihu.speech.ear_words import Setup
from waihu.speech.port import StreamPlan
from waihu.testing.fake_switch import FakeSwitch
from waihu.testing.waiting import until
from waihu_models.ids import LegId, new_id

LATE = (sys.executable, "-m", "tests.services.apart_program")


def a_plan(database: Path, hearing: HearingPlan | None) -> Plan:
    clock = SystemClock()
    folder = database.parent / "recordings"
    folder.mkdir()
    switch = FakeSwitch(clock, trunks=["carrier"], phones=(), recordings_dir=folder)
    return Plan(
        store_url=f"sqlite+aiosqlite:///{database}", switch=switch, trunks=(), recordings=folder, min_free_bytes=0,
        clock=clock, hearing=hearing,
    )  # fmt: skip


async def finding(app: object) -> Finding:
    found = await app.office.health.examine()  # type: ignore[attr-defined]
    return next(one for one in found if one.subject == "hearing")


@pytest.mark.parametrize("settings", [SpeechSettings(), SpeechSettings(engine="null")])
async def test_without_a_model_nothing_is_started_and_health_says_so_in_one_line(
    database: Path, settings: SpeechSettings
) -> None:
    plan = HearingPlan(settings=settings, var=database.parent, argv=("/nonexistent",))
    async with running(a_plan(database, plan), drain_s=0.0) as app:
        hearing = app.hearing
        assert (hearing.ears, hearing.listening, hearing.transcribing) == (None, None, None)
        line = await finding(app)
        assert line.state is State.GOOD
        assert line.seen.en.startswith("off")
        assert not app.recovery.spared(LegId("h-1"))


async def test_ears_and_the_recogniser_for_recordings_end_with_the_controller(database: Path) -> None:
    apart = Apart(Setup(nice=0), LATE)
    settings = SpeechSettings(engine="vosk", ears=2)
    plan = HearingPlan(settings=settings, var=database.parent, argv=ARGV, recognizer=lambda: apart)
    async with running(a_plan(database, plan), drain_s=0.0) as app:
        ears = app.hearing.ears
        assert ears is not None
        await until(lambda: ears.state().ready == 2, 20.0)
        assert (await finding(app)).state is State.GOOD
        stream = await apart.open(StreamPlan(stream_id=new_id()))
        assert apart.pid is not None
        await stream.send(bytes(3200))
        began_s = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - began_s < 10.0
    assert apart.pid is None
    assert all(ear.pid is None for ear in ears.state().ears)
