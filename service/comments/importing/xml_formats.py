"""WordPress's WXR and Disqus's XML, read element by element in bounded memory.

Documents that declare entities or a document type are refused: no exporter writes them, and they
are how a small file becomes a large one or reads others.
"""

import re
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from typing import IO, Any, Final, cast
from xml.etree.ElementTree import Element, ParseError
from xml.parsers.expat import errors
from xml.parsers.expat.errors import codes

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from service.comments.importing.plain import plain_text
from service.comments.importing.record import Given, ImportRefused, Left, Read, Record, in_utc
from service.comments.wxr import META

_WP_STATUS: Final[dict[str, tuple[Given, str | None]]] = {
    "1": ("approved", None),
    "approve": ("approved", None),
    "0": ("pending", None),
    "hold": ("pending", None),
    "spam": ("rejected", "spam"),
    "trash": ("rejected", "other"),
    "post-trashed": ("rejected", "other"),
}
_CONTROLS: Final = bytes({*range(32)} - {*b"\t\n\r"})
_ENCODING: Final = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*\sencoding\s*=\s*[\"']([\w.-]+)")
_CUT: Final = frozenset({
    codes[errors.XML_ERROR_NO_ELEMENTS],
    codes[errors.XML_ERROR_UNCLOSED_TOKEN],
    codes[errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
})  # fmt: skip
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
_DISQUS: Final = "{http://disqus.com}"
_DISQUS_ID: Final = "{http://disqus.com/disqus-internals}id"


def wxr(file: IO[bytes]) -> Iterator[Read]:
    """Read WordPress's export, one article with its comments at a time."""
    for element in _elements(file, {"item"}, local=True):
        found = {_local(child): (child.text or "").strip() for child in element}
        page, title = found.get("link", ""), found.get("title", "")
        for child in element:
            if _local(child) == "comment":
                yield _of_wordpress(child, page, title)


def _of_wordpress(comment: Element, page: str, title: str) -> Read:
    field = {
        _local(child).removeprefix("comment_"): (child.text or "").strip() for child in comment
    }
    ours = _metas(comment)
    where = f"comment {field.get('id') or 'without an id'}"
    if field.get("type", "") not in {"", "comment"}:
        return Left(where, f"is a {field['type'][:20]}", bad=False)
    if field.get("approved", "1") not in _WP_STATUS:
        return Left(where, "its comment_approved is unknown")
    status, reason = _WP_STATUS[field.get("approved", "1")]
    try:
        at = in_utc(ours["submitted_at"]) if "submitted_at" in ours else _wordpress_time(field)
    except ValueError:
        return Left(where, "its date cannot be read")
    if not field.get("id"):
        return Left(where, "has no comment_id")
    parent = field.get("parent", "")
    return Record(
        source_id=field["id"],
        parent="" if parent == "0" else parent,
        page=page,
        title=title,
        name=plain_text(field.get("author", "")),
        email=field.get("author_email", ""),
        website=field.get("author_url", ""),
        body=plain_text(field.get("content", ""), keep_lines=True),
        at=at,
        status=status,
        reason=ours.get("reason") if ours else reason,
        external_id=ours.get("external_id", "") if ours else field["id"],
    )


def _metas(comment: Element) -> dict[str, str]:
    """Return what our own export wrote of a comment where WXR has no place for it."""
    pairs = (
        {_local(child): (child.text or "").strip() for child in each}
        for each in comment
        if _local(each) == "commentmeta"
    )
    told = {each.get("meta_key", ""): each.get("meta_value", "") for each in pairs}
    return {key.removeprefix(META): text for key, text in told.items() if key.startswith(META)}


def _wordpress_time(field: dict[str, str]) -> Any:
    for name in ("date_gmt", "date"):  # drafts of old have zeros in the first
        told = field.get(name, "")
        if told and not told.startswith("0000"):
            return in_utc(told)
    raise ValueError("no date")


def disqus(file: IO[bytes]) -> Iterator[Read]:
    """Read Disqus's export, in which all threads stand before the posts."""
    pages: dict[str, tuple[str, str]] = {}
    for element in _elements(file, {f"{_DISQUS}thread", f"{_DISQUS}post"}):
        id_ = element.get(_DISQUS_ID, "")
        if element.tag == f"{_DISQUS}thread":
            if element.find(f"{_DISQUS}link") is not None:  # of a post, it only names one
                pages[id_] = (_text(element, "link"), plain_text(_text(element, "title")))
        else:
            yield _of_disqus(element, id_ or _text(element, "id"), pages)


def _of_disqus(post: Element, id_: str, pages: dict[str, tuple[str, str]]) -> Read:
    where = f"post {id_ or 'without an id'}"
    if not id_:
        return Left(where, "has no id")
    thread = post.find(f"{_DISQUS}thread")
    page, title = pages.get(thread.get(_DISQUS_ID, "") if thread is not None else "", ("", ""))
    if not page:
        return Left(where, "belongs to a thread that has no link")
    try:
        at = in_utc(_text(post, "createdAt"))
    except ValueError:
        return Left(where, "its createdAt cannot be read")
    author, parent = post.find(f"{_DISQUS}author"), post.find(f"{_DISQUS}parent")
    status, reason = _disqus_status(post)
    return Record(
        source_id=id_,
        parent=parent.get(_DISQUS_ID, "") if parent is not None else "",
        page=page,
        title=title,
        name=plain_text(_text(author, "name") or _text(author, "username")),
        email=_text(author, "email"),
        website=_text(author, "link"),
        body=plain_text(_text(post, "message")),
        at=at,
        status=status,
        reason=reason,
        external_id=id_,
    )


def _disqus_status(post: Element) -> tuple[Given, str | None]:
    if _text(post, "isSpam") == "true":
        return "rejected", "spam"
    if _text(post, "isDeleted") == "true":
        return "rejected", "other"
    return ("pending" if _text(post, "isApproved") == "false" else "approved"), None


def _text(element: Element | None, name: str) -> str:
    found = element.find(f"{_DISQUS}{name}") if element is not None else None
    return (found.text or "").strip() if found is not None else ""


def _elements(file: IO[bytes], names: set[str], *, local: bool = False) -> Iterator[Element]:
    """Yield elements of these names, whole, and forget each after it.

    Raises:
        ImportRefused: it is no XML, is cut, or declares what no exporter declares.
    """
    open_elements: list[Element] = []
    try:
        for event, element in iterparse(
            cast("IO[bytes]", _Readable(file)), events=("start", "end"), forbid_dtd=True
        ):
            if event == "start":
                open_elements.append(element)
                continue
            open_elements.pop()
            if (_local(element) if local else element.tag) in names:
                inside = any(
                    (_local(each) if local else each.tag) in names for each in open_elements
                )
                if not inside:
                    yield element
                    if open_elements:
                        open_elements[-1].remove(element)
    except ParseError as error:
        line, column = error.position
        if error.code in _CUT:
            raise ImportRefused(
                f"The XML cannot be read at line {line}, column {column}, where it is cut: "
                "export it anew."
            ) from None
        raise ImportRefused(
            f"The XML cannot be read at line {line}, column {column}: mend it or export it anew."
        ) from None
    except DefusedXmlException:
        raise ImportRefused(
            "The XML declares a document type or entities, which no exporter does: remove them."
        ) from None


class _Readable:
    """A file without what exporters let through and XML has not.

    That is control characters, blank lines before the beginning, as plugins of WordPress print
    them, and in UTF-8 what is none.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file: Final = file
        self._mend: Callable[[bytes], bytes] | None = None

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; none is the end."""
        while part := self._file.read(size):
            if self._mend is None:
                part = part.lstrip()  # the first part alone begins elsewhere
                self._mend = _mender(part)
            if kept := self._mend(part):
                return kept
        return b""


def _mender(head: bytes) -> Callable[[bytes], bytes]:
    """Return what takes out of a file's parts, the first of which is given, what XML has not."""
    if head.startswith(_WIDE):  # UTF-16, of which such bytes are half a character
        return lambda part: part
    declared = _ENCODING.match(head)
    if declared and declared[1].lower() not in {b"utf-8", b"utf8"}:
        return lambda part: part.translate(None, _CONTROLS)
    decoder = getincrementaldecoder("utf-8")("replace")
    return lambda part: decoder.decode(part.translate(None, _CONTROLS)).encode()


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
