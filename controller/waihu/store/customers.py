"""Customers in the store: whose a number is, and what they allow. Imports and calls make them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, func, insert, select

from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.ids import CustomerId
from waihu_models.lead import Consent
from waihu_models.phone import E164
from waihu_models.tables import ConsentRow, CustomerPhoneRow, Purpose

_CONSENT, _PHONE = table(ConsentRow), table(CustomerPhoneRow)


_SHARERS = 20
"""Customers looked at who share one number: a family, a reception."""


def latest_word(customer_id: ColumnElement[Any], purpose: Purpose) -> ScalarSelect[str]:
    """Return the expression for a customer's latest word on a purpose, NULL if there is none."""
    said = (_CONSENT.c.customer_id == customer_id) & (_CONSENT.c.purpose == purpose.value)
    return select(_CONSENT.c.state).where(said).order_by(_CONSENT.c.seq.desc()).limit(1).scalar_subquery()


async def owner_of(store: Store, number: E164) -> tuple[CustomerId | None, Consent]:
    """Return whose number this is, and what they said of being recorded.

    Of several customers with one number the first counts, but a refusal of any of them.
    """
    query = (
        select(_PHONE.c.customer_id, latest_word(_PHONE.c.customer_id, Purpose.RECORD).label("said"))
        .where(_PHONE.c.number_e164 == number)
        .order_by(_PHONE.c.place, _PHONE.c.customer_id)
        .limit(_SHARERS)
    )
    rows = await store.rows(query)
    said = [Consent(row["said"]) for row in rows if row["said"] is not None]
    word = Consent.DENIED if Consent.DENIED in said else next(iter(said), Consent.UNKNOWN)
    return (CustomerId(rows[0]["customer_id"]) if rows else None), word


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
    row = {"customer_id": customer_id, "purpose": str(purpose), "state": str(state), "source": source, "at": at}

    def work(connection: Connection) -> None:
        connection.execute(insert(_CONSENT), row)

    await store.write(work)


async def consents(store: Store, customer_id: CustomerId) -> dict[Purpose, Consent]:
    """Return a customer's latest word on each purpose they ever spoke of."""
    latest = select(func.max(_CONSENT.c.seq)).where(_CONSENT.c.customer_id == customer_id).group_by(_CONSENT.c.purpose)
    query = select(_CONSENT.c.purpose, _CONSENT.c.state).where(_CONSENT.c.seq.in_(latest))
    return {Purpose(row["purpose"]): Consent(row["state"]) for row in await store.rows(query)}
