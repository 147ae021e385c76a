"""Customers through the API: found, shown masked, changed, revealed on record, and only by those who may."""

from datetime import timedelta
from typing import Any

from tests.api.conftest import Person, Site
from tests.api.records import a_customer, audit_of, campaign_of_team, ended_call, recording_id

from waihu.store.audit import By
from waihu.store.customers import Word, keep_word
from waihu.store.dnc import forbid
from waihu.testing.factories import NOON
from waihu_models.ids import AgentId, CustomerId
from waihu_models.lead import Consent
from waihu_models.phone import E164
from waihu_models.tables import Purpose

ANNA, BEN = "+441632960111", "+441632960222"


def names(page: Any) -> list[str]:
    return [one["name"] for one in page["items"]]


async def test_customers_are_found_by_number_last_four_name_and_tag(site: Site, admin: Person) -> None:
    await campaign_of_team(site, "uk", None)  # its region says how national numbers are meant
    await a_customer(site, "Anna Gray", ANNA, tags=("vip", "老客户"))
    await a_customer(site, "Ben Green", BEN, tags=("vip",))
    await a_customer(site, "王小明", "+441632960333")
    for query, found in (
        ("", ["Anna Gray", "Ben Green", "王小明"]),
        ("number=%2B44 1632 960111", ["Anna Gray"]),
        ("number=01632 960222", ["Ben Green"]),
        ("number=441632960222", ["Ben Green"]),
        ("last4=0333", ["王小明"]),
        ("name=小明", ["王小明"]),
        ("name=小明&inside=false", []),
        ("name=王&inside=false", ["王小明"]),
        ("name=GR", ["Anna Gray", "Ben Green"]),
        ("name=ｇｒａｙ", ["Anna Gray"]),
        ("name=%25", []),
        ("q=0111", ["Anna Gray"]),
        ("q=01632960222", ["Ben Green"]),
        ("q=green", ["Ben Green"]),
        ("tag=vip", ["Anna Gray", "Ben Green"]),
        ("tag=vip&tag=老客户", ["Anna Gray"]),
        ("sort=-name", ["王小明", "Ben Green", "Anna Gray"]),
        ("sort=newest", ["王小明", "Ben Green", "Anna Gray"]),
    ):
        assert names((await admin.get(f"/customers?{query}")).ok()) == found, query
    assert (await admin.get("/tags")).ok() == [{"tag": "vip", "customers": 2}, {"tag": "老客户", "customers": 1}]


async def test_pages_follow_each_other_though_rows_come_and_go(site: Site, admin: Person) -> None:
    for number in range(7):
        await a_customer(site, f"Person {number % 3}", f"+4416329601{number:02d}")
    seen: list[str] = []
    after = ""
    for _ in range(4):
        page = (await admin.get(f"/customers?limit=2{after}")).ok()
        seen += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        await a_customer(site, "Aaron", "+441632960999")
        after = f"&after={page['next']}"
    assert len(seen) == len(set(seen)) == 7
    assert (await admin.get("/customers?after=rubbish")).status == 422


async def test_a_number_is_masked_until_it_is_revealed_on_record(site: Site) -> None:
    customer = await a_customer(site, "Anna", ANNA, team="north")
    agent = await site.person("north_agent")
    page = await agent.get(f"/customers/{customer}")
    assert ANNA.encode() not in page.raw
    assert page.ok()["phones"][0]["masked"] == "+44****0111"
    listed = await agent.get("/customers")
    assert ANNA.encode() not in listed.raw
    path = f"/customers/{customer}/phones/{page.value['phones'][0]['id']}/reveal"
    assert (await agent.post(path)).ok() == {"number_e164": ANNA}
    (row,) = await audit_of(site, "number.reveal")
    assert (row["actor"], row["object_id"], row["detail"]) == ("user:north_agent", customer, "+44****0111")


async def test_nobody_reaches_a_customer_of_another_team(site: Site) -> None:
    customer = await a_customer(site, "Anna", ANNA, team="south")
    agent, lead, own = [await site.person(one) for one in ("north_agent", "north_lead", "south_agent")]
    phone = (await own.get(f"/customers/{customer}")).ok()["phones"][0]["id"]
    for person in (agent, lead):
        assert names((await person.get("/customers")).ok()) == []
        assert names((await person.get("/customers?last4=0111")).ok()) == []
        assert (await person.get(f"/customers/{customer}")).status == 404
        assert (await person.get(f"/customers/{customer}/timeline")).status == 404
        assert (await person.patch(f"/customers/{customer}", {"name": "x"}, 1)).status == 404
        assert (await person.post(f"/customers/{customer}/notes", {"text": "x"})).status == 404
        assert (await person.post(f"/customers/{customer}/phones/{phone}/reveal")).status == 404
    assert await audit_of(site, "number.reveal") == []


async def test_of_two_changes_the_second_is_told_what_is_different(site: Site, admin: Person) -> None:
    customer = await a_customer(site, "Anna", ANNA, tags=("vip",))
    path = f"/customers/{customer}"
    first = (await admin.patch(path, {"name": "Anna Gray", "tags": ["new"], "zone": "Europe/London"}, 1)).ok()
    assert (first["name"], first["tags"], first["zone"], first["version"]) == ("Anna Gray", ["new"], "Europe/London", 2)
    second = await admin.patch(path, {"name": "Ann", "tags": ["vip"], "level": "A"}, 1)
    assert second.status == 409
    assert second.value["difference"] == {"name": "Anna Gray", "tags": ["new"], "level": ""}
    assert names((await admin.get("/customers?name=gray")).ok()) == ["Anna Gray"]
    assert (await admin.patch(path, {"zone": "Europe/Nowhere"}, 2)).value["errors"][0]["path"] == "$.zone"
    assert (await admin.patch(path, {"name": "x"})).status == 428


async def test_a_new_customer_has_its_numbers_in_one_spelling(site: Site) -> None:
    agent = await site.person("north_agent")
    body = {"name": "Cora", "numbers": ["01632 960444", "+44 1632 960444"], "region": "GB", "tags": ["web"]}
    made = (await agent.post("/customers", body)).ok(201)
    assert [phone["masked"] for phone in made["phones"]] == ["+44****0444"]
    assert (made["team_id"], made["tags"]) == (site.teams["north"], ["web"])
    bad = await agent.post("/customers", {"name": "Dora", "numbers": ["01632 960444"]})
    assert (bad.status, bad.value["errors"][0]["path"]) == (422, "$.numbers[0]")
    twice = {"name": "Eve", "external_id": "C-1"}
    (await agent.post("/customers", twice)).ok(201)
    assert (await agent.post("/customers", twice)).status == 409


async def test_a_customer_page_tells_consent_do_not_call_and_campaigns(site: Site, admin: Person) -> None:
    customer = await a_customer(site, "Anna", ANNA)
    campaign = await campaign_of_team(site, "uk", None)
    store, by = site.app.store, By("test", NOON)
    said = {"purpose": Purpose.CALL, "customer_id": CustomerId(customer)}
    await keep_word(store, Word(**said, state=Consent.GRANTED, at=NOON, source="form"), by)
    await keep_word(store, Word(**said, state=Consent.DENIED, at=NOON + timedelta(days=1), source="call"), by)
    await forbid(store, E164(ANNA), by, "asked")
    (await admin.post(f"/campaigns/{campaign.id}/leads", {"number": "01632 960111", "name": "Anna"})).ok(201)
    page = (await admin.get(f"/customers/{customer}")).ok()
    assert page["consents"] == {"call": "denied"}
    assert [word["state"] for word in page["consent_history"]] == ["denied", "granted"]
    assert page["do_not_call"] is True
    assert page["phones"][0]["do_not_call"][0]["list_name"] == "internal"
    assert [(lead["campaign_name"], lead["state"]) for lead in page["leads"]] == [("uk", "new")]
    found = (await admin.get(f"/customers?campaign_id={campaign.id}")).ok()
    assert names(found) == ["Anna"]


async def test_a_timeline_is_one_story_in_pages_newest_first(site: Site) -> None:
    customer = await a_customer(site, "Anna", ANNA, team="north")
    north = await campaign_of_team(site, "north", "north")
    for hour in range(4):
        await ended_call(
            site, NOON + timedelta(hours=hour), customer_id=customer, campaign_id=north.id,
            agent_id=AgentId("north_agent"), recording_id=recording_id(), note=f"call {hour}",
        )  # fmt: skip
    word = Word(
        purpose=Purpose.SMS, state=Consent.GRANTED, at=NOON + timedelta(hours=1), customer_id=CustomerId(customer)
    )
    await keep_word(site.app.store, word)
    agent = await site.person("north_agent")
    (await agent.post(f"/customers/{customer}/notes", {"text": "likes tea"})).ok(201)
    told: list[str] = []
    after = ""
    for _ in range(9):
        page = (await agent.get(f"/customers/{customer}/timeline?limit=1{after}")).ok()
        (one,) = page["items"]
        told.append(next(kind for kind in ("call", "consent", "note") if one[kind] is not None))
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    kinds_by_time = [("note", site.app.clock.now()), *(("call", NOON + timedelta(hours=hour)) for hour in range(4))]
    kinds_by_time.append(("consent", NOON + timedelta(hours=1)))
    assert sorted(told) == sorted(kind for kind, _ in kinds_by_time)
    whole = (await agent.get(f"/customers/{customer}/timeline")).ok()["items"]
    assert [one["at"] for one in whole] == sorted((one["at"] for one in whole), reverse=True)
    assert told == [next(kind for kind in ("call", "consent", "note") if one[kind]) for one in whole]
    assert next(one["note"] for one in whole if one["note"])["text"] == "likes tea"
