"""Callers who gave up are listed until somebody has spoken with them, or says that nothing is left to do."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from waihu.store.audit import By
from waihu.store.migrate import migrate
from waihu.store.queues import add_queue
from waihu.store.recalls import Recall, close_recall, recall_of, recalls
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_call
from waihu_models.call import Call, CallState, Direction
from waihu_models.errors import NotFound
from waihu_models.outcome import Outcome
from waihu_models.queue import Queue

BY = By("test", NOON)
ADA, BO = "+441632960201", "+441632960202"
WEEK_AGO = NOON - timedelta(days=7)


def gave_up(number: str, at_min: float, *, queue: str = "care", waited_s: float = 30.0, **changes: object) -> Call:
    began = NOON + timedelta(minutes=at_min)
    ended = began + timedelta(seconds=waited_s)
    call = a_call(
        number_e164=number, direction=Direction.INBOUND, queue=queue, queue_since=began, dialled_at=began,
        answered_at=began, ended_at=ended, state=CallState.ENDED, state_since=ended, outcome=Outcome.HUNG_UP,
        campaign_id=None, lead_id=None,
    )  # fmt: skip
    return replace(call, **changes)  # type: ignore[arg-type]


def spoken(number: str, at_min: float) -> Call:
    call = gave_up(number, at_min)
    return replace(call, connected_at=call.dialled_at + timedelta(seconds=5), direction=Direction.OUTBOUND)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'waihu.db'}"
    await migrate(url)
    opened = await Store.open(url)
    for queue in (Queue(name="care"), Queue(name="loans"), Queue(name="silent", recall=False)):
        await add_queue(opened, queue, BY)
    yield opened
    await opened.close()


async def keep(store: Store, *calls: Call) -> None:
    unit = Unit()
    for call in calls:
        unit.save_call(call)
    await store.commit(unit)


async def listed(store: Store, queue: str = "") -> list[tuple[str, str, int]]:
    return [(one.number_e164, one.queue, one.times) for one in await recalls(store, WEEK_AGO, queue)]


async def test_each_caller_of_a_queue_is_listed_once_with_their_last_call_and_longest_wait(store: Store) -> None:
    last = gave_up(ADA, 9, waited_s=5.0, turned_away="unstaffed")
    await keep(store, gave_up(ADA, 1, waited_s=90.0), gave_up(BO, 5), last, gave_up(ADA, 3, queue="loans"))
    assert await listed(store) == [(ADA, "care", 2), (BO, "care", 1), (ADA, "loans", 1)]
    first = (await recalls(store, WEEK_AGO))[0]
    assert (first.call_id, first.last_at, first.waited_s, first.turned_away) == (
        last.id,
        last.ended_at,
        90.0,
        "unstaffed",
    )
    assert await listed(store, "loans") == [(ADA, "loans", 1)]
    assert [one.number_e164 for one in await recalls(store, WEEK_AGO, limit=1)] == [ADA]


async def test_who_is_no_case_for_a_call_back_is_not_listed(store: Store) -> None:
    await keep(
        store,
        gave_up("anonymous", 1),  # nobody knows whom to call
        gave_up(ADA, 1, queue="silent"),  # this queue wants no list
        gave_up(ADA, 1, queue="gone"),
        gave_up(ADA, 1, direction=Direction.OUTBOUND),
        gave_up(ADA, -60 * 24 * 8),
        gave_up(ADA, 1, state=CallState.WAITING, ended_at=None, outcome=None),
    )
    assert await listed(store) == []


async def test_whoever_was_spoken_with_since_is_off_the_list_and_comes_back_on_giving_up_again(store: Store) -> None:
    await keep(store, gave_up(ADA, 1), gave_up(BO, 1), spoken(ADA, 4))
    assert await listed(store) == [(BO, "care", 1)]
    await keep(store, gave_up(ADA, 8))
    assert await listed(store) == [(ADA, "care", 1), (BO, "care", 1)]


async def test_a_caller_who_is_done_stays_off_until_they_call_again(store: Store) -> None:
    call = gave_up(ADA, 1)
    await keep(store, call)
    recall = await recall_of(store, call.id, WEEK_AGO)
    assert isinstance(recall, Recall)
    later = By("user:ada", NOON + timedelta(minutes=5))
    await close_recall(store, recall, "wrote a letter", later)
    assert await listed(store) == []
    with pytest.raises(NotFound):
        await recall_of(store, call.id, WEEK_AGO)
    await keep(store, gave_up(ADA, 9))
    assert await listed(store) == [(ADA, "care", 1)]
    again = (await recalls(store, WEEK_AGO))[0]
    await close_recall(store, again, "", By("user:ada", NOON + timedelta(minutes=20)))
    assert await listed(store) == []
