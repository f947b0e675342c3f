"""WordPress's WXR and Disqus's XML: what a comment is in them."""

import re
from collections.abc import Iterator
from html import escape
from typing import IO, Any, Final
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from service.comments.importing.plain import plain_text
from service.comments.importing.record import Given, Left, Read, Record, in_utc
from service.comments.importing.xml_records import Shape, local, records
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
_SAID_BY_READERS: Final = frozenset(("", "comment", "review"))
"""Types of comments; reviews are those of WooCommerce's products, and others are programs' own."""

_DISQUS: Final = "{http://disqus.com}"
_LINK_OF_DISQUS: Final = re.compile(r"https?://disq\.us/url\?url=([^&\"'\s<>]+)[^\"'\s<>]*")
"""What Disqus made of links in texts, to count who follows them; the link itself is in it."""
_SEAL: Final = re.compile(r":[\w-]{27}$")
_DISQUS_ID: Final = "{http://disqus.com/disqus-internals}id"


def _called_by_wordpress(comment: Element) -> str:
    return f"comment {id_}" if (id_ := _named(comment, "comment_id")) else ""


def _called_by_disqus(element: Element) -> str:
    return f"{local(element)} {id_}" if (id_ := element.get(_DISQUS_ID, "")) else ""


_WXR: Final = Shape(
    names=frozenset(("comment",)),
    begins=rb"<(?:[A-Za-z][\w.-]*:)?comment(?:\s[^<>]*)?>",
    called=_called_by_wordpress,
    around="item",
    above="channel",
    kept=("link", "title"),
)
_DISQUS_SHAPE: Final = Shape(
    names=frozenset(("thread", "post")),
    begins=rb"<(?:thread|post)(?:\s[^<>]*)?(?<!/)>",
    called=_called_by_disqus,
)


def wxr(file: IO[bytes]) -> Iterator[Read]:
    """Read WordPress's export, in which an article's address stands before its comments."""
    for found in records(file, _WXR):
        if isinstance(found, Left):
            yield found
        else:
            comment, article = found
            title = plain_text(_named(article, "title"))  # the database's own, which is HTML
            yield _of_wordpress(comment, _named(article, "link"), title)


def _named(element: Element | None, name: str) -> str:
    """Return the text of the first child of a name, in whatever namespace."""
    texts = (each.text for each in (element if element is not None else ()) if local(each) == name)
    return (next(texts, "") or "").strip()


def _of_wordpress(comment: Element, page: str, title: str) -> Read:
    field = {local(each).removeprefix("comment_"): (each.text or "").strip() for each in comment}
    ours = _metas(comment)
    where = f"comment {field['id']}" if field.get("id") else "comment without an id"
    if field.get("type", "") not in _SAID_BY_READERS:
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
        {local(child): (child.text or "").strip() for child in each}
        for each in comment
        if local(each) == "commentmeta"
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
    """Read Disqus's export, in which all threads stand before the posts.

    A thread that was deleted is of a page that shows nothing any more.
    """
    pages: dict[str, tuple[str, str]] = {}
    deleted: set[str] = set()
    for found in records(file, _DISQUS_SHAPE):
        if isinstance(found, Left):
            yield found
            continue
        element, _ = found
        id_ = element.get(_DISQUS_ID, "")
        if element.tag == f"{_DISQUS}thread":
            if element.find(f"{_DISQUS}link") is not None:  # of a post, it only names one
                pages[id_] = (_text(element, "link"), plain_text(_text(element, "title")))
                if _text(element, "isDeleted") == "true":
                    deleted.add(id_)
        elif _thread_of(element) in deleted:
            where = f"post {id_ or _text(element, 'id')}"
            yield Left(where, "belongs to a thread that was deleted", bad=False)
        else:
            yield _of_disqus(element, id_ or _text(element, "id"), pages)


def _thread_of(post: Element) -> str:
    thread = post.find(f"{_DISQUS}thread")
    return thread.get(_DISQUS_ID, "") if thread is not None else ""


def _of_disqus(post: Element, id_: str, pages: dict[str, tuple[str, str]]) -> Read:
    where = f"post {id_}" if id_ else "post without an id"
    if not id_:
        return Left(where, "has no id")
    page, title = pages.get(_thread_of(post), ("", ""))
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
        body=plain_text(_LINK_OF_DISQUS.sub(_led_to, _text(post, "message"))),
        at=at,
        status=status,
        reason=reason,
        external_id=id_,
    )


def _led_to(link: re.Match[str]) -> str:
    return escape(_SEAL.sub("", unquote(link[1])))


def _disqus_status(post: Element) -> tuple[Given, str | None]:
    if _text(post, "isSpam") == "true":
        return "rejected", "spam"
    if _text(post, "isDeleted") == "true":
        return "rejected", "other"
    return ("pending" if _text(post, "isApproved") == "false" else "approved"), None


def _text(element: Element | None, name: str) -> str:
    found = element.find(f"{_DISQUS}{name}") if element is not None else None
    return (found.text or "").strip() if found is not None else ""
