import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from waihu.store.leases import Stream, Wish, lease
from waihu.store.migrate import migrate_sync
from waihu.store.store import Store
from waihu.testing.factories import NOON
from waihu_models.ids import CampaignId

OLD = "0003"


def run(file: Path, *statements: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(file)) as connection, connection:
        return [row for statement in statements for row in connection.execute(statement)]


async def test_a_list_of_the_older_schema_is_called_in_the_same_order_as_before(file: Path, url: str) -> None:
    migrate_sync(url, OLD)
    priorities = [0.0, -3.0, 7.4, 7.5, 1e9, 0.0]
    run(
        file,
        "INSERT INTO campaign (id, name, mode, state, rules) VALUES ('c', 'spring', 'ratio', 'draft', '{}')",
        *(
            "INSERT INTO lead (id, campaign_id, number_e164, name, priority)"
            f" VALUES ('{n}', 'c', '+44163296000{n}', '{priority}', {priority})"
            for n, priority in enumerate(priorities)
        ),
    )
    migrate_sync(url)
    store = await Store.open(url)
    wish = Wish(
        campaign_id=CampaignId("c"), holder="one", token="t", now=NOON, until=NOON + timedelta(seconds=9),
        streams=(Stream(9),),
    )  # fmt: skip
    found = await lease(store, wish)
    await store.close()
    assert [lead.id for lead in found] == ["4", "3", "2", "0", "5", "1"]
    assert {(lead.pass_no, lead.refusals, lead.more_numbers, lead.list_name) for lead in found} == {(1, 0, (), "")}


def test_going_down_closes_paused_leads_because_the_older_program_would_call_them(file: Path, url: str) -> None:
    run(
        file,
        "INSERT INTO campaign (id, name, mode, state, rules) VALUES ('c', 'spring', 'ratio', 'draft', '{}')",
        "INSERT INTO lead (id, campaign_id, number_e164, state) VALUES ('1', 'c', '+441632960001', 'paused')",
        "INSERT INTO lead (id, campaign_id, number_e164, state) VALUES ('2', 'c', '+441632960002', 'retry')",
    )
    migrate_sync(url, OLD)
    assert run(file, "SELECT id, state FROM lead ORDER BY id") == [("1", "closed"), ("2", "retry")]
    migrate_sync(url)
    assert run(file, "SELECT id, state FROM lead ORDER BY id") == [("1", "closed"), ("2", "retry")]
