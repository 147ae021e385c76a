"""Errors as answers: the one place that knows HTTP status numbers. RFC 9457, ``application/problem+json``."""

import re
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from aiohttp import web
from msgspec import Struct

from waihu.api.problem_words import CHINESE, in_chinese, wanted_language
from waihu_models import errors

log = structlog.get_logger()

_STATUS: dict[type[errors.WaihuError], HTTPStatus] = {
    errors.BadInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.NeedsVersion: HTTPStatus.PRECONDITION_REQUIRED,
    errors.NotLoggedIn: HTTPStatus.UNAUTHORIZED,
    errors.NotAllowed: HTTPStatus.FORBIDDEN,
    errors.TooOften: HTTPStatus.TOO_MANY_REQUESTS,
    errors.SwitchUnreachable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.SwitchTimeout: HTTPStatus.GATEWAY_TIMEOUT,
    errors.SwitchError: HTTPStatus.BAD_GATEWAY,
    errors.LegGone: HTTPStatus.CONFLICT,
    errors.StoreBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.StoreError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.NotSpoken: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.IllegalTransition: HTTPStatus.CONFLICT,
    errors.ExchangeFailed: HTTPStatus.BAD_GATEWAY,
}
_PLACE = re.compile(r" - at `(?P<path>.+)`$")


class FieldProblem(Struct, frozen=True, kw_only=True):
    """What is wrong at one place of a request."""

    path: str  # JSON path, $.name; for a query, the name of the parameter
    problem: str


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answer that says no (RFC 9457)."""

    title: str
    status: int
    code: str
    detail: str = ""
    retryable: bool = False
    errors: list[FieldProblem] = []
    difference: dict[str, Any] = {}  # of a stale change: name of each field -> its present value
    version: int = 0  # of a stale change: the present version


def bad_body(error: msgspec.MsgspecError) -> errors.BadField:
    """Return what msgspec found, with its place."""
    text = str(error)
    place = _PLACE.search(text)
    return errors.BadField(place["path"] if place else "$", _PLACE.sub("", text))


def status_of(error: errors.WaihuError) -> HTTPStatus:
    """Return the status an error is answered with: that of the nearest class in the tree."""
    for kind in type(error).__mro__:
        if kind in _STATUS:
            return _STATUS[kind]
    return HTTPStatus.INTERNAL_SERVER_ERROR


def problem_of(error: errors.WaihuError) -> Problem:
    """Return what is told of an error."""
    status = status_of(error)
    return Problem(
        title=status.phrase,
        status=status.value,
        code=error.code,
        # What a database said may hold a piece of somebody's row.
        detail="the store did not do it; the log says why"
        if status is HTTPStatus.INTERNAL_SERVER_ERROR
        else str(error),
        retryable=error.retryable,
        errors=_places(error),
        difference=error.difference if isinstance(error, errors.Stale) else {},
        version=error.version if isinstance(error, errors.Stale) else 0,
    )


def _places(error: errors.WaihuError) -> list[FieldProblem]:
    if isinstance(error, errors.BadField):
        return [FieldProblem(path=error.path, problem=error.problem)]
    return []


def answer(problem: Problem, headers: dict[str, str] | None = None) -> web.Response:
    """Return a problem as an answer."""
    return web.Response(
        body=msgspec.json.encode(problem),
        status=problem.status,
        content_type="application/problem+json",
        headers=headers,
    )


def answer_to(error: errors.WaihuError, accepted: str = "") -> web.Response:
    """Return the answer to an error of ours, in the language of a header ``Accept-Language``."""
    problem = problem_of(error)
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request_failed", code=error.code, problem=str(error))
    headers = {"Retry-After": str(max(1, round(error.again_s)))} if isinstance(error, errors.TooOften) else {}
    if wanted_language(accepted) == CHINESE:
        problem, headers["Content-Language"] = _in_chinese(problem, error), CHINESE
    return answer(problem, headers)


def _in_chinese(problem: Problem, error: errors.WaihuError) -> Problem:
    places = [FieldProblem(path=one.path, problem=in_chinese(one.problem)) for one in problem.errors]
    said = f"{error.path}: {places[0].problem}" if isinstance(error, errors.BadField) else in_chinese(problem.detail)
    return msgspec.structs.replace(problem, errors=places, detail=said)


def answer_to_http(error: web.HTTPException) -> web.Response:
    """Return aiohttp's own refusals (no such path, too large …) in our form."""
    status = HTTPStatus(error.status)
    problem = Problem(title=status.phrase, status=status.value, code=status.phrase.lower().replace(" ", "_"))
    kept = {name: error.headers[name] for name in ("Allow", "Location") if name in error.headers}
    return answer(problem, kept)
