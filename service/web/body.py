"""Reads a request's JSON strictly: UTF-8, no duplicate keys, no NaN, bounded depth and numbers."""

import json
from collections.abc import Sequence
from typing import Any, Final

from litestar import Request
from litestar.datastructures import MultiDict

from service.domain.fields import FieldError, Fields
from service.errors import BadRequest, InvalidFields, UnsupportedMedia
from service.web.problems import EncodedBody

MAX_BYTES: Final = 256 * 1024
"""A body of 10,000 characters has up to twelve bytes for each, as `\\ud83d\\ude00` is an emoji."""
_MAX_DEPTH: Final = 16


class _DuplicateKey(ValueError):
    pass


async def refuse_encoded(request: Request[Any, Any, Any]) -> None:
    """Before any handler: nothing is unpacked here, and a packed body is not taken for a text.

    Raises:
        EncodedBody: the body comes in a Content-Encoding.
    """
    encoding = request.headers.get("content-encoding")
    if encoding is not None and encoding.strip().lower() not in {"", "identity"}:
        raise EncodedBody("Send the body as it is, without Content-Encoding.")


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
        return _DECODER.decode(raw.decode("utf-8-sig"))  # some editors write a mark before it
    except UnicodeDecodeError:
        raise BadRequest("The body is not UTF-8.") from None
    except _DuplicateKey:
        raise BadRequest("The JSON has the same key twice in one object.") from None
    except (ValueError, RecursionError):
        raise BadRequest("The body is not valid JSON.") from None


async def read_fields(request: Request[Any, Any, Any], fields: Fields) -> dict[str, Any]:
    """The body read by a table of fields; `ignored` names the others that were sent.

    Raises:
        InvalidFields: naming every wrong field.
    """
    return _noting(fields, await read_json(request))


async def read_optional_fields(request: Request[Any, Any, Any], fields: Fields) -> dict[str, Any]:
    """As read_fields, an absent body standing for an empty object."""
    raw = await request.body()
    return _noting(fields, await read_json(request) if raw.strip() else {})


def read_query(
    request: Request[Any, Any, Any], fields: Fields, *, lists: Sequence[str] = ()
) -> dict[str, Any]:
    """The query string read by a table of fields; `ignored` names the others that were sent.

    A name given twice is wrong, but of `lists`, which are read as such; and so is one without a
    value: it would mean anything.

    Raises:
        InvalidFields: naming every wrong parameter.
    """
    given = request.query_params
    blank = [
        FieldError(name, "is blank; give it a value, or leave it out")
        for name in fields.table
        if "" in given.getall(name, [])
    ]
    raw = dict(given) | {name: given.getall(name, None) for name in lists}
    twice = [error for error in _twice(given, fields) if error.field not in lists]
    return _noting(fields, raw, [*twice, *blank])


def read_known_query(request: Request[Any, Any, Any], fields: Fields) -> dict[str, Any]:
    """As read_query, of a call whose answer has no place for `ignored`: others are wrong.

    Raises:
        InvalidFields: naming every wrong parameter.
    """
    values = read_query(request, fields)
    if strange := values.pop("ignored"):
        raise InvalidFields([FieldError(name, "is not known here") for name in strange])
    return values


def read_view(request: Request[Any, Any, Any], fields: Fields) -> dict[str, Any]:
    """The query string of a page, whose forms send a blank for what was left out.

    Raises:
        InvalidFields: naming every wrong parameter.
    """
    given = request.query_params
    values, errors = fields.read({name: value for name, value in given.items() if value != ""})
    return checked((values, [*_twice(given, fields), *errors]))


def _twice(given: MultiDict[Any], fields: Fields) -> list[FieldError]:
    return [FieldError(n, "is given twice") for n in fields.table if len(given.getall(n, [])) > 1]


def _noting(fields: Fields, raw: object, wrong: Sequence[FieldError] = ()) -> dict[str, Any]:
    values, errors = fields.read(raw)
    known = {error.field for error in wrong}
    return checked(
        (values, [*wrong, *(error for error in errors if error.field not in known)]),
        fields.ignored(raw),
    )


def checked(
    read: tuple[dict[str, Any], list[FieldError]], ignored: list[str] | None = None
) -> dict[str, Any]:
    """The values, with `ignored` where it is given, or InvalidFields with all errors."""
    values, errors = read
    if errors:
        raise InvalidFields(errors, ignored or ())
    return values if ignored is None else values | {"ignored": ignored}


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
