"""The store is away, or slow, or full: alerts are told all the same, and written down when it is back."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest
from tests.services.words_bench import watched
from tests.services.world import numbers, world

from waihu.metrics import Metrics
from waihu.services import patient_writes
from waihu.services.patient_writes import AGAIN_S, MOST, TRIES, PatientWrites
from waihu.services.word_findings import Heard, Memory, find
from waihu.speech.lexicon import Lexicon
from waihu.speech.shipped_words import shipped_lists, shipped_objections
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.store.word_alerts import alerts_of
from waihu.testing.factories import NOON, a_call, an_utterance
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models.errors import StoreBusy, StoreError
from waihu_models.events import AlertRaised
from waihu_models.word_alert import PhraseKind, PhraseList, Severity

WITHIN_S = 0.05


@pytest.fixture
async def store(database: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite+aiosqlite:///{database}")
    yield opened
    await opened.close()


class Away:
    """A store that takes nothing, from ``on`` to ``off``; where it does, it is the real one."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._submit = store.submit
        self.refused = 0

    def on(self) -> None:
        self._store.submit = self._refuse  # type: ignore[method-assign]

    def off(self) -> None:
        self._store.submit = self._submit  # type: ignore[method-assign]

    def _refuse(self, unit: Unit) -> object:
        self.refused += 1
        raise StoreBusy("writes are waiting for the database")


@in_virtual_time
async def test_while_the_store_takes_nothing_alerts_are_told_and_kept_when_it_is_back(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = await watched(w)
        call, customer, _ = await made.talk()
        away = Away(w.app.store)
        away.on()
        await made.say(customer, "i will call my lawyer", "it is too expensive")
        assert {one.kind for one in made.alerts} == {PhraseKind.LEGAL_THREAT, PhraseKind.PRICE}
        assert [one.name for one in made.hints] == ["Too expensive"]
        assert away.refused >= 2
        assert len(made.words.writes) == 2
        away.off()
        await w.after(AGAIN_S * 1.5)
        await w.written()
        assert {one.id for one in await alerts_of(w.app.store, call.id)} == {one.id for one in made.alerts}
        assert made.words.writes.counts["lost"] == 0 == w.count(w.app.metrics.words_lost)
        assert w.count(w.app.metrics.word_alerts) == 2
        assert len(await made.outbox()) == 1


async def test_what_waits_is_bounded_and_what_is_lost_is_counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    writes, away = PatientWrites(store, Metrics()), Away(store)
    away.on()
    for n in range(MOST + 3):
        unit = Unit()
        unit.add_alert(AlertRaised("test", str(n), NOON))
        writes.submit(unit)
    assert (len(writes), writes.counts["lost"]) == (MOST, 3)
    for _ in range(TRIES):
        writes.again()
    assert (len(writes), writes.counts["lost"]) == (0, MOST + 3)
    assert patient_writes.AGAIN_S > 0


async def test_a_unit_that_fails_in_the_database_is_tried_again_and_given_up(store: Store) -> None:
    writes = PatientWrites(store, Metrics())
    unit = Unit()
    unit.add_alert(AlertRaised("test", "text", NOON))
    unit.writes[0][1]["at"] = None  # the database refuses it each time
    writes.submit(unit)
    for n in range(TRIES):
        with pytest.raises(StoreError):
            await store.commit(unit)  # behind the other one
        assert len(writes) == (1 if n < TRIES - 1 else 0)
        writes.again()
    assert writes.counts["lost"] == 1
    writes.submit(Unit())
    assert len(writes) == 0, "nothing to write is nothing to wait for"


def many_phrases(count: int) -> PhraseList:
    phrases = tuple(f"word{n} and other{n % 97} thing{n}" if n % 2 else f"词{n}组{n % 97}" for n in range(count))
    return PhraseList(
        id="many", name="Many", kind=PhraseKind.OTHER, severity=Severity.NOTE, language="", phrases=phrases
    )


def test_ten_thousand_phrases_are_looked_for_in_less_than_a_twentieth_of_the_time_an_alert_may_take() -> None:
    lexicon = Lexicon([many_phrases(10_000), *shipped_lists()], shipped_objections())
    assert len(lexicon) > 10_000
    call = a_call(agent_id="agent1")
    english = "well i said that word41 and other41 thing41 is too expensive and i will call my lawyer " * 5
    chinese = "我 们 觉 得 词 42 组 42 太 贵 了 要 投诉 " * 20
    texts = {language: an_utterance(call.id, text, language=language) for language, text in
             (("en", english), ("zh", chinese))}  # fmt: skip
    took_s = []
    for n in range(200):
        said = replace(texts["zh" if n % 2 else "en"], id=f"u{n}")
        began_s = time.perf_counter()
        found = find(lexicon, Heard(call, said, NOON), Memory(), lambda _: ())
        took_s.append(time.perf_counter() - began_s)
        assert {"Many"} < {one.list_name for one in found.alerts}
    assert median(took_s) < WITHIN_S / 20
