"""Waline's export, and what Valine and Twikoo keep: their comments differ in a few names."""

from collections.abc import Iterator, Mapping
from typing import IO, Any, Final

from service.comments.importing.json_arrays import in_object
from service.comments.importing.json_records import checked, lines, moment, page_of, told_of
from service.comments.importing.plain import plain_text
from service.comments.importing.record import Given, Left, Read, Record, Unreadable

_STATUS: Final[dict[str, tuple[Given, str | None]]] = {
    "": ("approved", None),
    "approved": ("approved", None),
    "waiting": ("pending", None),
    "spam": ("rejected", "spam"),
}
_OF_COMMENTS: Final = frozenset(("Comment", "results", ""))
"""What an array of comments is called, where an object has several; and what is cut has no name."""


def waline(file: IO[bytes], base: str) -> Iterator[Read]:
    """Read comments; `base` is what pages are below, which are kept as paths only.

    Raises:
        ImportRefused: not even its beginning can be read.
    """
    for where, found in _comments(file):
        if isinstance(found, Left):
            yield found
        else:
            yield checked(where, found, lambda each: _comment(each, base))


def _comments(file: IO[bytes]) -> Iterator[tuple[str, Mapping[str, Any] | Left]]:
    """Yield comments of one object with tables, of an array, or line by line."""
    head = file.read(1 << 16).lstrip(b"\xef\xbb\xbf \t\r\n")
    file.seek(0)
    if not head.startswith(b"{") or b'"objectId"' in head.partition(b"[")[0]:
        yield from lines(file)
        return
    for name, where, found in in_object(file):
        if name in _OF_COMMENTS:
            yield where, found


def _comment(found: Mapping[str, Any], base: str) -> Record:
    status = "spam" if found.get("isSpam") is True else told_of(found, "status")
    if status not in _STATUS:
        raise Unreadable("its status is unknown")
    id_ = _first(found, "_id", "id") or told_of(found, "objectId", needed=True)
    created = next(filter(None, map(found.get, ("insertedAt", "createdAt", "created"))), None)
    given, reason = _STATUS[status]
    return Record(
        source_id=id_,
        parent=_first(found, "pid", "rid"),  # the second is what began the thread
        page=page_of(told_of(found, "url", needed=True), base),
        title="",
        name=told_of(found, "nick"),
        email=told_of(found, "mail"),
        website=told_of(found, "link"),
        body=plain_text(told_of(found, "comment"), keep_lines=True),
        at=moment(created),
        status=given,
        reason=reason,
        external_id=id_,
    )


def _first(found: Mapping[str, Any], *names: str) -> str:
    return next(filter(None, (told_of(found, name) for name in names)), "")
