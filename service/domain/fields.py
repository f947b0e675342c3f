"""Reads untrusted JSON or query fields by a table, naming every wrong field at once.

One table serves three readers: the check here, the schema in /openapi.json and /docs.
A message says what is expected and never repeats what was sent.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from service.domain.masking import mask_addresses

T = TypeVar("T")

_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LONGEST_TIME = 40
_LONGEST_NAME: Final = 64
_MOST_NAMES: Final = 50
_ZONE_APART: Final = re.compile(r"\s+(?=[+-]\d\d)")
_ZONE_NAMED: Final = re.compile(r"\s*(?:UTC|GMT)$", re.IGNORECASE)
NOT_A_TIME: Final = "must be a date or time such as 2026-01-31T08:00:00Z"
_LEAP_SECOND: Final = re.compile(r"(?<=:[0-9]{2}):60(?=[.,Z+-]|$)")
_DIGITS = re.compile(r"-?[0-9]{1,20}", re.ASCII)
_UUID = re.compile(
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{32}", re.ASCII
)


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of a request; never repeats its value."""

    field: str
    message: str


class Refused(ValueError):
    """One value is not as it should be; the text is the message for its field.

    Where parts of the value are wrong, `parts` names each of them, such as `[0].id`, instead.
    """

    def __init__(self, message: str = "", parts: Sequence[FieldError] = ()) -> None:
        super().__init__(message)
        self.parts: Final = tuple(parts)

    def errors(self, name: str) -> list[FieldError]:
        """Return what to say of the field of this name."""
        inner = [FieldError(name + part.field, part.message) for part in self.parts]
        return inner or [FieldError(name, str(self))]


@dataclass(frozen=True, slots=True)
class Field(Generic[T]):
    """One field: how to read it, what stands in when it is absent, how to describe it.

    `read` raises Refused. Absent and null are the same thing; `required` refuses both. Of a list
    of objects `items` are the fields of each.
    """

    read: Callable[[object], T]
    schema: Mapping[str, Any]
    required: bool = False
    default: T | None = None
    about: str = ""
    items: "Fields | None" = None
    example: object = None

    def described(self) -> dict[str, Any]:
        """Return its JSON schema, with what it is about and what stands in for it."""
        more = {
            "description": self.about or None,
            "default": self.default,
            "examples": None if self.example is None else [self.example],
        }
        return {**self.schema, **{name: value for name, value in more.items() if value is not None}}


@dataclass(frozen=True, slots=True)
class Fields:
    """A table of fields; others are passed over, so that old services take new clients."""

    table: Mapping[str, Field[Any]] = field(default_factory=lambda: MappingProxyType({}))

    def read(self, raw: object, prefix: str = "") -> tuple[dict[str, Any], list[FieldError]]:
        """The values of all fields that are right, and an error for each that is not."""
        if not isinstance(raw, Mapping):
            return {}, [FieldError(prefix.rstrip(".") or "body", "must be a JSON object")]
        values: dict[str, Any] = {}
        errors: list[FieldError] = []
        for name, spec in self.table.items():
            value = raw.get(name)
            if value is None:
                values[name] = spec.default
                if spec.required:
                    errors.append(FieldError(prefix + name, "is required"))
                continue
            try:
                values[name] = spec.read(value)
            except Refused as refusal:
                errors += refusal.errors(prefix + name)
        return values, errors

    def ignored(self, raw: object) -> list[str]:
        """Name what `raw` holds and the table does not, as names that may be shown, sorted."""
        names = sorted(set(self._strange(raw)))
        shown = [_shown_name(name) for name in names[:_MOST_NAMES]]
        more = len(names) - len(shown)
        return [*shown, f"and {more} more"] if more else shown

    def _strange(self, raw: object, prefix: str = "") -> Iterator[str]:
        for name, value in raw.items() if isinstance(raw, Mapping) else ():
            spec = self.table.get(name)
            if spec is None:
                yield f"{prefix}{name}"
            elif spec.items is not None and isinstance(value, list):
                for each in value:
                    yield from spec.items._strange(each, f"{prefix}{name}[].")  # noqa: SLF001 - a table's own kind

    def schema(self) -> dict[str, Any]:
        """The table as a JSON schema."""
        properties = {
            name: spec.described() if spec.required else _or_null(spec.described())
            for name, spec in self.table.items()
        }
        required = [name for name, spec in self.table.items() if spec.required]
        return {"type": "object", "properties": properties, "required": required}


def _or_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Say that null is taken for absent."""
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    enum = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, **enum, "type": [schema["type"], "null"]} if "type" in schema else {**schema}


def _shown_name(name: str) -> str:
    """A name that a client made up, as it may be shown: it may be an address, or endless."""
    known = name.encode("utf-8", "replace").decode()
    masked = mask_addresses(known[: 64 * _LONGEST_NAME])  # no address is cut before it is seen
    return masked if len(masked) <= _LONGEST_NAME else f"{masked[:_LONGEST_NAME]}…"


def clean_text(value: object) -> str:
    """The value as text that PostgreSQL and UTF-8 can hold.

    Raises:
        Refused: not a string, or it holds NUL or a lone surrogate.
    """
    if not isinstance(value, str):
        raise Refused("must be a string")
    if "\0" in value:
        raise Refused("must not contain the NUL character")
    if not value.isascii() and _SURROGATE.search(value):
        raise Refused("must not contain half of a surrogate pair")
    return value


def text(
    minimum: int = 0, maximum: int = 1000, *, one_line: bool = False, stripped: bool = True
) -> Callable[[object], str]:
    """Text of `minimum` to `maximum` characters; white space around it does not count.

    It is left away, unless the text is wanted as it was sent.
    """

    def read(value: object) -> str:
        given = clean_text(value)
        string = given.strip()
        if len(string) < minimum:
            raise Refused(
                "must not be empty" if minimum == 1 else f"must have at least {minimum} characters"
            )
        if len(string) > maximum:
            raise Refused(f"must have at most {maximum:,} characters")
        if one_line and _CONTROL.search(string):
            raise Refused("must be one line without control characters")
        return string if stripped else given

    return read


def text_field(
    minimum: int,
    maximum: int,
    *,
    required: bool = False,
    one_line: bool = False,
    stripped: bool = True,
    about: str = "",
) -> Field[str]:
    """A field of text."""
    schema = {"type": "string", "minLength": minimum, "maxLength": maximum}
    read = text(minimum, maximum, one_line=one_line, stripped=stripped)
    return Field(read, schema, required=required, about=about)


def choice_field(
    choices: Sequence[str], *, required: bool = False, default: str | None = None, about: str = ""
) -> Field[str]:
    """A field that is one of a few words."""

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in choices:
            raise Refused(f"must be one of: {', '.join(choices)}")
        return value

    schema: dict[str, Any] = {"type": "string", "enum": list(choices)}
    return Field(read, schema, required=required, default=default, about=about)


def read_flag(value: object) -> bool:
    """Return a truth value.

    Raises:
        Refused: it is none.
    """
    if not isinstance(value, bool):
        raise Refused("must be true or false")
    return value


def flag_field(about: str) -> Field[bool]:
    """A field that is true or false; absent is false."""
    return Field(read_flag, {"type": "boolean"}, about=about)


def integer_field(
    minimum: int,
    maximum: int,
    *,
    required: bool = False,
    default: int | None = None,
    about: str = "",
) -> Field[int]:
    """A whole number within bounds; a query string's digits count too."""

    def read(value: object) -> int:
        if isinstance(value, str) and _DIGITS.fullmatch(value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Refused("must be a whole number")
        if not minimum <= value <= maximum:
            raise Refused(f"must be between {minimum} and {maximum}")
        return value

    schema: dict[str, Any] = {"type": "integer", "minimum": minimum, "maximum": maximum}
    return Field(read, schema, required=required, default=default, about=about)


def share_field(about: str = "", *, required: bool = False) -> Field[float]:
    """A number from 0 to 1; one that is typed, with a point or a comma, counts too."""

    def read(value: object) -> float:
        typed = value.replace(",", ".", 1) if isinstance(value, str) else value
        try:
            share = float(typed) if isinstance(typed, str | int | float) else math.nan
        except (ValueError, OverflowError):
            share = math.nan
        if isinstance(value, bool) or not 0 <= share <= 1:
            raise Refused("must be a number from 0 to 1")
        return share

    schema = {"type": "number", "minimum": 0, "maximum": 1}
    return Field(read, schema, required=required, about=about)


def read_uuid(value: object) -> UUID:
    """A UUID in its usual form of 36 characters, or as its 32 digits alone.

    Raises:
        Refused: it is not one.
    """
    sent = value.strip() if isinstance(value, str) else ""
    if not _UUID.fullmatch(sent):
        raise Refused("must be a UUID")
    return UUID(sent)


def read_time(value: object, *, zoned: bool = False) -> datetime:
    """A date or time in ISO 8601, in UTC; without a zone it is UTC, or refused where `zoned`.

    As RFC 3339 has it, `t` and `z` may be small, and a leap second is one: the second before it.
    The zone may be `UTC` or `GMT` in letters.

    Raises:
        Refused: it is none.
    """
    sent = clean_text(value).strip()
    text = ""
    if len(sent) <= _LONGEST_TIME:
        whole = _ZONE_APART.sub("", _ZONE_NAMED.sub("Z", sent)).replace(
            " ", "+"
        )  # a `+` in a query string is a space
        text = _LEAP_SECOND.sub(":59", whole.upper())
    try:
        time = datetime.fromisoformat(text)
        known = time if time.tzinfo or zoned else time.replace(tzinfo=UTC)
        utc = known.astimezone(UTC) if known.tzinfo else None
    except (ValueError, OverflowError):
        utc = None
    if utc is None:
        raise Refused(NOT_A_TIME)
    return utc


def uuid_field(*, required: bool = False, about: str = "") -> Field[UUID]:
    """A field that is an id of ours."""
    return Field(read_uuid, {"type": "string", "format": "uuid"}, required=required, about=about)


def list_field(
    item: Fields, maximum: int, *, unique: str, required: bool = False, about: str = ""
) -> Field[list[dict[str, Any]]]:
    """A list of 1 to `maximum` objects, each read by `item`; no two have the same `unique`."""

    def read(value: object) -> list[dict[str, Any]]:
        if not isinstance(value, list):
            raise Refused("must be a list")
        if not 1 <= len(value) <= maximum:
            raise Refused(f"must have 1 to {maximum} items")
        rows: list[dict[str, Any]] = []
        wrong: list[FieldError] = []
        for index, entry in enumerate(value):
            row, errors = item.read(entry, prefix=f"[{index}].")
            if not errors and any(row[unique] == earlier[unique] for earlier in rows):
                errors = [FieldError(f"[{index}].{unique}", "is listed twice")]
            wrong += errors
            rows += [] if errors else [row]
        if wrong:
            raise Refused(parts=wrong)
        return rows

    schema = {"type": "array", "minItems": 1, "maxItems": maximum, "items": item.schema()}
    return Field(read, schema, required=required, about=about, items=item)
