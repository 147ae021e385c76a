"""What was said: kept, replaced, deleted, and always found as it is."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from waihu.services.retention import TranscriptRetention
from waihu.store.audit import By, latest
from waihu.store.quality import reviews_of, save_review, save_score, score_of_call
from waihu.store.store import Store
from waihu.store.transcripts import (
    add_utterance,
    delete_before,
    delete_of_calls,
    replace_utterances,
    save_transcript,
    transcripts_in,
    transcripts_of,
    utterances_of,
)
from waihu.testing.factories import NOON, a_transcript, an_utterance
from waihu_models.ids import CallId, new_id
from waihu_models.quality import Finding, QualityScore, Review, Verdict
from waihu_models.transcript import Route, Side, TranscriptState


def in_index(file: Path, word: str) -> int:
    """How many utterances the index holds for a word; the index is checked against the rows first."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("INSERT INTO utterance_fts(utterance_fts, rank) VALUES ('integrity-check', 1)")
        found = connection.execute("SELECT count(*) FROM utterance_fts WHERE utterance_fts MATCH ?", [word])
        return int(found.fetchone()[0])


async def test_what_both_sides_said_comes_back_by_time(store: Store) -> None:
    call = new_id()
    first = an_utterance(call, "hello there")
    answer = an_utterance(call, "good morning", side=Side.AGENT, at=NOON + timedelta(seconds=2))
    last = an_utterance(call, "too expensive", n=1, at=NOON + timedelta(seconds=4))
    for said in (last, answer, first):
        await add_utterance(store, said)
    await add_utterance(store, an_utterance(new_id(), "another call"))
    assert await utterances_of(store, call) == [first, answer, last]


async def test_the_second_time_an_utterance_does_nothing(store: Store, file: Path) -> None:
    said = an_utterance(new_id(), "refund please")
    await add_utterance(store, said)
    await add_utterance(store, said)
    await add_utterance(store, an_utterance(said.call_id, "refund please", n=0))  # the same place, told anew
    assert await utterances_of(store, said.call_id) == [said]
    assert in_index(file, "refund") == 1


async def test_many_utterances_of_the_same_millisecond_are_all_kept(store: Store, file: Path) -> None:
    call = new_id()
    for n in range(40):
        await add_utterance(store, an_utterance(call, "at once", n=n))
    assert [one.n for one in await utterances_of(store, call)] == list(range(40))
    assert in_index(file, "once") == 40


async def test_one_side_is_replaced_and_the_other_stays(store: Store, file: Path) -> None:
    call = new_id()
    kept = an_utterance(call, "my refund", side=Side.AGENT)
    for said in (kept, an_utterance(call, "mumbled refund"), an_utterance(call, "more", n=1)):
        await add_utterance(store, said)
    await save_transcript(store, a_transcript(call, state=TranscriptState.DEFERRED, reason="busy"))
    better = an_utterance(call, "I want a lawyer", route=Route.POST_CALL, at=NOON + timedelta(seconds=1))
    done = a_transcript(call, route=Route.POST_CALL, heard_s=12.5)
    await replace_utterances(store, done, [better])
    assert await utterances_of(store, call) == [kept, better]
    assert await transcripts_of(store, call) == [done]
    assert (in_index(file, "mumbled"), in_index(file, "lawyer"), in_index(file, "refund")) == (0, 1, 1)


async def test_transcripts_are_found_by_state_page_by_page(store: Store) -> None:
    calls = sorted(new_id() for _ in range(3))
    for call in calls:
        await save_transcript(store, a_transcript(call, state=TranscriptState.DEFERRED))
    await save_transcript(store, a_transcript(calls[0], state=TranscriptState.DONE))
    found = await transcripts_in(store, TranscriptState.DEFERRED, 1)
    assert [one.call_id for one in found] == calls[1:2]
    found = await transcripts_in(store, TranscriptState.DEFERRED, 5, after=calls[1])
    assert [one.call_id for one in found] == calls[2:]


async def test_what_is_old_is_deleted_a_little_at_a_time_also_from_the_index(store: Store, file: Path) -> None:
    old, new = new_id(), new_id()
    for n in range(5):
        await add_utterance(store, an_utterance(old, "secret", n=n, at=NOON + timedelta(seconds=n)))
    await save_transcript(store, a_transcript(old))
    await add_utterance(store, an_utterance(new, "secret", at=NOON + timedelta(days=2)))
    await save_transcript(store, a_transcript(new, began_at=NOON + timedelta(days=2)))
    limit = NOON + timedelta(days=1)
    assert await delete_before(store, limit, 3) == 3
    assert await delete_before(store, limit, 3) == 3  # two utterances and their transcript
    assert await delete_before(store, limit, 3) == 0
    assert (await utterances_of(store, old), await transcripts_of(store, old)) == ([], [])
    assert len(await utterances_of(store, new)) == 1 == in_index(file, "secret")


async def test_transcripts_are_deleted_when_they_are_older_than_the_installation_keeps_them(
    store: Store, file: Path
) -> None:
    class Noon:
        def now(self) -> datetime:
            return NOON

        def monotonic(self) -> float:
            return 0.0

    old, new = new_id(), new_id()
    for call, days in ((old, 31), (new, 29)):
        began_at = NOON - timedelta(days=days)
        await add_utterance(store, an_utterance(call, "secret", at=began_at))
        await save_transcript(store, a_transcript(call, began_at=began_at))
    assert await TranscriptRetention(store, lambda: 0, Noon()).look() == 0
    assert await TranscriptRetention(store, lambda: 30, Noon()).look() == 2
    assert (await utterances_of(store, old), await transcripts_of(store, old)) == ([], [])
    assert len(await utterances_of(store, new)) == 1 == in_index(file, "secret")
    (row,) = await latest(store, 10)
    assert (row["action"], row["detail"]) == ("transcripts.delete", "older than 30 days")


async def reviewed(store: Store, call: str, at: datetime = NOON) -> None:
    call_id = CallId(call)
    score = QualityScore(call_id=call_id, agent_id=None, campaign_id=None, score=50.0, findings=(), at=at)
    await save_score(store, score, at)
    verdict = Verdict(rule_id="r1", rule_name="Greeting", verdict=Finding.PASSED, note="Ms. Jones was greeted")
    review = Review(call_id=call_id, reviewer="user:ada", verdicts=(verdict,), at=at, note="Ms. Jones was upset")
    await save_review(store, review, By("user:ada", at))


async def test_notes_of_reviews_grow_no_older_than_transcripts_and_the_verdicts_stay(store: Store) -> None:
    old, new = new_id(), new_id()
    await reviewed(store, old)
    await reviewed(store, new, NOON + timedelta(days=2))
    assert await delete_before(store, NOON + timedelta(days=1), 10) == 2
    for call, notes in ((old, ["", ""]), (new, ["Ms. Jones was upset", "Ms. Jones was greeted"])):
        reviews, verdicts = await reviews_of(store, call)
        assert [one["note"] for one in (*reviews, *verdicts)] == notes
        assert [one["verdict"] for one in verdicts] == ["passed"]


async def test_what_people_said_of_a_call_is_deleted_with_it(store: Store) -> None:
    gone, kept = new_id(), new_id()
    for call in (gone, kept):
        await reviewed(store, call)
    await store.write(lambda connection: delete_of_calls(connection, [gone]))
    assert (await reviews_of(store, gone), await score_of_call(store, gone)) == (([], []), None)
    assert len((await reviews_of(store, kept))[1]) == 1


async def test_all_that_was_said_in_a_call_can_be_deleted_with_it(store: Store, file: Path) -> None:
    gone, kept = new_id(), new_id()
    for call in (gone, kept):
        await add_utterance(store, an_utterance(call, "secret"))
        await save_transcript(store, a_transcript(call))
    await store.write(lambda connection: delete_of_calls(connection, [gone]))
    assert (await utterances_of(store, gone), await transcripts_of(store, gone)) == ([], [])
    assert len(await utterances_of(store, kept)) == 1 == in_index(file, "secret")
