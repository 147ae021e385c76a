"""Routes: typed functions that become HTTP, and tell the OpenAPI document what they are.

A route's parameters are known by their names: ``ask`` (the request), ``body`` and ``query`` (msgspec Structs); every
other one is a part of the path. What it returns is sent as JSON; a Struct with a ``version`` gets an ETag.
"""

import inspect
import re
import typing
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import quote

import msgspec
from aiohttp import web

from waihu.api.ask import Ask, etag
from waihu.api.errors import bad_body
from waihu_models.access import Right
from waihu_models.errors import BadField

Call: TypeAlias = Callable[..., Awaitable[Any]]
PREFIX = "/api/v1"
_HOLDS_PATH = re.compile(r"\{(\w+)\}")
LARGEST_BODY = 1_000_000  # bytes of JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One thing that can be asked.

    Attributes:
        right: What who asks must be allowed; None: anybody may ask.
        idempotent: An ``Idempotency-Key`` header makes a repeated request answer as the first one did.
        body, query: Structs, or None.
        path_types: Name of each part of the path -> str or int.
        result: What is returned; None: nothing, 204.
        upload: It reads a file by itself, the part ``file`` of a multipart form.
        streams: It answers by itself (files, text), which the document says as ``media_type``.
    """

    method: str
    path: str
    call: Call
    right: Right | None
    status: int
    idempotent: bool
    body: type | None
    query: type | None
    path_types: dict[str, type]
    result: Any
    summary: str
    media_type: str = "application/json"
    tag: str = ""
    upload: bool = False

    @property
    def whole_path(self) -> str:
        """Return the path with the prefix of this version of the API."""
        return PREFIX + self.path

    async def answer(self, ask: Ask) -> web.StreamResponse:
        """Read the request, call the function, write its answer.

        Raises:
            WaihuError: whatever the function, or reading the request, raises.
        """
        given: dict[str, Any] = self._path_values(ask.request)
        if self.query is not None:
            given["query"] = _read_query(ask.request, self.query)
        if self.body is not None:
            given["body"] = await _read_body(ask.request, self.body)
        result = await self.call(ask=ask, **given)
        if isinstance(result, web.StreamResponse):
            return result
        if result is None:
            return web.Response(status=204)
        version = getattr(result, "version", None)
        headers = {"ETag": etag(version)} if isinstance(version, int) else {}
        if self.status == 201 and isinstance(made := getattr(result, "id", None), str):
            headers["Location"] = f"{ask.request.path}/{quote(made, safe='')}"
        body = msgspec.json.encode(result)
        return web.Response(body=body, status=self.status, content_type="application/json", headers=headers)

    def _path_values(self, request: web.Request) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, kind in self.path_types.items():
            text = request.match_info[name]
            if kind is int:
                if not re.fullmatch(r"\d{1,15}", text):
                    raise BadField(name, "this part of the path is a whole number")
                values[name] = int(text)
            else:
                values[name] = text
        return values


def _read_query(request: web.Request, kind: type) -> Any:
    raw: dict[str, Any] = {}
    several = {field.name for field in msgspec.structs.fields(kind) if _is_list(field.type)}
    for name in request.query:
        values = request.query.getall(name)
        if name not in several and len(values) > 1:
            raise BadField(name, "given twice")
        raw[name] = values if name in several else values[0]
    try:
        return msgspec.convert(raw, kind, strict=False)
    except msgspec.MsgspecError as error:
        found = bad_body(error)
        raise BadField(found.path.removeprefix("$.") or "$", found.problem) from error


def _is_list(kind: Any) -> bool:
    return any(typing.get_origin(one) in {list, tuple} for one in (kind, *typing.get_args(kind)))


async def _read_body(request: web.Request, kind: type) -> Any:
    if request.content_type != "application/json":
        raise BadField("Content-Type", "the body has to be application/json")
    raw = await request.read()  # the application refuses what is longer than a body may be
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise (bad_body(error) if isinstance(error, msgspec.MsgspecError) else BadField("$", "no UTF-8")) from error
    except RecursionError as error:
        raise BadField("$", "nested too deeply") from error


@dataclass(slots=True)
class Routes:
    """The routes of one subject."""

    tag: str
    routes: list[Route] = field(default_factory=list)

    def __iter__(self) -> Iterator[Route]:
        """Iterate over the routes in the order of the file."""
        return iter(self.routes)

    def get(self, path: str, **wishes: Any) -> Callable[[Call], Call]:
        """Add a route that reads."""
        return self._route("GET", path, **wishes)

    def post(self, path: str, **wishes: Any) -> Callable[[Call], Call]:
        """Add a route that makes or does something."""
        return self._route("POST", path, **wishes)

    def put(self, path: str, **wishes: Any) -> Callable[[Call], Call]:
        """Add a route that puts something in the place of what is there."""
        return self._route("PUT", path, **wishes)

    def patch(self, path: str, **wishes: Any) -> Callable[[Call], Call]:
        """Add a route that changes some fields."""
        return self._route("PATCH", path, **wishes)

    def delete(self, path: str, **wishes: Any) -> Callable[[Call], Call]:
        """Add a route that takes away or ends."""
        return self._route("DELETE", path, **wishes)

    def _route(  # noqa: PLR0913 -- keywords with their defaults, written beside each route
        self,
        method: str,
        path: str,
        *,
        right: Right | None,
        status: int = 200,
        idempotent: bool = False,
        media_type: str = "application/json",
        upload: bool = False,
    ) -> Callable[[Call], Call]:
        def add(call: Call) -> Call:
            hints = typing.get_type_hints(call, include_extras=True)
            names = list(inspect.signature(call).parameters)
            in_path = _HOLDS_PATH.findall(path)
            given = set(names) - {"ask", "body", "query"}
            assert given == set(in_path), f"{call.__name__}: parameters {given} are not those of {path}"
            self.routes.append(
                Route(
                    method=method,
                    path=path,
                    call=call,
                    right=right,
                    status=status,
                    idempotent=idempotent,
                    body=hints.get("body"),
                    query=hints.get("query"),
                    path_types={name: hints[name] for name in in_path},
                    result=hints.get("return"),
                    summary=(inspect.getdoc(call) or "").partition("\n")[0].rstrip("."),
                    media_type=media_type,
                    tag=self.tag,
                    upload=upload,
                )
            )
            return call

        return add
