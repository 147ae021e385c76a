"""Every call in which people talked is held against the rules: once, and again when more of it was heard."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.services.words_bench import Watched, watched
from tests.services.world import World, numbers, world

from waihu.services import quality
from waihu.services.quality import LOOK_S, RULES_S, SETTLE_S, SWEEP_S, Quality
from waihu.store.audit import By
from waihu.store.calls import call_by_id
from waihu.store.quality import score_of_call
from waihu.store.quality_rules import add_rule, change_rule, delete_rule, quality_rules
from waihu.store.transcripts import replace_utterances, save_transcript
from waihu.testing.factories import a_transcript, an_utterance
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models.call import Call
from waihu_models.events import CallScored, TranscriptChanged
from waihu_models.quality import Finding, QualityRule, QualityScore, RuleKind, Unjudged
from waihu_models.transcript import Route, Side, TranscriptState


class Checked:
    """Quality checks of a world, with one rule."""

    def __init__(self, made: Watched, share: float = 0.0) -> None:
        self.w: World = made.w
        app = made.w.app
        self.made = made
        self.quality = Quality(quality.Around(store=app.store, bus=app.bus, clock=app.clock, share=lambda: share))
        self.scores: list[QualityScore] = []
        app.bus.subscribe(CallScored, lambda event: self.scores.append(event.score))

    @property
    def by(self) -> By:
        return By("test", self.w.now)

    async def only(self, *rules: QualityRule) -> None:
        await self.quality.load()
        assert {rule.language for rule in self.quality.book.rules} == {"en", "zh"}, "shipped ones"
        for rule in await quality_rules(self.w.app.store):
            await delete_rule(self.w.app.store, rule.id, rule.version, self.by)
        for rule in rules:
            await add_rule(self.w.app.store, rule, self.by)
        await self.quality.refresh()
        self.w.app.tasks.forever(self.quality.run, "quality checks")

    async def talked(self, agent_says: str = "good morning") -> Call:
        call, customer, agent = await self.made.talk()
        await self.made.say(agent, agent_says, start_s=1.0)
        await self.made.say(customer, "hello", start_s=3.0)
        await self.w.after(30.0)
        return await self.made.hang_up(call)

    async def over(self, call: Call) -> None:
        """Wait until a call is written, and what there is of it scored."""
        await self.w.until(lambda: self.w.app.calls.get(call.id) is None, 60.0)
        await self.w.after(SETTLE_S + 2 * LOOK_S + 1.0)
        await self.w.written()


def greeting(**changes: Any) -> QualityRule:
    parameters = {"phrases": ["good morning"], "side": "agent", "within_s": 20.0}
    return QualityRule(id="greeting", name="Greeting", kind=RuleKind.SAID, parameters=parameters, **changes)


@in_virtual_time
async def test_a_call_that_is_over_has_a_score_with_the_evidence(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = Checked(await watched(w))
        await made.only(greeting())
        call = await made.talked()
        await made.over(call)
        score = await score_of_call(w.app.store, call.id)
        assert score is not None
        assert (score.score, score.agent_id, score.campaign_id) == (100.0, call.agent_id, call.campaign_id)
        (finding,) = score.findings
        assert (finding.finding, finding.evidence, finding.rule_name) == (Finding.PASSED, "good morning", "Greeting")
        assert made.scores[-1] == score
        assert len(made.quality) == 0


@in_virtual_time
async def test_a_call_of_which_nothing_was_heard_has_a_row_that_says_so(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = Checked(await watched(w))
        await made.only(greeting())
        await w.log_in()
        await w.dial()
        await w.connected()
        call = await made.made.hang_up(w.call)
        await made.over(call)
        score = await score_of_call(w.app.store, call.id)
        assert score is not None
        assert (score.score, score.why) in {(None, Unjudged.NO_TRANSCRIPT), (None, Unjudged.WAITING)}


@in_virtual_time
async def test_a_transcript_from_the_recording_is_judged_anew(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = Checked(await watched(w))
        await made.only(greeting())
        call = await made.talked("what do you want")
        await made.over(call)
        assert made.scores[-1].findings[0].finding is not Finding.PASSED
        stored = await call_by_id(w.app.store, call.id)
        assert stored.connected_at is not None
        at = stored.connected_at + timedelta(seconds=2)
        for side, text in ((Side.AGENT, "good morning sir"), (Side.CUSTOMER, "hello")):
            done = a_transcript(call.id, side=side, route=Route.POST_CALL, began_at=stored.connected_at, language="en")
            said = an_utterance(call.id, text, side=side, at=at, route=Route.POST_CALL)
            await save_transcript(w.app.store, done)
            await replace_utterances(w.app.store, done, [said])
            w.app.bus.publish(TranscriptChanged(done))
        await w.after(SETTLE_S + 2 * LOOK_S + 1.0)
        assert (made.scores[-1].score, made.scores[-1].findings[0].finding) == (100.0, Finding.PASSED)
        kept = await score_of_call(w.app.store, call.id)
        assert kept is not None
        assert kept.score == 100.0


@in_virtual_time
async def test_calls_an_earlier_run_left_are_scored_by_the_next(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = await watched(w)
        first = Checked(made)
        call = await first.talked()
        await w.until(lambda: w.app.calls.get(call.id) is None, 60.0)
        await w.written()
        assert await score_of_call(w.app.store, call.id) is None, "nobody was there to do it"
        second = Checked(made)
        await second.only(greeting())
        await w.after(2 * LOOK_S)
        await w.written()
        score = await score_of_call(w.app.store, call.id)
        assert score is not None
        assert score.score == 100.0


@in_virtual_time
async def test_a_changed_rule_counts_within_seconds_and_scores_that_were_given_stay(database: Path) -> None:
    async with world(database, numbers(2)) as w:
        made = Checked(await watched(w))
        await made.only(greeting())
        call = await made.talked()
        await made.over(call)
        (rule,) = await quality_rules(w.app.store)
        await change_rule(w.app.store, replace(rule, name="Farewell", parameters={"phrases": ["goodbye"]}), made.by)
        await w.after(RULES_S + 2 * LOOK_S)
        assert [one.name for one in made.quality.book.rules] == ["Farewell"]
        kept = await score_of_call(w.app.store, call.id)
        assert kept is not None
        assert kept.findings[0].rule_name == "Greeting"


@in_virtual_time
async def test_the_share_that_people_review_is_marked(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = Checked(await watched(w), share=1.0)
        await made.only(greeting())
        call = await made.talked()
        await made.over(call)
        assert made.scores[-1].sampled


@in_virtual_time
async def test_a_transcript_of_a_call_that_is_gone_harms_nothing(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = Checked(await watched(w))
        await made.only(greeting())
        w.app.bus.publish(TranscriptChanged(a_transcript("0" * 32, state=TranscriptState.DONE)))
        await w.after(SETTLE_S + 2 * LOOK_S)
        assert (made.scores, len(made.quality)) == ([], 0)


@in_virtual_time
async def test_a_score_that_waited_for_a_transcript_is_made_anew_by_the_next_run(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = Checked(await watched(w))
        await made.only(greeting())
        call = await made.talked("what do you want")
        await w.until(lambda: w.app.calls.get(call.id) is None, 60.0)
        await w.written()
        late = a_transcript(call.id, side=Side.AGENT, state=TranscriptState.DEFERRED, language="en")
        await save_transcript(w.app.store, late)
        await made.over(call)
        assert made.scores[-1].why is Unjudged.WAITING
        await save_transcript(w.app.store, replace(late, state=TranscriptState.DONE))  # and nobody hears of it
        customer = a_transcript(call.id, side=Side.CUSTOMER, language="en", state=TranscriptState.DONE)
        await save_transcript(w.app.store, customer)
        await w.after(SWEEP_S + 2 * LOOK_S)
        anew = made.scores[-1]
        assert (anew.why, anew.findings[0].finding) == (None, Finding.FAILED)
