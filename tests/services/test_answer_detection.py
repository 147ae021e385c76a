"""Screening with an ear: whose verdict counts, when, and that no call waits for an ear that is silent."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from tests.services.listening import Heard, heard
from tests.services.world import World, numbers, world

from waihu.services import answer_learning
from waihu.services.answer_detection import LEAVES_WITHIN_S, AnswerDetection, Around
from waihu.services.answer_learning import AnswerLearning
from waihu.services.listening import ANSWER_S
from waihu.services.patient_writes import PatientWrites
from waihu.speech.answer_model import shipped_model
from waihu.speech.answer_watch import DECIDE_BY_S, LATE_S
from waihu.speech.ear_words import AnswerHeard
from waihu.store.audit import By, latest
from waihu.store.detection import learnt_of, save_learnt
from waihu.store.statements import table
from waihu.store.unit import Unit
from waihu.testing.factories import a_call
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models import signals as sig
from waihu_models.call import Call, CallState
from waihu_models.campaign import Detection
from waihu_models.commands import EndScreening
from waihu_models.detection import JudgedAnswer, Learnt
from waihu_models.disposition import STANDARD
from waihu_models.errors import LegGone, StoreBusy, SwitchError, SwitchTimeout
from waihu_models.ids import CallId
from waihu_models.outcome import Outcome
from waihu_models.signals import Verdict
from waihu_models.tables import JudgedAnswerRow
from waihu_models.transcript import Side

SCREENED_WITHIN_S = 3.0
"""The fake exchange's detection takes 2.9 s of a machine."""
GREETS = ("speaking:2.2-3", "talked:2-2.8", "bursts:2-4", "sound:all")
ASKED_HOW_TO_HELP = ("paused:3-4.5:1.2-2", "talked:2-2.8", "bursts:2-4", "sound:all")
BEEPS = ("speaking:2.2-3", "talked:2-2.8", "bursts:7-10", "tone:beep")  # not sure enough for an early verdict


def combined(w: World) -> tuple[Heard, AnswerDetection]:
    """Let answers be heard by ears in the test's hands, and verdicts be given with what these say."""
    made = heard(w)
    return made, detection(w, made)


def detection(w: World, made: Heard, writes: PatientWrites | None = None) -> AnswerDetection:
    app = w.app
    found = app.hearing.answers = AnswerDetection(
        Around(calls=app.calls, bus=app.bus, clock=app.clock, listening=made.listening, switch=w.switch,
               tasks=app.tasks, writes=writes)
    )  # fmt: skip
    return found


async def screened(w: World) -> tuple[Heard, AnswerDetection, str]:
    """Dial until a call is being screened and heard; returns its stream too."""
    made, found = combined(w)
    await w.log_in()
    await w.dial()
    stream_id = await made.begun()
    await w.until(lambda: w.call.state is CallState.SCREENING, 5.0)
    return made, found, stream_id


def say(made: Heard, stream_id: str, evidence: tuple[str, ...], pause_s: float = 0.0) -> None:
    made.ears.on_said(AnswerHeard(stream_id=stream_id, at_s=0.0, evidence=evidence, pause_s=pause_s))


async def hear_on(w: World, made: Heard, stream_id: str, until: float) -> None:
    """Let somebody go on speaking, told every half second, until so long after the screening began."""
    for _ in range(round(until / 0.5)):
        say(made, stream_id, GREETS)
        await w.after(0.5)


def combining(database: Path, behaviour: str, **changes: Any) -> Any:
    given = {"screening": True, "detection": Detection.COMBINED, "patience_s": 30.0, **changes}
    return world(database, numbers(1, behaviour), **given)


async def over(w: World) -> Call:
    return await w.until(lambda: next((one for one in w.calls.values() if not one.live), None), 20.0)  # type: ignore[no-any-return]


@in_virtual_time
async def test_whom_the_exchange_takes_for_a_machine_is_passed_on_where_a_pause_shows_a_person(database: Path) -> None:
    async with combining(database, "01") as w:
        made, found, stream_id = await screened(w)
        await hear_on(w, made, stream_id, 4.0)
        assert w.call.state is CallState.SCREENING
        assert w.call.verdict is None
        for pause in range(3, 7):
            say(made, stream_id, ASKED_HOW_TO_HELP, pause_s=0.5 * pause)
            await w.after(0.5)
        await w.until(lambda: w.call.verdict, 1.0)
        assert w.call.verdict is Verdict.HUMAN
        assert found.counts == {"changed_to_person": 1}
        await w.connected()


@in_virtual_time
async def test_a_machine_held_back_is_sent_away_in_the_end(database: Path) -> None:
    async with combining(database, "01") as w:
        made, found, stream_id = await screened(w)
        began = w.now
        for _ in range(round(DECIDE_BY_S / 0.5) + 2):
            say(made, stream_id, ("speaking:4.5+", "talked:5+", "bursts:10+", "sound:all"))
            await w.after(0.5)
        call = await over(w)
        assert call.outcome is Outcome.MACHINE
        assert call.hung_up_at is not None
        assert (call.hung_up_at - began).total_seconds() < DECIDE_BY_S + 0.5
        assert found.counts == {}


@in_virtual_time
async def test_a_machine_that_the_exchange_takes_for_a_person_is_sent_away_by_what_it_says(database: Path) -> None:
    async with combining(database, "00") as w:
        made, found, stream_id = await screened(w)
        say(made, stream_id, BEEPS)
        await w.after(0.5)
        for _ in range(3):
            say(made, stream_id, BEEPS)
            await w.after(0.5)
        assert (await over(w)).outcome is Outcome.MACHINE
        assert found.counts == {"changed_to_machine": 1}


@pytest.mark.parametrize(("behaviour", "verdict"), [("01", Verdict.MACHINE), ("00", Verdict.HUMAN)])
@in_virtual_time
async def test_without_a_word_of_the_ear_the_exchange_decides_without_delay(
    database: Path, behaviour: str, verdict: Verdict
) -> None:
    async with combining(database, behaviour) as w:
        await screened(w)
        began = w.now
        await w.until(lambda: w.call.verdict, 5.0)
        assert w.call.verdict is verdict
        assert (w.now - began).total_seconds() < SCREENED_WITHIN_S


@in_virtual_time
async def test_an_ear_that_dies_while_a_machine_is_held_back_delays_nothing_any_more(database: Path) -> None:
    async with combining(database, "01") as w:
        made, _, stream_id = await screened(w)
        await hear_on(w, made, stream_id, 3.0)
        assert w.call.verdict is None
        last = w.now
        made.ears.end(stream_id)
        await w.until(lambda: w.call.verdict, 5.0)
        assert w.call.verdict is Verdict.MACHINE
        assert (w.now - last).total_seconds() < LATE_S


@in_virtual_time
async def test_a_caller_who_hangs_up_while_a_verdict_is_held_back_ends_the_call(database: Path) -> None:
    async with combining(database, "01") as w:
        made, found, stream_id = await screened(w)
        await hear_on(w, made, stream_id, 3.0)
        w.app.calls.post(w.call.id, sig.HangUpAsked(w.now, "test"))
        await over(w)
        await w.after(DECIDE_BY_S)
        assert found.counts == {}


# ---- before the exchange has spoken --------------------------------------------------------------------------------

SAID_YES = ("paused:0-0.4:0.4-0.8", "talked:0-1", "bursts:1-2", "sound:all")
SURELY_A_MACHINE = ("speaking:4.5+", "talked:5+", "bursts:10+", "tone:fax", "words:machine")


def ends(w: World) -> list[Verdict]:
    return [one.verdict for _, one in w.switch.given if isinstance(one, EndScreening)]


@in_virtual_time
async def test_a_person_who_says_yes_and_pauses_gets_an_agent_before_the_exchange_has_made_up_its_mind(
    database: Path,
) -> None:
    async with combining(database, "00") as w:
        made, found, stream_id = await screened(w)
        began = w.now
        await w.after(1.0)
        say(made, stream_id, SAID_YES, pause_s=0.6)
        await w.connected()
        call = w.call
        assert (call.verdict, found.counts, ends(w)) == (Verdict.HUMAN, {"early_person": 1}, [Verdict.HUMAN])
        assert call.connected_at is not None
        assert (call.connected_at - began).total_seconds() < SCREENED_WITHIN_S / 2
        # The law's clock runs from the end of the greeting.
        assert call.greeting_ended_at is not None
        assert (call.greeting_ended_at - began).total_seconds() == pytest.approx(0.4, abs=0.05)
        await w.after(SCREENED_WITHIN_S)
        assert w.call.state is CallState.CONNECTED


@in_virtual_time
async def test_a_machine_that_is_certain_is_sent_away_before_the_exchange_has_made_up_its_mind(database: Path) -> None:
    async with combining(database, "01") as w:
        made, found, stream_id = await screened(w)
        began = w.now
        await w.after(1.0)
        say(made, stream_id, SURELY_A_MACHINE)
        call = await over(w)
        assert (call.outcome, found.counts) == (Outcome.MACHINE, {"early_machine": 1})
        assert (w.now - began).total_seconds() < SCREENED_WITHIN_S / 2


@in_virtual_time
async def test_how_certain_a_machine_has_to_be_follows_from_what_a_person_sent_away_costs(database: Path) -> None:
    async with combining(database, "01", person_cost=1000.0) as w:
        made, _, stream_id = await screened(w)
        await w.after(1.0)
        say(made, stream_id, ("speaking:4.5+", "talked:5+", "bursts:10+", "sound:all"))
        await w.after(0.5)
        assert (ends(w), w.call.state) == ([], CallState.SCREENING)


@in_virtual_time
async def test_an_early_machine_is_checked_by_an_agent_where_the_campaign_wishes_it(database: Path) -> None:
    async with combining(database, "01", check_share=1.0) as w:
        made = heard(w)
        found = detection(w, made, PatientWrites(w.app.store, w.app.metrics))
        await w.log_in()
        await w.dial()
        stream_id = await made.begun()
        await w.until(lambda: w.call.state is CallState.SCREENING, 5.0)
        say(made, stream_id, SURELY_A_MACHINE)
        await w.connected()
        await w.written()
        assert (w.call.verdict, ends(w)) == (Verdict.UNSURE, [Verdict.UNSURE])
        assert found.counts == {"early_machine": 1, "checked": 1}
        (row,) = await w.app.store.rows(select(table(JudgedAnswerRow)))
        assert (row["sent_away"], row["checked"]) == (True, True)


@pytest.mark.parametrize("error", [LegGone("it has left"), SwitchTimeout("no answer")])
@in_virtual_time
async def test_of_a_leg_that_cannot_be_taken_out_the_exchanges_verdict_is_weighed_as_ever(
    database: Path, error: SwitchError
) -> None:
    async with combining(database, "00") as w:
        made, found, stream_id = await screened(w)
        w.switch.fail_next(EndScreening, error)
        say(made, stream_id, SAID_YES, pause_s=0.6)
        await w.connected()
        assert (w.call.verdict, found.counts) == (Verdict.HUMAN, {"not_taken_out": 1})


@in_virtual_time
async def test_a_verdict_that_comes_while_the_leg_is_taken_out_is_held_until_that_has_failed(database: Path) -> None:
    async with combining(database, "01") as w:
        made, found, stream_id = await screened(w)
        w.switch.fail_next(EndScreening, LegGone("it has left"))
        say(made, stream_id, SAID_YES, pause_s=0.6)
        own = sig.LegScreened(w.call.leg_id, w.now, Verdict.MACHINE, cause="MAXWORDS-4-4")
        w.switch.say(own)
        await w.until(lambda: w.call.verdict, 5.0)
        assert found.counts["not_taken_out"] == 1
        assert found.counts["changed_to_person"] == 1


@in_virtual_time
async def test_a_leg_that_does_not_come_back_is_judged_by_the_exchanges_own_verdict(database: Path) -> None:
    async with combining(database, "01") as w:
        made, found, stream_id = await screened(w)
        w.switch.swallow_next(EndScreening)
        say(made, stream_id, SAID_YES, pause_s=0.6)
        await w.after(0.1)
        w.switch.say(sig.LegScreened(w.call.leg_id, w.now, Verdict.HUMAN, cause="HUMAN-800-800"))
        await w.after(LEAVES_WITHIN_S - 0.5)
        assert w.call.verdict is None
        await w.until(lambda: w.call.verdict, 1.0)
        assert (w.call.verdict, found.counts["not_taken_out"]) == (Verdict.HUMAN, 1)


@in_virtual_time
async def test_who_hangs_up_while_being_taken_out_leaves_nothing_behind(database: Path) -> None:
    async with combining(database, "00") as w:
        made, found, stream_id = await screened(w)
        say(made, stream_id, SAID_YES, pause_s=0.6)
        w.switch.far_end_hangs_up(w.call.leg_id)
        await over(w)
        await w.after(LEAVES_WITHIN_S + DECIDE_BY_S)
        assert found.counts.keys() <= {"not_taken_out"}


@in_virtual_time
async def test_where_a_campaign_leaves_it_to_the_exchange_no_answer_is_heard(database: Path) -> None:
    async with combining(database, "00", detection=Detection.AMD) as w:
        made, _ = combined(w)
        await w.log_in()
        await w.dial()
        await w.connected()
        await made.stream(Side.CUSTOMER)
        assert [one.answer_s for one in made.ears.expected] == [0.0, 0.0]


@in_virtual_time
async def test_an_answer_is_heard_for_some_seconds_where_the_campaign_wishes_it(database: Path) -> None:
    async with combining(database, "00") as w:
        made, *_ = await screened(w)
        assert [one.answer_s for one in made.ears.expected] == [ANSWER_S]


@in_virtual_time
async def test_an_answer_that_is_tapped_anew_in_its_middle_is_left_to_the_exchange(database: Path) -> None:
    async with combining(database, "08") as w:
        made, _, stream_id = await screened(w)
        made.ears.end(stream_id)
        again = await made.begun(Side.CUSTOMER, 1)
        assert again != stream_id
        assert [one.answer_s for one in made.ears.expected] == [ANSWER_S, 0.0]


# ---- what is learnt ------------------------------------------------------------------------------------------------


async def judged(
    w: World, call: Call, *, sent_away: bool, machine: bool, share: float, evidence: tuple[str, ...]
) -> None:
    """Keep an answer as it was taken, and what the agent said of it."""
    unit = Unit()
    unit.save_judged_answer(
        JudgedAnswer(
            call_id=call.id, campaign_id=w.campaign.id, evidence=evidence, machine=0.9, threshold=0.91,
            sent_away=sent_away, checked=sent_away, check_share=share, at=call.dialled_at,
        )
    )  # fmt: skip
    said = STANDARD["machine" if machine else "sale"]
    unit.save_call(replace(call, disposition=said, connected_at=call.dialled_at, verdict=Verdict.UNSURE))
    await w.app.store.commit(unit)


@in_virtual_time
async def test_an_answer_taken_for_a_machine_is_passed_on_to_be_checked_and_what_was_heard_is_kept(
    database: Path,
) -> None:
    async with combining(database, "01", check_share=1.0) as w:
        made = heard(w)
        found = detection(w, made, PatientWrites(w.app.store, w.app.metrics))
        await w.log_in()
        await w.dial()
        stream_id = await made.begun()
        await w.until(lambda: w.call.state is CallState.SCREENING, 5.0)
        for _ in range(round(DECIDE_BY_S / 0.5) + 2):
            say(made, stream_id, ("speaking:4.5+", "talked:5+", "bursts:10+", "sound:all"))
            await w.after(0.5)
        await w.connected()
        assert (w.call.verdict, found.counts) == (Verdict.UNSURE, {"checked": 1})
        await w.written()
        (row,) = await w.app.store.rows(select(table(JudgedAnswerRow)))
        assert (row["call_id"], row["sent_away"], row["checked"], row["check_share"]) == (w.call.id, True, True, 1.0)
        assert "talked:5+" in row["evidence"].split("\n")
        assert any(piece.startswith("exchange:MACHINE") for piece in row["evidence"].split("\n"))


@in_virtual_time
async def test_an_answer_that_no_ear_heard_is_not_checked_for_it_would_teach_nothing(database: Path) -> None:
    async with combining(database, "01", check_share=1.0) as w:
        made = heard(w)
        found = detection(w, made, PatientWrites(w.app.store, w.app.metrics))
        await w.log_in()
        await w.dial()
        assert (await over(w)).outcome is Outcome.MACHINE
        await w.written()
        assert (found.counts, await w.app.store.rows(select(table(JudgedAnswerRow)))) == ({}, [])


@in_virtual_time
async def test_a_campaign_learns_what_its_agents_said_and_forgets_it_when_told(database: Path) -> None:
    long_greeting = ("speaking:4.5+", "talked:5+", "exchange:MACHINE:LONGGREETING")
    async with combining(database, "99") as w:
        learning = AnswerLearning(w.app.store, w.app.clock)
        assert learning.model_of(w.campaign) is shipped_model()
        assert (await learning.learn(w.campaign)).answers == 0
        for n in range(60):
            call = a_call(id=CallId(f"{n:032x}"), campaign_id=w.campaign.id, dialled_at=w.now + timedelta(seconds=n))
            await judged(w, call, sent_away=n % 2 == 0, machine=False, share=0.1, evidence=long_greeting)
        await learning.look()
        assert learning.model_of(w.campaign) is not shipped_model()
        assert learning.model_of(w.campaign).judge(long_greeting).machine < shipped_model().judge(long_greeting).machine
        kept = await learnt_of(w.app.store, w.campaign.id)
        assert (kept.answers, kept.checked, kept.threshold) == (60, 30, 0.9091)
        learning.model_of(w.campaign)
        later = w.now + timedelta(hours=1)
        await save_learnt(w.app.store, w.campaign.id, Learnt(forgotten_at=later), By("user:ada", w.now))
        await learning.look()
        assert learning.model_of(w.campaign) is shipped_model()
        assert (await latest(w.app.store, 1))[0]["action"] == "detection.forget"


@in_virtual_time
async def test_what_cannot_be_read_is_learnt_at_the_next_look_and_what_was_learnt_counts_on(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with combining(database, "99") as w:
        learning = AnswerLearning(w.app.store, w.app.clock)
        learning.model_of(w.campaign)

        async def broken(*_: object) -> None:
            raise StoreBusy("locked")

        with monkeypatch.context() as patched:
            patched.setattr(answer_learning, "known_answers", broken)
            await learning.look()
        assert (await learnt_of(w.app.store, w.campaign.id)).at is None
        await learning.look()
        assert (await learnt_of(w.app.store, w.campaign.id)).at is not None
