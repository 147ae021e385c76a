"""What people look through in the console is read by indexes, whoever many rows there are, and in a stable order."""

import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, true
from sqlalchemy.dialects import sqlite

from waihu.store import call_list, customer_search, lead_list
from waihu.store.audit import By
from waihu.store.call_list import CallWish
from waihu.store.calls import unfinished_calls
from waihu.store.customer_edits import add_customer
from waihu.store.customer_search import CustomerSort, CustomerWish, find_customers, key_of_row
from waihu.store.dispositions import FOR_ALL, choices_of, disposition_sets
from waihu.store.lead_list import LeadWish
from waihu.store.leads import add_leads
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.store.visible import visible_calls, visible_customers, visible_leads
from waihu.testing.factories import NOON, a_call, a_lead
from waihu_models.access import Role, Viewer
from waihu_models.call import CallState
from waihu_models.campaign import Campaign
from waihu_models.disposition import STANDARD, Category, Disposition
from waihu_models.ids import AgentId
from waihu_models.phone import E164

BY = By("test", NOON)
ADMIN = Viewer(user_id="1", login="ada", role=Role.ADMIN)
LEAD = Viewer(user_id="2", login="lea", role=Role.SUPERVISOR, team_id="north")
AGENT = Viewer(user_id="3", login="bob", role=Role.AGENT, team_id="north", agent_id=AgentId("bob"))
EVERYBODY = pytest.mark.parametrize("viewer", [ADMIN, LEAD, AGENT], ids=lambda viewer: viewer.role)
NUMBER = E164("+441632960111")


def plan(file: Path, query: Select[Any]) -> list[str]:
    text = str(query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    with closing(sqlite3.connect(file)) as connection:
        return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}")]


def read_whole(steps: list[str], *tables: str) -> list[str]:
    """Return the steps that read a table, or an index of it, from end to end."""
    return [step for step in steps if re.match(rf"SCAN ({'|'.join(tables)})\b", step)]


@EVERYBODY
@pytest.mark.parametrize(
    "wish",
    [
        {"numbers": [NUMBER]},
        {"numbers": [NUMBER, E164("+8613800138000")], "after": ("anna", "1")},
        {"last4": "0111"},
        {"last4": "0111", "sort": CustomerSort.NEWEST},
        {"name": "王", "inside": False},
        {"name": "gray", "inside": False, "sort": CustomerSort.NAME_DOWN},
    ],
    ids=str,
)
def test_customers_are_found_by_number_last_four_and_beginning_of_name_without_reading_all(
    file: Path, viewer: Viewer, wish: dict[str, Any]
) -> None:
    query = customer_search.search(CustomerWish(visible=visible_customers(viewer), **wish))
    steps = plan(file, query)
    assert read_whole(steps, "customer", "customer_phone", "lead") == []
    assert any(step.startswith("SEARCH customer ") for step in steps)


@EVERYBODY
@pytest.mark.parametrize("sort", CustomerSort)
def test_all_customers_come_in_the_order_of_an_index(file: Path, viewer: Viewer, sort: CustomerSort) -> None:
    steps = plan(file, customer_search.search(CustomerWish(visible=visible_customers(viewer), sort=sort)))
    assert not any("TEMP B-TREE" in step for step in steps)


def test_a_rare_tag_drives_the_search_and_a_common_one_does_not(file: Path) -> None:
    wish = CustomerWish(visible=true(), tags=["vip"])
    assert any("USING COVERING INDEX ix_customer_tag_tag" in step for step in plan(file, search_rare(wish)))
    common = plan(file, customer_search.search(wish))
    assert not any("TEMP B-TREE" in step for step in common)
    assert read_whole(common, "customer_tag") == []


def search_rare(wish: CustomerWish) -> Select[Any]:
    return customer_search.search(wish, frozenset(wish.tags))


@EVERYBODY
@pytest.mark.parametrize(
    ("wish", "index"),
    [
        ({}, "ix_call_dialled"),
        ({"since": NOON, "until": NOON + timedelta(days=1)}, "ix_call_dialled"),
        ({"numbers": [NUMBER]}, "ix_call_number_dialled"),
        ({"last4": "0111"}, "ix_call_last4_dialled"),
        ({"customer_id": "c"}, "ix_call_customer_dialled"),
    ],
    ids=str,
)
def test_calls_are_read_newest_first_by_the_index_of_what_is_looked_for(
    file: Path, viewer: Viewer, wish: dict[str, Any], index: str
) -> None:
    visible = visible_calls(viewer)
    steps = plan(file, call_list.listed(CallWish(visible=visible, hearable=visible, **wish)))
    wanted = {index, "ix_call_agent_dialled"} if viewer is AGENT else {index}
    assert any(f"USING INDEX {one} " in f"{step} " for one in wanted for step in steps)
    assert "USE TEMP B-TREE FOR ORDER BY" not in steps or "numbers" in wish


def test_calls_of_a_campaign_and_of_an_agent_are_not_looked_for_among_all(file: Path) -> None:
    for wish, index in (({"campaign_id": "c"}, "campaign_dialled"), ({"agent_id": "a"}, "agent_dialled")):
        steps = plan(file, call_list.listed(CallWish(visible=true(), hearable=true(), **wish)))  # type: ignore[arg-type]
        assert any(f"ix_call_{index}" in step for step in steps)
        assert read_whole(steps, "call") == []


@EVERYBODY
@pytest.mark.parametrize(
    "wish", [{}, {"numbers": [NUMBER]}, {"name": "an", "inside": False}, {"states": ["callback"]}], ids=str
)
def test_leads_of_a_campaign_are_not_looked_for_among_all(file: Path, viewer: Viewer, wish: dict[str, Any]) -> None:
    query = lead_list.listed(LeadWish(visible=visible_leads(viewer), campaign_id="c", **wish), few=bool(wish))
    assert read_whole(plan(file, query), "lead") == []


async def test_pages_of_customers_of_one_name_miss_nobody(store: Store) -> None:
    made = {await add_customer(store, {"name": "Anna"}, [], (), BY) for _ in range(5)}
    for sort in CustomerSort:
        seen: list[str] = []
        after = None
        for _ in range(3):
            rows = await find_customers(store, CustomerWish(visible=true(), sort=sort, after=after, limit=2))
            seen += [row["id"] for row in rows[:2]]
            after = key_of_row(rows[:2][-1], sort)
        assert (len(seen), set(seen)) == (5, made)


async def test_what_a_name_is_searched_by_follows_it(store: Store, campaign: Campaign) -> None:
    lead = a_lead(campaign, name="Ａnna  GRAY", level="VIP")
    await add_leads(store, [lead])
    unit = Unit()
    unit.new_customer(lead, NOON)
    await store.commit(unit)
    (row,) = await find_customers(store, CustomerWish(visible=true(), name="anna gray", inside=False))
    assert (row["name_key"], row["level"]) == ("anna gray", "VIP")


async def test_a_call_in_wrap_up_keeps_what_its_disposition_meant_over_a_restart(store: Store) -> None:
    own = Disposition("donated", "Donated", "已捐款", Category.SUCCESS)
    call = a_call(state=CallState.WRAP_UP, disposition=own, agent_id=AgentId("bob"))
    unit = Unit()
    unit.save_call(call)
    unit.save_disposition(call)
    await store.commit(unit)
    (read,) = await unfinished_calls(store)
    assert read.disposition is not None
    assert (read.disposition.code, read.disposition.category) == ("donated", Category.SUCCESS)


async def test_the_set_for_all_begins_as_the_standard(store: Store) -> None:
    choices = choices_of((await disposition_sets(store))[FOR_ALL])
    assert [choice.disposition for choice in choices] == list(STANDARD.values())
    assert [choice.hot_key for choice in choices] == list(range(1, 10))
