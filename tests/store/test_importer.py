import csv
from collections import Counter
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from waihu.clock import SystemClock
from waihu.services.importer import CHUNK_ROWS, ImportOptions, ImportProgress, ImportResult, import_leads
from waihu.store.campaigns import save_campaign
from waihu.store.leads import leads_left
from waihu.store.leases import Stream, Wish, lease
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_campaign
from waihu_models.campaign import Campaign
from waihu_models.errors import BadInput
from waihu_models.lead import LeadState

FICTIONAL = ImportOptions(region="GB", allow_fictional=True)


async def imported(
    store: Store, path: Path, campaign: Campaign, options: ImportOptions = FICTIONAL, **more: Any
) -> ImportResult:
    result = await import_leads(store, path, campaign, options, clock=SystemClock(), **more)
    parts = (result.imported, result.duplicates_in_file, result.already_there, result.rejected)
    assert sum(parts) == result.rows
    return result


def listed(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def errors_of(result: ImportResult) -> list[dict[str, str]]:
    assert result.error_file is not None
    with result.error_file.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def two_thousand_rows() -> Iterator[tuple[str, str]]:
    """Rows with their fate; the header is line 1."""
    for number in range(2000):
        phone = f"0163296{number:04d}"
        if number % 100 == 7:
            yield "unknown,Bad,", "bad_number"
        elif number % 100 == 23:
            yield ",Nobody,", "no_number"
        elif number % 100 == 42:
            yield f"{phone},Wild,very high", "bad_value"
        elif number % 100 == 77:
            yield f"0163296{number - 1:04d},Again,", "twice_in_file"
        else:
            yield f"{phone},Person {number},{number % 5}", ""


async def test_of_two_thousand_rows_every_one_is_accounted_for(
    store: Store, campaign: Campaign, tmp_path: Path
) -> None:
    rows = list(two_thousand_rows())
    path = listed(tmp_path / "list.csv", "phone,name,priority", *(row for row, _ in rows))
    steps: list[ImportProgress] = []
    result = await imported(store, path, campaign, on_progress=steps.append)
    fates = Counter(fate for _, fate in rows)
    assert (result.rows, result.imported) == (2000, fates[""])
    assert (result.duplicates_in_file, result.already_there) == (fates["twice_in_file"], 0)
    assert result.rejected == fates["bad_number"] + fates["no_number"] + fates["bad_value"]
    assert await leads_left(store, campaign.id) == {LeadState.NEW: fates[""]}
    assert [step.rows for step in steps] == [CHUNK_ROWS, 2 * CHUNK_ROWS]
    assert steps[-1].bytes_done == steps[-1].bytes_total == path.stat().st_size

    found = [(int(error["line"]), error["reason"]) for error in errors_of(result)]
    assert found == [(line, fate) for line, (_, fate) in enumerate(rows, start=2) if fate]
    assert all(error["explanation"] for error in errors_of(result))

    again = await imported(store, path, campaign)
    assert (again.imported, again.rejected) == (0, result.rejected)
    assert again.already_there + again.duplicates_in_file == result.imported + result.duplicates_in_file


async def test_the_error_file_can_be_mended_and_imported(store: Store, campaign: Campaign, tmp_path: Path) -> None:
    path = listed(tmp_path / "list.csv", "phone,name", "01632960001,Ann", "+4416,Bob", "hello,Cara")
    first = await imported(store, path, campaign)
    assert first.error_file is not None
    assert "1 imported" in first.summary()
    assert str(first.error_file) in first.summary()
    mended = first.error_file.read_text("utf-8-sig").replace("'+4416", "'+441632960002").replace("hello", "01632960003")
    path.write_text(mended, "utf-8")
    second = await imported(store, path, campaign)
    assert (second.imported, second.error_file) == (2, None)
    names = {row["name"] for row in await store.rows(text("SELECT name FROM lead"))}
    assert names == {"Ann", "Bob", "Cara"}


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
async def test_the_error_file_runs_nothing_in_a_spreadsheet(
    store: Store, campaign: Campaign, tmp_path: Path, cell: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(f'phone,name\r\nbad,"{cell}"\r\n'.encode())
    (error,) = errors_of(await imported(store, path, campaign))
    assert error["name"] == f"'{cell}"


async def test_the_error_file_lies_where_it_is_wanted_and_only_if_there_are_errors(
    store: Store, campaign: Campaign, tmp_path: Path
) -> None:
    path = listed(tmp_path / "list.csv", "phone", "01632960001")
    wanted = tmp_path / "bad.csv"
    options = ImportOptions(region="GB", allow_fictional=True, error_file=wanted)
    assert (await imported(store, path, campaign, options)).error_file is None
    assert not wanted.exists()
    assert (await imported(store, listed(path, "phone", "x"), campaign, options)).error_file == wanted


async def test_broken_bytes_are_shown_in_the_error_file(store: Store, campaign: Campaign, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"\xef\xbb\xbfphone,name\n01632960001,Zo\xc3\xab\n01632960002,Zo\xff\n")
    result = await imported(store, path, campaign)
    assert (result.imported, result.rejected) == (1, 1)
    (error,) = errors_of(result)
    assert (error["line"], error["reason"], error["name"]) == ("3", "unreadable", "Zo\\udcff")


async def test_a_number_on_the_do_not_call_list_is_not_imported(
    store: Store, campaign: Campaign, tmp_path: Path
) -> None:
    unit = Unit()
    unit.add_do_not_call("+441632960001", "asked", NOON)
    await store.commit(unit)
    result = await imported(store, listed(tmp_path / "list.csv", "phone", "01632960001", "01632960002"), campaign)
    assert (result.imported, result.rejected) == (1, 1)
    assert errors_of(result)[0]["reason"] == "do_not_call"


async def test_customers_are_known_by_their_number_in_the_list_and_by_their_phones(
    store: Store, campaign: Campaign, tmp_path: Path
) -> None:
    path = listed(
        tmp_path / "list.csv", "phone,tel2,id,name,Town", "01632960001,01632960002,K1,Ann,York", "01632960003,,,Bob,",
    )  # fmt: skip
    first = await imported(store, path, campaign)
    assert (first.imported, first.new_customers) == (2, 1)
    other = a_campaign(name="autumn")
    await save_campaign(store, other)
    second = await imported(store, listed(path, "phone,id", "01632960002,", "01632960009,K1"), other)
    assert (second.imported, second.new_customers) == (2, 0)
    rows = await store.rows(text("SELECT number_e164, customer_id IS NOT NULL AS known FROM lead ORDER BY number_e164"))
    assert [(row["number_e164"][-1], row["known"]) for row in rows] == [("1", 1), ("2", 1), ("3", 0), ("9", 1)]
    assert len(await store.rows(text("SELECT 1 FROM customer"))) == 1


async def test_the_same_list_can_be_imported_into_another_campaign(
    store: Store, campaign: Campaign, tmp_path: Path
) -> None:
    other = a_campaign(name="autumn")
    await save_campaign(store, other)
    path = listed(tmp_path / "list.csv", "phone", "01632960001")
    assert (await imported(store, path, campaign)).imported == 1
    assert (await imported(store, path, other)).imported == 1


async def test_a_number_that_comes_again_in_a_later_thousand_is_twice_in_the_file(
    store: Store, campaign: Campaign, tmp_path: Path
) -> None:
    numbers = [f"0163296{number:04d}" for number in range(CHUNK_ROWS)]
    result = await imported(store, listed(tmp_path / "list.csv", "phone", *numbers, numbers[0]), campaign)
    assert (result.imported, result.duplicates_in_file) == (CHUNK_ROWS, 1)


async def test_each_import_is_noted_with_its_counts(store: Store, campaign: Campaign, tmp_path: Path) -> None:
    await imported(store, listed(tmp_path / "list.csv", "phone", "01632960001", "x"), campaign)
    (job,) = await store.rows(text("SELECT * FROM import_job"))
    assert (job["state"], job["file_name"], job["rows"], job["imported"], job["rejected"]) == (
        "done",
        "list.csv",
        2,
        1,
        1,
    )
    assert len(job["sha256"]) == 64


@pytest.mark.parametrize(("content", "said"), [
    ("", "is empty"), ("\n\n", "is empty"), ("name\nAnn\n", "no column looks like phone numbers"),
])  # fmt: skip
async def test_a_file_that_is_no_list_of_numbers_is_refused_and_leaves_no_trace(
    store: Store, campaign: Campaign, tmp_path: Path, content: str, said: str
) -> None:
    path = listed(tmp_path / "list.csv", content)
    with pytest.raises(BadInput, match=said):
        await imported(store, path, campaign)
    assert await store.rows(text("SELECT 1 FROM import_job")) == []
    assert not path.with_name("list.csv.errors.csv").exists()


async def test_what_orders_a_list_is_imported_and_decides_who_is_called_first(
    store: Store, campaign: Campaign, tmp_path: Path
) -> None:
    path = listed(
        tmp_path / "spring web.csv",
        "phone,name,urgency,value,level,tags,preferred time,phone2",
        "01632960001,Ann,1,1,,,,",
        "01632960002,Bob,9,5,,,18-20,01632960022",
        "01632960003,Cara,9,,A,high_intent,,",
        "01632960004,Dan,,,Z,,,",
    )
    result = await imported(store, path, campaign)
    assert (result.imported, result.rejected) == (3, 1)
    assert errors_of(result)[0]["explanation"] == "level 'Z' is not known; the levels of this campaign are A, B, C"
    wish = Wish(
        campaign_id=campaign.id, holder="one", token="t", now=NOON, until=NOON + timedelta(minutes=1),
        streams=(Stream(10),),
    )  # fmt: skip
    leads = await lease(store, wish)
    assert [(lead.name, lead.priority) for lead in leads] == [("Cara", 9.4), ("Bob", 7.4), ("Ann", 1.0)]
    assert (leads[1].preferred, leads[1].more_numbers) == (((time(18), time(20)),), ("+441632960022",))
    assert {lead.list_name for lead in leads} == {"spring web"}
