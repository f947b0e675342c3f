"""Says in /openapi.json what a handler reads: body and query from the tables that read them."""

from typing import Any

from litestar.openapi.spec import (
    OpenAPIMediaType,
    Operation,
    Parameter,
    RequestBody,
    Schema,
)

from service.domain.fields import Fields


def reads(
    body: Fields | None = None, query: Fields | None = None, headers: dict[str, str] | None = None
) -> type[Operation]:
    """An operation class whose schema shows these fields; for a handler's `operation_class`."""

    class Documented(Operation):
        def __post_init__(self) -> None:
            if body is not None:
                content = OpenAPIMediaType(schema=_schema(body.schema()))
                self.request_body = RequestBody(
                    content={"application/json": content}, required=True
                )
            self.parameters = [
                *(self.parameters or []),
                *(_query_parameters(query) if query else []),
                *(_header(name, about) for name, about in (headers or {}).items()),
            ]

    return Documented


def _query_parameters(fields: Fields) -> list[Parameter]:
    return [
        Parameter(
            name=name,
            param_in="query",
            required=spec.required,
            description=spec.about or None,
            schema=_schema(dict(spec.schema)),
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
}


def _schema(raw: dict[str, Any]) -> Schema:
    """A JSON schema as Litestar's own schema object."""
    known = {_NAMES.get(key, key): value for key, value in raw.items()}
    if "properties" in known:
        known["properties"] = {k: _schema(dict(v)) for k, v in known["properties"].items()}
    if "items" in known:
        known["items"] = _schema(dict(known["items"]))
    return Schema(**known)
