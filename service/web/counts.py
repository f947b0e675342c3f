"""How many comments pages show: for a front page that links to many articles."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from litestar import Request, Router

from service.domain.accounts import Site
from service.domain.fields import Field, FieldError, Fields, Refused
from service.domain.masking import mask_addresses
from service.domain.pages import read_page, without_tracking
from service.errors import InvalidFields
from service.web.auth import site_or_browser
from service.web.body import checked
from service.web.handlers import get
from service.web.openapi import reads
from service.web.parts import parts_of
from service.web.readers.sent import check_pages

MOST_PAGES: Final = 100
_BEHIND: Final = re.compile(r"(?:[,;|+]|%20|%0A|%7C|%2C)+https?://", re.IGNORECASE)
_JOINED: Final = "looks like several addresses: give `page` once for each, as `page=…&page=…`"


def _read_pages(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_PAGES:
        raise Refused(f"must be given once for each page, 1 to {MOST_PAGES} times")
    pages, errors = [], []
    for place, each in enumerate(value):
        try:
            pages.append(read_page(each))
        except Refused as refusal:
            errors.append(FieldError(f"[{place}]", str(refusal)))
    if errors:
        raise Refused(parts=errors)
    return tuple(pages)


_PAGES: Final = Fields(
    MappingProxyType(
        {
            "page": Field(
                _read_pages,
                {
                    "type": "array",
                    "items": {"type": "string", "format": "uri"},
                    "minItems": 1,
                    "maxItems": MOST_PAGES,
                },
                required=True,
                about="URLs of articles: `page` once for each",
            )
        }
    )
)


@dataclass(frozen=True, slots=True)
class PageCount:
    """A page in its normal form, addresses in it masked, and how many comments it shows."""

    page: str
    count: int


@dataclass(frozen=True, slots=True)
class PageCounts:
    """One number for each page, in the order asked."""

    counts: Sequence[PageCount]
    ignored: Sequence[str] = ()


@get(
    "/v1/counts",
    guards=[site_or_browser],
    operation_class=reads(query=_PAGES),
    summary="Count the approved comments of pages",
)
async def count(request: Request[Site, Any, Any]) -> PageCounts:
    """How many comments each of up to 100 pages shows, as its list says: 0 of an unknown one."""
    site, given = request.user, request.query_params
    raw = {**dict.fromkeys(given), "page": given.getall("page", []) or None}
    asked = checked(_PAGES.read(raw), _PAGES.ignored(raw))
    check_pages(site, asked["page"])
    numbers = await parts_of(request).threads.counts(site.id, site.settings, asked["page"])
    _check_joined(asked["page"], numbers, asked["ignored"])
    shown = (
        mask_addresses(without_tracking(page, site.settings.tracking)) for page in asked["page"]
    )
    return PageCounts(
        [PageCount(*each) for each in zip(shown, numbers, strict=True)], asked["ignored"]
    )


def _check_joined(pages: Sequence[str], numbers: Sequence[int], ignored: Sequence[str]) -> None:
    """Refuse what is likely several addresses in one value, unless there is such a page.

    Raises:
        InvalidFields: a page without a comment has the address of another one behind a separator.
    """
    wrong = [
        FieldError(f"page[{place}]", _JOINED)
        for place, (page, number) in enumerate(zip(pages, numbers, strict=True))
        if not number and _BEHIND.search(page)
    ]
    if wrong:
        raise InvalidFields(wrong, ignored)


ROUTER: Final = Router("/", route_handlers=[count], tags=["website"])
