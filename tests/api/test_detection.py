"""How machine detection does in a campaign, told through the API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.api.conftest import Person, Site
from tests.api.records import audit_of, campaign_of_team, ended_call

from waihu.store.unit import Unit
from waihu_models.campaign import Campaign, Detection
from waihu_models.detection import JudgedAnswer
from waihu_models.disposition import STANDARD
from waihu_models.signals import Verdict


async def answered(site: Site, campaign: Campaign, verdict: Verdict, judged: str = "", **changes: Any) -> None:
    disposition = STANDARD[judged] if judged else None
    given: dict[str, Any] = {"at": datetime.now(UTC) - timedelta(days=1), **changes}
    if verdict is Verdict.MACHINE:
        given |= {"talk_s": 0.0, "connected_at": None}
    await ended_call(site, campaign_id=campaign.id, verdict=verdict, disposition=disposition, **given)


async def checked(site: Site, campaign: Campaign, judged: str, share: float) -> None:
    at = datetime.now(UTC) - timedelta(days=1)
    call = await ended_call(site, at, campaign_id=campaign.id, verdict=Verdict.UNSURE, disposition=STANDARD[judged])
    unit = Unit()
    unit.save_judged_answer(
        JudgedAnswer(
            call_id=call.id, campaign_id=campaign.id, evidence=("talked:5+",), machine=0.95, threshold=0.91,
            sent_away=True, checked=True, check_share=share, at=at,
        )
    )  # fmt: skip
    await site.app.store.commit(unit)


async def test_what_agents_say_of_answers_is_the_error_that_is_known(site: Site, admin: Person) -> None:
    campaign = await campaign_of_team(
        site, "spring", None, screening=True, detection=Detection.COMBINED, person_cost=9.0
    )
    for judged in ("machine", "sale", "refused", "refused", ""):
        await answered(site, campaign, Verdict.HUMAN, judged)
    await answered(site, campaign, Verdict.UNSURE, "machine")
    await answered(site, campaign, Verdict.MACHINE)
    await answered(site, campaign, Verdict.HUMAN, "machine", at=datetime.now(UTC) - timedelta(days=60))
    page = (await admin.get(f"/campaigns/{campaign.id}/detection")).ok()
    assert (page["detection"], page["threshold"]) == ("combined", 0.9)
    assert (page["sent_away"], page["passed_on"], page["judged"], page["machines"]) == (1, 6, 5, 2)
    assert page["machines_ratio"] == 0.4
    assert page["machines_low"] == pytest.approx(0.118, abs=0.001)
    assert page["machines_high"] == pytest.approx(0.769, abs=0.001)


async def test_answers_that_were_checked_say_how_many_people_were_sent_away(site: Site, admin: Person) -> None:
    campaign = await campaign_of_team(
        site, "checked", None, screening=True, detection=Detection.COMBINED, check_share=0.25
    )
    for judged in ("sale", "machine", "machine", "machine"):
        await checked(site, campaign, judged, 0.25)
    for _ in range(12):
        await answered(site, campaign, Verdict.MACHINE)
    page = (await admin.get(f"/campaigns/{campaign.id}/detection")).ok()
    assert (page["checked"], page["checked_people"], page["people_ratio"], page["people"]) == (4, 1, 0.25, 3)
    assert page["people_low"] == pytest.approx(0.046, abs=0.001)
    assert (page["passed_on"], page["judged"], page["sent_away"]) == (0, 0, 12), "checked answers are no mistakes"
    assert (page["learnt_from"], page["learnt_at"], page["check_share"]) == (0, None, 0.25)


async def test_what_was_checked_with_another_share_counts_for_as_many_as_were_sent_away_then(
    site: Site, admin: Person
) -> None:
    campaign = await campaign_of_team(
        site, "changed", None, screening=True, detection=Detection.COMBINED, check_share=0.1
    )
    # One in two of 8 was checked, four of them people; then one in ten of 40, of whom one in four is a person.
    for judged, share in [("sale", 0.5)] * 4 + [("sale", 0.1)] + [("machine", 0.1)] * 3:
        await checked(site, campaign, judged, share)
    for _ in range(4 + 36):
        await answered(site, campaign, Verdict.MACHINE)
    page = (await admin.get(f"/campaigns/{campaign.id}/detection")).ok()
    assert (page["checked"], page["checked_people"], page["sent_away"]) == (8, 5, 40)
    assert page["people"] == 4 + 9
    assert page["people_ratio"] == pytest.approx(13 / 40, abs=1e-4)
    # Some answers weigh more than others, so the eight say no more than (4 + 4 * 9)^2 / (4 + 4 * 81) = 4.9 alike.
    assert page["people_low"] == pytest.approx(0.082, abs=0.001)
    assert page["people_high"] == pytest.approx(0.722, abs=0.001)


async def test_an_administrator_lets_a_campaign_forget_what_it_learnt(site: Site, admin: Person) -> None:
    campaign = await campaign_of_team(site, "forget", "north")
    lead = await site.person("north_lead")
    path = f"/campaigns/{campaign.id}/detection/learnt"
    assert (await lead.delete(path)).status == 403
    assert (await admin.delete(path)).status == 204
    assert (await admin.get(f"/campaigns/{campaign.id}/detection")).ok()["forgotten_at"] is not None
    assert await audit_of(site, "detection.forget")


async def test_a_campaign_in_which_nothing_was_screened_has_no_figures(site: Site, admin: Person) -> None:
    campaign = await campaign_of_team(site, "quiet", None)
    page = (await admin.get(f"/campaigns/{campaign.id}/detection")).ok()
    assert (page["screening"], page["threshold"], page["judged"], page["machines_ratio"]) == (False, None, 0, None)


async def test_a_campaign_that_may_not_be_seen_is_not_found(site: Site) -> None:
    lead = await site.person("north_lead")
    campaign = await campaign_of_team(site, "theirs", "south")
    assert (await lead.get(f"/campaigns/{campaign.id}/detection")).status == 404


async def test_how_answers_are_taken_is_set_through_the_api(site: Site, admin: Person) -> None:
    made = (await admin.post("/campaigns", {"name": "set"})).ok(201)
    path = f"/campaigns/{made['id']}"
    wish = {"screening": True, "detection": "combined", "person_cost": 20.0}
    changed = (await admin.patch(path, wish, made["version"])).ok()
    assert (changed["detection"], changed["person_cost"]) == ("combined", 20.0)
    for bad in ({"detection": "guess"}, {"person_cost": 0.5}, {"person_cost": 2000}, {"check_share": 0.6}):
        assert (await admin.patch(path, bad, changed["version"])).status == 422
