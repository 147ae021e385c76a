"""The web server: all routes, one way in, one way to say no."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from time import perf_counter

import msgspec
import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from waihu import __version__
from waihu.api import (
    openapi,
    routes_accounts,
    routes_agents,
    routes_assist,
    routes_assist_figures,
    routes_audit,
    routes_call_media,
    routes_callbacks,
    routes_calls,
    routes_campaigns,
    routes_customer_story,
    routes_customer_wishes,
    routes_customers,
    routes_desk,
    routes_detection,
    routes_dialplan,
    routes_dispositions,
    routes_dnc,
    routes_health,
    routes_imports,
    routes_leads,
    routes_line_groups,
    routes_live,
    routes_menus,
    routes_metrics,
    routes_objections,
    routes_phone,
    routes_phrase_lists,
    routes_quality,
    routes_quality_rules,
    routes_queues,
    routes_recalls,
    routes_recordings,
    routes_routing,
    routes_routing_trials,
    routes_rules,
    routes_session,
    routes_settings,
    routes_supervision,
    routes_tasks,
    routes_tension,
    routes_transcripts,
    routes_trunks,
    routes_webhooks,
    routes_word_alerts,
)
from waihu.api.ask import Ask
from waihu.api.console import add_console
from waihu.api.errors import Problem, answer, answer_to, answer_to_http
from waihu.api.gate import log_in_of, socket_log_in
from waihu.api.house import House
from waihu.api.live import Push
from waihu.api.repeats import KEY, Repeats
from waihu.api.routes import LARGEST_BODY, PREFIX, Route
from waihu.api.sip import SipDoor
from waihu_models.errors import BadSettings, NotLoggedIn, WaihuError

log = structlog.get_logger()

HOUSE = web.AppKey("house", House)
CLOSE_S = 3.0
"""What is still being answered when the program ends may take this long."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def all_routes() -> list[Route]:
    """Return every route of the API."""
    subjects: tuple[Iterable[Route], ...] = (
        routes_session.routes,
        routes_accounts.routes,
        routes_customers.routes,
        routes_customer_story.routes,
        routes_customer_wishes.routes,
        routes_calls.routes,
        routes_call_media.routes,
        routes_recordings.routes,
        routes_leads.routes,
        routes_callbacks.routes,
        routes_recalls.routes,
        routes_imports.routes,
        routes_dispositions.routes,
        routes_dnc.routes,
        routes_campaigns.routes,
        routes_rules.routes,
        routes_live.routes,
        routes_trunks.routes,
        routes_dialplan.routes,
        routes_line_groups.routes,
        routes_queues.routes,
        routes_routing.routes,
        routes_routing_trials.routes,
        routes_agents.routes,
        routes_settings.routes,
        routes_health.routes,
        routes_audit.routes,
        routes_menus.routes,
        routes_metrics.routes,
        routes_tasks.routes,
        routes_transcripts.routes,
        routes_tension.routes,
        routes_quality.routes,
        routes_detection.routes,
        routes_quality_rules.routes,
        routes_phrase_lists.routes,
        routes_objections.routes,
        routes_word_alerts.routes,
        routes_assist.routes,
        routes_assist_figures.routes,
        routes_webhooks.routes,
        routes_phone.routes,
        routes_desk.routes,
        routes_supervision.routes,
    )
    return [route for subject in subjects for route in subject]


def build(house: House) -> web.Application:
    """Return the application that serves a house."""
    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[_watched])
    app[HOUSE] = house
    repeats = Repeats()
    routes = all_routes()
    for route in routes:
        entry = _entry(house, route, repeats)
        app.router.add_route(route.method, route.whole_path, entry)
        if route.method == hdrs.METH_GET:
            app.router.add_route(hdrs.METH_HEAD, route.whole_path, entry)
    if house.web_phones is not None:
        SipDoor(house, house.web_phones).add_to(app)
    Push(house.live, lambda request: socket_log_in(request, house), house.clock).add_to(app)
    text = msgspec.json.encode(openapi.document(routes, __version__))
    app.router.add_get(f"{PREFIX}/openapi.json", _document(text))
    add_console(app)
    return app


def _document(text: bytes) -> Handler:
    async def read(_: web.Request) -> web.Response:
        return web.Response(body=text, content_type="application/json")

    return read


def _entry(house: House, route: Route, repeats: Repeats) -> Handler:
    async def enter(request: web.Request) -> web.StreamResponse:
        log_in = await log_in_of(request, house)
        ask = Ask(house, request, log_in)
        if route.right is not None:
            if log_in is None:
                raise NotLoggedIn("log in first")
            ask.scope(route.right)
        key = request.headers.get(KEY)
        if route.idempotent and key is not None:
            return await repeats.once(ask, key, lambda: route.answer(ask))
        return await route.answer(ask)

    return enter


@web.middleware
async def _watched(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn errors into answers, count requests, and put the headers on that every answer has."""
    began_s = perf_counter()
    response = await _answered(request, handler)
    if not response.prepared:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if request.path.startswith(PREFIX):
            response.headers.setdefault("Cache-Control", "no-store")
    if isinstance(response, web.WebSocketResponse):
        return response  # hours of a connection are no time of a request
    resource = request.match_info.route.resource
    path = resource.canonical if resource is not None else "none"
    request.app[HOUSE].metrics.requests.labels(_method(request), path, str(response.status)).observe(
        perf_counter() - began_s
    )
    return response


def _method(request: web.Request) -> str:
    """Return the method as a label: whoever invents methods shall not make the counters grow."""
    return request.method if request.method in hdrs.METH_ALL else "other"


async def _answered(request: web.Request, go_on: Handler) -> web.StreamResponse:
    try:
        return await go_on(request)
    except WaihuError as error:
        return answer_to(error, request.headers.get("Accept-Language", ""))
    except web.HTTPException as error:
        return answer_to_http(error) if error.status >= 400 else error
    except (asyncio.CancelledError, ConnectionError):
        raise
    except Exception:
        log.exception("request_broke", method=request.method, route=str(request.match_info.route.resource))
        text = "this is a fault of the program; the log has it"
        return answer(Problem(title="Internal Server Error", status=500, code="internal", detail=text))


def certificate(house: House) -> ssl.SSLContext | None:
    """Return what TLS needs; None: plain HTTP.

    Raises:
        BadSettings: the files cannot be used.
    """
    if not house.web.certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(house.web.certificate, house.web.certificate_key)
    except (OSError, ssl.SSLError) as error:
        raise BadSettings(f"web.certificate {house.web.certificate}: {error}") from error
    return context


@asynccontextmanager
async def serving(house: House) -> AsyncIterator[str]:
    """Serve for as long as the context lasts; gives the address people can open.

    Raises:
        BadSettings: the port is taken, or the certificate cannot be used.
    """
    secure = certificate(house)
    runner = web.AppRunner(build(house), shutdown_timeout=CLOSE_S, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, house.web.host, house.web.port, ssl_context=secure)
        try:
            await site.start()
        except OSError as error:
            raise BadSettings(f"web.port {house.web.port} on {house.web.host}: {error.strerror}") from error
        host, port = runner.addresses[0][:2]
        shown = f"[{host}]" if ":" in host else host
        yield house.web.public_url or f"{'https' if secure else 'http'}://{shown}:{port}"
    finally:
        await runner.cleanup()


__all__ = ["HOUSE", "all_routes", "build", "serving"]
