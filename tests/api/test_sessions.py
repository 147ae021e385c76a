"""Logging in, what keeps others out, and the first administrator."""

import asyncio
from datetime import timedelta

from tests.api.conftest import PASSWORD, Person, Site

from waihu.services.log_ins import LOCK_AFTER, TRIES
from waihu.store import accounts as stored


async def test_who_logs_in_is_told_who_they_are_and_what_they_may(site: Site) -> None:
    person = await site.person("north_lead")
    session = (await person.get("/session")).ok()
    assert session["user"]["role"] == "supervisor"
    assert session["user"]["rights"]["supervise"] == "team"
    assert "users.edit" not in session["user"]["rights"]


async def test_login_and_password_are_refused_in_the_same_words(site: Site) -> None:
    wrong = await site.stranger().post("/session", {"login": "admin", "password": "wrong password"})
    nobody = await site.stranger().post("/session", {"login": "nobody", "password": "wrong password"})
    assert wrong.status == nobody.status == 401
    assert wrong.value == nobody.value


async def test_after_too_many_wrong_passwords_an_account_is_locked_for_everybody(site: Site) -> None:
    row = await stored.account_named(site.app.store, "north_lead")
    assert row is not None
    await stored.set_log_in_failures(site.app.store, row["id"], LOCK_AFTER - 1, None)
    wrong = await site.stranger().post("/session", {"login": "north_lead", "password": "wrong"})
    assert wrong.status == 401
    right = await site.stranger().post("/session", {"login": "north_lead", "password": PASSWORD})
    assert right.status == 429
    assert right.code == "too_often"
    assert int(right.headers["Retry-After"]) > 60


async def test_one_address_may_not_try_for_ever(site: Site) -> None:
    tries = [site.stranger().post("/session", {"login": f"nobody{n}", "password": "x"}) for n in range(TRIES + 3)]
    statuses = [answer.status for answer in await asyncio.gather(*tries)]
    assert statuses.count(429) == 3


async def test_without_a_log_in_nothing_is_answered_but_the_door(site: Site) -> None:
    answer = await site.stranger().get("/campaigns")
    assert (answer.status, answer.code) == (401, "not_logged_in")
    assert answer.headers["Content-Type"].startswith("application/problem+json")


async def test_a_change_needs_the_csrf_header_and_our_own_origin(admin: Person) -> None:
    body = {"name": "west"}
    without = await admin.post("/teams", body, headers={"X-CSRF": ""})
    elsewhere = await admin.post("/teams", body, headers={"Origin": "https://elsewhere.example"})
    assert without.status == elsewhere.status == 403
    own = await admin.post("/teams", body, headers={"Origin": admin.base})
    own.ok(201)


async def test_a_page_of_another_site_cannot_log_somebody_in(site: Site) -> None:
    wish = {"login": "admin", "password": PASSWORD}
    answer = await site.stranger().post("/session", wish, headers={"Origin": "https://elsewhere.example"})
    assert answer.status == 403
    assert "Set-Cookie" not in answer.headers


async def test_who_logs_out_is_out(admin: Person) -> None:
    (await admin.delete("/session")).ok(204)
    assert (await admin.get("/campaigns")).status == 401


async def test_a_disabled_user_is_out_at_once(site: Site, admin: Person) -> None:
    person = await site.person("south_lead")
    user = (await admin.get(f"/users/{person.me['id']}")).ok()
    (await admin.patch(f"/users/{user['id']}", {"disabled": True}, user["version"])).ok()
    assert (await person.get("/campaigns")).status == 401
    again = await site.stranger().post("/session", {"login": "south_lead", "password": PASSWORD})
    assert again.status == 401


async def test_a_new_password_ends_every_log_in(site: Site) -> None:
    first, second = await site.person("north_lead"), await site.person("north_lead")
    wish = {"present": PASSWORD, "password": "another long password"}
    (await first.ask("PUT", "/session/password", wish)).ok(204)
    assert (await second.get("/session")).status == 401
    await site.stranger().log_in("north_lead", "another long password")


async def test_a_password_has_to_be_long_and_not_the_login(site: Site, admin: Person) -> None:
    short = await admin.post("/users", {"login": "newcomer", "role": "agent", "password": "short"})
    same = await admin.post("/users", {"login": "longnewcomer", "role": "agent", "password": "LongNewcomer"})
    assert short.status == same.status == 422


async def test_a_program_uses_a_token_and_no_cookie(site: Site, admin: Person) -> None:
    made = (await admin.post("/session/tokens", {"name": "shop", "days": 30})).ok(201)
    program = Person(site.base, site.http)
    bearer = {"Authorization": f"Bearer {made['token']}"}
    (await program.post("/teams", {"name": "by program"}, headers=bearer)).ok(201)
    names = [one["program"] for one in (await admin.get("/session/log-ins")).ok()]
    assert "token: shop" in names


async def test_the_store_holds_no_password_and_no_token(site: Site) -> None:
    person = await site.person("admin")
    token = person.cookie.partition("=")[2]
    dump = [str(dict(row)) for row in await stored.accounts(site.app.store)]
    dump += [str(dict(row)) for row in await stored.log_ins(site.app.store, person.me["id"], site.app.clock.now())]
    assert token
    assert not [text for text in dump if token in text or PASSWORD in text]


async def test_the_first_link_makes_one_administrator_and_no_second(site: Site) -> None:
    assert await site.app.log_ins.first_link() is None  # there are accounts
    assert (await site.stranger().get("/setup")).ok() == {"needs_admin": False}
    wish = {"token": "x" * 32, "login": "intruder", "password": "a long password"}
    assert (await site.stranger().post("/setup", wish)).status == 401


async def test_a_user_without_a_password_sets_one_by_a_link_that_works_once(site: Site, admin: Person) -> None:
    made = (await admin.post("/users", {"login": "wang.fang", "role": "agent"})).ok(201)
    assert made["user"]["has_password"] is False
    wish = {"token": made["link_token"], "password": "a password of her own"}
    (await site.stranger().post("/setup", wish)).ok()
    await site.stranger().log_in("wang.fang", "a password of her own")
    assert (await site.stranger().post("/setup", wish)).status == 401


async def test_a_link_of_two_days_ago_opens_nothing(site: Site, admin: Person) -> None:
    made = (await admin.post("/users", {"login": "li.lei", "role": "agent"})).ok(201)
    later = site.app.clock.now() + timedelta(hours=49)
    from waihu.services.log_ins import hidden

    assert await stored.link(site.app.store, hidden(made["link_token"]), later) is None
    assert await stored.link(site.app.store, hidden(made["link_token"]), site.app.clock.now()) is not None
