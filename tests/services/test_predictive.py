"""A predictive campaign on the fake exchange, in virtual time: it learns, says why, and follows changed rules."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from tests.services.world import numbers, world

from waihu.dialer.pacing import PredictivePacer, RatioPacer
from waihu.services import pacing_log
from waihu.services.why_pacing import why_pacing
from waihu.store.campaigns import campaign_named, save_campaign
from waihu.store.pacing_log import latest_decisions
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models.call import CallState
from waihu_models.campaign import DialMode, RetryRule
from waihu_models.outcome import Outcome

EAGER = {"retries": {Outcome.BUSY: RetryRule(10.0, 99)}, "max_attempts": 99, "max_attempts_per_day": 99}


@in_virtual_time
async def test_a_predictive_campaign_dials_and_its_decisions_can_be_read_in_words(database: Path) -> None:
    async with world(database, numbers(40), agents=3, mode=DialMode.PREDICTIVE) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: len(w.in_state(CallState.CONNECTED)) == 3, 60.0)
        await w.after(3.0)
        await w.written()
        rows = await latest_decisions(w.app.store, w.campaign.id, 100)
        assert sum(row["dial"] for row in rows) >= 3
        assert all(later["at"] - earlier["at"] >= timedelta(seconds=1) for later, earlier in pairwise(rows))
        found = await why_pacing(w.app.store, w.campaign.name, 5)
        english, chinese = list(found.lines()), list(found.lines("zh"))
        assert len(english) == len(chinese) == len(rows[:5])
        assert "agents ready" in english[-1]
        assert "空闲坐席" in chinese[-1]


@in_virtual_time
async def test_old_decisions_are_forgotten(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing_log, "KEPT", timedelta(minutes=2))
    monkeypatch.setattr(pacing_log, "TIDIED", timedelta(minutes=1))
    async with world(database, numbers(3, "17"), mode=DialMode.PREDICTIVE, **EAGER) as w:
        await w.log_in()
        await w.dial()
        await w.after(30.0)
        await w.written()
        first = await latest_decisions(w.app.store, w.campaign.id, 1000)
        assert first
        await w.after(240.0)
        await w.written()
        kept = await latest_decisions(w.app.store, w.campaign.id, 1000)
        assert kept
        assert min(row["at"] for row in kept) >= w.now - timedelta(minutes=3, seconds=2)


@in_virtual_time
async def test_a_changed_drop_target_or_mode_brings_another_pacer_and_anything_else_does_not(database: Path) -> None:
    async with world(database, numbers(3), mode=DialMode.PREDICTIVE) as w:
        await w.dial()
        (loop,) = w.app.dialling.loops.values()
        first = loop._pacer
        assert isinstance(first, PredictivePacer)

        async def change(**rules: object) -> None:
            known = await campaign_named(w.app.store, w.campaign.name)
            await save_campaign(w.app.store, replace(known, **rules))  # type: ignore[arg-type]
            await w.after(2.0)

        await change(max_attempts=9)
        assert loop._pacer is first
        await change(target_drop_ratio=0.01)
        second = loop._pacer
        assert isinstance(second, PredictivePacer)
        assert second is not first
        await change(mode=DialMode.RATIO)
        assert isinstance(loop._pacer, RatioPacer)


@in_virtual_time
async def test_other_modes_say_that_nothing_is_predicted(database: Path) -> None:
    async with world(database, numbers(3), mode=DialMode.PROGRESSIVE) as w:
        found = await why_pacing(w.app.store, w.campaign.name, 5)
        assert list(found.lines()) == ["the campaign's mode is progressive: nothing is predicted"]
