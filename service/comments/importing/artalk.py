"""Artalk's Artrans: an array of comments, each with its page, in which every value may be text."""

from collections.abc import Iterator, Mapping
from typing import IO, Any

from service.comments.importing.json_records import checked, lines, moment, page_of, told_of
from service.comments.importing.plain import plain_text
from service.comments.importing.record import Left, Read, Record


def artalk(file: IO[bytes], base: str) -> Iterator[Read]:
    """Read comments; `base` is what pages are below that are kept as paths only.

    Raises:
        ImportRefused: not even its beginning can be read.
    """
    for where, found in lines(file):
        if isinstance(found, Left):
            yield found
        else:
            yield checked(where, found, lambda each: _comment(each, base))


def _comment(found: Mapping[str, Any], base: str) -> Record:
    parent = told_of(found, "rid")
    waits = str(found.get("is_pending")).lower() in {"true", "1"}
    return Record(
        source_id=told_of(found, "id", needed=True),
        parent="" if parent == "0" else parent,
        page=page_of(told_of(found, "page_key", needed=True), base),
        title=told_of(found, "page_title"),
        name=told_of(found, "nick"),
        email=told_of(found, "email"),
        website=told_of(found, "link"),
        body=plain_text(told_of(found, "content"), keep_lines=True),
        at=moment(found.get("created_at")),
        status="pending" if waits else "approved",
        external_id=told_of(found, "id"),
    )
