"""The website's call that says what a page is called, opens and closes it, and moves it."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from litestar import Request, Router

from service.domain.accounts import Site
from service.domain.fields import Field, Fields, flag_field
from service.domain.hints import is_cut, title_field
from service.domain.pages import URL_LENGTH, read_page
from service.web.auth import site_only
from service.web.body import read_fields
from service.web.handlers import put
from service.web.openapi import reads
from service.web.parts import parts_of

_FIELDS: Final = Fields(
    MappingProxyType(
        {
            "page": Field(
                read_page,
                {"type": "string", "format": "uri", "maxLength": URL_LENGTH},
                required=True,
                about="URL of the article",
            ),
            "title": title_field(
                "of the article; what of it is too long is cut, and named in `ignored`"
            ),
            "closed": flag_field("true: takes no more comments; false: takes them again"),
            "moved_to": Field(
                read_page,
                {"type": "string", "format": "uri", "maxLength": URL_LENGTH},
                about="URL that the article has by now; `page` itself: it has not moved any more",
            ),
        }
    )
)


@dataclass(frozen=True, slots=True)
class ToldPage:
    """A page in its normal form, addresses in it masked, as it is by now.

    Where it has moved, `title` and `closed` are of the page `moved_to`.
    """

    page: str
    title: str | None
    closed: bool
    moved_to: str | None
    ignored: Sequence[str] = ()


@put(
    "/v1/pages",
    guards=[site_only],
    operation_class=reads(body=_FIELDS),
    summary="Name, close, open or move a page",
)
async def tell_page(request: Request[Site, Any, Any]) -> ToldPage:
    """Keep what is told of a page; what is left out stays as it was.

    A closed page goes on showing its comments. A new one on it is refused: 409, `page_closed`. The
    comments of a page that has moved are at its new address, with those that were there; whoever
    lists, counts, names or comments on the old one means the new.
    """
    asked, site = await read_fields(request, _FIELDS), request.user
    page, state = await parts_of(request).site_pages.tell(
        site.id,
        site.settings,
        asked["page"],
        title=asked["title"],
        closed=asked["closed"],
        moved_to=asked["moved_to"],
    )
    cut = ["title"] if is_cut(asked["title"]) else []
    return ToldPage(page, state.title, state.closed, state.moved_to, [*cut, *asked["ignored"]])


ROUTER: Final = Router("/", route_handlers=[tell_page], tags=["website"])
