"""Near a limit a campaign dials one line per ready agent, whichever window the limit is counted over."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.services.world import World, numbers, world

from waihu.dialer.abandoned_rate import Counted, exceeded
from waihu.services.abandoned import ledger_from
from waihu.store.unit import Unit
from waihu.testing.factories import a_call
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models.call import CallState
from waihu_models.campaign import DialMode
from waihu_models.outcome import Outcome
from waihu_models.rule_pack import DropLimit

TWO_LAWS = (
    'name = "{name}"\nversion = "1"\n[drops]\nlimit_ratio = 0.03\nwindow_s = {window_s}\nmessage = "safe-harbour"\n'
)


def packs(folder: Path) -> tuple[Path, ...]:
    folder.mkdir()
    for name, window_s in (("day", 86_400), ("month", 2_592_000)):
        (folder / f"{name}.toml").write_text(TWO_LAWS.format(name=name, window_s=window_s), "utf-8")
    return (folder,)


async def history(w: World, live_answers: int, drops: int, **ago: float) -> None:
    at, unit = w.now - timedelta(**ago), Unit()
    for n in range(live_answers):
        was_dropped = n < drops
        unit.save_call(
            a_call(
                campaign_id=w.campaign.id, state=CallState.ENDED, dialled_at=at, answered_at=at, ended_at=at,
                abandoned=was_dropped, connected_at=None if was_dropped else at,
                outcome=Outcome.ABANDONED if was_dropped else Outcome.ANSWERED,
            )
        )  # fmt: skip
    await w.app.store.commit(unit)


async def most_lines(w: World) -> int:
    """Dial for a minute; return the most lines that rang at once for agents who were all ready."""
    await w.dial()
    loop = w.app.dialling.loops[w.campaign.id]
    await w.log_in()
    most = 0
    for _ in range(240):
        await w.after(0.25)
        most = max(most, len(loop.feed.calls))
    return most


UNANSWERED = numbers(60, "03", 9)
PREDICTIVE: dict[str, Any] = {"mode": DialMode.PREDICTIVE, "agents": 3}


@pytest.mark.parametrize(
    ("today", "before", "overdials"),
    [
        pytest.param((2000, 10), (4000, 20), True, id="far from both limits"),
        pytest.param((2000, 59), (4000, 20), False, id="near the limit of a day"),
        pytest.param((2000, 10), (5000, 190), False, id="near the limit of thirty days"),
    ],
)
@in_virtual_time
async def test_before_a_limit_is_broken_there_is_one_line_per_ready_agent(
    database: Path, tmp_path: Path, today: tuple[int, int], before: tuple[int, int], overdials: bool
) -> None:
    folders = packs(tmp_path / "rules")
    async with world(database, UNANSWERED, rule_folders=folders, packs=("day", "month"), **PREDICTIVE) as w:
        month = today[0] + before[0], today[1] + before[1]
        for live_answers, drops in (today, month):
            assert not exceeded(Counted(live_answers=live_answers, abandoned=drops), 0.03)
        await history(w, *today, hours=3)
        await history(w, *before, days=9)
        most = await most_lines(w)
        assert most > 3 if overdials else most == 3


@in_virtual_time
async def test_a_machine_found_by_an_agent_is_no_live_answer_any_more(database: Path) -> None:
    async with world(database, numbers(2)) as w:
        await w.log_in()
        await w.dial()
        (call, *_) = await w.connected()
        loop = w.app.dialling.loops[w.campaign.id]
        await w.written()
        assert loop.ledger.totals(w.app.clock.monotonic()) == (1, 0)
        assert call.agent_id is not None
        w.app.calls.post(call.id, w.app.agents.judgement(call.agent_id, "machine"))
        await w.until(lambda: w.calls[call.id].disposition, 10.0)
        assert loop.ledger.totals(w.app.clock.monotonic()) == (0, 0)
        assert await ledger_totals(w) == (0, 0)


async def ledger_totals(w: World) -> tuple[int, int]:
    await w.written()
    made = await ledger_from(w.app.store, w.campaign, w.app.clock)
    assert made.nearest(w.app.clock.monotonic())[0] == DropLimit(2_592_000.0, 0.03)
    return made.totals(w.app.clock.monotonic())
