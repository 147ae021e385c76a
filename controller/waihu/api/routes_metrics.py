"""Metrics in Prometheus' text, for this machine, or for who has the token of the settings."""

import hmac
from ipaddress import ip_address

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from waihu.api.ask import Ask
from waihu.api.routes import Routes
from waihu_models.errors import NotAllowed

routes = Routes("metrics")


def _allowed(ask: Ask) -> bool:
    wanted = ask.house.web.metrics_token
    scheme, _, token = ask.request.headers.get("Authorization", "").partition(" ")
    if wanted and scheme.lower() == "bearer":
        return hmac.compare_digest(token.strip().encode(), wanted.encode())
    return _from_this_machine(ask.request)


def _from_this_machine(request: web.Request) -> bool:
    """Whether nobody else is behind a request: what a proxy on this machine passes on comes from elsewhere."""
    passed_on = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"))
    try:
        return not passed_on and ip_address(request.remote or "").is_loopback
    except ValueError:
        return False


@routes.get("/metrics", right=None, media_type="text/plain")
async def read_metrics(ask: Ask) -> web.Response:
    """Return every figure the controller counts, as Prometheus reads it."""
    if not _allowed(ask):
        raise NotAllowed("metrics are for this machine, or for who has web.metrics_token")
    await ask.house.office.gauges.read()
    return web.Response(body=generate_latest(ask.house.metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
