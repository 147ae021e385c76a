"""Rule packs as evidence, consent for numbers, and the history of calls that caps are reckoned from."""

import hashlib
import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from waihu import paths
from waihu.dialer.rule_packs import lawful
from waihu.services.rule_shelf import read_packs
from waihu.services.why import why_lead
from waihu.services.why_text import explain
from waihu.store.audit import By, latest
from waihu.store.call_history import History, histories
from waihu.store.campaigns import campaign_named, save_campaign
from waihu.store.customers import Word, consents, keep_word, owner_of, words_on
from waihu.store.leads import add_leads, dial_facts, lead_by_id
from waihu.store.migrate import migrate_sync
from waihu.store.rules import keep_packs, kept_packs
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_call, a_campaign, a_lead
from waihu_models.call import Call, CallState, Direction
from waihu_models.campaign import CallingHours, Campaign
from waihu_models.errors import BadRulePack, StoreError
from waihu_models.lead import Consent, Lead
from waihu_models.outcome import Outcome
from waihu_models.phone import E164
from waihu_models.rule_pack import LONGEST_S
from waihu_models.tables import Channel, Purpose

PACKS = read_packs([paths.shipped("rules")])
NUMBER, OTHER = E164("+441632960200"), E164("+441632960299")
ADA = By("shell:ada", NOON)


def ago(**span: float) -> datetime:
    return NOON - timedelta(**span)


async def kept(store: Store, *calls: Call) -> None:
    unit = Unit()
    for call in calls:
        unit.save_call(call)
    await store.commit(unit)


# ---- evidence ------------------------------------------------------------------------------------------------------


async def test_a_pack_is_kept_once_as_it_was_when_it_was_first_used(store: Store) -> None:
    pack = PACKS["uk"]
    await keep_packs(store, [pack, PACKS["eu"]], NOON)
    await keep_packs(store, [pack], NOON + timedelta(days=1))
    (eu, uk) = await kept_packs(store)
    assert (eu["name"], uk["name"], uk["version"], uk["taken_at"]) == ("eu", "uk", pack.number, NOON)
    assert uk["text"] == pack.text
    assert uk["sha256"] == hashlib.sha256(pack.text.encode()).hexdigest()


async def test_another_text_under_the_same_version_is_refused_and_a_new_version_is_kept_beside_it(store: Store) -> None:
    pack = PACKS["uk"]
    await keep_packs(store, [pack], NOON)
    edited = replace(pack, text=pack.text + "# edited\n")
    with pytest.raises(BadRulePack, match=f"rule pack {pack.version} was in use with another text: raise its version"):
        await keep_packs(store, [PACKS["eu"], edited], NOON)
    assert [row["name"] for row in await kept_packs(store)] == ["uk"], "nothing is half kept"
    await keep_packs(store, [replace(edited, number="2026.2")], NOON)
    assert [row["version"] for row in await kept_packs(store)] == ["2026.1", "2026.2"]


async def test_a_call_keeps_the_version_that_let_it_pass(store: Store) -> None:
    await kept(store, a_call(rules_version="us-federal@2026.1+us-florida@2026.1"))
    (row,) = await store.rows(text("SELECT rules_version FROM call"))
    assert row["rules_version"] == "us-federal@2026.1+us-florida@2026.1"


async def test_a_campaign_keeps_the_names_of_its_packs_and_never_what_they_came_to(store: Store) -> None:
    hours = CallingHours((((time(9), time(20)),),) * 7, "Europe/London", frozenset({date(2026, 12, 25)}))
    made = a_campaign(packs=("uk", "eu"), hours=hours)
    await save_campaign(store, lawful(made, PACKS["china-carrier-strict"].rules))
    found = await campaign_named(store, made.name)
    assert found.packs == ("uk", "eu")
    assert found.law.version == ""
    assert found.hours.closed_on == hours.closed_on


# ---- consent -------------------------------------------------------------------------------------------------------


def a_word(state: Consent, at: datetime = NOON, purpose: Purpose = Purpose.CALL, number: E164 = NUMBER) -> Word:
    return Word(
        purpose=purpose, state=state, at=at, source="form 7", channel=Channel.WEB, proof="f7.pdf", number_e164=number
    )


async def call_consent(store: Store, lead: Lead) -> Consent:
    return (await dial_facts(store, [lead], NOON))[lead.id].call_consent


async def test_a_word_for_a_number_counts_for_every_lead_with_it_and_is_taken_back_at_once(
    store: Store, campaign: Campaign
) -> None:
    lead, other = a_lead(campaign), a_lead(campaign, OTHER)
    await add_leads(store, [lead, other])
    await keep_word(store, a_word(Consent.GRANTED, ago(days=2)))
    assert await call_consent(store, lead) is Consent.GRANTED
    await keep_word(store, a_word(Consent.DENIED, ago(seconds=1)))
    assert await call_consent(store, lead) is Consent.DENIED
    assert await call_consent(store, other) is Consent.UNKNOWN


async def test_an_old_yes_that_is_entered_late_does_not_undo_a_later_no(store: Store, campaign: Campaign) -> None:
    lead = a_lead(campaign)
    await add_leads(store, [lead])
    await keep_word(store, a_word(Consent.DENIED, ago(days=1)))
    await keep_word(store, a_word(Consent.GRANTED, ago(days=30)))
    assert await call_consent(store, lead) is Consent.DENIED
    assert [word.state for word in await words_on(store, NUMBER)] == [Consent.DENIED, Consent.GRANTED]


async def test_the_latest_of_a_customer_s_own_word_and_one_for_the_number_counts(
    store: Store, campaign: Campaign
) -> None:
    lead = a_lead(campaign)
    await add_leads(store, [lead])
    unit = Unit()
    unit.new_customer(lead, NOON)
    await store.commit(unit)
    customer_id = (await lead_by_id(store, lead.id)).customer_id
    assert customer_id is not None
    await keep_word(store, a_word(Consent.GRANTED, ago(days=2)))
    await keep_word(store, replace(a_word(Consent.DENIED, ago(days=1)), customer_id=customer_id, number_e164=None))
    assert await call_consent(store, lead) is Consent.DENIED
    assert await consents(store, customer_id) == {Purpose.CALL: Consent.DENIED}
    assert len(await words_on(store, NUMBER)) == 2


async def test_every_word_says_how_it_came_and_where_it_can_be_seen_and_is_noted(store: Store) -> None:
    word = a_word(Consent.GRANTED, ago(days=1))
    await keep_word(store, word, ADA)
    assert await words_on(store, NUMBER) == [word]
    (row,) = await latest(store, 1)
    assert (row["actor"], row["action"], row["object_id"]) == ("shell:ada", "consent.add", "+44****0200")
    assert row["detail"] == "call granted at 2026-11-22T12:00:00+00:00, web: form 7; f7.pdf"
    assert NUMBER not in str(dict(row))
    with pytest.raises(StoreError):
        await keep_word(store, replace(word, number_e164=None))


async def test_a_word_on_recording_counts_for_a_number_that_is_nobody_s(store: Store) -> None:
    assert await owner_of(store, NUMBER) == (None, Consent.UNKNOWN)
    await keep_word(store, a_word(Consent.DENIED, purpose=Purpose.RECORD))
    assert await owner_of(store, NUMBER) == (None, Consent.DENIED)


def test_words_of_customers_outlive_the_change_of_the_table_up_and_down(file: Path, url: str) -> None:
    migrate_sync(url, "0002")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("INSERT INTO customer (id, created_at) VALUES ('c', '2026-11-23 12:00:00.000000')")
        connection.execute(
            "INSERT INTO consent (seq, customer_id, purpose, state, source, at)"
            " VALUES (7, 'c', 'call', 'denied', 'form', '2026-11-23 12:00:00.000000')"
        )
        connection.commit()
    migrate_sync(url)
    with closing(sqlite3.connect(file)) as connection:
        query = "SELECT seq, customer_id, state, source, channel, number_e164 FROM consent"
        assert connection.execute(query).fetchall() == [(7, "c", "denied", "form", "unknown", None)]
        connection.execute(
            "INSERT INTO consent (number_e164, purpose, state, at) VALUES ('+441632960200', 'call', 'denied', '2026')"
        )
        connection.commit()
        assert connection.execute("SELECT max(seq) FROM consent").fetchone() == (8,)
    migrate_sync(url, "0002")
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT seq, customer_id, state FROM consent").fetchall() == [(7, "c", "denied")]


# ---- history -------------------------------------------------------------------------------------------------------


async def test_calls_that_rang_somebody_are_counted_newest_first_as_far_back_as_any_rule_reaches(store: Store) -> None:
    ended = {"state": CallState.ENDED, "hung_up_at": NOON}
    long_ago = NOON - timedelta(seconds=3 * LONGEST_S)
    await kept(
        store,
        a_call(dialled_at=ago(hours=30), outcome=Outcome.BUSY, **ended),
        a_call(dialled_at=ago(minutes=1), outcome=None),
        a_call(dialled_at=ago(hours=2), outcome=Outcome.ANSWERED, campaign_id="another", **ended),
        a_call(dialled_at=ago(hours=3), outcome=Outcome.FAILED, **ended),
        a_call(dialled_at=ago(hours=3), outcome=Outcome.CANCELLED, **ended),
        a_call(dialled_at=ago(hours=3), outcome=Outcome.ANSWERED, direction=Direction.INBOUND, **ended),
        a_call(dialled_at=long_ago, outcome=Outcome.BUSY, **ended),
        a_call(dialled_at=ago(hours=1), outcome=Outcome.BUSY, number_e164=OTHER, **ended),
    )
    found = await histories(store, [NUMBER, OTHER, E164("+441632960298")])
    assert found == {
        NUMBER: History((ago(minutes=1), ago(hours=2), ago(hours=30), long_ago)),
        OTHER: History((ago(hours=1),)),
    }


async def test_when_a_number_was_abandoned_last_is_known(store: Store, campaign: Campaign) -> None:
    lead = a_lead(campaign)
    await add_leads(store, [lead])
    dropped = {"abandoned": True, "outcome": Outcome.ABANDONED, "state": CallState.ENDED}
    await kept(
        store,
        a_call(dialled_at=ago(hours=5), hung_up_at=ago(hours=5), **dropped),
        a_call(dialled_at=ago(hours=3), hung_up_at=ago(hours=2.9), **dropped),
        a_call(dialled_at=ago(hours=1), outcome=Outcome.ANSWERED, hung_up_at=NOON, state=CallState.ENDED),
    )
    facts = (await dial_facts(store, [lead], NOON))[lead.id]
    assert facts.dropped_at == ago(hours=2.9)
    assert len(facts.attempts_at) == 3


@pytest.mark.parametrize("seed", range(5))
async def test_the_history_of_many_numbers_is_that_of_each_whatever_the_order_of_calls(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    numbers = [E164(f"+4416329602{n:02d}") for n in range(8)]
    calls = [
        a_call(
            number_e164=chance.choice(numbers),
            dialled_at=ago(seconds=chance.randrange(int(LONGEST_S * 1.1))),
            outcome=chance.choice([Outcome.BUSY, Outcome.ANSWERED, Outcome.FAILED, Outcome.ABANDONED]),
            state=CallState.ENDED,
        )
        for _ in range(200)
    ]
    calls = [replace(call, abandoned=call.outcome is Outcome.ABANDONED, hung_up_at=call.dialled_at) for call in calls]
    await kept(store, *calls)
    found = await histories(store, numbers)
    for number in numbers:
        his = [c for c in calls if c.number_e164 == number]
        noticed = sorted((c.dialled_at for c in his if c.outcome is not Outcome.FAILED), reverse=True)
        dropped = max((c.dialled_at for c in his if c.abandoned), default=None)
        assert found.get(number, History()) == History(tuple(noticed), dropped)


# ---- why -----------------------------------------------------------------------------------------------------------


class Noon:
    def now(self) -> datetime:
        return NOON.astimezone(UTC)

    def monotonic(self) -> float:
        return 0.0


async def test_a_lead_under_rule_packs_is_explained_by_them(store: Store) -> None:
    campaign = a_campaign(packs=("china",))
    await save_campaign(store, campaign)
    await add_leads(store, [a_lead(campaign, zone="Asia/Shanghai")])
    [why] = await why_lead(store, NUMBER, Noon(), PACKS)
    assert "a rule pack asks for a yes" in explain(why)
    assert "规则包要求客户明确同意" in explain(why, "zh")
    assert "china@2026.1" in explain(why)
    await keep_word(store, a_word(Consent.GRANTED, ago(days=1)))
    [why] = await why_lead(store, NUMBER, Noon(), PACKS)
    assert why.dialable
    with pytest.raises(BadRulePack, match="there is no rule pack 'china'"):
        await why_lead(store, NUMBER, Noon())
