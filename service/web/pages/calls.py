"""The page of all calls, from the schema of /openapi.json: for developers, without a script."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response, Router, get

from service.web.auth import session_of
from service.web.openapi import complete
from service.web.pages.answers import page
from service.web.parts import parts_of

_MEDIA: Final = ("application/json", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class Value:
    """A field, or a parameter: where it goes, what may stand in it."""

    name: str
    place: str
    kind: str
    about: str
    required: bool


@dataclass(frozen=True, slots=True)
class Call:
    """One method of one address."""

    method: str
    path: str
    summary: str
    about: str
    values: tuple[Value, ...]
    answers: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The calls of one tag."""

    name: str
    about: str
    calls: tuple[Call, ...]


def groups_of(document: Mapping[str, Any]) -> list[Group]:
    """Return the calls of an OpenAPI document by tag, in the order of its tags."""
    calls: dict[str, list[Call]] = {}
    schemas = document["components"]["schemas"]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            made = _call(method, path, operation, schemas)
            calls.setdefault(operation["tags"][0], []).append(made)
    return [
        Group(tag["name"], tag["description"], tuple(calls[tag["name"]]))
        for tag in document["tags"]
        if tag["name"] in calls
    ]


def _call(method: str, path: str, operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> Call:
    parameters = [
        Value(each["name"], each["in"], _kind(each["schema"]), *_said(each, each["required"]))
        for each in operation.get("parameters", ())
    ]
    body = _content(operation.get("requestBody", {}), schemas)
    well: dict[str, Any] = next(
        (one for code, one in operation["responses"].items() if code < "300"), {}
    )
    answers = tuple(_fields("answer", _content(well, schemas)))
    return Call(
        method.upper(),
        path,
        operation["summary"],
        operation.get("description", ""),
        (*parameters, *_fields("body", body)),
        answers,
    )


def _content(part: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    content = part.get("content", {})
    schema: dict[str, Any] = next(
        (content[kind]["schema"] for kind in _MEDIA if kind in content), {}
    )
    schema = schema.get("items", schema)
    reference = schema.get("$ref", "").rpartition("/")[2]
    found: Mapping[str, Any] = schemas.get(reference, schema)
    return found


def _fields(place: str, schema: Mapping[str, Any]) -> Iterator[Value]:
    needed = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        yield Value(name, place, _kind(field), *_said(field, name in needed))


def _said(field: Mapping[str, Any], required: object) -> tuple[str, bool]:
    return str(field.get("description", "")), bool(required)


def _kind(schema: Mapping[str, Any]) -> str:
    """What a value may be, in a few words: `string (uri), up to 2,048`."""
    if "enum" in schema:
        return " | ".join(str(each) for each in schema["enum"] if each is not None)
    for several in ("oneOf", "anyOf"):
        if several in schema:
            kinds = [_kind(each) for each in schema[several] if each.get("type") != "null"]
            return " or ".join(kinds)
    if "const" in schema:
        return json.dumps(schema["const"])
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    name = _type(schema)
    if name == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    form = f" ({schema['format']})" if "format" in schema else ""
    longest = schema.get("maxLength", schema.get("maximum"))
    return f"{name}{form}" + (f", up to {longest:,}" if longest is not None else "")


def _type(schema: Mapping[str, Any]) -> str:
    """Return the one type, without the null that stands for absent."""
    given = schema.get("type", "object")
    return str(given) if isinstance(given, str) else next(each for each in given if each != "null")


@get("/docs")
async def calls(request: Request[Any, Any, Any]) -> Response[Any]:
    """Every call with its fields, for anyone."""
    limit = parts_of(request).settings.max_body_chars
    groups = groups_of(complete(request.app.openapi_schema.to_schema(), limit))
    return page("calls.html", await session_of(request), groups=groups)


ROUTER: Final = Router("/", route_handlers=[calls])
