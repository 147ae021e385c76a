"""Customers in the store: who they are is made by imports and by calls; here is what they allow."""

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.ids import CustomerId
from waihu_models.lead import Consent
from waihu_models.tables import ConsentRow, Purpose

_CONSENT = table(ConsentRow)


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
