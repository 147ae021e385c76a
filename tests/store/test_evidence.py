"""The evidence for one number and for one day, written from a real store."""

import csv
import json
import stat
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from waihu import paths
from waihu.services.evidence import check, export
from waihu.services.rule_shelf import read_packs
from waihu.store import evidence as read
from waihu.store.agents import add_agent
from waihu.store.audit import By, first_broken_link, latest
from waihu.store.campaigns import campaign_named, save_campaign
from waihu.store.customers import Word, keep_word
from waihu.store.dnc import allow_again, forbid
from waihu.store.evidence import Wanted
from waihu.store.leads import add_leads
from waihu.store.rules import keep_packs
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_call, a_campaign, a_lead, an_agent
from waihu_models.call import CallState
from waihu_models.campaign import Campaign
from waihu_models.errors import BadInput, NumberKeyLost
from waihu_models.events import LeadRefused
from waihu_models.ids import AgentId, RecordingId
from waihu_models.lead import Consent, Refusal
from waihu_models.outcome import Outcome
from waihu_models.phone import E164
from waihu_models.recording import Recording, RecordingState
from waihu_models.tables import Channel, Purpose

NUMBER, OTHER, THIRD = E164("+441632960200"), E164("+441632960299"), E164("+441632960277")
ADA = By("shell:ada", NOON)
TODAY = Wanted(since=datetime(2026, 11, 23, tzinfo=UTC), until=datetime(2026, 11, 24, tzinfo=UTC))
PACKS = read_packs([paths.shipped("rules")])


def records(folder: Path, kind: str) -> list[dict[str, Any]]:
    lines = map(json.loads, (folder / "evidence.jsonl").read_text("utf-8").splitlines())
    return [line["record"] for line in lines if line["kind"] == kind]


def dropped(campaign: Campaign, **changes: Any) -> dict[str, Any]:
    return {
        "campaign_id": campaign.id, "state": CallState.ENDED, "outcome": Outcome.ABANDONED, "abandoned": True,
        "answered_at": NOON, "greeting_ended_at": NOON + timedelta(seconds=1), "hung_up_at": NOON,
        "rules_version": "us-federal@2026.1+us-florida@2026.1", "number_e164": NUMBER, **changes,
    }  # fmt: skip


@pytest.fixture
async def told(store: Store, campaign: Campaign) -> Campaign:
    """A number that was abandoned, talked with, refused, that said no; another one; and another day."""
    await keep_packs(store, PACKS.values(), NOON)
    await add_agent(store, an_agent(name="Ada"))
    await save_campaign(store, replace(await campaign_named(store, "spring"), max_lines=7), ADA)
    lead = a_lead(campaign, NUMBER)
    await add_leads(store, [lead])
    talk = a_call(
        campaign_id=campaign.id, number_e164=NUMBER, agent_id=AgentId("agent1"), connected_at=NOON,
        outcome=Outcome.ANSWERED, note="=1+1", recording_id=RecordingId("r1"), lead_id=lead.id,
    )  # fmt: skip
    unit = Unit()
    unit.save_call(a_call(**dropped(campaign)))
    unit.save_call(talk)
    unit.save_recording(
        Recording(
            id=RecordingId("r1"),
            call_id=talk.id,
            state=RecordingState.STORED,
            started_at=NOON,
            path="2026/r1.wav",
            sha256="ab" * 32,
        )
    )
    unit.save_call(a_call(campaign_id=campaign.id, number_e164=OTHER))
    unit.save_call(a_call(number_e164=OTHER, dialled_at=NOON + timedelta(days=1)))
    unit.add_refusal(LeadRefused(lead.id, Refusal.DROP_LOCKOUT, NOON, NOON + timedelta(days=3)))
    await store.commit(unit)
    no = Word(purpose=Purpose.CALL, state=Consent.DENIED, at=NOON, channel=Channel.PHONE, number_e164=NUMBER)
    await keep_word(store, no)
    await forbid(store, NUMBER, ADA, "asked twice")
    return campaign


async def test_of_a_number_there_is_everything_and_nothing_of_another_one(
    store: Store, told: Campaign, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    made = await export(store, Wanted(number=NUMBER), folder, ADA)
    abandoned, talk = sorted(records(folder, "call"), key=lambda call: not call["abandoned"])
    assert abandoned["message_played"] == "safe-harbour"
    assert abandoned["message_from"] == "2026-11-23T12:00:03+00:00"
    assert abandoned["rules_version"] == "us-federal@2026.1+us-florida@2026.1"
    assert (talk["agent_name"], talk["campaign_name"], talk["message_played"]) == ("Ada", "spring", "")
    assert (talk["caller_id"], talk["outcome"]) == ("+441632960000", "answered")
    (recording,) = records(folder, "recording")
    assert (recording["path"], recording["sha256"]) == ("2026/r1.wav", "ab" * 32)
    (refusal,) = records(folder, "refusal")
    assert (refusal["code"], refusal["number_e164"]) == ("drop_lockout", NUMBER)
    (word,) = records(folder, "consent")
    assert (word["purpose"], word["state"], word["channel"]) == ("call", "denied", "phone")
    (listing,) = records(folder, "do_not_call")
    assert (listing["number_e164"], listing["list"], listing["reason"]) == (NUMBER, "internal", "asked twice")
    assert [row["name"] for row in records(folder, "rule_pack")] == ["us-federal", "us-florida"]
    assert records(folder, "rule_pack")[0]["text"] == PACKS["us-federal"].text
    (campaign,) = records(folder, "campaign")
    assert campaign["rules"]["max_lines"] == 7
    (change,) = records(folder, "audit")
    assert (change["actor"], change["action"]) == ("shell:ada", "campaign.change")
    assert "max_lines: 100 → 7" in change["detail"]
    assert OTHER not in (folder / "evidence.jsonl").read_text("utf-8")
    assert made.counts["call"] == 2


async def test_of_a_day_there_is_what_happened_on_it(store: Store, told: Campaign, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    await forbid(store, THIRD, By("shell:ada", NOON - timedelta(days=3)), "long ago")
    await allow_again(store, THIRD, ADA)
    unit = Unit()
    lead = a_lead(told, THIRD)
    await add_leads(store, [lead])
    for _ in range(2):
        unit.add_refusal(LeadRefused(lead.id, Refusal.DO_NOT_CALL, NOON))
    unit.add_refusal(LeadRefused(lead.id, Refusal.DO_NOT_CALL, NOON - timedelta(days=1)))
    await store.commit(unit)
    seen: list[int] = []
    await export(store, TODAY, folder, ADA, seen.append)
    assert Counter(call["number_e164"] for call in records(folder, "call")) == {NUMBER: 2, OTHER: 1}
    assert seen == [3, 6]
    assert len(records(folder, "refusal")) == 3
    (word,) = records(folder, "consent")
    assert word["number_e164"] == NUMBER
    listed = [(row["number_e164"], row["removed_by"]) for row in records(folder, "do_not_call")]
    assert sorted(listed, key=str) == [(NUMBER, None), (THIRD, "shell:ada"), (None, "shell:ada"), (None, None)]
    assert [one["name"] for one in records(folder, "do_not_call_list")] == ["internal"]


async def test_a_day_of_more_than_one_page_is_whole_and_each_number_s_consent_stands_once(
    store: Store, told: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "PAGE", 3)
    second = a_campaign(name="autumn")
    await save_campaign(store, second)
    unit = Unit()
    for n in range(10):
        at = NOON + timedelta(seconds=n // 4)  # several in one moment
        unit.save_call(a_call(campaign_id=(told, second)[n % 2].id, number_e164=NUMBER, dialled_at=at))
    await store.commit(unit)
    made = await export(store, TODAY, tmp_path / "out", ADA)
    calls = [call["id"] for call in records(tmp_path / "out", "call")]
    assert len(calls) == len(set(calls)) == 13
    assert made.counts["consent"] == 1
    assert check(made.file).fault == ""


async def test_a_customer_s_word_stands_beside_the_number_it_was_said_of(
    store: Store, campaign: Campaign, tmp_path: Path
) -> None:
    lead, unit = a_lead(campaign, NUMBER), Unit()
    await add_leads(store, [lead])
    unit.new_customer(lead, NOON)
    await store.commit(unit)
    (phone,) = await store.rows(read.select(read._PHONE))
    await keep_word(
        store, Word(purpose=Purpose.RECORD, state=Consent.GRANTED, at=NOON, customer_id=phone["customer_id"])
    )
    await export(store, Wanted(number=NUMBER), tmp_path / "out", ADA)
    (word,) = records(tmp_path / "out", "consent")
    assert (word["purpose"], word["number_e164"]) == ("record", NUMBER)


# ---- the files -----------------------------------------------------------------------------------------------------


async def test_the_tables_say_the_same_and_nothing_in_them_is_a_formula(
    store: Store, told: Campaign, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    await export(store, Wanted(number=NUMBER), folder, ADA)
    with (folder / "call.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [call["id"] for call in records(folder, "call")]
    assert {row["note"] for row in rows} == {"", "'=1+1"}
    assert {row["number_e164"] for row in rows} == {NUMBER}
    assert {call["note"] for call in records(folder, "call")} == {"", "=1+1"}


async def test_files_are_their_owner_s_only_and_none_is_ever_overwritten(
    store: Store, told: Campaign, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    await export(store, Wanted(number=NUMBER), folder, ADA)
    before = {file: file.read_bytes() for file in folder.iterdir()}
    assert {stat.S_IMODE(file.stat().st_mode) for file in before} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with pytest.raises(BadInput, match="holds evidence already"):
        await export(store, TODAY, folder, ADA)
    assert {file: file.read_bytes() for file in folder.iterdir()} == before


async def test_what_cannot_be_finished_leaves_nothing_behind(store: Store, told: Campaign, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "recording.csv").write_text("somebody else's", "utf-8")
    with pytest.raises(BadInput, match="cannot be written"):
        await export(store, Wanted(number=NUMBER), folder, ADA)
    assert [file.name for file in folder.iterdir()] == ["recording.csv"]


async def test_without_the_key_of_the_lists_there_is_no_evidence_that_leaves_them_out(
    store: Store, told: Campaign, tmp_path: Path, url: str, file: Path
) -> None:
    (file.parent / "do-not-call.key").unlink()
    other = await Store.open(url)
    try:
        with pytest.raises(NumberKeyLost):
            await export(other, Wanted(number=NUMBER), tmp_path / "out", ADA)
    finally:
        await other.close()
    assert list((tmp_path / "out").iterdir()) == []


async def test_the_audit_log_keeps_who_took_it_and_the_hash_of_its_last_line(
    store: Store, told: Campaign, tmp_path: Path
) -> None:
    made = await export(store, Wanted(number=NUMBER), tmp_path / "out", ADA)
    (row,) = await latest(store, 1)
    assert (row["actor"], row["action"]) == ("shell:ada", "evidence.export")
    assert made.head in row["detail"]
    assert NUMBER not in row["detail"]
    assert await first_broken_link(store) is None
    found = check(made.file)
    assert (found.fault, found.lines, found.head) == ("", made.lines, made.head)


async def test_a_changed_line_and_a_changed_or_missing_table_are_named(
    store: Store, told: Campaign, tmp_path: Path
) -> None:
    made = await export(store, Wanted(number=NUMBER), tmp_path / "out", ADA)
    lines = made.file.read_text("utf-8").splitlines(keepends=True)
    changed = next(n for n, line in enumerate(lines) if '"abandoned":true' in line)
    made.file.write_text("".join(line.replace('"abandoned":true', '"abandoned":false') for line in lines), "utf-8")
    assert check(made.file).fault == f"line {changed + 1} was changed"
    made.file.write_text("".join(lines), "utf-8")
    assert check(made.file).fault == ""
    table = made.file.with_name("call.csv")
    table.write_text(table.read_text("utf-8").replace("True", "False"), "utf-8")
    assert check(made.file).fault == "call.csv was changed"
    table.unlink()
    assert check(made.file).fault == "call.csv is missing"
    with pytest.raises(BadInput, match="cannot be read"):
        check(tmp_path / "nothing")
