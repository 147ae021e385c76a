"""Customers in the store: whose a number is, and what they allow. Imports and calls make them."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, insert, literal, null, or_, select

from waihu.store.audit import By, note
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.ids import CustomerId
from waihu_models.lead import Consent
from waihu_models.phone import E164, mask
from waihu_models.tables import Channel, ConsentRow, CustomerPhoneRow, CustomerRow, Purpose

_CONSENT, _PHONE, _CUSTOMER = table(ConsentRow), table(CustomerPhoneRow), table(CustomerRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What was said on one purpose: by a customer, or for a number whoever it belongs to."""

    purpose: Purpose
    state: Consent
    at: datetime  # when it was said, not when it was entered
    source: str = ""  # who says so: a call, a form, a file
    channel: Channel = Channel.UNKNOWN
    proof: str = ""  # where it can be seen or heard
    customer_id: CustomerId | None = None
    number_e164: E164 | None = None


_SHARERS = 20
"""Customers looked at who share one number: a family, a reception."""

_LATEST = (_CONSENT.c.at.desc(), _CONSENT.c.seq.desc())


def latest_word(customer_id: ColumnElement[Any], number: ColumnElement[Any], purpose: Purpose) -> ScalarSelect[str]:
    """Return the expression for the latest word of a customer, or for a number, on a purpose, NULL if there is none.

    The latest by the time at which it was said: an old yes that is entered late does not undo a later no.
    """
    whose = or_(_CONSENT.c.customer_id == customer_id, _CONSENT.c.number_e164 == number)
    said = select(_CONSENT.c.state).where(whose, _CONSENT.c.purpose == purpose.value)
    return said.order_by(*_LATEST).limit(1).scalar_subquery()


async def owner_of(store: Store, number: E164) -> tuple[CustomerId | None, Consent]:
    """Return whose number this is, and what they said of being recorded.

    Of several customers with one number the first counts, but a refusal of any of them.
    """
    query = (
        select(_PHONE.c.customer_id, latest_word(_PHONE.c.customer_id, literal(number), Purpose.RECORD).label("said"))
        .where(_PHONE.c.number_e164 == number)
        .order_by(_PHONE.c.place, _PHONE.c.customer_id)
        .limit(_SHARERS)
    )
    rows = await store.rows(query)
    if not rows:
        nobodys = await store.rows(select(latest_word(null(), literal(number), Purpose.RECORD).label("said")))
        return None, Consent(nobodys[0]["said"] or Consent.UNKNOWN)
    said = [Consent(row["said"]) for row in rows if row["said"] is not None]
    word = Consent.DENIED if Consent.DENIED in said else next(iter(said), Consent.UNKNOWN)
    return CustomerId(rows[0]["customer_id"]), word


async def language_of(store: Store, customer_id: CustomerId) -> str:
    """Return the language a customer speaks, empty where nobody said or there is no such customer."""
    rows = await store.rows(select(_CUSTOMER.c.language).where(_CUSTOMER.c.id == customer_id))
    return str(rows[0]["language"]) if rows else ""


async def add_consent(
    store: Store, customer_id: CustomerId, purpose: Purpose, state: Consent, source: str, at: datetime
) -> None:
    """Keep a customer's word; the words before it stay.

    Args:
        store: Where.
        customer_id: Who said it.
        purpose: What it is about.
        state: What was said.
        source: How it is known: a call id, a form, a file.
        at: When it was said.
    Raises:
        StoreError: there is no such customer.
    """
    await keep_word(store, Word(purpose=purpose, state=state, source=source, at=at, customer_id=customer_id))


async def keep_word(store: Store, word: Word, by: By | None = None) -> None:
    """Keep a word of consent; the words before it stay, and from now on the latest counts.

    Args:
        store: Where.
        word: What was said, by whom or for which number.
        by: Who enters it, for the audit log; None: the program itself.
    Raises:
        StoreError: there is no such customer.
    """
    row = {field.name: getattr(word, field.name) for field in fields(Word)}
    row |= {name: str(row[name]) for name in ("purpose", "state", "channel")}
    whose = mask(word.number_e164) if word.number_e164 else str(word.customer_id)

    def work(connection: Connection) -> None:
        connection.execute(insert(_CONSENT), row)
        said = f"{word.purpose} {word.state} at {word.at.isoformat()}, {word.channel}: {word.source}; {word.proof}"
        note(connection, by, "consent.add", whose, said)

    await store.write(work)


async def words_on(store: Store, number: E164) -> list[Word]:
    """Return every word for a number and of the customers it belongs to, the latest first."""
    owners = select(_PHONE.c.customer_id).where(_PHONE.c.number_e164 == number)
    whose = or_(_CONSENT.c.number_e164 == number, _CONSENT.c.customer_id.in_(owners))
    rows = await store.rows(select(_CONSENT).where(whose).order_by(*_LATEST))
    return [
        Word(
            **{
                **{field.name: row[field.name] for field in fields(Word)},
                "purpose": Purpose(row["purpose"]),
                "state": Consent(row["state"]),
                "channel": Channel(row["channel"]),
            }
        )
        for row in rows
    ]


async def consents(store: Store, customer_id: CustomerId) -> dict[Purpose, Consent]:
    """Return a customer's latest word on each purpose they ever spoke of."""
    query = select(_CONSENT).where(_CONSENT.c.customer_id == customer_id).order_by(_CONSENT.c.at, _CONSENT.c.seq)
    return {Purpose(row["purpose"]): Consent(row["state"]) for row in await store.rows(query)}
