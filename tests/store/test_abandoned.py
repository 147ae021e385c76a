"""Abandoned calls counted from the store: by rule pack, by span, and the ledger a dial loop goes on with."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from waihu import paths
from waihu.services.abandoned import Abandoned, SpanCount, abandoned, ledger_from
from waihu.services.abandoned_text import as_json, as_text
from waihu.services.rule_shelf import read_packs
from waihu.store.campaigns import campaign_named, save_campaign
from waihu.store.rules import keep_packs
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_call, a_campaign
from waihu_models.call import CallState, Direction
from waihu_models.campaign import Campaign
from waihu_models.disposition import STANDARD
from waihu_models.outcome import Outcome
from waihu_models.rule_pack import DropLimit, RulePack, Rules

PACKS = read_packs([paths.shipped("rules")])
US, UK = "us-federal@2026.1", "uk@2026.1"
DAY_S, MONTH_S = 86_400.0, 30 * 86_400.0


@dataclass
class At:
    """A clock that stands."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return 5000.0


def ago(**span: float) -> datetime:
    return NOON - timedelta(**span)


async def happened(store: Store, campaign: Campaign, count: int, at: datetime, **changes: Any) -> None:
    unit = Unit()
    for n in range(count):
        standard = {"state": CallState.ENDED, "answered_at": at + timedelta(seconds=n % 60), "campaign_id": campaign.id}
        unit.save_call(a_call(**{"dialled_at": at - timedelta(seconds=5), **standard, **changes}))
    await store.commit(unit)


async def talked(store: Store, campaign: Campaign, count: int, at: datetime, **changes: Any) -> None:
    await happened(store, campaign, count, at, connected_at=at, outcome=Outcome.ANSWERED, **changes)


async def dropped(store: Store, campaign: Campaign, count: int, at: datetime, **changes: Any) -> None:
    await happened(store, campaign, count, at, abandoned=True, outcome=Outcome.ABANDONED, **changes)


async def counted(store: Store, **given: Any) -> Abandoned:
    return await abandoned(store, clock=At(), **{"packs": PACKS, **given})


def span(found: Abandoned, pack: str, window_s: float) -> SpanCount:
    (one,) = [s for count in found.counts if count.pack == pack for s in count.spans if s.window_s == window_s]
    return one


async def test_calls_count_for_every_pack_that_let_them_pass_and_over_every_span(
    store: Store, campaign: Campaign
) -> None:
    await talked(store, campaign, 97, ago(hours=2), rules_version=f"{US}+{UK}")
    await dropped(store, campaign, 3, ago(hours=1), rules_version=US)
    await talked(store, campaign, 200, ago(days=3), rules_version=US)
    await talked(store, campaign, 9, ago(days=40), rules_version=US)
    found = await counted(store)
    us = span(found, "us-federal", MONTH_S)
    assert (us.live_answers, us.abandoned, us.limit_ratio, us.left, us.exceeded) == (300, 3, 0.03, 6, False)
    us_day = span(found, "us-federal", DAY_S)
    assert (us_day.live_answers, us_day.abandoned, us_day.limit_ratio, us_day.left) == (100, 3, None, None)
    uk = span(found, "uk", DAY_S)
    assert (uk.live_answers, uk.abandoned, uk.limit_ratio, uk.left, uk.exceeded) == (97, 0, 0.0, 0, False)
    own = span(found, "", MONTH_S)
    assert (own.live_answers, own.abandoned, own.limit_ratio) == (300, 3, 0.03)
    assert not found.exceeded


async def test_one_abandoned_call_too_many_exceeds_the_limit_of_the_span_it_lies_in(
    store: Store, campaign: Campaign
) -> None:
    await talked(store, campaign, 96, ago(hours=2), rules_version=US)
    await dropped(store, campaign, 3, ago(hours=1), rules_version=US)
    found = await counted(store)
    assert span(found, "us-federal", MONTH_S).exceeded
    await talked(store, campaign, 1, ago(days=29), rules_version=US)
    assert not (await counted(store)).exceeded


async def test_only_people_are_live_answers(store: Store, campaign: Campaign) -> None:
    await talked(store, campaign, 9, ago(hours=2))
    await talked(store, campaign, 7, ago(hours=2), disposition=STANDARD["machine"])
    await dropped(store, campaign, 29, ago(hours=2))
    await happened(store, campaign, 2, ago(hours=2), outcome=Outcome.HUNG_UP)
    await happened(store, campaign, 5, ago(hours=2), outcome=Outcome.MACHINE)
    await talked(store, campaign, 3, ago(hours=2), direction=Direction.INBOUND)
    await happened(store, campaign, 4, ago(hours=2), outcome=Outcome.BUSY, answered_at=None)
    own = span(await counted(store), "", DAY_S)
    assert (own.live_answers, own.abandoned) == (40, 29)
    assert own.estimated_ratio == pytest.approx(0.6444, abs=1e-4)
    more = span(await counted(store, mistaken_ratio=0.2), "", DAY_S)
    assert more.estimated_ratio == pytest.approx((16.3125 + 1) / (9 + 16.3125 + 1))


async def test_a_call_counts_by_when_it_was_answered(store: Store, campaign: Campaign) -> None:
    await talked(store, campaign, 1, ago(days=1, seconds=-1))
    await talked(store, campaign, 1, ago(days=1, seconds=1))
    assert span(await counted(store), "", DAY_S).live_answers == 1


async def test_a_pack_that_is_gone_counts_by_the_text_that_was_kept_and_its_own_window_is_shown(
    store: Store, campaign: Campaign
) -> None:
    text = 'name = "moon"\nversion = "1"\n[drops]\nlimit_ratio = 0.5\nwindow_s = 7200\n'
    await keep_packs(store, [RulePack("moon", "1", "", Rules(), text)], NOON)
    await dropped(store, campaign, 1, ago(hours=1), rules_version="moon@1")
    await talked(store, campaign, 1, ago(hours=3), rules_version="moon@1")
    found = await counted(store)
    hours = span(found, "moon", 7200.0)
    assert (hours.live_answers, hours.abandoned, hours.limit_ratio, hours.exceeded) == (1, 1, 0.5, True)
    assert span(found, "moon", DAY_S).limit_ratio is None


async def test_it_is_said_in_two_languages_and_as_json(store: Store, campaign: Campaign) -> None:
    await talked(store, campaign, 500, ago(hours=2), rules_version=US)
    await dropped(store, campaign, 3, ago(hours=1), rules_version=f"{US}+{UK}")
    found = await counted(store)
    english, chinese = as_text(found), as_text(found, "zh")
    assert "12 more may be abandoned" in english
    assert "30 days" in english
    assert "LIMIT EXCEEDED" in english, "no rate is tolerated in the United Kingdom"
    assert "还可放弃 12 次" in chinese
    assert "已超上限" in chinese
    assert '"left": 12' in as_json(found)


# ---- the ledger ----------------------------------------------------------------------------------------------------


async def test_a_ledger_made_from_the_store_holds_every_window_of_the_law(store: Store) -> None:
    law = Rules(drop_limits=(DropLimit(DAY_S, 0.03), DropLimit(MONTH_S, 0.03)))
    campaign = a_campaign(law=law)
    await save_campaign(store, campaign)
    await talked(store, campaign, 1000, ago(days=20))
    await dropped(store, campaign, 31, ago(days=19))
    await talked(store, campaign, 50, ago(hours=5))
    await talked(store, campaign, 10, ago(hours=5), disposition=STANDARD["machine"])
    await talked(store, campaign, 70, ago(days=31))
    ledgers = await ledger_from(store, campaign, At())
    day, month = law.drop_limits
    assert ledgers[day].totals(5000.0) == (50, 0)
    assert ledgers[month].totals(5000.0) == (1081, 31)
    assert ledgers.nearest(5000.0) == (month, 1081, 31)
    assert ledgers[month].totals(5000.0 + 11.1 * DAY_S) == (50, 0), "each call ages out at its own time"


async def test_without_a_law_the_campaign_s_own_share_counts_over_thirty_days(store: Store, campaign: Campaign) -> None:
    await dropped(store, campaign, 2, ago(days=29))
    known = await campaign_named(store, campaign.name)
    ledgers = await ledger_from(store, known, At())
    assert ledgers.nearest(5000.0) == (DropLimit(MONTH_S, 0.03), 2, 2)
