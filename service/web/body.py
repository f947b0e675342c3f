"""Reads a request's JSON strictly: UTF-8, no duplicate keys, no NaN, bounded depth and numbers."""

import json
from typing import Any, Final

from litestar import Request

from service.domain.fields import FieldError, Fields
from service.errors import BadRequest, InvalidFields, UnsupportedMedia

MAX_BYTES: Final = 64 * 1024
_MAX_DEPTH: Final = 16


class _DuplicateKey(ValueError):
    pass


async def read_json(request: Request[Any, Any, Any]) -> object:
    """The body as plain Python values.

    Raises:
        UnsupportedMedia: another content type than JSON.
        BadRequest: not JSON, or JSON that different parsers read differently.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"application/json", "application/problem+json"}:
        raise UnsupportedMedia("Send Content-Type: application/json.")
    return parse_json(await request.body())


def parse_json(raw: bytes) -> object:
    """JSON text to plain values; see read_json."""
    if raw.count(b"[") + raw.count(b"{") > _MAX_DEPTH and _depth(raw) > _MAX_DEPTH:
        raise BadRequest(f"The JSON is nested deeper than {_MAX_DEPTH} levels.")
    try:
        return _DECODER.decode(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadRequest("The body is not UTF-8.") from None
    except _DuplicateKey:
        raise BadRequest("The JSON has the same key twice in one object.") from None
    except (ValueError, RecursionError):
        raise BadRequest("The body is not valid JSON.") from None


async def read_fields(request: Request[Any, Any, Any], fields: Fields) -> dict[str, Any]:
    """The body read by a table of fields.

    Raises:
        InvalidFields: naming every wrong field.
    """
    return checked(fields.read(await read_json(request)))


async def read_optional_fields(request: Request[Any, Any, Any], fields: Fields) -> dict[str, Any]:
    """As read_fields, an absent body standing for an empty object."""
    raw = await request.body()
    return checked(fields.read(await read_json(request) if raw.strip() else {}))


def read_query(request: Request[Any, Any, Any], fields: Fields) -> dict[str, Any]:
    """The query string read by a table of fields; a name given twice is wrong.

    Raises:
        InvalidFields: naming every wrong parameter.
    """
    given = request.query_params
    twice = [FieldError(n, "is given twice") for n in fields.table if len(given.getall(n, [])) > 1]
    values, errors = fields.read({name: value for name, value in given.items() if value != ""})
    return checked((values, [*twice, *errors]))


def checked(read: tuple[dict[str, Any], list[FieldError]]) -> dict[str, Any]:
    """The values, or InvalidFields with all errors."""
    values, errors = read
    if errors:
        raise InvalidFields(errors)
    return values


def _depth(raw: bytes) -> int:
    """An upper bound of the nesting, brackets inside strings not counted."""
    depth = deepest = 0
    inside = escaped = False
    for byte in raw:
        if inside:
            escaped, inside = (not escaped and byte == ord("\\")), byte != ord('"') or escaped
        elif byte == ord('"'):
            inside = True
        elif byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _DuplicateKey
    return found


def _refuse_constant(_: str) -> object:
    raise ValueError("NaN and Infinity are not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse_constant)
