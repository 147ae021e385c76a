"""Imports through the API: a file is looked at, started, followed, cancelled; nothing goes in twice."""

import asyncio
import io
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import openpyxl
import pytest
from sqlalchemy import select, update
from tests.api.conftest import Person, Site, people, plan_of
from tests.api.records import audit_of, campaign_of_team, csv_of, send

from waihu.app import running
from waihu.services import importer
from waihu.services.import_jobs import KEPT, MOST_WAITING
from waihu.services.importer import ImportProgress
from waihu.store.leads import leads_left
from waihu.store.statements import table
from waihu.testing.waiting import until
from waihu_models.events import ImportMoved
from waihu_models.lead import LeadState
from waihu_models.tables import ImportRow, LeadRow

START = {"region": "GB", "allow_fictional": True, "list_name": "spring"}
_JOB, _LEAD = table(ImportRow), table(LeadRow)


def rows(count: int) -> list[tuple[str, ...]]:
    return [("phone", "name"), *((f"0163296{number:04d}", f"Person {number}") for number in range(count))]


async def ended(person: Person, import_id: str) -> Any:
    found: dict[str, Any] = {}

    async def look() -> None:
        while found.get("state") in {None, "queued", "running"}:
            found.update((await person.get(f"/imports/{import_id}")).ok())
            await asyncio.sleep(0.02)

    async with asyncio.timeout(20):
        await look()
    return found


async def test_a_file_is_looked_at_started_and_imported(site: Site, admin: Person) -> None:
    campaign = await campaign_of_team(site, "uk", None)
    moves: list[ImportMoved] = []
    site.app.bus.subscribe(ImportMoved, moves.append)
    content = csv_of(*rows(30), ("nonsense", "Nobody"), ("01632960001", "Again"))
    received = (await send(admin, f"/campaigns/{campaign.id}/imports", content, "春季 list.csv")).ok(201)
    seen, job = received["preview"], received["job"]
    assert (seen["encoding"], seen["delimiter"], seen["total"], len(seen["rows"])) == ("utf-8", ",", 32, 20)
    assert seen["columns"] == [{"name": "phone", "field": "phone"}, {"name": "name", "field": "name"}]
    assert (job["state"], job["file_name"], received["before"]) == ("analysed", "春季 list.csv", [])
    assert await leads_left(site.app.store, campaign.id) == {}

    path = f"/imports/{job['id']}"
    (await admin.post(f"{path}/start", START)).ok()
    done = await ended(admin, job["id"])
    assert (done["state"], done["rows"], done["total"]) == ("done", 32, 32)
    assert (done["imported"], done["rejected"], done["duplicates"]) == (30, 1, 1)
    assert await leads_left(site.app.store, campaign.id) == {LeadState.NEW: 30}
    assert [move.state for move in moves if move.state != "running"] == ["queued", "done"]
    assert (await admin.post(f"{path}/start", START)).status == 409

    errors = await admin.get(f"{path}/errors")
    assert errors.headers["Content-Disposition"] == 'attachment; filename="_list.csv.errors.csv"'
    assert "bad_number" in errors.raw.decode("utf-8-sig")
    assert len(await audit_of(site, "import.errors")) == 1

    again = (await send(admin, f"/campaigns/{campaign.id}/imports", content)).ok(201)
    assert [one["id"] for one in again["before"]] == [job["id"]]
    assert len((await admin.get(f"/campaigns/{campaign.id}/imports")).ok()) == 2


async def test_chinese_headers_and_a_spreadsheet_are_recognised(site: Site, admin: Person) -> None:
    campaign = await campaign_of_team(site, "uk", None)
    text = "手机号码;客户姓名;标签\n01632960001;王小明;老客户\n".encode("gb18030")
    seen = (await send(admin, f"/campaigns/{campaign.id}/imports", text)).ok(201)["preview"]
    assert ([one["field"] for one in seen["columns"]], seen["delimiter"]) == (["phone", "name", "tags"], ";")
    assert (seen["encoding"], seen["rows"][0]["cells"][1]) == ("gb18030", "王小明")
    book = openpyxl.Workbook()
    for row in rows(2):
        book.active.append(row)
    packed = io.BytesIO()
    book.save(packed)
    seen = (await send(admin, f"/campaigns/{campaign.id}/imports", packed.getvalue(), "a.xlsx")).ok(201)["preview"]
    assert (seen["encoding"], seen["total"]) == ("", 2)


async def test_a_mapping_makes_columns_what_they_are(site: Site, admin: Person) -> None:
    campaign = await campaign_of_team(site, "uk", None)
    content = csv_of(("Fernsprecher", "value"), ("01632960001", "a lot"))
    received = (await send(admin, f"/campaigns/{campaign.id}/imports", content)).ok(201)
    assert [one["code"] for one in received["preview"]["findings"]] == ["no_phone_column"]
    path = f"/imports/{received['job']['id']}"
    assert (await admin.post(f"{path}/start", START)).status == 422
    mapped = {**START, "mapping": {"phone": "Fernsprecher"}}
    seen = (await admin.post(f"{path}/preview", mapped)).ok()
    assert [one["code"] for one in seen["findings"]] == ["bad_value"]
    assert (await admin.post(f"{path}/preview", {**START, "mapping": {"phone": "nosuch"}})).status == 422
    mapped["mapping"]["value"] = ""
    seen = (await admin.post(f"{path}/preview", mapped)).ok()
    assert ([one["field"] for one in seen["columns"]], seen["good"]) == (["phone", None], 1)
    (await admin.post(f"{path}/start", {**mapped, "call_consent": "granted"})).ok()
    assert (await ended(admin, received["job"]["id"]))["imported"] == 1
    (lead,) = await site.app.store.rows(select(_LEAD).where(_LEAD.c.campaign_id == campaign.id))
    assert (lead["call_consent"], lead["list_name"], lead["custom"]) == ("granted", "spring", {"value": "a lot"})


async def test_what_is_no_list_is_refused_and_leaves_nothing_behind(
    site: Site, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = await campaign_of_team(site, "uk", None)
    path = f"/campaigns/{campaign.id}/imports"
    limit = 1_000_000 * site.app.plan.web.upload_limit_mb  # type: ignore[union-attr]
    uploads = site.app.records.uploads
    for content, name in (
        (b"", "a.csv"),
        (b"\0\1\2\0" * 500, "a.csv"),
        (b"no spreadsheet", "a.xlsx"),
        (b"phone\n1\n", "a.exe"),
        (b"phone\n1\n", "../../a"),
    ):
        answer = await send(admin, path, content, name)
        assert answer.status == 422, (name, answer.raw)
        assert str(uploads._folder) not in answer.value["detail"]
    assert (await admin.post(path, {"file": "x"})).status == 422
    assert (await admin.ask("POST", path, data=b"--x", headers={"Content-Type": "multipart/form-data"})).status == 422

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 1_000_000

    with pytest.raises(Exception, match="larger than 100 MB"):
        await uploads.keep("a.csv", endless(), limit)
    assert list(uploads._folder.iterdir()) == []


class Gate:
    """Holds an import after its first chunk until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened = asyncio.Event()
        self.reached = 0
        monkeypatch.setattr(importer, "CHUNK_ROWS", 10)
        write = importer.write_chunk

        async def held(*args: Any) -> Any:
            written = await write(*args)
            self.reached += 1
            await self.opened.wait()
            return written

        monkeypatch.setattr(importer, "write_chunk", held)


async def sent(person: Person, campaign_id: str, count: int = 30) -> str:
    answer = await send(person, f"/campaigns/{campaign_id}/imports", csv_of(*rows(count)))
    return str(answer.ok(201)["job"]["id"])


async def test_one_import_runs_for_a_campaign_and_the_others_wait_in_a_bounded_queue(
    site: Site, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    campaign = await campaign_of_team(site, "uk", None)
    jobs = [await sent(admin, campaign.id) for _ in range(MOST_WAITING + 2)]
    for job in jobs[:-1]:
        (await admin.post(f"/imports/{job}/start", START)).ok()
    await until(lambda: gate.reached == 1)
    assert (await admin.post(f"/imports/{jobs[-1]}/start", START)).status == 409
    states = [one["state"] for one in (await admin.get(f"/campaigns/{campaign.id}/imports")).ok()]
    assert sorted(states) == sorted(["analysed", "running", *["queued"] * MOST_WAITING])
    gate.opened.set()
    ends = [await ended(admin, job) for job in jobs[:-1]]
    assert [end["imported"] for end in ends] == [30] + [0] * MOST_WAITING
    assert [end["already_there"] for end in ends] == [0] + [30] * MOST_WAITING


async def test_a_running_import_is_cancelled_and_begun_again_without_duplicates(
    site: Site, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    campaign = await campaign_of_team(site, "uk", None)
    job, waiting = await sent(admin, campaign.id), await sent(admin, campaign.id)
    for one in (job, waiting):
        (await admin.post(f"/imports/{one}/start", START)).ok()
    await until(lambda: gate.reached == 1)
    assert (await admin.post(f"/imports/{waiting}/cancel")).ok()["state"] == "cancelled"
    (await admin.post(f"/imports/{job}/cancel")).ok()
    gate.opened.set()
    assert (await ended(admin, job))["state"] == "cancelled"
    assert await leads_left(site.app.store, campaign.id) == {LeadState.NEW: 10}
    assert (await admin.post(f"/imports/{job}/cancel")).status == 409
    second = (await admin.post(f"/imports/{job}/again")).ok(201)["id"]
    end = await ended(admin, second)
    assert (end["state"], end["imported"], end["already_there"], end["duplicates"]) == ("done", 20, 10, 0)
    assert (await admin.post(f"/imports/{second}/again")).status == 409


async def test_an_import_that_the_end_of_the_program_cut_off_is_shown_so_and_goes_on(
    migrated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Path(shutil.copy(migrated, tmp_path / "waihu.db"))
    with monkeypatch.context() as held:
        gate = Gate(held)
        async with running(plan_of(database, tmp_path), drain_s=0.0) as app, aiohttp.ClientSession() as http:
            site = Site(app, app.switch, http, await people(app))  # type: ignore[arg-type]
            campaign = await campaign_of_team(site, "uk", None)
            admin = await site.person("admin")
            job = await sent(admin, campaign.id)
            (await admin.post(f"/imports/{job}/start", START)).ok()
            await until(lambda: gate.reached == 1)
    async with running(plan_of(database, tmp_path), drain_s=0.0) as app, aiohttp.ClientSession() as http:
        app.log_ins.passwords._hasher = type(app.log_ins.passwords._hasher)(
            time_cost=1, memory_cost=8, parallelism=1
        )  # fmt: skip
        admin = await Site(app, app.switch, http, {}).person("admin")  # type: ignore[arg-type]
        cut = (await admin.get(f"/imports/{job}")).ok()
        assert cut["state"] == "interrupted"
        assert "begin it again" in cut["problem"]
        second = (await admin.post(f"/imports/{job}/again")).ok(201)["id"]
        end = await ended(admin, second)
        assert (end["state"], end["imported"], end["already_there"]) == ("done", 20, 10)
        assert await leads_left(app.store, campaign.id) == {LeadState.NEW: 30}


async def test_an_import_whose_database_fails_says_so(
    site: Site, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from waihu_models.errors import StoreBusy

    async def busy(*_: Any) -> Any:
        raise StoreBusy("the database has been locked for 60 s")

    monkeypatch.setattr(importer, "write_chunk", busy)
    campaign = await campaign_of_team(site, "uk", None)
    job = await sent(admin, campaign.id)
    (await admin.post(f"/imports/{job}/start", START)).ok()
    end = await ended(admin, job)
    assert (end["state"], end["problem"]) == ("failed", "the database has been locked for 60 s")


async def test_progress_is_kept_while_an_import_runs(
    site: Site, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    campaign = await campaign_of_team(site, "uk", None)
    job = await sent(admin, campaign.id)
    (await admin.post(f"/imports/{job}/start", START)).ok()
    await until(lambda: gate.reached == 1)
    running_job = site.app.records.imports._running[campaign.id]
    site.app.records.imports._progress(running_job, ImportProgress(10, 1, 2, imported=9, rejected=1))
    async with asyncio.timeout(5):
        while (now := (await admin.get(f"/imports/{job}")).ok())["rows"] == 0:  # noqa: ASYNC110 -- asked as people do
            await asyncio.sleep(0.02)
    assert (now["state"], now["rows"], now["imported"], now["rejected"], now["total"]) == ("running", 10, 9, 1, 30)
    gate.opened.set()
    assert (await ended(admin, job))["imported"] == 30


async def test_files_are_cleaned_away_after_a_time(site: Site, admin: Person) -> None:
    campaign = await campaign_of_team(site, "uk", None)
    old, new = await sent(admin, campaign.id), await sent(admin, campaign.id)
    long_ago = site.app.clock.now() - KEPT - timedelta(hours=1)
    change = update(_JOB).where(_JOB.c.id == old).values(started_at=long_ago)
    await site.app.store.write(lambda connection: connection.execute(change) and None)
    await site.app.records.imports.clean()
    kept = {job: (await admin.get(f"/imports/{job}")).ok()["kept"] for job in (old, new)}
    assert kept == {old: False, new: True}
    assert len(list(site.app.records.uploads._folder.iterdir())) == 1
    assert (await admin.post(f"/imports/{old}/start", START)).status == 404
    assert (await admin.get(f"/imports/{old}/errors")).status == 404
