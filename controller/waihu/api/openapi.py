"""The OpenAPI 3.1 document, made from the routes; ``python -m waihu.api.openapi`` prints it."""

import re
import sys
from collections.abc import Iterable
from typing import Any

import msgspec
from aiohttp import web
from msgspec import NODEFAULT, UNSET

from waihu.api.errors import Problem
from waihu.api.routes import Route

_REF = "#/components/schemas/{name}"
_UPLOAD = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
}
_GENERIC = re.compile(r"[\[\], .]+")


def document(routes: Iterable[Route], version: str) -> dict[str, Any]:
    """Return the document that describes these routes."""
    routes = list(routes)
    types = [one for route in routes for one in _types_of(route)]
    schemas, components = msgspec.json.schema_components([*types, Problem], ref_template=_REF)
    by_place = dict(zip([*range(len(types))], schemas, strict=False))
    paths: dict[str, dict[str, Any]] = {}
    place = 0
    for route in routes:
        wanted = len(_types_of(route))
        mine = iter([by_place[at] for at in range(place, place + wanted)])
        place += wanted
        paths.setdefault(route.whole_path, {})[route.method.lower()] = _operation(route, mine)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Waihu",
            "version": version,
            "description": "Outbound and blended contact centre. Times are RFC 3339 in UTC; units are in the names.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "cookie": {"type": "apiKey", "in": "cookie", "name": "__Host-sid"},
                "token": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _types_of(route: Route) -> list[Any]:
    result = route.result
    sends = result is not None and result is not type(None) and not _streams(result)
    return [one for one in (route.body, result if sends else None) if one is not None]


def _streams(result: Any) -> bool:
    return isinstance(result, type) and issubclass(result, web.StreamResponse)


def _operation(route: Route, schemas: Any) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.call.__name__,
        "summary": route.summary,
        "tags": [route.tag],
        "parameters": [*_path_parameters(route), *_query_parameters(route), *_header_parameters(route)],
    }
    if route.body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": next(schemas)}}}
    if route.upload:
        operation["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": _UPLOAD}}}
    operation["responses"] = _responses(route, schemas)
    operation["security"] = [{"cookie": []}, {"token": []}] if route.right is not None else [{}]
    if route.right is not None:
        operation["x-right"] = str(route.right)
    return operation


def _responses(route: Route, schemas: Any) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": _REF.format(name="Problem")}}}
    refused = {"description": "What was asked cannot be done; the problem says why", "content": problem}
    if route.result is None or route.result is type(None):
        good: dict[str, Any] = {"204": {"description": "Done"}}
    elif _streams(route.result):
        content = {route.media_type: {"schema": {"type": "string"}}}
        good = {str(route.status): {"description": route.summary, "content": content}}
    else:
        content = {"application/json": {"schema": next(schemas)}}
        good = {str(route.status): {"description": route.summary, "content": content}}
    return {**good, "default": refused}


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {
            "name": name, "in": "path", "required": True,
            "schema": {"type": "integer", "minimum": 0} if kind is int else {"type": "string", "minLength": 1},
        }
        for name, kind in route.path_types.items()
    ]  # fmt: skip


def _query_parameters(route: Route) -> list[dict[str, Any]]:
    if route.query is None:
        return []
    parameters = []
    for field in msgspec.structs.fields(route.query):
        schema = msgspec.json.schema(field.type, ref_template=_REF)
        required = field.default is NODEFAULT and field.default_factory is NODEFAULT
        if (
            not required
            and field.default not in {NODEFAULT, None, UNSET}
            and isinstance(field.default, str | int | float)
        ):
            schema = {**schema, "default": field.default}
        parameters.append({"name": field.encode_name, "in": "query", "required": required, "schema": _inline(schema)})
    return parameters


def _inline(schema: dict[str, Any]) -> dict[str, Any]:
    """Put what a schema refers to in its place: a parameter has no components of its own."""
    defined = schema.pop("$defs", {})

    def resolved(part: Any) -> Any:
        if isinstance(part, dict):
            if "$ref" in part:
                return resolved(defined[part["$ref"].rpartition("/")[2]])
            return {name: resolved(value) for name, value in part.items()}
        return [resolved(one) for one in part] if isinstance(part, list) else part

    inlined = resolved(schema)
    assert isinstance(inlined, dict)
    return inlined


def _header_parameters(route: Route) -> list[dict[str, Any]]:
    if not route.idempotent:
        return []
    schema = {"type": "string", "maxLength": 128, "pattern": "^[!-~]+$"}
    return [{"name": "Idempotency-Key", "in": "header", "required": False, "schema": schema}]


def main() -> None:
    """Print the document."""
    from waihu import __version__  # noqa: PLC0415
    from waihu.api.server import all_routes  # noqa: PLC0415

    text = msgspec.json.format(msgspec.json.encode(document(all_routes(), __version__)), indent=2)
    sys.stdout.write(text.decode() + "\n")


if __name__ == "__main__":
    main()
