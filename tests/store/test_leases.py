import asyncio
import os
import random
import sys
from datetime import datetime, timedelta
from typing import Any

import pytest

from waihu.store.campaigns import save_campaign
from waihu.store.leads import add_leads, lead_by_id
from waihu.store.leases import Stream, Wish, lease, leases_of, renew
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_campaign, a_lead
from waihu_models.campaign import Campaign
from waihu_models.errors import StoreError
from waihu_models.ids import AgentId, CampaignId, new_id
from waihu_models.lead import Lead, LeadState, LeadStep

LEASE = timedelta(seconds=15)


def ago(**span: float) -> datetime:
    return NOON - timedelta(**span)


def numbered(campaign: Campaign, *leads: dict[str, Any]) -> list[Lead]:
    """Leads with ids that sort by age."""
    return [a_lead(campaign, f"+44163296{n:04d}", id=f"{n:032x}", **lead) for n, lead in enumerate(leads)]


def wish(campaign_id: CampaignId, count: int = 10, now: datetime = NOON, **changes: Any) -> Wish:
    standard: dict[str, Any] = {
        "campaign_id": campaign_id, "holder": "one", "token": new_id(), "now": now, "until": now + LEASE,
        "streams": (Stream(count),), "callbacks": count,
    }  # fmt: skip
    return Wish(**{**standard, **changes})


async def named(store: Store, campaign: Campaign, *leads: dict[str, Any], **changes: Any) -> list[str]:
    await add_leads(store, numbered(campaign, *leads))
    return [lead.name for lead in await lease(store, wish(campaign.id, **changes))]


# ---- which are due, and in which order ----------------------------------------------------------------------------


async def test_callbacks_come_first_then_priority_then_age(store: Store, campaign: Campaign) -> None:
    names = await named(
        store,
        campaign,
        {"name": "old"},
        {"name": "young"},
        {"name": "important", "priority": 9.0},
        {"name": "retry", "state": LeadState.RETRY, "next_at": ago(hours=1), "priority": 5.0},
        {"name": "callback", "state": LeadState.CALLBACK, "next_at": ago(minutes=1)},
        {"name": "earlier callback", "state": LeadState.CALLBACK, "next_at": ago(hours=2)},
    )
    assert names == ["earlier callback", "callback", "important", "retry", "old", "young"]


async def test_score_and_tags_decide_between_equal_priorities(store: Store, campaign: Campaign) -> None:
    names = await named(
        store,
        campaign,
        {"name": "plain", "urgency": 5.0},
        {"name": "tagged", "urgency": 5.0, "tags": ("high_intent",)},
        {"name": "scored", "urgency": 5.0, "score": 1.0},
        {"name": "urgent", "urgency": 6.0},
    )
    assert names == ["urgent", "scored", "tagged", "plain"]


async def test_a_later_pass_comes_after_the_earlier_ones_whatever_the_priority(
    store: Store, campaign: Campaign
) -> None:
    names = await named(
        store, campaign, {"name": "again", "priority": 9.0, "pass_no": 2, "state": LeadState.RETRY}, {"name": "first"}
    )
    assert names == ["first", "again"]


@pytest.mark.parametrize("lead", [
    {"state": LeadState.DIALLING}, {"state": LeadState.DONE}, {"state": LeadState.CLOSED},
    {"state": LeadState.PAUSED},
    {"next_at": NOON + timedelta(seconds=1)},
    {"state": LeadState.RETRY, "next_at": NOON + timedelta(seconds=1)},
    {"state": LeadState.CALLBACK, "next_at": NOON + timedelta(seconds=1)},
])  # fmt: skip
async def test_what_is_closed_paused_dialled_or_too_early_is_not_due(
    store: Store, campaign: Campaign, lead: dict[str, Any]
) -> None:
    assert await named(store, campaign, lead) == []


async def test_a_lead_is_due_from_its_moment_on(store: Store, campaign: Campaign) -> None:
    assert await named(store, campaign, {"name": "now", "state": LeadState.RETRY, "next_at": NOON}) == ["now"]


async def test_leads_of_another_campaign_are_left_alone(store: Store, campaign: Campaign) -> None:
    other = a_campaign(name="autumn")
    await save_campaign(store, other)
    await add_leads(store, [a_lead(other)])
    assert await lease(store, wish(campaign.id)) == []


async def test_of_1000_mixed_leads_the_first_100_taken_are_the_best_100(store: Store, campaign: Campaign) -> None:
    chance = random.Random(3)
    made = numbered(campaign, *[
        {
            "urgency": float(chance.randrange(11)), "value": float(chance.randrange(11)),
            "state": chance.choice([LeadState.NEW, LeadState.RETRY, LeadState.DONE]),
            "next_at": chance.choice([None, ago(minutes=5), NOON + timedelta(minutes=5)]),
        }
        for _ in range(1000)
    ])  # fmt: skip
    await add_leads(store, made)
    taken = [each for _ in range(5) for each in await lease(store, wish(campaign.id, 20))]

    def worth(each: Lead) -> float:
        return (each.urgency or 0) * 0.6 + (each.value or 0) * 0.4

    able = [each for each in made if each.state is not LeadState.DONE and (each.next_at is None or each.next_at < NOON)]
    best = sorted(map(worth, able), reverse=True)[:100]
    assert [worth(each) for each in taken] == pytest.approx(best)


async def test_streams_of_lanes_and_states_are_each_as_long_as_wanted(store: Store) -> None:
    campaign = a_campaign()
    await save_campaign(store, campaign)
    await add_leads(store, numbered(campaign, *[{}] * 5, *[{"state": LeadState.RETRY}] * 5))
    streams = (Stream(2, states=(LeadState.NEW,)), Stream(1, states=(LeadState.RETRY,)), Stream(3, lanes=(7,)))
    found = await lease(store, wish(campaign.id, streams=streams))
    assert [lead.state for lead in found] == [LeadState.NEW, LeadState.NEW, LeadState.RETRY]


# ---- callbacks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("agents", "waited", "names"), [
    ([], timedelta(minutes=1), ["anyone"]),
    (["ada"], timedelta(minutes=1), ["own", "anyone"]),
    (["bo"], timedelta(minutes=1), ["anyone"]),
    ([], timedelta(minutes=16), ["own", "anyone"]),
])  # fmt: skip
async def test_an_agent_s_callback_is_theirs_until_it_has_waited_too_long(
    store: Store, campaign: Campaign, agents: list[str], waited: timedelta, names: list[str]
) -> None:
    promised = {"state": LeadState.CALLBACK, "next_at": NOON - waited}
    leads = [{**promised, "name": "own", "callback_agent_id": AgentId("ada")}, {**promised, "name": "anyone"}]
    assert await named(store, campaign, *leads, agents=agents, own_until=ago(minutes=15)) == names


# ---- nobody gets what another one has ------------------------------------------------------------------------------


async def test_what_is_held_is_given_to_nobody_else_until_the_lease_is_over(store: Store, campaign: Campaign) -> None:
    await add_leads(store, numbered(campaign, {}, {}, {"state": LeadState.CALLBACK, "next_at": NOON}))
    assert len(await lease(store, wish(campaign.id))) == 3
    assert await lease(store, wish(campaign.id, holder="other")) == []
    later = NOON + LEASE
    assert len(await lease(store, wish(campaign.id, now=later, holder="other"))) == 3
    assert await leases_of(store, "one", later) == 0


async def test_a_request_asked_again_is_answered_with_the_same_leads(store: Store, campaign: Campaign) -> None:
    await add_leads(store, numbered(campaign, *[{}] * 20))
    asked = wish(campaign.id, 5)
    first = await lease(store, asked)
    assert await lease(store, asked) == first
    unit = Unit()
    unit.end_lease(first[0].id)
    await store.commit(unit)
    assert await lease(store, asked) == first[1:]


async def test_what_is_renewed_is_held_longer_and_what_was_over_stays_over(store: Store, campaign: Campaign) -> None:
    await add_leads(store, numbered(campaign, {}))
    await lease(store, wish(campaign.id))
    await renew(store, "one", NOON + LEASE / 2, NOON + 2 * LEASE)
    assert await leases_of(store, "one", NOON + 1.5 * LEASE) == 1
    await renew(store, "one", NOON + 2 * LEASE, NOON + 3 * LEASE)
    assert await leases_of(store, "one", NOON + 2 * LEASE) == 0


async def test_a_lead_given_back_is_taken_by_the_next(store: Store, campaign: Campaign) -> None:
    (lead,) = numbered(campaign, {})
    await add_leads(store, [lead])
    await lease(store, wish(campaign.id))
    unit = Unit()
    unit.end_lease(lead.id, "somebody else")
    await store.commit(unit)
    assert await lease(store, wish(campaign.id, holder="other")) == []
    unit.end_lease(lead.id, "one")
    await store.commit(unit)
    assert await lease(store, wish(campaign.id, holder="other")) == [lead]


async def dialled(store: Store, lead: Lead) -> None:
    unit = Unit()
    unit.lead_dialled(lead.id, NOON, lead.version)
    await store.commit(unit)


async def test_a_holder_who_slept_past_the_lease_cannot_dial_what_another_has_dialled(
    store: Store, campaign: Campaign
) -> None:
    await add_leads(store, numbered(campaign, {}))
    (sleeper,) = await lease(store, wish(campaign.id))
    (other,) = await lease(store, wish(campaign.id, now=NOON + LEASE, holder="other"))
    await dialled(store, other)
    unit = Unit()
    unit.step_lead(other.id, LeadStep(LeadState.RETRY, "busy", NOON), "busy")
    await store.commit(unit)
    with pytest.raises(StoreError, match="changed or dialled by somebody else"):
        await dialled(store, sleeper)
    assert (await lead_by_id(store, other.id)).attempts == 1


async def test_one_lead_that_may_not_be_dialled_does_not_keep_others_from_it(store: Store, campaign: Campaign) -> None:
    await add_leads(store, numbered(campaign, {}, {}))
    first, second = await lease(store, wish(campaign.id))
    await dialled(store, first)
    results = await asyncio.gather(dialled(store, first), dialled(store, second), return_exceptions=True)
    assert [type(result) for result in results] == [StoreError, type(None)]
    assert (await lead_by_id(store, second.id)).state is LeadState.DIALLING


async def test_two_loops_of_one_database_never_get_the_same_lead(url: str, store: Store, campaign: Campaign) -> None:
    await add_leads(store, numbered(campaign, *[{}] * 600))
    other = await Store.open(url)

    async def all_of(opened: Store, holder: str) -> list[str]:
        found: list[str] = []
        while some := await lease(opened, wish(campaign.id, 7, holder=holder)):
            found += [lead.id for lead in some]
        return found

    first, second = await asyncio.gather(all_of(store, "one"), all_of(other, "two"))
    await other.close()
    assert first
    assert second
    assert sorted(first + second) == sorted(f"{n:032x}" for n in range(600))


PROGRAM = """
import asyncio, sys
from datetime import datetime, timedelta
from waihu.store.leases import Stream, Wish, lease
from waihu.store.store import Store

async def take(url, campaign_id, now):
    now = datetime.fromisoformat(now)
    wish = Wish(campaign_id=campaign_id, holder="killed", token="t", now=now, until=now + timedelta(seconds=15),
                streams=(Stream(2),))
    print(*(lead.id for lead in await lease(await Store.open(url), wish)), flush=True)
    sys.stdin.read()  # held, and nothing is done with it

asyncio.run(take(*sys.argv[1:]))
"""


async def test_what_a_killed_program_held_is_dialled_once_by_another_when_its_lease_is_over(
    url: str, store: Store, campaign: Campaign
) -> None:
    await add_leads(store, numbered(campaign, {}, {}, {}))
    paths = {"PYTHONPATH": os.pathsep.join(sys.path)}
    pipe = asyncio.subprocess.PIPE
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, url, campaign.id, NOON.isoformat(), stdin=pipe, stdout=pipe, env=paths
    )
    assert program.stdout is not None
    held = (await program.stdout.readline()).decode().split()
    program.kill()
    await program.wait()
    assert len(held) == 2

    (left,) = await lease(store, wish(campaign.id, holder="other", now=NOON + LEASE / 2))
    assert left.id not in held
    freed = await lease(store, wish(campaign.id, holder="other", now=NOON + LEASE))
    assert [lead.id for lead in freed] == held
    for lead in freed:
        await dialled(store, lead)
    assert await lease(store, wish(campaign.id, holder="third", now=NOON + 3 * LEASE)) == [left]
    assert [(await lead_by_id(store, lead.id)).attempts for lead in freed] == [1, 1]
