"""Fields that help and no more, as programs send them: no comment is lost for how one is written.

What a program writes for "none" (`false`, WordPress's `parent_id: 0`) is none, and a number where
a text is meant is that text. Each schema says what is taken.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from uuid import UUID

from service.domain.characters import is_blank, on_one_line
from service.domain.fields import NOT_A_TIME, Field, Refused, read_time, read_uuid, text

TITLE_LENGTH: Final = 300
_CUT: Final = "…"
_UNSHOWN: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
"""What a title may not hold: controls, and halves of surrogate pairs."""

_FALSE: Final[Mapping[str, Any]] = {"const": False}
_ANYTHING: Final[Mapping[str, Any]] = {
    "anyOf": [
        *({"type": each} for each in ("string", "number", "boolean", "object")),
        {"type": "array", "items": {}},
    ]
}
_FIRST_YEAR: Final = 1990
_FIRST_SECOND: Final = 631_152_000
"""1990 began then."""

_LAST_SECOND: Final = 100_000_000_000
"""In 5138: a larger number counts milliseconds."""

_EPOCH: Final = re.compile(r"[0-9]{9,13}(?:\.[0-9]{1,9})?", re.ASCII)
_PLACE: Final = re.compile(r"(?:\[!?[\w/=+-]{1,40}\]){1,3}$", re.ASCII)
"""Where a clock stands, behind a time with its zone, as RFC 9557 has it: `[Europe/Berlin]`."""

_OF_FEEDS: Final = re.compile(
    r"(?:[a-z]{3}, )?[0-9]{1,2} [a-z]{3} [0-9]{4} [0-9:]{5,8} (?:GMT|UTC|Z|[+-][0-9]{4})",
    re.IGNORECASE | re.ASCII,
)
"""A time as RSS, mail and HTTP write it (RFC 5322): `Thu, 01 Jan 2026 08:00:00 GMT`."""

_PARENT: Final = (
    "must be the `id` that this service gave the comment it answers, a UUID; "
    "GET /v1/comments?external_id= finds it by yours"
)


def is_left_out(name: str, value: object) -> bool:
    """Say whether a value is how forms and programs write that they have none."""
    if isinstance(value, str):
        return is_blank(value) or (name == "parent_id" and value.strip() == "0")
    return value is False or (name == "parent_id" and value == 0 and isinstance(value, int))


def or_false(field: Field[Any]) -> Field[Any]:
    """Return an optional field whose schema says that `false` stands for absent, as PHP has it."""
    kinds = field.schema.get("anyOf", [field.schema])
    return replace(field, schema={"anyOf": [*kinds, _FALSE]})


def title_hint(about: str) -> Field[str | None]:
    """A page's title: any text or number, in what of it can be shown; see cut_title."""
    return Field(read_title, {"anyOf": [{"type": "string"}, {"type": "number"}]}, about=about)


def read_title(value: object) -> str | None:
    """Return a title on one line; None if it shows nothing.

    It is not cut yet: no address is parted before it is masked.

    Raises:
        Refused: it is neither text nor a number.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Refused("must be a string")
    line = " ".join(_UNSHOWN.sub(" ", on_one_line(str(value))).split())
    return None if is_blank(line) else line


def title_field(about: str) -> Field[str]:
    """As title_hint, where the title is what the call is for: one that shows nothing is wrong."""

    def read(value: object) -> str:
        title = read_title(value)
        if not title:
            raise Refused("must have a visible character")
        return title

    return Field(read, title_hint("").schema, about=about)


def cut_title(title: str) -> str:
    """Return a title, masked before, in the length that is kept."""
    return title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1].rstrip() + _CUT


def is_cut(title: object) -> bool:
    """Say whether a title that could be read is longer than what is kept of it."""
    return isinstance(title, str) and len(read_title(title) or "") > TITLE_LENGTH


def unkept_field(about: str) -> Field[bool]:
    """Something that nobody keeps or shows and that may be anything: whether there is any of it."""
    return Field(_is_filled, _ANYTHING, about=about)


def _is_filled(value: object) -> bool:
    return bool(value.strip() if isinstance(value, str) else value)


def own_id_field(maximum: int, *, about: str) -> Field[str]:
    """The caller's own id of something: a text of one line; a number is its digits."""
    read = text(1, maximum, one_line=True)

    def read_id(value: object) -> str:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return read(str(value) if is_number else value)

    kinds = [{"type": "string", "minLength": 1, "maxLength": maximum}, {"type": "integer"}]
    return Field(read_id, {"anyOf": kinds}, about=about)


def parent_field(about: str) -> Field[UUID]:
    """The id of the comment that one answers."""
    kinds = [{"type": "string", "format": "uuid"}, {"const": 0}]
    return Field(_read_parent, {"anyOf": kinds}, about=about)


def _read_parent(value: object) -> UUID:
    try:
        return read_uuid(value)
    except Refused:
        raise Refused(_PARENT) from None


def written_field(about: str) -> Field[datetime]:
    """When something was written: a date and time with its zone, or seconds since 1970."""
    kinds = [
        {"type": "string", "format": "date-time"},
        {"type": "number", "minimum": _FIRST_SECOND},
    ]
    return Field(read_written, {"anyOf": kinds}, about=about)


def read_written(value: object) -> datetime:
    """When a comment was written: a time with its zone, since there are websites.

    A number, as text too, is the seconds since 1970, or the milliseconds as JavaScript counts.

    Raises:
        Refused: it is none.
    """
    seconds = _since_1970(value)
    time = _read_dated(value) if seconds is None else _at(seconds)
    if time.year < _FIRST_YEAR:
        raise Refused(f"must not be before {_FIRST_YEAR}")
    return time


def _read_dated(value: object) -> datetime:
    sent = value.strip() if isinstance(value, str) else value
    if isinstance(sent, str) and _OF_FEEDS.fullmatch(sent):
        with suppress(ValueError):
            return parsedate_to_datetime(sent).astimezone(UTC)
    return read_time(_PLACE.sub("", sent) if isinstance(sent, str) else sent, zoned=True)


def _since_1970(value: object) -> float | None:
    if isinstance(value, str) and _EPOCH.fullmatch(value.strip()):
        return float(value)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _at(seconds: float) -> datetime:
    scale = 1000 if seconds > _LAST_SECOND else 1
    try:
        return datetime.fromtimestamp(seconds / scale, UTC)
    except (ValueError, OverflowError, OSError):
        raise Refused(NOT_A_TIME) from None
