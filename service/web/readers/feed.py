"""Atom feeds of published comments: of a page, and of a site (RFC 4287)."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, tostring

from litestar import Request, Response, Router, get
from litestar.params import FromPath

from service.domain.characters import NOT_XML
from service.domain.fields import Field, Fields
from service.domain.masking import mask_addresses
from service.domain.pages import read_page
from service.domain.shown import Answer, Shown
from service.web.body import read_known_query
from service.web.etags import is_known
from service.web.parts import parts_of

_NEWEST: Final = 50
_KIND: Final = "application/atom+xml; charset=utf-8"
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PAGE: Final = Fields(MappingProxyType({"page": Field(read_page, {})}))
_XMLNS: Final = "http://www.w3.org/2005/Atom"
_text: Final = partial(re.sub, NOT_XML, "\ufffd")


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's comments, newest first, each with the address of its page."""

    id: str
    title: str
    address: str
    entries: Sequence[tuple[str, Shown | Answer]]


@get("/feeds/{name:str}")
async def feed(name: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes]:
    """The newest comments of a site, or with `page` of one of its pages."""
    parts, page = parts_of(request), read_known_query(request, _PAGE)["page"]
    site = await parts.open_pages.site(name, page)
    address = f"{parts.settings.address}/feeds/{site.name}"
    if page is None:
        found = await parts.open_pages.newest(site, _NEWEST)
        rows: list[tuple[str, Shown | Answer]] = [(each.page, each) for each in found]
        return _answer(request, Feed(f"urn:uuid:{site.id}", site.name, address, rows))
    part = await parts.open_pages.thread(site, page, _NEWEST, order="newest")
    shown = mask_addresses(page)
    own = f"{address}?{urlencode({'page': shown})}"
    rows = [(shown, each) for each in part.comments]
    return _answer(request, Feed(own, part.head.page.title or shown, own, rows))


def _answer(request: Request[Any, Any, Any], found: Feed) -> Response[bytes]:
    raw = atom(found)
    etag = f'"{hashlib.sha256(raw).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "public, max-age=60"}
    if is_known(request, etag):
        return Response(b"", status_code=304, headers=headers, media_type=_KIND)
    return Response(raw, headers=headers, media_type=_KIND)


def atom(found: Feed) -> bytes:
    """Return a feed as XML; what people wrote is text in it."""
    root = Element("feed", xmlns=_XMLNS)
    _add(root, "id", found.id)
    _add(root, "title", f"Comments: {found.title}")
    _add(root, "updated", _time(max((_changed(each) for _, each in found.entries), default=_NEVER)))
    SubElement(root, "link", rel="self", href=found.address)
    for page, comment in found.entries:
        root.append(_entry(page, comment))
    raw: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return raw


def _entry(page: str, comment: Shown | Answer) -> Element:
    entry = Element("entry")
    _add(entry, "id", f"urn:uuid:{comment.id}")
    _add(entry, "title", comment.name)
    _add(entry, "published", _time(comment.submitted_at))
    _add(entry, "updated", _time(_changed(comment)))
    author = SubElement(entry, "author")
    _add(author, "name", comment.name)
    if comment.website:
        _add(author, "uri", comment.website)
    SubElement(entry, "link", rel="alternate", href=_text(at(page, comment.id)))
    _add(entry, "content", comment.body).set("type", "text")
    return entry


def at(page: str, id_: UUID) -> str:
    """Return where a page shows a comment, by what the widget makes of the fragment."""
    return f"{page}#comment-{id_}"


def _add(parent: Element, name: str, text: str) -> Element:
    made = SubElement(parent, name)
    made.text = _text(text)
    return made


def _changed(comment: Shown | Answer) -> datetime:
    return comment.edited_at or comment.submitted_at


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


ROUTER: Final = Router("/", route_handlers=[feed], include_in_schema=False)
