"""Words looked for in everything that was said: English, Chinese, phrases, filters, pages, and anything people type."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import false, true

from waihu.store import transcript_search
from waihu.store.search_marks import marked
from waihu.store.search_words import sought, terms_of
from waihu.store.store import Store
from waihu.store.transcript_search import Hits, TranscriptWish, search
from waihu.store.transcripts import add_utterance
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_call, an_utterance
from waihu_models.call import Call
from waihu_models.disposition import STANDARD
from waihu_models.ids import AgentId, CampaignId, RecordingId, new_id
from waihu_models.recording import Recording, RecordingState
from waihu_models.transcript import Side, Utterance


async def a_kept_call(store: Store, **changes: Any) -> Call:
    call = a_call(**changes)
    unit = Unit()
    unit.save_call(call)
    if call.recording_id is not None:
        state, began = RecordingState.STORED, call.dialled_at + timedelta(seconds=5)
        unit.save_recording(Recording(id=call.recording_id, call_id=call.id, state=state, started_at=began))
    await store.commit(unit)
    return call


async def said(store: Store, call: Call, *texts: str, **changes: Any) -> list[Utterance]:
    made = []
    for n, text in enumerate(texts):
        at = call.dialled_at + timedelta(seconds=10 * (n + 1))
        made.append(an_utterance(call.id, text, n=n, at=at, **changes))
        await add_utterance(store, made[-1])
    return made


async def found(store: Store, query: str, **wishes: Any) -> list[str]:
    hits = await search(store, TranscriptWish(**{"terms": terms_of(query), "visible": true(), **wishes}))
    return [row["text_display"] for row in hits.rows]


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("expensive", ["It is too expensive", "expensive things"]),
        ("EXPENSIVE too", ["It is too expensive"]),
        ('"too expensive"', ["It is too expensive"]),
        ('"expensive too"', []),
        ("expen*", ["It is too expensive", "expensive things"]),
        ("xpensive", []),
        ("cafe", ["At the café, I don't pay"]),
        ("CAFÉ dont", ["At the café, I don't pay"]),
        ("don't", ["At the café, I don't pay"]),
        ("太贵", ["这个太贵了", "不是太贵的 iPhone 手机"]),
        ("太贵了", ["这个太贵了"]),
        ("贵了", ["这个太贵了"]),
        ("贵", ["这个太贵了", "不是太贵的 iPhone 手机"]),
        ("了", ["这个太贵了"]),
        ("贵太", []),
        ("太贵 手机", ["不是太贵的 iPhone 手机"]),
        ("iphone手机", ["不是太贵的 iPhone 手机"]),
        ('"贵的 iphone"', ["不是太贵的 iPhone 手机"]),
        ("ｉｐｈｏｎｅ", ["不是太贵的 iPhone 手机"]),
        ("", []),
        ("!?!", []),
    ],
)
@pytest.mark.parametrize("way", ["by words", "by calls"])
async def test_words_are_found(store: Store, query: str, texts: list[str], way: str) -> None:
    call = await a_kept_call(store, agent_id=AgentId("ada"))
    lines = (
        "It is too expensive",
        "expensive things",
        "At the café, I don't pay",
        "这个太贵了",
        "不是太贵的 iPhone 手机",
    )
    await said(store, call, *lines)
    wish = {"agent_id": "ada"} if way == "by calls" else {}
    assert await found(store, query, **wish) == texts[::-1]


HOSTILE = [
    '"', '""', '"""', "*", "**", "a*b*", '"*"', "AND", "OR", "NOT", "a AND", "NEAR(a b)", "NEAR", "sought:a",
    "{sought}:a", "^a", "-a", "a - b", "(", ")", "((a)", "a + b", "'", "'; DROP TABLE utterance; --", "%", "_", "\\",
    "\x00", "a\x00b", "\ud7ff\ue000", "𠀀𠀁", "🙂", "é" * 300, "a " * 500, "rowid:1", "utterance_fts", "rank",
    '"a" OR "b"', "\udc80",
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
async def test_nothing_people_type_is_an_error(store: Store, query: str) -> None:
    call = await a_kept_call(store, agent_id=AgentId("ada"))
    await said(store, call, "a b")
    await found(store, query)
    await found(store, query, agent_id="ada")


async def test_search_words_of_the_index_itself_mean_nothing(store: Store) -> None:
    call = await a_kept_call(store)
    await said(store, call, "yes or no", "near and not far", "a wish")
    assert await found(store, "yes OR far") == []
    assert await found(store, "yes NOT far") == []
    assert await found(store, "near NOT far") == ["near and not far"]
    assert await found(store, '"yes or"') == ["yes or no"]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_pieces_hold_nothing_that_means_something_to_the_index(before: str, after: str) -> None:
    text = f"{before} middle太贵了 {after}"
    kept = sought(text)
    assert {"太贵", "贵了", "了"} <= {*kept.split(" ")}
    pieces = [piece for term in terms_of(text) for piece in term.pieces]
    assert not set('"*^:()+- \x00') & {*"".join(pieces), *kept.replace(" ", "")}
    marked(text, terms_of(f"{before} middle"))


async def test_filters_narrow_what_is_found_and_each_hit_says_where_it_is(store: Store) -> None:
    day = timedelta(days=1)
    recording = RecordingId(new_id())
    sale = await a_kept_call(
        store, agent_id=AgentId("ada"), campaign_id=CampaignId("spring"), disposition=STANDARD["sale"],
        recording_id=recording,
    )  # fmt: skip
    other = await a_kept_call(store, dialled_at=NOON + day, agent_id=AgentId("bob"), campaign_id=CampaignId("autumn"))
    await said(store, sale, "price one")
    await said(store, sale, "price two", side=Side.AGENT)
    await said(store, other, "price three")
    for wish, texts in (
        ({}, ["price three", "price two", "price one"]),
        ({"agent_id": "ada"}, ["price two", "price one"]),
        ({"campaign_id": "autumn"}, ["price three"]),
        ({"dispositions": ("sale",)}, ["price two", "price one"]),
        ({"side": "agent"}, ["price two"]),
        ({"side": "agent", "agent_id": "bob"}, []),
        ({"since": NOON + day}, ["price three"]),
        ({"until": NOON + day}, ["price two", "price one"]),
        ({"agent_id": "ada", "since": NOON, "until": NOON + day}, ["price two", "price one"]),
        ({"visible": false()}, []),
    ):
        assert await found(store, "price", **wish) == texts, wish
    hit = (await search(store, TranscriptWish(terms=terms_of("one"), visible=true()))).rows[0]
    assert (hit["call_id"], hit["recording_id"], hit["agent_id"]) == (sale.id, recording, "ada")
    assert (hit["at"] - hit["recorded_at"]).total_seconds() == 5.0


@pytest.mark.parametrize("wish", [{}, {"agent_id": "ada"}])
async def test_pages_give_everything_once_newest_first_while_more_is_said(store: Store, wish: dict[str, str]) -> None:
    call = await a_kept_call(store, agent_id=AgentId("ada"))
    lines = [f"price {n}" for n in range(7)]
    await said(store, call, *lines)
    seen, after = [], None
    for _ in range(10):
        page = await search(
            store, TranscriptWish(terms=terms_of("price"), visible=true(), limit=3, after=after, **wish)  # type: ignore[arg-type]
        )  # fmt: skip
        seen += [row["text_display"] for row in page.rows]
        await add_utterance(store, an_utterance(call.id, "price new", n=100 + len(seen), at=NOON + timedelta(hours=1)))
        if (after := page.after) is None:
            break
    assert seen == lines[::-1]


async def test_of_a_common_word_only_so_many_hits_are_looked_at_for_a_page(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcript_search, "LOOKED_AT", 4)
    monkeypatch.setattr(transcript_search, "FEW_CALLS", -1)
    rare = await a_kept_call(store, agent_id=AgentId("rare"))
    common = await a_kept_call(store, dialled_at=NOON + timedelta(hours=1), agent_id=AgentId("common"))
    await said(store, rare, "price of old")
    await said(store, common, *(f"price {n}" for n in range(10)))
    pages: list[Hits] = []
    while not pages or pages[-1].after is not None:
        after = pages[-1].after if pages else None
        wish = TranscriptWish(terms=terms_of("price"), visible=true(), agent_id="rare", after=after)
        pages.append(await search(store, wish))
    assert [len(page.rows) for page in pages] == [0, 0, 1]


async def test_both_ways_find_the_same(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(3)
    words = ["price", "prices", "no", "太贵", "太贵了", "投诉", "don't", "é"]
    call = await a_kept_call(store, agent_id=AgentId("ada"))
    await said(store, call, *(" ".join(chance.choices(words, k=4)) for _ in range(60)))
    queries = [" ".join(chance.choices([*words, '"price no"', "pri*", "贵", "了"], k=2)) for _ in range(25)]
    by_calls = [await found(store, query, agent_id="ada", limit=100) for query in queries]
    monkeypatch.setattr(transcript_search, "FEW_CALLS", -1)
    assert by_calls == [await found(store, query, agent_id="ada", limit=100) for query in queries]
    assert any(by_calls)


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("It is too Expensive for me", "expensive", "It is too [Expensive] for me"),
        ("这个太贵了，真的太贵了", "太贵了", "这个[太贵了]，真的[太贵了]"),
        ("这个太贵了", "贵", "这个太[贵]了"),
        ("pricing and prices", "pri*", "[pri]cing and [pri]ces"),
        ("I don't, at the CAFÉ", "dont cafe", "I [don't], at the [CAFÉ]"),
        ("nothing here", "other", "nothing here"),
        ("a" * 100 + " price " + "b" * 100, "price", "…" + "a" * 59 + " [price] " + "b" * 59 + "…"),
        ("", "price", ""),
    ],
)
def test_what_was_found_is_marked_in_its_neighbourhood(text: str, query: str, shown: str) -> None:
    parts = marked(text, terms_of(query))
    assert "".join(f"[{part.text}]" if part.hit else part.text for part in parts) == shown


def test_a_query_has_a_limit_of_terms() -> None:
    assert len(terms_of(" ".join(f"word{n}" for n in range(100)))) == 16
    assert terms_of("price price") == terms_of("price")
    assert replace(terms_of("pri*")[0], begins=False) == terms_of("pri")[0]
