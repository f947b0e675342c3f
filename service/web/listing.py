"""What a website lists: the comments that a page shows, and its own of any status."""

import base64
import binascii
import hashlib
import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.openapi import ResponseSpec

from service.domain.accounts import Site
from service.domain.fields import (
    Field,
    FieldError,
    Fields,
    Refused,
    choice_field,
    integer_field,
    text_field,
)
from service.domain.listing import ORDERS, After, Listing
from service.domain.pages import read_page
from service.domain.shown import Answer, PageHead, PageState, Shown
from service.domain.states import STATUSES, Status
from service.errors import Forbidden, InvalidFields
from service.web.auth import site_or_browser
from service.web.body import read_query
from service.web.encoded_pages import Part, encoded, takes_gzip
from service.web.etags import known_tags
from service.web.handlers import get
from service.web.openapi import reads
from service.web.parts import parts_of
from service.web.readers.sent import check_pages

SiteRequest = Request[Site, Any, Any]

_LIMIT: Final = 200
_PLACE: Final = struct.Struct(">8s16s")  # which listing, id
_NO_PLACE: Final = "must be `next` of the answer before"


def _read_place(value: object) -> After:
    try:
        mark, id_ = _PLACE.unpack(base64.urlsafe_b64decode(str(value).encode("ascii")))
    except (ValueError, UnicodeEncodeError, binascii.Error, struct.error):
        raise Refused(_NO_PLACE) from None
    return After(mark, UUID(bytes=id_))


def _written(listing: Listing, after: UUID | None) -> str | None:
    if after is None:
        return None
    return base64.urlsafe_b64encode(_PLACE.pack(listing.mark, after.bytes)).decode()


def _read_statuses(value: object) -> tuple[Status, ...]:
    given = [each for part in value for each in part.split(",")] if isinstance(value, list) else []
    if not given or not set(given) <= set(STATUSES):
        raise Refused(f"must be of {', '.join(STATUSES)}, several separated by commas")
    return tuple(status for status in STATUSES if status in given)


_QUERY: Final = Fields(
    MappingProxyType(
        {
            "page": Field(
                read_page,
                {"type": "string", "format": "uri"},
                about="URL of the article: alone, what its readers see",
            ),
            "status": Field(
                _read_statuses,
                {"type": "array", "items": {"type": "string", "enum": list(STATUSES)}},
                about="your own comments of these statuses, whether shown or not",
            ),
            "external_id": text_field(
                1, 200, one_line=True, about="your own comments with this id of yours"
            ),
            "order": choice_field(ORDERS, about="of posting, `oldest` first if not given"),
            "cursor": Field(_read_place, {"type": "string"}, about="`next` of the answer before"),
            "limit": integer_field(1, _LIMIT, default=50),
        }
    )
)


@dataclass(frozen=True, slots=True)
class Page:
    """Approved comments of a page in order; `count` is of all, `next` of the next answer."""

    count: int
    comments: Sequence[Shown]
    next: str | None
    page: PageState
    ignored: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class OwnComments:
    """Comments of the site whatever their status; `next` of the next answer."""

    comments: Sequence[Answer]
    next: str | None
    ignored: Sequence[str] = ()


_FIELDS: Final = f"{Page.__slots__} {Shown.__struct_fields__}"
_FORM: Final = hashlib.sha256(_FIELDS.encode()).hexdigest()[:8]
"""What release a page was read by: another one may show more of the same comments."""

_ETAG: Final = re.compile(rf"{_FORM}-([0-9]{{1,18}})", re.ASCII)


@get(
    "/v1/comments",
    guards=[site_or_browser],
    operation_class=reads(query=_QUERY),
    responses={304: ResponseSpec(None, description="Nothing has changed since this ETag")},
    summary="List the approved comments of a page, or your own of any status",
    direct=True,
)
async def list_page(request: SiteRequest) -> Response[Page | OwnComments | None]:
    """With `page` what its readers see, with the number of all; 304 where the ETag is known.

    With `status` or `external_id`, or without `page`, the site's own comments whatever has become
    of them; `page` may narrow these.
    """
    query = read_query(request, _QUERY, lists=["status"])
    listing = _listing(request, query)
    place = query["cursor"]
    if place is not None and place.mark != listing.mark:
        error = "is of another listing; begin this one without it"
        raise InvalidFields([FieldError("cursor", error)], query["ignored"])
    after, limit = place and place.id, query["limit"]
    if listing.of_readers:
        part = Part(listing.order, after, limit)
        return await _page(request, listing, part, query["ignored"])
    if request.user.key != "bearer":
        raise Forbidden("This key reads what readers of a page see; send a site's key.")
    threads = parts_of(request).threads
    found, later = await threads.own(request.user.id, listing, after, limit)
    answer = OwnComments(found, _written(listing, later), query["ignored"])
    return encoded(request, msgspec.json.encode(answer)).answer({})


def _listing(request: SiteRequest, query: Mapping[str, Any]) -> Listing:
    """Return what is asked for.

    Raises:
        InvalidFields: nothing says what. A mistyped `page` must not list what is not shown.
            Or the page is none that the caller may ask of.
    """
    page, statuses, external_id = query["page"], query["status"], query["external_id"]
    if page is None and statuses is None and external_id is None and query["order"] is None:
        told = "is required; or `status`, `external_id` or `order` for your own of any status"
        raise InvalidFields([FieldError("page", told)], query["ignored"])
    check_pages(request.user, [page] if page else [])
    key = page and parts_of(request).threads.page_key(request.user.settings, page)
    is_of_readers = page is not None and statuses is None and external_id is None
    order = query["order"] or ORDERS[0]
    return Listing(key, external_id, statuses or STATUSES, order, of_readers=is_of_readers)


async def _page(
    request: SiteRequest, listing: Listing, part: Part, ignored: Sequence[str]
) -> Response[Page | OwnComments | None]:
    site, threads = request.user, parts_of(request).threads
    pages, key = parts_of(request).encoded_pages, listing.page_key or b""
    known, place = _versions(request), (site.id, key, part, takes_gzip(request))
    kept = None
    if known != [] or place in pages:
        head = await threads.head(site.id, site.settings, key)
        if known is None or head.version in known:
            return Response(None, status_code=304, headers=_headers(head))
        kept = pages.get(place, head)
    if kept is None or ignored:
        found = await threads.shown(
            site.id, key, part.limit, after=part.after, order=part.order, settings=site.settings
        )
        head, later = found.head, _written(listing, found.next)
        page = Page(head.count, found.comments, later, head.page, ignored)
        kept = encoded(request, msgspec.json.encode(page))
        if not ignored:
            pages.put(place, head, kept)
    return kept.answer(_headers(head))


def _headers(head: PageHead) -> dict[str, str]:
    etag = f'W/"{_FORM}-{head.version}"'  # weak: compressed or not, it is the same page
    return {"ETag": etag, "Cache-Control": "private, no-cache"}  # kept, and asked for each time


def _versions(request: SiteRequest) -> list[int] | None:
    """Return the versions of the page that the caller knows; None where any will do."""
    known = known_tags(request)
    if known is None:
        return None
    return [int(each[1]) for each in map(_ETAG.fullmatch, known) if each]
