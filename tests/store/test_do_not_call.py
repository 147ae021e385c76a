"""Do-not-call lists: who is on them, for which campaign, how old they may be, and that no number is ever lost."""

import sqlite3
import stat
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.event import listen

from waihu.store.audit import By, latest
from waihu.store.campaigns import save_campaign
from waihu.store.dnc import Said, allow_again, entries, forbid, said_of
from waihu.store.dnc_lists import (
    NewList,
    begin_list,
    forget,
    lists_in_force,
    put_in_force,
    take_away,
    write_numbers,
)
from waihu.store.migrate import migrate_sync
from waihu.store.number_key import KEY_FILE
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_campaign, a_lead
from waihu_models.campaign import Campaign
from waihu_models.do_not_call import Age, Listing
from waihu_models.errors import BadInput, Conflict, NotFound, NumberKeyLost, StoreError
from waihu_models.phone import E164

ADA = By("shell:ada", NOON)
NUMBER, OTHER = E164("+441632960200"), E164("+15550100199")
TODAY = NOON.date()


async def said(store: Store, campaign: Campaign, number: str = NUMBER, now: datetime = NOON) -> Said:
    lead = a_lead(campaign, number)
    return (await said_of(store, [lead], now))[lead.id]


async def listed(store: Store, campaign: Campaign, number: str = NUMBER) -> str | None:
    listing = (await said(store, campaign, number)).listing
    return listing.list_name if listing else None


async def imported(store: Store, *numbers: str, **said: Any) -> int:
    new = NewList(**{"name": "national", "source": "regulator", "obtained_on": TODAY, **said})
    key = await store.number_key()
    list_id = await begin_list(store, new, ADA)
    await write_numbers(store, list_id, sorted(key.hash(number) for number in numbers))
    await put_in_force(store, list_id, new, len(numbers), ADA)
    await take_away(store)
    return list_id


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    store = await Store.open(url)
    try:
        yield store
    finally:
        await store.close()


def content_of(file: Path) -> bytes:
    """Everything SQLite keeps of a database."""
    return b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))


def asked(store: Store, number: E164 = NUMBER) -> Awaitable[None]:
    unit = Unit()
    unit.add_do_not_call(number, "do_not_call", NOON, "call 1")
    return store.submit(unit)


# ---- which lists hold for whom ---------------------------------------------------------------------------------------


async def test_a_number_on_the_internal_list_is_called_by_no_campaign(store: Store) -> None:
    await forbid(store, NUMBER, ADA, "asked")
    for campaign in (a_campaign(), a_campaign()):
        assert await said(store, campaign) == Said(Listing("internal", TODAY))
        assert await listed(store, campaign, OTHER) is None


async def test_a_list_of_a_campaign_holds_for_that_campaign_only(store: Store, campaign: Campaign) -> None:
    other = a_campaign(name="autumn")
    await save_campaign(store, other)
    await forbid(store, NUMBER, ADA, "asked", campaign)
    await imported(store, OTHER, campaign_id=campaign.id)
    assert await listed(store, campaign) == "campaign spring"
    assert await listed(store, campaign, OTHER) == "national"
    assert await listed(store, other) is None
    assert await listed(store, other, OTHER) is None
    leads = [a_lead(campaign), a_lead(other)]
    both = await said_of(store, leads, NOON)
    assert [both[lead.id].listing is not None for lead in leads] == [True, False]


async def test_an_imported_list_names_itself_and_its_own_date(store: Store, campaign: Campaign) -> None:
    await imported(store, NUMBER, obtained_on=date(2026, 11, 1))
    assert await said(store, campaign) == Said(Listing("national", date(2026, 11, 1)))


async def test_numbers_lie_in_the_store_only_as_hashes(store: Store, file: Path, campaign: Campaign) -> None:
    await forbid(store, NUMBER, ADA, "asked")
    await imported(store, OTHER)
    await store.close()
    content = content_of(file)
    assert len(content) > 10_000
    assert NUMBER.encode()[4:] not in content
    assert OTHER.encode()[4:] not in content


async def test_a_look_up_reads_the_lists_and_then_each_number_by_its_key(store: Store, campaign: Campaign) -> None:
    asked_of: list[str] = []
    listen(store._quick, "before_cursor_execute", lambda *given: asked_of.append(given[2]))
    await said(store, campaign)
    (query,) = [statement for statement in asked_of if "dnc_number" in statement]
    values = {f"v{place}": "x" for place in range(query.count("?"))}
    for name in values:
        query = query.replace("?", f":{name}", 1)
    plan = [row["detail"] for row in await store.rows(text(f"EXPLAIN QUERY PLAN {query}"), values)]
    assert any("USING PRIMARY KEY (list_id=? AND number_hash=?)" in step for step in plan), plan


# ---- put on and taken off --------------------------------------------------------------------------------------------


async def test_who_put_a_number_on_the_list_and_who_took_it_off_can_be_shown_later(store: Store) -> None:
    later = By("shell:bob", NOON + timedelta(days=3))
    await forbid(store, NUMBER, ADA, "letter of 1 November")
    await allow_again(store, NUMBER, later)
    (entry,) = await entries(store, NUMBER)
    assert (entry.list.name, entry.source, entry.reason) == ("internal", "shell:ada", "letter of 1 November")
    assert (entry.added_at, entry.removed_at, entry.removed_by) == (NOON, later.at, "shell:bob")
    noted = [(row["actor"], row["action"], row["object_id"]) for row in await latest(store, 10)]
    assert noted == [("shell:bob", "dnc.allow_again", "+44****0200"), ("shell:ada", "dnc.add", "+44****0200")]
    with pytest.raises(NotFound):
        await allow_again(store, NUMBER, later)


async def test_a_number_taken_off_may_be_called_again_and_be_put_on_again(store: Store, campaign: Campaign) -> None:
    for _ in range(2):
        await forbid(store, NUMBER, ADA, "asked")
        assert await listed(store, campaign) == "internal"
        await allow_again(store, NUMBER, ADA)
        assert await listed(store, campaign) is None


async def test_taking_a_number_off_our_list_leaves_the_lists_of_others_alone(store: Store, campaign: Campaign) -> None:
    await imported(store, NUMBER)
    await forbid(store, NUMBER, ADA, "asked")
    await allow_again(store, NUMBER, ADA)
    assert await listed(store, campaign) == "national"
    with pytest.raises(NotFound):
        await allow_again(store, NUMBER, ADA)


async def test_a_request_counts_before_it_is_committed(store: Store, file: Path, campaign: Campaign) -> None:
    await store.number_key()
    with closing(sqlite3.connect(file, isolation_level=None)) as somebody:
        somebody.execute("BEGIN IMMEDIATE")  # nothing can be committed
        done = asked(store)
        assert await listed(store, campaign) == "internal"
        somebody.execute("ROLLBACK")
    await done
    assert await listed(store, campaign) == "internal"


async def test_a_request_that_could_not_be_stored_counts_for_as_long_as_the_program_runs(
    store: Store, campaign: Campaign
) -> None:
    await store.number_key()
    unit = Unit()
    unit.add_do_not_call(NUMBER, "asked", NOON.replace(tzinfo=None))  # a moment the store refuses
    with pytest.raises(StoreError):
        await store.commit(unit)
    assert await entries(store, NUMBER) == []
    assert await listed(store, campaign) == "internal"


async def test_others_hear_of_a_new_number_without_being_told_the_number(store: Store) -> None:
    await forbid(store, NUMBER, ADA, "asked")
    await imported(store, OTHER)
    rows = await store.rows(text("SELECT topic, key, payload FROM outbox ORDER BY seq"))
    assert [row["topic"] for row in rows] == ["do_not_call.added", "do_not_call.list_changed"]
    assert bytes.fromhex(rows[0]["key"]) == (await store.number_key()).hash(NUMBER)
    assert NUMBER[4:] not in str(rows)


# ---- files -----------------------------------------------------------------------------------------------------------


async def test_a_newer_file_replaces_the_list_of_its_name_in_one_step(store: Store, campaign: Campaign) -> None:
    first = await imported(store, NUMBER, obtained_on=date(2026, 11, 1))
    new = NewList(name="national", source="regulator", obtained_on=TODAY)
    list_id = await begin_list(store, new, ADA)
    await write_numbers(store, list_id, [(await store.number_key()).hash(OTHER)])
    assert (await listed(store, campaign), await listed(store, campaign, OTHER)) == ("national", None)
    await put_in_force(store, list_id, new, 1, ADA)
    assert (await listed(store, campaign), await listed(store, campaign, OTHER)) == (None, "national")
    await take_away(store)
    assert await store.rows(text(f"SELECT 1 FROM dnc_number WHERE list_id = {first}")) == []
    states = await store.rows(text("SELECT state, numbers FROM dnc_list WHERE name = 'national' ORDER BY id"))
    assert [tuple(row.values()) for row in states] == [("ended", 1), ("in_force", 1)]


async def test_of_two_imports_of_one_name_at_once_the_later_one_counts(store: Store, campaign: Campaign) -> None:
    new = NewList(name="national", source="regulator", obtained_on=TODAY)
    first = await begin_list(store, new, ADA)
    second = await begin_list(store, new, ADA)
    with pytest.raises(Conflict, match="another import"):
        await put_in_force(store, first, new, 1, ADA)
    await put_in_force(store, second, new, 1, ADA)
    assert [one.id for one in await lists_in_force(store) if one.name == "national"] == [second]


@pytest.mark.parametrize(("change", "says"), [
    ({"name": "internal"}, "grows one by one"),
    ({"name": "campaign spring"}, "grows one by one"),
    ({"obtained_on": TODAY - timedelta(days=2)}, "an older file does not replace it"),
    ({"campaign_id": "another"}, "of another campaign"),
])  # fmt: skip
async def test_a_list_is_not_replaced_by_what_would_lose_numbers(
    store: Store, campaign: Campaign, change: dict[str, object], says: str
) -> None:
    await forbid(store, NUMBER, ADA, "asked", campaign)
    await imported(store, OTHER)
    with pytest.raises(BadInput, match=says):
        await imported(store, "+15550100101", **change)
    assert (await listed(store, campaign), await listed(store, campaign, OTHER)) == ("campaign spring", "national")


async def test_a_list_that_is_forgotten_protects_nobody_and_the_internal_one_cannot_be(
    store: Store, campaign: Campaign
) -> None:
    await imported(store, NUMBER)
    await forget(store, "national", ADA)
    assert await listed(store, campaign) is None
    with pytest.raises(NotFound):
        await forget(store, "national", ADA)
    with pytest.raises(BadInput):
        await forget(store, "internal", ADA)
    await imported(store, NUMBER, obtained_on=date(2020, 1, 1))


async def test_lists_say_how_many_numbers_are_on_them(store: Store) -> None:
    await forbid(store, NUMBER, ADA, "asked")
    await forbid(store, OTHER, ADA, "asked")
    await allow_again(store, OTHER, ADA)
    await imported(store, NUMBER, OTHER)
    assert [(one.name, one.numbers) for one in await lists_in_force(store)] == [("internal", 1), ("national", 2)]


# ---- age -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "age"), [(0, Age.FRESH), (24, Age.FRESH), (25, Age.AGEING), (31, Age.AGEING), (32, Age.STALE)]
)
async def test_a_list_warns_from_four_fifths_of_its_longest_age_and_is_stale_past_it(
    store: Store, campaign: Campaign, days: int, age: Age
) -> None:
    await imported(store, OTHER, obtained_on=TODAY - timedelta(days=days), max_age_days=31)
    (one,) = [one for one in await lists_in_force(store) if one.name == "national"]
    assert one.age(TODAY) is age
    assert (await said(store, campaign)).stale_list == ("national" if age is Age.STALE else "")


async def test_a_stale_list_stops_only_those_calls_that_depend_on_it(store: Store, campaign: Campaign) -> None:
    other = a_campaign(name="autumn")
    old = {"obtained_on": TODAY - timedelta(days=40), "max_age_days": 31}
    await imported(store, OTHER, prefix="+1", **old)  # type: ignore[arg-type]
    await imported(store, OTHER, name="mine", campaign_id=campaign.id, **old)  # type: ignore[arg-type]
    assert (await said(store, other)).stale_list == ""
    assert (await said(store, other, OTHER)).stale_list == "national"
    assert (await said(store, campaign)).stale_list == "mine"
    await imported(store, OTHER, prefix="+1", max_age_days=31)
    assert (await said(store, other, OTHER)).stale_list == ""


# ---- the key ---------------------------------------------------------------------------------------------------------


async def test_the_key_is_made_once_and_for_nobody_else_to_read(url: str, file: Path) -> None:
    async with opened(url) as first, opened(url) as second:
        assert (await first.number_key()).hash(NUMBER) == (await second.number_key()).hash(NUMBER)
    path = file.parent / KEY_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(file.parent.glob(f".{KEY_FILE}*")) == []


async def test_a_key_may_lie_elsewhere(url: str, tmp_path: Path) -> None:
    path = tmp_path / "elsewhere" / "secret"
    store = await Store.open(url, key_file=path)
    await store.number_key()
    await store.close()
    assert path.exists()
    assert not (tmp_path / KEY_FILE).exists()


@pytest.mark.parametrize(("content", "says"), [
    (None, "is missing"), ("", "cut short"), ("aa" * 31, "cut short"), ("zz" * 32, "cannot be read"),
    ("ab" * 32, "not the key the numbers"),
])  # fmt: skip
async def test_without_its_key_a_store_says_so_and_never_that_a_number_may_be_called(
    url: str, file: Path, campaign: Campaign, content: str | None, says: str
) -> None:
    path = file.parent / KEY_FILE
    async with opened(url) as store:
        await forbid(store, NUMBER, ADA, "asked")
    path.unlink()
    if content is not None:
        path.write_text(content, "ascii")
    async with opened(url) as store:
        with pytest.raises(NumberKeyLost, match=says):
            await said(store, campaign)
        with pytest.raises(NumberKeyLost):
            await forbid(store, OTHER, ADA, "asked")
        assert (await lists_in_force(store))[0].numbers == 1
    assert path.exists() is (content is not None), "no new key takes the place of a lost one"


# ---- numbers of the time before hashes -------------------------------------------------------------------------------


async def test_numbers_kept_in_clear_are_hashed_at_the_first_use_and_none_is_lost(
    tmp_path: Path,
) -> None:
    file, campaign = tmp_path / "old.db", a_campaign()
    url = f"sqlite+aiosqlite:///{file}"
    migrate_sync(url, "0001")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("INSERT INTO refusal_log (lead_id, code, at) VALUES ('1', 'do_not_call', '2026-11-23')")
        rows = [
            (f"+4416329{index:05}", index != 7, f"2026-11-0{1 + index % 9} 12:00:00.000000") for index in range(7000)
        ]
        connection.executemany(
            "INSERT INTO dnc_entry (number_e164, active, reason, source, at) VALUES (?, ?, 'asked', 'call', ?)", rows
        )
        connection.commit()
    migrate_sync(url)
    async with opened(url) as store:
        leads = [a_lead(campaign, number) for number, *_ in rows]
        found = await said_of(store, leads, NOON)
        free = [lead.number_e164 for lead in leads if found[lead.id].listing is None]
        assert free == ["+441632900007"], "it was taken off before"
        assert found[leads[1].id].listing == Listing("internal", date(2026, 11, 2))
        assert await store.rows(text("SELECT 1 FROM dnc_entry")) == []
        assert len(await store.rows(text("SELECT 1 FROM refusal_log"))) == 1
    assert b"+441632900123" not in content_of(file)


def test_going_down_leaves_refusals_the_old_program_knows(tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    url = f"sqlite+aiosqlite:///{file}"
    migrate_sync(url, "0002")
    with closing(sqlite3.connect(file)) as connection:
        connection.executemany(
            "INSERT INTO refusal_log (lead_id, code, at) VALUES ('1', ?, '2026-11-23')",
            [("do_not_call",), ("do_not_call_stale",)],
        )
        connection.commit()
    migrate_sync(url, "0001")
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT code FROM refusal_log").fetchall() == [("do_not_call",)]
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("INSERT INTO refusal_log (lead_id, code, at) VALUES ('1', 'new', '2026-11-23')")


async def test_a_lead_s_own_row_is_not_needed_to_look_its_number_up(store: Store, campaign: Campaign) -> None:
    lead = a_lead(campaign)
    await forbid(store, OTHER, ADA, "asked")
    assert (await said_of(store, [lead], NOON))[lead.id].listing is None
    moved = replace(lead, number_e164=OTHER)  # the number of the lead in hand is the one that will be dialled
    assert (await said_of(store, [moved], NOON))[lead.id].listing is not None
