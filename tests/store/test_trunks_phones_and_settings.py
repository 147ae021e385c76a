"""Trunks, phones and settings in a real database: sealed passwords, versions, figures."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, update

from waihu.cli.kept import as_kept
from waihu.services.retention import Retention
from waihu.services.setting_shelf import with_stored
from waihu.settings import Settings, StoreSettings, TrunkSettings
from waihu.store import trunks as stored
from waihu.store.audit import By, first_broken_link, latest
from waihu.store.number_key import NumberKey
from waihu.store.old_recordings import recordings_before
from waihu.store.phones import drop_phone, keep_phone, phones
from waihu.store.sealed import seal, unseal
from waihu.store.settings_store import Kept, forget_setting, keep_setting, kept_settings
from waihu.store.statements import table
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.store.upkeep import Upkeep
from waihu.testing.factories import NOON, a_call
from waihu_models.errors import Conflict, NotFound, NumberKeyLost, Stale
from waihu_models.ids import CallId, RecordingId, new_id
from waihu_models.outcome import Outcome
from waihu_models.recording import Recording, RecordingState
from waihu_models.tables import TrunkRow
from waihu_models.trunk import CarrierTrunk, DeskPhone, Source

BY = By("user:ada", NOON)
NORTH = CarrierTrunk(name="north", host="sip.example.net", username="acme", password="hush-9", source=Source.STORE)


class FixedClock:
    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> Any:
        return self.at

    def monotonic(self) -> float:
        return 0.0


# ---- sealing -------------------------------------------------------------------------------------------------------


def test_a_sealed_password_opens_only_with_its_key_and_for_what_it_was_sealed() -> None:
    key, other = NumberKey(b"k" * 32), NumberKey(b"o" * 32)
    sealed = seal(key, "hush-9 密码", "trunk north")
    assert "hush" not in sealed
    assert sealed != seal(key, "hush-9 密码", "trunk north")
    assert unseal(key, sealed, "trunk north") == "hush-9 密码"
    for wrong in ((other, sealed, "trunk north"), (key, sealed, "trunk south"), (key, sealed[:-8], "trunk north"),
                  (key, "no base64!", "trunk north")):  # fmt: skip
        with pytest.raises(NumberKeyLost, match="give the password anew"):
            unseal(*wrong)
    assert (seal(key, "", "x"), unseal(key, "", "x")) == ("", "")


# ---- trunks and phones ---------------------------------------------------------------------------------------------


async def test_a_trunk_is_read_as_it_was_kept(store: Store) -> None:
    await stored.keep_trunk(store, NORTH, BY, new=True)
    assert await stored.trunks(store) == [NORTH]
    with pytest.raises(Conflict):
        await stored.keep_trunk(store, NORTH, BY, new=True)


async def test_a_row_cannot_be_given_the_password_of_another_one(store: Store) -> None:
    await stored.keep_trunk(store, NORTH, BY, new=True)
    renamed: Callable[[Connection], Any] = lambda connection: connection.execute(  # noqa: E731
        update(table(TrunkRow)).values(name="south")
    )
    await store.write(renamed)
    with pytest.raises(NumberKeyLost):
        await stored.trunks(store)


async def test_a_trunk_changed_by_somebody_else_is_not_overwritten(store: Store) -> None:
    await stored.keep_trunk(store, NORTH, BY, new=True)
    await stored.keep_trunk(store, replace(NORTH, max_lines=5), BY, new=False)
    with pytest.raises(Stale) as caught:
        await stored.keep_trunk(store, replace(NORTH, max_lines=9), BY, new=False)
    assert (caught.value.difference, caught.value.version) == ({"max_lines": 5}, 2)
    with pytest.raises(Stale):
        await stored.drop_trunk(store, "north", 1, BY)
    await stored.drop_trunk(store, "north", 2, BY)
    with pytest.raises(NotFound):
        await stored.keep_trunk(store, NORTH, BY, new=False)
    said = [(row["action"], row["detail"]) for row in await latest(store, 10)]
    assert said[1] == ("trunk.change", "max_lines: 30 → 5")
    assert not any("hush" in detail for _, detail in said)
    assert await first_broken_link(store) is None


async def test_a_phone_is_kept_changed_and_taken_away(store: Store) -> None:
    phone = DeskPhone(name="desk1", password="hush-9", source=Source.STORE)
    await keep_phone(store, phone, BY, new=True)
    await keep_phone(store, replace(phone, contact="sip:desk1@192.0.2.7", password="other"), BY, new=False)
    assert await phones(store) == [
        replace(phone, contact="sip:desk1@192.0.2.7", password="other", version=2)
    ]  # fmt: skip
    with pytest.raises(Stale):
        await drop_phone(store, "desk1", 1, BY)
    await drop_phone(store, "desk1", 2, BY)
    assert await phones(store) == []


# ---- figures -------------------------------------------------------------------------------------------------------


async def test_figures_are_those_of_outbound_calls_that_ended_in_the_span(store: Store) -> None:
    unit = Unit()
    after = lambda seconds: NOON + timedelta(seconds=seconds)  # noqa: E731
    common: dict[str, Any] = {"hung_up_at": after(30), "ended_at": after(30)}
    unit.save_call(a_call(ringing_at=after(2), answered_at=after(10), outcome=Outcome.ANSWERED, **common))
    unit.save_call(a_call(ringing_at=after(4), sip_code=486, outcome=Outcome.BUSY, **common))
    unit.save_call(a_call(sip_code=503, outcome=Outcome.CONGESTION, **common))
    unit.save_call(a_call())  # still under way
    unit.save_call(a_call(trunk="other", sip_code=404, outcome=Outcome.INVALID_NUMBER, **common))
    unit.save_call(a_call(dialled_at=after(-7200), outcome=Outcome.BUSY, sip_code=486, **common))
    await store.commit(unit)
    made = await stored.figures_since(store, NOON - timedelta(hours=1))
    figures = made["carrier"]
    assert (figures.attempts, figures.answered) == (3, 1)
    assert figures.answer_ratio == pytest.approx(1 / 3)
    assert (figures.average_talk_s, figures.average_first_sign_s) == (20.0, 3.0)
    assert dict(figures.sip_codes) == {486: 1, 503: 1}
    assert made["other"].attempts == 1


# ---- settings ------------------------------------------------------------------------------------------------------


async def test_a_version_of_a_setting_never_comes_twice(store: Store) -> None:
    await keep_setting(store, "log.level", Kept("debug", 0), BY, "info")
    await forget_setting(store, "log.level", 1, BY)
    assert await kept_settings(store) == {"log.level": Kept(None, 2, given=False)}
    with pytest.raises(Stale):
        await keep_setting(store, "log.level", Kept("error", 1), BY, "info")
    await keep_setting(store, "log.level", Kept("error", 2), BY, "info")
    assert await kept_settings(store) == {"log.level": Kept("error", 3)}


def test_what_is_kept_counts_before_a_default_and_after_the_file() -> None:
    kept = {
        "log.level": Kept("debug", 1), "web.session_hours": Kept(2.0, 1), "desk.pause_reasons": Kept(["tea"], 1),
        "recordings.retention_days": Kept(-4, 1), "exchange.host": Kept("x", 1),
        "company.name": Kept(None, 2, given=False),
    }  # fmt: skip
    chosen = with_stored(Settings(), {"log.level": "file"}, kept)
    assert (chosen.log.level, chosen.web.session_hours, chosen.desk.pause_reasons) == ("info", 2.0, ("tea",))
    assert chosen.recordings.retention_days == 0, "what no longer fits is left out"
    assert chosen.exchange == Settings().exchange, "only what may be changed at run time"


async def test_the_exchange_begins_with_what_administrators_changed(store: Store, url: str) -> None:
    south = replace(NORTH, name="south", enabled=False)
    for trunk in (NORTH, south, replace(NORTH, name="filed", host="other.example.net")):
        await stored.keep_trunk(store, trunk, BY, new=True)
    await keep_phone(store, DeskPhone(name="desk1", password="hush-9"), BY, new=True)
    await keep_setting(store, "company.language", Kept("zh", 0), BY, "en")
    base = Settings(store=StoreSettings(url=url), trunks=(TrunkSettings(name="filed", host="sip.example.org"),))
    chosen = await as_kept(base, {})
    assert [(trunk.name, trunk.host) for trunk in chosen.trunks] == [
        ("filed", "sip.example.org"), ("north", "sip.example.net"),
    ]  # fmt: skip
    assert chosen.trunks[1].password == "hush-9"
    assert [(phone.name, phone.password) for phone in chosen.phones] == [("desk1", "hush-9")]
    assert chosen.company.language == "zh"
    assert "hush" not in repr(NORTH)


# ---- upkeep and retention ------------------------------------------------------------------------------------------


async def test_the_size_of_the_database_and_a_new_beginning_of_its_log_are_seen(store: Store, url: str) -> None:
    upkeep = Upkeep(url)
    unit = Unit()
    unit.add_outbox("call.ended", "x", {}, NOON)
    unit.add_outbox("call.ended", "y", {}, NOON)
    await store.commit(unit)
    facts = upkeep.look(NOON)
    assert (facts.size_bytes or 0) > 0
    assert (facts.wal_bytes or 0) > 0
    assert facts.checkpoint_at is None

    def checkpoint(connection: Connection) -> None:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(RESTART)")
        connection.exec_driver_sql("BEGIN")

    await store.write(checkpoint)
    await store.commit(unit)
    assert upkeep.look(NOON + timedelta(seconds=9)).checkpoint_at == NOON + timedelta(seconds=9)
    assert Upkeep("postgresql+asyncpg://host/db").look(NOON).size_bytes is None


async def kept_recording(store: Store, folder: Path, days_old: float, path: str | None = None) -> str:
    recording_id = RecordingId(new_id())
    name = path or f"2026/11/{recording_id}.wav"
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"RIFF")
    unit = Unit()
    unit.save_recording(
        Recording(
            id=recording_id, call_id=CallId(new_id()), state=RecordingState.STORED, path=name, sha256="ab",
            started_at=NOON - timedelta(days=days_old),
        )
    )  # fmt: skip
    await store.commit(unit)
    return name


async def test_recordings_older_than_the_limit_are_deleted_with_an_audit_row(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    old, young = await kept_recording(store, folder, 31), await kept_recording(store, folder, 29)
    retention = Retention(folder, store, lambda: 30, FixedClock())
    assert await retention.look() == 1
    assert not (folder / old).exists()
    assert (folder / young).exists()
    assert await recordings_before(store, NOON + timedelta(days=1), 10) == [
        one for one in await recordings_before(store, NOON, 10) if one.path == young
    ]  # fmt: skip
    row = (await latest(store, 1))[0]
    assert (row["actor"], row["action"], row["object_id"]) == ("program:retention", "recordings.delete", "1 recordings")
    assert await retention.look() == 0


async def test_without_a_limit_nothing_is_deleted(store: Store, tmp_path: Path) -> None:
    name = await kept_recording(store, tmp_path / "recordings", 4000)
    assert await Retention(tmp_path / "recordings", store, lambda: 0, FixedClock()).look() == 0
    assert (tmp_path / "recordings" / name).exists()


async def test_a_path_that_leads_out_of_the_folder_is_left_alone(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    await kept_recording(store, folder, 40, "../precious.wav")
    assert await Retention(folder, store, lambda: 30, FixedClock()).look() == 0
    assert (tmp_path / "precious.wav").exists()


async def test_a_file_that_is_gone_already_is_noted(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    name = await kept_recording(store, folder, 40)
    (folder / name).unlink()
    assert await Retention(folder, store, lambda: 30, FixedClock()).look() == 1
