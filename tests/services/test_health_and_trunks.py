"""Health with its alerts, the pulse, ratings of trunks, test calls that hang: in virtual time."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.services.world import numbers, world

from waihu.clock import Clock
from waihu.metrics import Metrics
from waihu.services.findings import Finding, State, disk_finding, worst
from waihu.services.pulse import Pulse
from waihu.services.test_call import LIMIT_S
from waihu.services.trunk_watch import Rating, _rated
from waihu.services.words import Words
from waihu.store.audit import By
from waihu.store.trunks import TrunkFigures
from waihu.telephony.trunk_state import Registration, SipState
from waihu.testing.factories import NOON
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models import commands as do
from waihu_models.errors import Conflict, NotFound, SwitchRefused
from waihu_models.phone import E164
from waihu_models.trunk import CarrierTrunk

NORTH = CarrierTrunk(name="north", host="sip.example.net", max_lines=4)
UP = SipState(Registration.REGISTERED, True, 12.0)


def figures(attempts: int, answered: int = 0, **outcomes: int) -> TrunkFigures:
    return TrunkFigures(attempts=attempts, answered=answered, outcomes=Counter(outcomes))


# ---- ratings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sip", "seen", "used", "rating", "said"),
    [
        (UP, figures(0), 0, Rating.GOOD, ""),
        (UP, figures(100, 40), 0, Rating.GOOD, ""),
        (SipState(), figures(0), 0, Rating.UNKNOWN, ""),
        (SipState(), figures(3, 1), 0, Rating.GOOD, ""),
        (SipState(Registration.REJECTED, True), figures(0), 0, Rating.BAD, "username and password"),
        (SipState(Registration.UNREGISTERED, True), figures(0), 0, Rating.BAD, "not registered"),
        (SipState(Registration.NONE, False), figures(0), 0, Rating.BAD, "does not answer"),
        (UP, figures(100, 40, congestion=35), 0, Rating.BAD, "35% of the calls"),
        (UP, figures(10, 4, congestion=9), 0, Rating.GOOD, ""),
        (UP, figures(100, 40, rejected=30), 0, Rating.WARNING, "caller id"),
        (UP, figures(100, 4), 0, Rating.WARNING, "Only 4%"),
        (UP, figures(0), 4, Rating.WARNING, "All 4 lines"),
        (SipState(Registration.NONE, True, 450.0), figures(0), 0, Rating.WARNING, "450 ms"),
        (UP, TrunkFigures(attempts=50, answered=25, first_signs=40, first_sign_s=400.0), 0, Rating.WARNING, "10 s"),
    ],
)
def test_a_rating_follows_from_what_is_seen_and_says_what_to_do(
    sip: SipState, seen: TrunkFigures, used: int, rating: Rating, said: str
) -> None:
    found, hints = _rated(NORTH, sip, seen, used, 0.3)
    assert found is rating
    assert (said in hints[0].en) if said else not hints
    assert all(hint.en and hint.zh and "{" not in hint.en + hint.zh for hint in hints)


# ---- health --------------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_what_stays_bad_is_an_alert_once_and_again_only_after_it_was_well(database: Path) -> None:
    async with world(database) as w:
        raised: list[str] = []
        health = w.app.office.health
        object.__setattr__(health._of, "alert", lambda code, text: raised.append(code))
        bad = Finding("store", State.BAD, Words("late", "慢"), Words("look", "看"))
        good = Finding("store", State.GOOD, Words("well", "好"))
        for found in (bad, good, bad, bad, bad, bad):
            health.judge([found])
        assert raised == ["store_behind"]
        for found in (good, bad, bad):
            health.judge([found])
        assert raised == ["store_behind"] * 2
        await w.after(0.1)


@in_virtual_time
async def test_an_exchange_that_stays_away_is_an_alert_with_what_to_do(database: Path) -> None:
    async with world(database) as w:
        w.switch.lose("cut")
        await w.after(60.0)
        assert w.app.metrics.alerts.labels("exchange_in_trouble")._value.get() == 1
        assert not await w.app.office.health.ready()


@in_virtual_time
async def test_one_trunk_of_two_that_fails_is_a_warning_and_the_last_one_is_bad(database: Path) -> None:
    async with world(database) as w:
        watch = w.app.office.trunk_watch
        sip: dict[str, SipState] = {"carrier": SipState(Registration.NONE, False)}

        async def look(names: Any) -> dict[str, SipState]:
            return {name: sip.get(name, UP) for name in names}

        watch._look = look
        by = By("test", w.now)
        found = {one.subject: one for one in await w.app.office.health.examine()}
        assert found["trunks"].state is State.BAD
        assert "does not answer" in found["trunks"].mend.en
        await w.app.office.trunks.add(NORTH, by)
        watch.forget()
        await w.after(3.0)
        found = {one.subject: one for one in await w.app.office.health.examine()}
        assert (found["trunks"].state, found["trunks"].seen.en) == (State.WARNING, "carrier")


@in_virtual_time
async def test_many_who_look_ask_the_exchange_once(database: Path) -> None:
    async with world(database) as w:
        asked = []

        async def look(names: Any) -> dict[str, SipState]:
            asked.append(names)
            return {}

        w.app.office.trunk_watch._look = look
        for _ in range(20):
            await w.app.office.trunk_watch.all()
        assert len(asked) == 1
        await w.after(11.0)
        await w.app.office.trunk_watch.all()
        assert len(asked) == 2


def test_the_worst_of_several_states_counts() -> None:
    assert worst([State.GOOD, State.BAD, State.WARNING]) is State.BAD
    assert worst([]) is State.GOOD


def test_a_full_disk_is_found_also_where_the_folder_is_not_there_yet(tmp_path: Path) -> None:
    assert disk_finding(tmp_path / "not" / "there", 0).state is State.GOOD
    full = disk_finding(tmp_path / "not" / "there", 10**9)
    assert full.state is State.BAD
    assert full.mend.zh


# ---- the pulse -----------------------------------------------------------------------------------------------------


class MovedClock:
    """A clock of the day that somebody moves."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.moved = timedelta(0)

    def now(self) -> Any:
        return NOON + timedelta(seconds=self._clock.monotonic()) + self.moved

    def monotonic(self) -> float:
        return self._clock.monotonic()


@in_virtual_time
async def test_a_clock_that_is_moved_is_seen_and_one_that_goes_is_not(database: Path) -> None:
    async with world(database) as w:
        clock = MovedClock(w.app.clock)
        pulse = Pulse(clock, Metrics())
        w.app.tasks.start(pulse.run(), "pulse under test")
        await w.after(5.0)
        assert (pulse.jumped_at, pulse.lag_s) == (None, pytest.approx(0.0, abs=0.1))
        clock.moved = timedelta(hours=-1)
        await w.after(1.0)
        assert pulse.jump_s == pytest.approx(-3600.0)
        assert pulse.jumped_at is not None


# ---- test calls ----------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_a_test_call_that_hangs_is_ended_and_the_next_one_can_be_made(database: Path) -> None:
    async with world(database, fake={"media": {"test-call": 10_000.0}}) as w:
        calls = w.app.office.test_calls
        by = By("test", w.now)
        first = await calls.start(E164(numbers(1, "00")[0]), "carrier", by)
        with pytest.raises(Conflict, match="goes on"):
            await calls.start(E164(numbers(1, "00")[0]), "carrier", by)
        await w.after(LIMIT_S + 1.0)
        assert first.over
        assert not first.good
        assert not (await w.app.switch.view()).legs
        await calls.start(E164(numbers(1, "00")[0]), "carrier", by)
        await w.after(0.1)


@in_virtual_time
async def test_a_test_call_the_exchange_refuses_is_over_at_once(database: Path) -> None:
    async with world(database) as w:
        calls = w.app.office.test_calls
        w.switch.fail_next(do.PlaceCall, SwitchRefused("no such endpoint"))
        with pytest.raises(SwitchRefused):
            await calls.start(E164(numbers(1, "00")[0]), "carrier", By("test", w.now))
        with pytest.raises(NotFound):
            await calls.start(E164(numbers(1, "00")[0]), "nowhere", By("test", w.now))
        await calls.start(E164(numbers(1, "00")[0]), "carrier", By("test", w.now))
        await w.after(0.1)


@in_virtual_time
async def test_a_message_that_cannot_be_played_is_said_and_the_call_ended(database: Path) -> None:
    async with world(database, fake={"media": {}}) as w:
        call = await w.app.office.test_calls.start(E164(numbers(1, "00")[0]), "carrier", By("test", w.now))
        await w.until(lambda: call.over, 60.0)
        assert any("could not be played" in step.said.en for step in call.steps)
        assert not call.good


@in_virtual_time
async def test_a_test_call_of_a_controller_that_died_is_hung_up_by_the_next(database: Path) -> None:
    async with world(database, fake={"media": {"test-call": 10_000.0}}) as w:
        call = await w.app.office.test_calls.start(E164(numbers(1, "00")[0]), "carrier", By("test", w.now))
        await w.until(lambda: any(step.name.value == "playing" for step in call.steps))
        view = await w.app.switch.view()
        await w.app.recovery.reconcile(view.legs, view.bridges)
        assert (await w.app.switch.view()).legs, "its own controller lets it go on"
        w.app.office.test_calls._calls.clear()  # as one that has just been started
        await w.app.recovery.reconcile(view.legs, view.bridges)
        await w.after(1.0)
        assert not (await w.app.switch.view()).legs
