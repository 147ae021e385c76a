"""An hour of everything at once: whatever fails and whenever, the books balance and nobody is forgotten."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from tests.services.world import World, some_agents, world

from waihu.services import dialling
from waihu.services.lines import Trunk
from waihu.testing.fake_switch import Fault
from waihu.testing.far_ends import NUMBERS, FarEnd, number_plan
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models import commands as do
from waihu_models import ids
from waihu_models.agent import AgentState, PhoneMode
from waihu_models.call import CallState
from waihu_models.campaign import DialMode, RetryRule
from waihu_models.errors import SwitchError, SwitchRefused, SwitchTimeout
from waihu_models.events import CallChanged
from waihu_models.outcome import Outcome

MINUTE_S = 60.0
CALLS = 500
TRUNK = Trunk("carrier", max_lines=25, calls_per_s=10.0)
_QUICK = {outcome: RetryRule(120.0, 3) for outcome in Outcome if outcome not in {Outcome.ANSWERED}}
_BEHAVIOURS = ["22", "23", "24", "11", "01", "02", "03", "04", "05", "13", "14", "17", "18"]
_LEGAL = {AgentState.OFFLINE, AgentState.AVAILABLE, AgentState.PAUSED, AgentState.WRAP_UP}


def some_leads(dice: random.Random, count: int) -> list[str]:
    return [f"+44163{index:05d}{dice.randrange(8)}{dice.choice(_BEHAVIOURS)}" for index in range(count)]


def busy_people(number: str) -> FarEnd:
    """Return who has a number: nobody talks for longer than half a minute."""
    far_end = number_plan(number)
    return replace(far_end, talks_s=min(far_end.talks_s, 30.0))


def some_faults(dice: random.Random) -> Callable[[do.Command], Fault | None]:
    """Let one command in fifty fail, half of them after all was done."""

    def fault(command: do.Command) -> Fault | None:
        if isinstance(command, do.HangUp) or dice.random() > 0.02:
            return None
        error: SwitchError = dice.choice([SwitchRefused("no"), SwitchTimeout("no answer")])
        return Fault(error, done=isinstance(error, SwitchTimeout) and not isinstance(command, do.PlaceCall))

    return fault


def disturb(w: World, dice: random.Random) -> None:
    """Let one thing happen that nobody planned."""
    agents = list(w.app.agents)
    agent = dice.choice(agents)
    live = [call for call in w.calls.values() if w.switch.holds(call.leg_id)]
    match dice.randrange(7):
        case 0 if w.switch.reachable:
            w.switch.lose()
        case 1 if agent.leg_id and w.switch.holds(agent.leg_id):
            w.switch.far_end_hangs_up(agent.leg_id)
        case 2 if live:
            w.switch.vanish(dice.choice(live).leg_id)
        case 3 if live:
            w.switch.far_end_hangs_up(dice.choice(live).leg_id)
        case 4:
            w.switch.call_in("441632960999", "441632960123", talks_s=dice.uniform(1, 60))
        case 5 if agent.state is not AgentState.OFFLINE:
            w.app.agents.pause(agent.id, "tea")
        case _:
            w.switch.phone_vanishes(agent.phone)
            w.switch.phone_returns(agent.phone)


def mend(w: World) -> None:
    """Bring back what was disturbed."""
    w.switch.come_back()
    for agent in w.app.agents:
        if agent.state is AgentState.OFFLINE:
            w.app.agents.log_in(agent.id)
        elif agent.state is AgentState.PAUSED:
            w.app.agents.available(agent.id)


def dialled(w: World) -> int:
    return sum(1 for call in w.calls.values() if call.lead_id)


def seeded_ids(monkeypatch: pytest.MonkeyPatch, dice: random.Random) -> None:
    """Let identifiers, by which leads are ordered, depend on nothing but the dice."""
    milliseconds = count(1_764_000_000_000)
    monkeypatch.setattr(ids.os, "urandom", dice.randbytes)
    monkeypatch.setattr(ids.time, "time_ns", lambda: next(milliseconds) * 1_000_000)


class Twice:
    """Watches that no lead is in two live calls at once."""

    def __init__(self, w: World) -> None:
        self._live: dict[str, str] = {}
        self.found: list[str] = []
        w.app.bus.subscribe(CallChanged, self._changed)

    def _changed(self, change: CallChanged) -> None:
        call = change.call
        if call.lead_id is None:
            return
        if change.was is None and self._live.setdefault(call.lead_id, call.id) != call.id:
            self.found.append(call.lead_id)
        if not call.live and self._live.get(call.lead_id) == call.id:
            del self._live[call.lead_id]


async def one_burst(w: World, dice: random.Random, upto: int) -> None:
    """Dial until so many calls were made, disturbed every now and then; then rest until ten minutes are over."""
    began_s = w.app.clock.monotonic()
    await w.dial()
    while dialled(w) < upto and w.app.clock.monotonic() - began_s < 5 * MINUTE_S:
        await w.after(dice.uniform(1.0, 6.0))
        disturb(w, dice)
        await w.after(dice.uniform(0.0, 2.0))
        mend(w)
    await w.app.dialling.pause(w.campaign.name)
    await w.after(max(0.0, began_s + 10 * MINUTE_S - w.app.clock.monotonic()))


@pytest.mark.parametrize("seed", [8])
@in_virtual_time
async def test_an_hour_in_which_anything_may_fail_leaves_the_books_in_balance(
    database: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialling, "FOLLOW_S", MINUTE_S)  # nobody but us changes campaigns
    dice = random.Random(seed)
    seeded_ids(monkeypatch, random.Random(seed))
    team = [
        *some_agents(6, wrap_limit_s=3.0),
        *(agent for agent in some_agents(9, wrap_limit_s=3.0, mode=PhoneMode.ON_HOOK) if agent.id > "agent6"),
    ]
    assert set(_BEHAVIOURS) <= NUMBERS.keys()
    async with world(
        database, some_leads(dice, CALLS), agents=team, trunks=(TRUNK,), mode=DialMode.RATIO, lines_per_agent=3.0,
        target_drop_ratio=1.0, ring_timeout_s=15, screening=True, retries=_QUICK, max_attempts_per_day=3,
        fake={"far_end": busy_people},
    ) as w:  # fmt: skip
        twice = Twice(w)
        w.switch.fault = some_faults(dice)
        mend(w)
        for burst in range(1, 7):
            await one_burst(w, dice, burst * CALLS // 6)
        assert w.app.clock.monotonic() >= 60 * MINUTE_S
        w.switch.fault = lambda _: None
        w.switch.lose()  # an end that was never told is found on the return, if not earlier
        w.switch.come_back()
        await w.until(lambda: len(w.app.calls) == 0, 5 * MINUTE_S, "every call ends")
        check(w, twice)
        report = await w.report()
        assert report.balanced
        assert report.attempts == sum(report.outcomes.values()) >= CALLS
        assert report.open_calls == 0
        outcomes = Counter(str(call.outcome) for call in w.calls.values() if call.lead_id)
        assert report.outcomes == dict(outcomes), "the store says what was told"
        assert "dialling" not in report.leads


def check(w: World, twice: Twice) -> None:
    assert twice.found == []
    assert {agent.state for agent in w.app.agents} <= _LEGAL
    assert all(call.state is CallState.ENDED and call.outcome is not None for call in w.calls.values())
    assert w.count(w.app.metrics.illegal) == 0
    assert w.app.tasks.failures == 0
    assert w.switch.most_legs["carrier"] <= TRUNK.max_lines + inbound(w)
    left = [call.leg_id for call in w.calls.values() if w.switch.holds(call.leg_id)]
    assert left == []


def inbound(w: World) -> int:
    """Calls that came in take lines of the carrier, too, without asking."""
    return len(w.calls) - dialled(w)
