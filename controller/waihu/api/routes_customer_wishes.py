"""What customers wish of us, as somebody enters it: words of consent, and not to be called any more."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from msgspec import Meta, Struct

from waihu.api.ask import Ask
from waihu.api.looking import campaign_seen
from waihu.api.routes import Routes
from waihu.api.routes_customers import CustomerDetail, customer_detail, phone_of
from waihu.store.customer_search import customer_row
from waihu.store.customers import Word, keep_word
from waihu.store.dnc import forbid
from waihu.store.visible import visible_customers
from waihu_models.access import Right
from waihu_models.errors import BadField
from waihu_models.events import DoNotCallAdded
from waihu_models.ids import CustomerId
from waihu_models.lead import Consent
from waihu_models.phone import E164
from waihu_models.tables import Channel, Purpose

routes = Routes("customers")

CLOCKS_DIFFER = timedelta(minutes=5)
"""A word may seem to come from so far ahead."""


class NewConsent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word of a customer to be kept. ``state`` denied: also for a consent taken back; ``at`` left out: said now."""

    purpose: Purpose
    state: Literal["granted", "denied"]
    source: Annotated[str, Meta(max_length=200, pattern=r"\S")]  # who says so: a form, a letter, a call
    channel: Channel = Channel.UNKNOWN
    proof: Annotated[str, Meta(max_length=500)] = ""  # where it can be seen or heard
    at: Annotated[datetime, Meta(tz=True)] | None = None


class DncOfPhone(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a number of a customer is not to be called any more; with a campaign, only by that one."""

    reason: Annotated[str, Meta(max_length=500, pattern=r"\S")]
    campaign_id: Annotated[str, Meta(min_length=1, max_length=32)] | None = None


@routes.post("/customers/{customer_id}/consents", right=Right.CUSTOMERS_EDIT, status=201, idempotent=True)
async def create_consent(ask: Ask, customer_id: str, body: NewConsent) -> CustomerDetail:
    """Keep a word of consent of a customer; those before it stay, and the one said last counts."""
    store, now = ask.house.store, ask.house.clock.now()
    await customer_row(store, customer_id, visible_customers(ask.viewer, Right.CUSTOMERS_EDIT))
    if body.at is not None and body.at > now + CLOCKS_DIFFER:
        raise BadField("$.at", "this moment has not come yet")
    word = Word(
        purpose=body.purpose, state=Consent(body.state), at=body.at or now, source=body.source.strip(),
        channel=body.channel, proof=body.proof.strip(), customer_id=CustomerId(customer_id),
    )  # fmt: skip
    await keep_word(store, word, ask.by)
    return await customer_detail(ask, customer_id)


@routes.post(
    "/customers/{customer_id}/phones/{phone_id}/do-not-call", right=Right.DO_NOT_CALL_ADD, idempotent=True
)  # fmt: skip
async def forbid_phone(ask: Ask, customer_id: str, phone_id: str, body: DncOfPhone) -> None:
    """Put a number of a customer on the list of people who asked us, or on a campaign's own; nobody needs to see it."""
    row = await phone_of(ask, customer_id, phone_id, Right.DO_NOT_CALL_ADD)
    number = E164(row["number_e164"])
    campaign = await campaign_seen(ask, body.campaign_id, Right.DO_NOT_CALL_ADD) if body.campaign_id else None
    await forbid(ask.house.store, number, ask.by, body.reason.strip(), campaign)
    if campaign is None:
        ask.house.bus.publish(DoNotCallAdded(number))
