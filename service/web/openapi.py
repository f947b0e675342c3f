"""Says in /openapi.json what a handler reads: body and query from the tables that read them."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import (
    OpenAPIMediaType,
    Operation,
    Parameter,
    RequestBody,
    Schema,
)
from litestar.types import Method

from service.domain.fields import Fields
from service.domain.states import STATUSES
from service.web.openapi_webhooks import WEBHOOKS

TAGS: Final = {
    "website": "What a website's server calls: post comments, show the published ones.",
    "review": "What moderators' tools call: the queue, claims, decisions.",
    "authors": "What moderators' tools call: who writes, and how they stand on a site.",
    "models": "Model versions, for data staff.",
    "adaptations": "What sites have taught the model, for data staff.",
    "quality": "How often automatic decisions are wrong, for data staff.",
    "decisions": "What was decided, as training data.",
    "health": "For load balancers and monitoring.",
    "perspective": "Google's Perspective API, for its clients.",
    "akismet": "Akismet's API, for its clients.",
    "openai": "OpenAI's moderations, for its clients.",
    "coral": "Coral's external moderation phase.",
}
"""The groups of calls, in the order in which they are shown."""

DESCRIPTION: Final = """
**`name` and `body` come back as plain text, as their authors wrote them. Whoever shows them
escapes them**: by `textContent` in a script, by the escaping of a template, never by joining
strings into HTML. `website` is an `http` or `https` address; give its link `rel="nofollow ugc"`.
""".strip()
"""What the schema and /docs say first."""

_OPEN: Final = ("/health/live", "/health/ready", "/coral/")  # Coral signs
_PROBLEM: Final = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "code": {"type": "string", "description": "why, for programs; exactly, where it is known"},
        "comment_status": {
            "type": "string",
            "enum": list(STATUSES),
            "description": "what has become of the comment; with `version`, of a 409",
        },
        "version": {"type": "integer", "description": "the comment's, as it is by now"},
        "count": {"type": "integer", "description": "how many match by now"},
        "spans": {
            "type": "array",
            "items": {"type": "object"},
            "description": "of a nudge: stretches of the comment, as POST /v1/score tells them, in "
            "Unicode code points; those of the site's lists have the label `held_word` or "
            "`blocked_word`, and no weight",
        },
    },
    "required": ["type", "title", "status", "detail", "code"],
}
_LATER: Final = {
    "Retry-After": {
        "description": "of 429, 503 and `form_too_new`: send the same after so many seconds",
        "schema": {"type": "integer"},
    }
}
_ERRORS_OF: Final = {
    "akismet": "text/plain",
    "perspective": "application/json",
}
"""In which media type each compatibility API says what is wrong, as its clients expect."""

_LONGEST: Final = (
    ("/v1/comments", "post", "body"),
    ("/v1/comments/{comment_id}", "patch", "body"),
    ("/v1/score", "post", "text"),
)
"""The field of each call that MODERATION_MAX_BODY_CHARS holds for."""


def operation_id(handler: HTTPRouteHandler, method: HttpMethod | Method, _: object) -> str:
    """Name a call for generated clients by its group and its function, such as `review_decide`."""
    name = f"{handler.resolve_tags()[0]}_{handler.handler_name}"
    return name if len(handler.http_methods) == 1 else f"{name}_{method.lower()}"


def complete(document: dict[str, Any], max_body: int) -> dict[str, Any]:
    """Return the schema with what is the same for all calls: keys, errors, groups.

    `max_body` is how many characters a comment may have by the settings.

    The compatibility APIs have those clients' own keys and forms of errors.
    """
    parts = document.get("components", {})
    return document | {
        "webhooks": WEBHOOKS,
        "tags": [{"name": name, "description": about} for name, about in TAGS.items()],
        "components": parts
        | {
            "schemas": parts.get("schemas", {}) | {"Problem": _PROBLEM},
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "a site's key or a person's token",
                }
            },
        },
        "paths": {
            path: {
                method: _with_errors(_with_any(operation), keyed=not path.startswith(_OPEN))
                if path.startswith(("/v1/", "/health/", "/metrics", "/coral/"))
                else _with_own_errors(operation)
                for method, operation in operations.items()
            }
            for path, operations in _with_longest(document["paths"], max_body).items()
        },
    }


def _with_longest(paths: dict[str, Any], max_body: int) -> dict[str, Any]:
    """Return the calls with the limit of this installation in the place of the usual one."""
    found = deepcopy({path: paths[path] for path, _, _ in _LONGEST})
    for path, method, field in _LONGEST:
        content = found[path][method]["requestBody"]["content"]["application/json"]
        content["schema"]["properties"][field]["maxLength"] = max_body
    return paths | found


def _with_any(operation: dict[str, Any]) -> dict[str, Any]:
    """Return a call that may be answered in several forms; an empty list may be of two of them."""
    responses = deepcopy(operation["responses"])
    for one in responses.values():
        for content in one.get("content", {}).values():
            if "oneOf" in content["schema"]:
                content["schema"]["anyOf"] = content["schema"].pop("oneOf")
    return operation | {"responses": responses}


def _with_own_errors(operation: dict[str, Any]) -> dict[str, Any]:
    """Return a call of a compatibility API; Akismet's answer words with status 200 too."""
    media = _ERRORS_OF.get(next(iter(operation.get("tags", ())), ""))
    if media is None:
        return operation
    failed = {"description": "An error in its API's own form", "content": {media: {"schema": {}}}}
    responses = operation["responses"] | {"default": failed}
    if media == "text/plain":
        words = {media: {"schema": {"type": "string"}}}
        well = responses["200"]
        responses |= {"200": well | {"content": well.get("content", {}) | words}}
    return operation | {"responses": responses}


def _with_errors(operation: dict[str, Any], *, keyed: bool) -> dict[str, Any]:
    if "openai" in operation.get("tags", ()):
        content: dict[str, Any] = {"application/json": {"schema": {}}}
    else:
        schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
        content = {"application/problem+json": schema}
    failed = {"description": "An error", "content": content, "headers": _LATER}
    well = {code: one for code, one in operation["responses"].items() if not code.startswith("4")}
    security: list[dict[str, list[str]]] = [{"key": []}] if keyed else []
    return operation | {"responses": well | {"default": failed}, "security": security}


def reads(
    body: Fields | None = None, query: Fields | None = None, headers: dict[str, str] | None = None
) -> type[Operation]:
    """An operation class whose schema shows these fields; for a handler's `operation_class`."""

    @dataclass  # else the constructor of Operation is taken over, which calls no __post_init__
    class Documented(Operation):
        def __post_init__(self) -> None:
            if body is not None:
                content = OpenAPIMediaType(schema=_schema(body.schema()))
                needed = any(field.required for field in body.table.values())
                self.request_body = RequestBody(
                    content={"application/json": content}, required=needed
                )
            self.parameters = [
                *(self.parameters or []),
                *(_query_parameters(query) if query else []),
                *(_header(name, about) for name, about in (headers or {}).items()),
            ]

    return Documented


def takes(media: str, schema: Mapping[str, Any]) -> type[Operation]:
    """An operation class for a body of another's protocol; a GET has its fields in the address."""
    fields = {name: _schema(each) for name, each in schema["properties"].items()}

    @dataclass
    class Documented(Operation):
        def __post_init__(self) -> None:
            if (self.operation_id or "").endswith("_get"):
                self.parameters = [
                    Parameter(name=name, param_in="query", schema=each)
                    for name, each in fields.items()
                ]
                return
            content = OpenAPIMediaType(schema=_schema(dict(schema)))
            self.request_body = RequestBody(content={media: content}, required=True)

    return Documented


def _query_parameters(fields: Fields) -> list[Parameter]:
    return [
        Parameter(
            name=name,
            param_in="query",
            required=spec.required,
            description=spec.about or None,
            schema=_schema({**spec.described(), "description": None}),
        )
        for name, spec in fields.table.items()
    ]


def _header(name: str, about: str) -> Parameter:
    return Parameter(
        name=name, param_in="header", description=about, schema=_schema({"type": "string"})
    )


_NAMES = {
    "maxLength": "max_length",
    "minLength": "min_length",
    "maxItems": "max_items",
    "minItems": "min_items",
    "anyOf": "any_of",
    "additionalProperties": "additional_properties",
}


def _schema(raw: dict[str, Any]) -> Schema:
    """A JSON schema as Litestar's own schema object."""
    known = {_NAMES.get(key, key): value for key, value in raw.items()}
    if "properties" in known:
        known["properties"] = {k: _schema(dict(v)) for k, v in known["properties"].items()}
    if "items" in known:
        known["items"] = _schema(dict(known["items"]))
    if "any_of" in known:
        known["any_of"] = [_schema(dict(each)) for each in known["any_of"]]
    return Schema(**known)
