"""The gate: who is it, may they, and did a page of ours send it. Every route and every WebSocket passes here."""

import hmac
from urllib.parse import urlsplit

from aiohttp import web

from waihu.api.house import House
from waihu.services.log_ins import LogIn
from waihu_models.access import Right
from waihu_models.errors import NotAllowed, NotLoggedIn

COOKIE = "__Host-sid"
CSRF = "X-CSRF"
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


def address_of(request: web.Request, house: House) -> str:
    """Return where a request comes from; a proxy of ours is believed when it says for whom it asks."""
    peer = request.remote or ""
    told = request.headers.get("X-Forwarded-For", "")
    if told and peer in house.web.proxies:
        return told.rpartition(",")[2].strip()[:64]
    return peer


async def log_in_of(request: web.Request, house: House) -> LogIn | None:
    """Return the log-in a request belongs to, by its token or its cookie; None: it has none that is good.

    Raises:
        NotAllowed: a page of somebody else may have sent it.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return await house.log_ins.who(token.strip())
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        return None
    log_in = await house.log_ins.who(cookie)
    if log_in is not None and request.method not in _READS:
        check_origin(request, house)
        if not hmac.compare_digest(request.headers.get(CSRF, "").encode(), log_in.csrf.encode()):
            raise NotAllowed(f"the header {CSRF} is missing or wrong: read it from GET /api/v1/session")
    return log_in


def check_origin(request: web.Request, house: House) -> None:
    """Refuse what a page of another site sends with our user's cookie.

    Raises:
        NotAllowed: its Origin is not where we are served. A request without one comes from no browser.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        return
    ours = {request.host}
    if house.web.public_url:
        ours.add(urlsplit(house.web.public_url).netloc)
    if urlsplit(origin).netloc not in ours:
        raise NotAllowed(f"requests from {origin} are not accepted; set web.public_url if people reach us there")


async def socket_log_in(request: web.Request, house: House, right: Right | None = None) -> LogIn:
    """Return the log-in of a WebSocket that wants to open.

    Raises:
        NotLoggedIn, NotAllowed: it may not.
    """
    check_origin(request, house)
    log_in = await log_in_of(request, house)
    if log_in is None:
        raise NotLoggedIn("log in first")
    if right is not None and log_in.viewer.scope(right) is None:
        raise NotAllowed(f"the role {log_in.viewer.role} does not include {right}")
    return log_in
