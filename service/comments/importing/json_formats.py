"""Formats of JSON lines: remark42's backup, Coral's collections, and our own."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from html import unescape
from typing import IO, Any, Final

from service.comments.importing.json_records import checked, lines, moment, object_of, told_of
from service.comments.importing.plain import plain_text
from service.comments.importing.record import Given, Left, Read, Record, Unreadable

_ABOUT_ALL: Final = frozenset(("version", "users", "posts"))
"""What the first line of a backup of remark42 has, and no comment."""

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
    for where, line in lines(file):
        if isinstance(line, Left):
            yield line
        elif not line.keys() & _ABOUT_ALL:
            yield checked(where, line, _of_remark42)


def _of_remark42(line: Mapping[str, Any]) -> Record:
    user, locator = object_of(line, "user"), object_of(line, "locator")
    deleted = bool(line.get("delete"))
    return Record(
        source_id=told_of(line, "id", needed=True),
        parent=told_of(line, "pid"),
        page=told_of(locator, "url", needed=True),
        title=told_of(line, "title"),
        name=plain_text(told_of(user, "name")),
        email="",
        website="",
        body=unescape(told_of(line, "orig")) or plain_text(told_of(line, "text")),
        at=moment(line.get("time")),
        status="rejected" if deleted else "approved",
        reason="other" if deleted else None,
        external_id=told_of(line, "id"),
    )


def coral(file: IO[bytes]) -> Iterator[Read]:
    """Read Coral's stories, users and comments, each document a line, in whatever order."""
    stories: dict[str, tuple[str, str]] = {}
    users: dict[str, tuple[str, str]] = {}
    for _, line in lines(file):
        if not isinstance(line, Left) and not _is_comment_of_coral(line):
            with suppress(Unreadable):  # it is named below
                _keep_of_coral(line, stories, users)
    for where, line in lines(file):
        if isinstance(line, Left):
            yield line
        elif _is_comment_of_coral(line):
            yield checked(where, line, lambda each: _of_coral(each, stories, users))
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
        title = told_of(object_of(line, "metadata"), "title")
        stories[told_of(line, "id")] = (told_of(line, "url"), title)
    elif "username" in line:
        users[told_of(line, "id")] = (told_of(line, "username"), told_of(line, "email"))
    return "url" in line or "username" in line


def _of_coral(
    line: Mapping[str, Any],
    stories: Mapping[str, tuple[str, str]],
    users: Mapping[str, tuple[str, str]],
) -> Record:
    story, author = told_of(line, "storyID"), told_of(line, "authorID")
    if story not in stories:
        raise Unreadable("belongs to a story that the file does not have")
    told = told_of(line, "status") or "NONE"
    if told not in _CORAL:
        raise Unreadable("its status is unknown")
    # A deleted one keeps its status, and none of its texts.
    status, reason = ("rejected", "other") if line.get("deletedAt") else _CORAL[told]
    revisions = line.get("revisions")
    last = revisions[-1] if isinstance(revisions, list) and revisions else {}
    body = told_of(last, "body") if isinstance(last, Mapping) else ""
    page, title = stories[story]
    name, email = users.get(author, ("", ""))
    return Record(
        source_id=told_of(line, "id", needed=True),
        parent=told_of(line, "parentID"),
        page=page,
        title=title,
        name=name,
        email=email,
        website="",
        body=plain_text(body or told_of(line, "body")),
        at=moment(line.get("createdAt")),
        status=status,
        reason=reason,
        external_id=told_of(line, "id"),
    )


def own(file: IO[bytes]) -> Iterator[Read]:
    """Read our own JSON lines, as `python -m service export` writes them."""
    for where, line in lines(file):
        yield line if isinstance(line, Left) else checked(where, line, _of_ours)


def _of_ours(line: Mapping[str, Any]) -> Record:
    status = told_of(line, "status") or "approved"
    if status not in {"approved", "pending", "rejected"}:
        raise Unreadable("its status is none of approved, pending, rejected")
    return Record(
        source_id=told_of(line, "id", needed=True),
        parent=told_of(line, "parent_id"),
        page=told_of(line, "page", needed=True),
        title=told_of(line, "page_title"),
        name=told_of(line, "name"),
        email=told_of(line, "email"),
        website=told_of(line, "website"),
        body=told_of(line, "body"),
        at=moment(line.get("submitted_at")),
        status=status,  # type: ignore[arg-type] # looked at above
        reason=told_of(line, "reason") or None,
        external_id=told_of(line, "external_id"),
    )
