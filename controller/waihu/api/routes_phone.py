"""The phone in the browser: what it registers with."""

from datetime import datetime

from msgspec import Struct

from waihu.api.ask import Ask
from waihu.api.routes import Routes
from waihu.services.web_phones import WebPhones
from waihu_models.access import Right
from waihu_models.errors import Conflict

routes = Routes("phone")


class PhoneWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``keeps_leg``: it is the same page still, and a call of it goes on; a page loaded anew has none."""

    keeps_leg: bool = False


class PhoneCredentials(Struct, frozen=True, kw_only=True):
    """What the browser's phone registers with, over the WebSocket ``/sip`` of this origin."""

    phone: str
    password: str
    domain: str
    expires_at: datetime


def _phones(ask: Ask) -> WebPhones:
    if ask.house.web_phones is None:
        raise Conflict("this installation has no phones in browsers: use a SIP phone")
    return ask.house.web_phones


@routes.post("/phone/credentials", right=Right.AGENTS_READ)
async def issue_phone(ask: Ask, body: PhoneWish) -> PhoneCredentials:
    """Return fresh credentials for one's phone in the browser; those before work no more."""
    made = await _phones(ask).issue(ask.viewer.user_id, keeps_leg=body.keeps_leg)
    return PhoneCredentials(phone=made.phone, password=made.password, domain=made.realm, expires_at=made.expires_at)


@routes.delete("/phone/credentials", right=Right.AGENTS_READ)
async def revoke_phone(ask: Ask) -> None:
    """Give one's phone in the browser up."""
    await _phones(ask).revoke(ask.viewer.user_id)
