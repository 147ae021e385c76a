"""Rule packs at work: a controller under the law, on the fake exchange, in virtual time."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs
from tests.services.world import FIRST, SECOND, World, fill, numbers, world

from waihu import paths
from waihu.store.campaigns import campaign_named, save_campaign
from waihu.store.customers import Word, keep_word
from waihu.store.leads import add_leads
from waihu.testing.factories import a_campaign, a_lead, an_agent
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models.campaign import DialMode, RetryRule
from waihu_models.errors import BadRulePack, Conflict
from waihu_models.events import LeadRefused
from waihu_models.ids import CampaignId, new_id
from waihu_models.lead import Consent, Refusal
from waihu_models.outcome import Outcome
from waihu_models.tables import Purpose

SHIPPED = (paths.shipped("rules"),)
QUICK = {outcome: RetryRule(10.0, 99) for outcome in (Outcome.BUSY, Outcome.ABANDONED, Outcome.CANCELLED)}
EAGER: dict[str, Any] = {"retries": QUICK, "max_attempts": 99, "max_attempts_per_day": 99}


def a_pack(folder: Path, *, version: str = "1", name: str = "moon", rules: str = "") -> tuple[Path, ...]:
    (folder / f"{name}.toml").write_text(f'name = "{name}"\nversion = "{version}"\n{rules}', "utf-8")
    return (folder,)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "rules"
    made.mkdir()
    return made


def refusals(w: World) -> list[LeadRefused]:
    heard: list[LeadRefused] = []
    w.app.bus.subscribe(LeadRefused, heard.append)
    return heard


def placed_at(w: World) -> list[datetime]:
    return sorted(call.dialled_at for call in w.calls.values())


def most_within(times: Iterable[datetime], span: timedelta) -> int:
    every = list(times)
    return max(sum(end - span <= at <= end for at in every) for end in every)


@in_virtual_time
async def test_a_number_is_called_no_more_often_than_any_cap_allows_and_again_when_it_does(
    database: Path, folder: Path
) -> None:
    caps = "[[caps]]\nmost = 3\nwithin_s = 60\n[[caps]]\nmost = 5\nwithin_s = 86_400\n"
    under = a_pack(folder, rules=caps)
    async with world(database, numbers(1, "02"), rule_folders=under, packs=("moon",), **EAGER) as w:
        refused = refusals(w)
        await w.log_in()
        await w.dial()
        await w.until(lambda: len(w.placed) == 4, 100.0)
        await w.after(150.0)
        times = placed_at(w)
        assert len(times) == 5
        assert most_within(times, timedelta(seconds=60)) == 3
        assert timedelta(seconds=60) < times[3] - times[0] < timedelta(seconds=63)
        assert {r.refusal for r in refused} == {Refusal.FREQUENCY_CAP}
        assert refused[-1].again_at == times[0] + timedelta(seconds=86_401)


@in_virtual_time
async def test_calls_of_another_campaign_to_the_same_number_count(database: Path, folder: Path) -> None:
    under = a_pack(folder, rules="[[caps]]\nmost = 2\nwithin_s = 86_400\n")
    async with world(database, numbers(1, "02"), rule_folders=under, packs=("moon",), **EAGER) as w:
        free = a_campaign(name="autumn", mode=DialMode.PROGRESSIVE, calls_per_s=50.0, **EAGER)
        await fill(w.app, free, numbers(1, "02"), [])
        await w.log_in()
        await w.app.dialling.start("autumn")
        await w.until(lambda: len(w.placed) == 3)
        await w.dial()
        await w.after(60.0)
        assert {call.campaign_id for call in w.calls.values()} == {free.id}


@pytest.mark.parametrize("phase_s", [1.0, 1.25, 1.5, 1.75, 2.0])
@in_virtual_time
async def test_a_number_that_two_campaigns_have_ready_is_not_called_once_more_than_the_cap(
    database: Path, folder: Path, phase_s: float
) -> None:
    under = a_pack(folder, rules="[[caps]]\nmost = 1\nwithin_s = 86_400\n")
    spring, autumn = CampaignId(new_id()), CampaignId(new_id())
    team = [an_agent("agent1", campaign_id=spring), an_agent("agent2", campaign_id=autumn)]
    async with world(
        database, numbers(1, "02"), id=spring, agents=team, rule_folders=under, packs=("moon",), **EAGER
    ) as w:
        later = a_campaign(
            id=autumn, name="autumn", mode=DialMode.PROGRESSIVE, packs=("moon",), calls_per_s=50.0, **EAGER
        )
        await fill(w.app, later, numbers(1, "02"), [])
        await w.dial()
        await w.app.dialling.start("autumn")
        await w.after(phase_s)  # both leads are checked and ready by now; the number is busy at once
        await w.log_in(FIRST)
        await w.until(lambda: w.ended)
        await w.log_in(SECOND)
        await w.after(10.0)
        assert len(w.placed) == 1


@in_virtual_time
async def test_each_call_says_which_packs_let_it_pass_and_their_texts_are_kept_first(database: Path) -> None:
    packs = ("us-federal", "us-florida")
    async with world(database, numbers(1), rule_folders=SHIPPED, packs=packs, drop_media="x") as w:
        await w.log_in()
        await w.dial()
        (call,) = await w.connected()
        assert call.rules_version == "us-federal@2026.1+us-florida@2026.1"
        assert (await w.stored(call)).rules_version == call.rules_version
        assert (call.drop_media, call.ring_timeout_s, call.recording_allowed) == ("safe-harbour", 27, False)
        rows = await w.app.store.rows(text("SELECT name, taken_at FROM rule_pack ORDER BY name"))
        assert [row["name"] for row in rows] == list(packs)


@in_virtual_time
async def test_a_phone_rings_as_long_as_the_pack_asks_before_it_is_given_up(database: Path) -> None:
    async with world(database, numbers(1, "03"), rule_folders=SHIPPED, packs=("us-federal",), ring_timeout_s=5) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: w.ended, 30.0)
        assert w.call.ended_at is not None
        assert (w.call.ended_at - w.call.dialled_at).total_seconds() == pytest.approx(15.0, abs=0.1)


@pytest.mark.parametrize(("mode", "again"), [(DialMode.RATIO, False), (DialMode.PROGRESSIVE, True)])
@in_virtual_time
async def test_who_was_abandoned_is_left_alone_unless_an_agent_is_kept_free(
    database: Path, folder: Path, mode: DialMode, again: bool
) -> None:
    under = a_pack(folder, rules="[drops]\nredial_lockout_s = 3600\nredial_with_agent = true\n")
    two = {"mode": DialMode.RATIO, "lines_per_agent": 2.0, "target_drop_ratio": 1.0}
    async with world(database, numbers(2, "24"), rule_folders=under, packs=("moon",), **two, **EAGER) as w:
        refused = refusals(w)
        await w.log_in()
        await w.dial()
        dropped = await w.until(lambda: [call for call in w.ended if call.outcome is Outcome.ABANDONED], 30.0)
        assert dropped
        known = await campaign_named(w.app.store, w.campaign.name)
        await save_campaign(w.app.store, replace(known, mode=mode))
        await w.after(60.0)
        (number,) = {call.number_e164 for call in w.ended if call.outcome is Outcome.ABANDONED}
        calls = [call for call in w.calls.values() if call.number_e164 == number]
        assert (len(calls) > 1) is again
        assert ({r.refusal for r in refused} >= {Refusal.DROP_LOCKOUT}) is not again


@in_virtual_time
async def test_where_silence_is_a_refusal_only_who_said_yes_is_called_until_they_take_it_back(database: Path) -> None:
    async with world(database, rule_folders=SHIPPED, packs=("eu",)) as w:
        silent, yes, later = (a_lead(w.campaign, number, zone="Europe/London") for number in numbers(3, "24"))
        await add_leads(w.app.store, [silent])
        await add_leads(w.app.store, [*(replace(lead, call_consent=Consent.GRANTED) for lead in (yes, later))])
        refused = refusals(w)
        await w.log_in()
        await w.dial()
        await w.connected()
        (first,) = w.calls.values()
        (waiting,) = {yes.number_e164, later.number_e164} - {first.number_e164}
        no = Word(purpose=Purpose.CALL, state=Consent.DENIED, at=w.now, source="test", number_e164=waiting)
        await keep_word(w.app.store, no)
        await w.after(60.0)
        assert [call.number_e164 for call in w.calls.values()] == [first.number_e164]
        assert {(r.lead_id, r.refusal) for r in refused} >= {(silent.id, Refusal.CONSENT_NEEDED)}
        assert Refusal.CONSENT_DENIED in {r.refusal for r in refused}


@in_virtual_time
async def test_nothing_is_dialled_when_one_of_the_packs_closes(database: Path) -> None:
    closing = datetime(2026, 11, 23, 20, tzinfo=UTC)
    async with world(
        database, numbers(40, "02"), start=closing - timedelta(seconds=10), rule_folders=SHIPPED,
        packs=("us-federal", "us-florida"), calls_per_s=2.0,
    ) as w:  # fmt: skip
        await w.log_in()
        await w.dial()
        await w.after(20.0)
        assert w.placed
        assert max(placed_at(w)) < closing


@in_virtual_time
async def test_a_lead_an_agent_looks_at_until_the_hours_end_is_no_longer_dialled(database: Path) -> None:
    closing = datetime(2026, 11, 23, 20, tzinfo=UTC)
    async with world(
        database, numbers(1), start=closing - timedelta(seconds=20), mode=DialMode.PREVIEW, rule_folders=SHIPPED,
        packs=("us-federal", "us-florida"),
    ) as w:  # fmt: skip
        await w.log_in()
        await w.dial()
        loop = w.app.dialling.loops[w.campaign.id]
        assert await loop.preview(FIRST) is not None
        await w.after(21.0)
        with pytest.raises(Conflict, match="hours"):
            w.app.preview_call(loop, FIRST)
        assert await loop.preview(FIRST) is None
        assert not w.placed


# ---- changes -------------------------------------------------------------------------------------------------------

CLOSED = '[hours]\nevery_day = ["03:00-04:00"]\n'


@in_virtual_time
async def test_a_new_version_of_a_pack_holds_within_seconds_and_calls_name_it(database: Path, folder: Path) -> None:
    under = a_pack(folder)
    async with world(database, numbers(90, "02"), rule_folders=under, packs=("moon",), calls_per_s=2.0) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: len(w.placed) > 3)
        a_pack(folder, version="2", rules="[ring]\nmin_s = 20\n")
        await w.until(lambda: any(call.rules_version == "moon@2" for call in w.calls.values()), 5.0)
        a_pack(folder, version="3", rules=CLOSED)
        await w.after(3.0)
        dialled = len(w.placed)
        await w.after(10.0)
        assert len(w.placed) == dialled
        assert {call.rules_version for call in w.calls.values()} == {"moon@1", "moon@2"}


@pytest.mark.parametrize("broken", ["[ring]\nmin_s = -1\n", "[ring"])
@in_virtual_time
async def test_a_pack_that_cannot_be_read_leaves_the_former_one_in_force(
    database: Path, folder: Path, broken: str
) -> None:
    under = a_pack(folder)
    async with world(database, numbers(90, "02"), rule_folders=under, packs=("moon",), calls_per_s=2.0) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: w.placed)
        with capture_logs() as logs:
            a_pack(folder, version="2", rules=broken)
            await w.after(5.0)
        (said,) = [line for line in logs if line["event"] == "rule_packs_refused"]
        assert "moon.toml:" in said["problem"]
        dialled = len(w.placed)
        await w.until(lambda: len(w.placed) > dialled)
        assert {call.rules_version for call in w.calls.values()} == {"moon@1"}


@in_virtual_time
async def test_another_text_under_the_same_version_does_not_come_into_force(database: Path, folder: Path) -> None:
    under = a_pack(folder)
    async with world(database, numbers(90, "02"), rule_folders=under, packs=("moon",), calls_per_s=2.0) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: w.placed)
        with capture_logs() as logs:
            a_pack(folder, rules="[ring]\nmin_s = 20\n")
            await w.after(5.0)
        assert [
            "raise its version" in line["problem"] for line in logs if line["event"] == "campaign_without_rules"
        ] == [True]
        assert {call.ring_timeout_s for call in w.calls.values()} == {27}


@in_virtual_time
async def test_a_campaign_whose_pack_is_missing_dials_nothing_and_the_others_go_on(
    database: Path, folder: Path
) -> None:
    async with world(database, numbers(5), rule_folders=a_pack(folder, name="sun"), packs=("moon",), agents=2) as w:
        autumn = a_campaign(name="autumn", mode=DialMode.PROGRESSIVE)
        await fill(w.app, autumn, numbers(1, "24"), [])
        await w.log_in()
        with pytest.raises(BadRulePack, match="there is no rule pack 'moon'; there are: sun"):
            await w.dial()
        await w.app.dialling.start("autumn")
        await w.connected()
        assert {call.campaign_id for call in w.calls.values()} == {autumn.id}
        a_pack(folder)
        await w.dial()
        await w.until(lambda: w.campaign.id in {call.campaign_id for call in w.calls.values()})


@in_virtual_time
async def test_a_running_campaign_that_is_put_under_a_pack_nobody_knows_stops(database: Path, folder: Path) -> None:
    async with world(database, numbers(90, "02"), rule_folders=a_pack(folder), calls_per_s=2.0) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: w.placed)
        known = await campaign_named(w.app.store, w.campaign.name)
        await save_campaign(w.app.store, replace(known, packs=("mars",)))
        await w.after(3.0)
        dialled = len(w.placed)
        await w.after(5.0)
        assert len(w.placed) == dialled
        known = await campaign_named(w.app.store, w.campaign.name)
        await save_campaign(w.app.store, replace(known, packs=("moon",)))
        await w.until(lambda: len(w.placed) > dialled, 5.0)
