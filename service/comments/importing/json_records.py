"""What JSON tells: objects line by line or in an array, and their texts, times and addresses."""

import json
import re
from codecs import EncodedFile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import IO, Any, Final, cast
from urllib.parse import urljoin

import msgspec

from service.comments.importing.json_arrays import in_array
from service.comments.importing.record import Left, Read, Record, Unreadable, in_utc

_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")  # UTF-16, as PowerShell writes what is sent to a file
_LONGEST: Final = 1 << 20
"""Bytes of a line; a longer one is named and passed over."""

_MILLISECONDS: Final = 1e11
"""A number from here on counts them, since 1973; one below counts seconds, until the year 5138."""

_ZONE: Final = re.compile(r" ([+-]\d{4})(?: \S+)?$")
"""A zone as Go writes it: behind a blank, perhaps with its name."""

_SCHEMES: Final = ("https://", "http://")


def checked(
    where: str, line: Mapping[str, Any], read: Callable[[Mapping[str, Any]], Record]
) -> Read:
    """Return the comment that an object is, or why it is none."""
    try:
        return read(line)
    except ValueError as error:
        return Left(where, str(error))


def moment(told: object) -> datetime:
    """Read a time as text, as seconds or milliseconds, or as databases' exports write either.

    Raises:
        Unreadable: it is none.
    """
    if isinstance(told, Mapping):
        told = told.get("$date", told.get("$numberLong", told.get("iso")))
        if isinstance(told, Mapping):
            told = told.get("$numberLong")
    try:
        if isinstance(told, str) and not told.lstrip("-").isdigit():
            return in_utc(_ZONE.sub(r"\1", told))
        if isinstance(told, str | int | float) and not isinstance(told, bool):
            number = float(told)
            seconds = number if abs(number) < _MILLISECONDS else number / 1000
            return in_utc(datetime.fromtimestamp(seconds, UTC).isoformat())
    except (ValueError, OverflowError, OSError):
        pass
    raise Unreadable("its time cannot be read")


def told_of(line: Mapping[str, Any], name: str, *, needed: bool = False) -> str:
    """Return a text or a number of an object as text; nothing where it has none.

    Raises:
        Unreadable: it is neither, or is needed.
    """
    value = line.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or value == "":
        if needed:
            raise Unreadable(f"has no {name}")
        return ""
    if not isinstance(value, str):
        raise Unreadable(f"its {name} is no text")
    return value


def object_of(line: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object in an object; nothing is one without anything."""
    found = line.get(name)
    return found if isinstance(found, Mapping) else {}


def lines(file: IO[bytes]) -> Iterator[tuple[str, Mapping[str, Any] | Left]]:
    """Yield objects with where they stand; what is no JSON object is told so.

    Raises:
        ImportRefused: it is one array, of which nothing can be read.
    """
    head = file.read(_LONGEST)
    file.seek(0)
    if head.startswith(_WIDE):
        file = cast("IO[bytes]", EncodedFile(cast("Any", file), "utf-8", "utf-16", "replace"))
    elif _is_one_array(head):
        return in_array(file)
    return _by_line(file)


def _is_one_array(head: bytes) -> bool:
    """Say whether an array begins that was not written a document a line."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    first = text[1:].lstrip().partition(b"\n")[0].strip().rstrip(b",")
    return text.startswith(b"[") and not _is_object(first)


def _is_object(line: bytes) -> bool:
    return isinstance(_decoded(line), Mapping)


def _decoded(line: bytes) -> object:
    """Return what a line's JSON says, None if it is none; halves of characters do no harm to it."""
    try:
        return cast("object", msgspec.json.decode(line))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:  # what cut texts in the middle of a character, or wrote bytes of another encoding
        return cast("object", json.loads(line.decode("utf-8", "replace")))
    except (ValueError, RecursionError):
        return None


def _by_line(file: IO[bytes]) -> Iterator[tuple[str, Mapping[str, Any] | Left]]:
    number = 0
    while raw := file.readline(_LONGEST):
        number += 1
        where = f"line {number}"
        if not raw.endswith(b"\n") and len(raw) == _LONGEST:
            while (more := file.readline(_LONGEST)) and not more.endswith(b"\n"):
                pass
            yield where, Left(where, f"is longer than {_LONGEST:,} bytes")
            continue
        # An array may be written a document a line, its brackets beside the first and the last.
        stripped = raw.removeprefix(b"\xef\xbb\xbf").strip().removeprefix(b"[").rstrip(b",")
        if stripped.endswith(b"}]"):
            stripped = stripped[:-1]
        if stripped.strip() in {b"", b"]"}:
            continue
        found = _decoded(stripped)
        yield where, found if isinstance(found, Mapping) else Left(where, "is no JSON object")


def page_of(told: str, base: str) -> str:
    """Return a page's address; of a mere path it is below the website's, `base`.

    Raises:
        Unreadable: it is a path, and the website's address is not told.
    """
    if told.startswith(_SCHEMES):
        return told
    if not base.startswith(_SCHEMES):
        raise Unreadable("is on a path only: name the website's address with --base")
    return urljoin(base, told)
