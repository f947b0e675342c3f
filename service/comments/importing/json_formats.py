"""Formats of JSON lines: remark42's backup, Coral's collections, and our own."""

import json
from codecs import EncodedFile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from html import unescape
from typing import IO, Any, Final, cast

import msgspec

from service.comments.importing.json_arrays import in_array
from service.comments.importing.plain import plain_text
from service.comments.importing.record import Given, Left, Read, Record, Unreadable, in_utc

_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")  # UTF-16, as PowerShell writes what is sent to a file
_LONGEST: Final = 1 << 20
"""Bytes of a line; a longer one is named and passed over."""

_MILLISECONDS: Final = 1e11
"""A number from here on counts them, since 1973; one below counts seconds, until the year 5138."""

_CORAL: Final[dict[str, tuple[Given, str | None]]] = {
    "NONE": ("approved", None),
    "APPROVED": ("approved", None),
    "ACCEPTED": ("approved", None),
    "PREMOD": ("pending", None),
    "SYSTEM_WITHHELD": ("pending", None),
    "REJECTED": ("rejected", None),
}


def remark42(file: IO[bytes]) -> Iterator[Read]:
    """Read remark42's backup: a line about it all, then one a comment."""
    for where, line in _lines(file):
        if isinstance(line, Left):
            yield line
        elif "locator" in line or "id" in line:
            yield _checked(where, line, _of_remark42)


def _of_remark42(line: Mapping[str, Any]) -> Record:
    user, locator = _object(line, "user"), _object(line, "locator")
    deleted = bool(line.get("delete"))
    return Record(
        source_id=_told(line, "id", needed=True),
        parent=_told(line, "pid"),
        page=_told(locator, "url", needed=True),
        title=_told(line, "title"),
        name=plain_text(_told(user, "name")),
        email="",
        website="",
        body=unescape(_told(line, "orig")) or plain_text(_told(line, "text")),
        at=_moment(line.get("time")),
        status="rejected" if deleted else "approved",
        reason="other" if deleted else None,
        external_id=_told(line, "id"),
    )


def coral(file: IO[bytes]) -> Iterator[Read]:
    """Read Coral's stories, users and comments, each document a line, in whatever order."""
    stories: dict[str, tuple[str, str]] = {}
    users: dict[str, tuple[str, str]] = {}
    for _, line in _lines(file):
        if not isinstance(line, Left) and not _is_comment_of_coral(line):
            with suppress(Unreadable):  # it is named below
                _keep_of_coral(line, stories, users)
    for where, line in _lines(file):
        if isinstance(line, Left):
            yield line
        elif _is_comment_of_coral(line):
            yield _checked(where, line, lambda each: _of_coral(each, stories, users))
        else:
            try:
                is_known = _keep_of_coral(line, stories, users)
            except Unreadable as error:
                yield Left(where, str(error))
            else:
                if not is_known:
                    yield Left(where, "is no story, user or comment", bad=False)


def _is_comment_of_coral(line: Mapping[str, Any]) -> bool:
    return "storyID" in line or "revisions" in line


def _keep_of_coral(
    line: Mapping[str, Any], stories: dict[str, tuple[str, str]], users: dict[str, tuple[str, str]]
) -> bool:
    """Remember a story or a user; say whether it is one.

    Raises:
        Unreadable: what is needed of it cannot be read.
    """
    if "url" in line:
        title = _told(_object(line, "metadata"), "title")
        stories[_told(line, "id")] = (_told(line, "url"), title)
    elif "username" in line:
        users[_told(line, "id")] = (_told(line, "username"), _told(line, "email"))
    return "url" in line or "username" in line


def _of_coral(
    line: Mapping[str, Any],
    stories: Mapping[str, tuple[str, str]],
    users: Mapping[str, tuple[str, str]],
) -> Record:
    story, author = _told(line, "storyID"), _told(line, "authorID")
    if story not in stories:
        raise Unreadable("belongs to a story that the file does not have")
    told = _told(line, "status") or "NONE"
    if told not in _CORAL:
        raise Unreadable("its status is unknown")
    # A deleted one keeps its status, and none of its texts.
    status, reason = ("rejected", "other") if line.get("deletedAt") else _CORAL[told]
    revisions = line.get("revisions")
    last = revisions[-1] if isinstance(revisions, list) and revisions else {}
    body = _told(last, "body") if isinstance(last, Mapping) else ""
    page, title = stories[story]
    name, email = users.get(author, ("", ""))
    return Record(
        source_id=_told(line, "id", needed=True),
        parent=_told(line, "parentID"),
        page=page,
        title=title,
        name=name,
        email=email,
        website="",
        body=plain_text(body or _told(line, "body")),
        at=_moment(line.get("createdAt")),
        status=status,
        reason=reason,
        external_id=_told(line, "id"),
    )


def own(file: IO[bytes]) -> Iterator[Read]:
    """Read our own JSON lines, as `python -m service export` writes them."""
    for where, line in _lines(file):
        yield line if isinstance(line, Left) else _checked(where, line, _of_ours)


def _of_ours(line: Mapping[str, Any]) -> Record:
    status = _told(line, "status") or "approved"
    if status not in {"approved", "pending", "rejected"}:
        raise Unreadable("its status is none of approved, pending, rejected")
    return Record(
        source_id=_told(line, "id", needed=True),
        parent=_told(line, "parent_id"),
        page=_told(line, "page", needed=True),
        title=_told(line, "page_title"),
        name=_told(line, "name"),
        email=_told(line, "email"),
        website=_told(line, "website"),
        body=_told(line, "body"),
        at=_moment(line.get("submitted_at")),
        status=status,  # type: ignore[arg-type] # looked at above
        reason=_told(line, "reason") or None,
        external_id=_told(line, "external_id"),
    )


def _checked(
    where: str, line: Mapping[str, Any], read: Callable[[Mapping[str, Any]], Record]
) -> Read:
    try:
        return read(line)
    except ValueError as error:
        return Left(where, str(error))


def _moment(told: object) -> datetime:
    """Read a time as text, as seconds or milliseconds, or as MongoDB's exports write either."""
    if isinstance(told, Mapping):
        told = told.get("$date", told.get("$numberLong"))
        if isinstance(told, Mapping):
            told = told.get("$numberLong")
    try:
        if isinstance(told, str) and not told.lstrip("-").isdigit():
            return in_utc(told)
        if isinstance(told, str | int | float) and not isinstance(told, bool):
            number = float(told)
            seconds = number if abs(number) < _MILLISECONDS else number / 1000
            return in_utc(datetime.fromtimestamp(seconds, UTC).isoformat())
    except (ValueError, OverflowError, OSError):
        pass
    raise Unreadable("its time cannot be read")


def _told(line: Mapping[str, Any], name: str, *, needed: bool = False) -> str:
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


def _object(line: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = line.get(name)
    return found if isinstance(found, Mapping) else {}


def _lines(file: IO[bytes]) -> Iterator[tuple[str, Mapping[str, Any] | Left]]:
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
