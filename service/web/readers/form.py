"""The call that hands out the token of a comment form."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from litestar import Request, Router

from service.domain.accounts import Site
from service.domain.fields import Field, Fields
from service.domain.pages import read_page
from service.domain.reader_forms import OLDEST, YOUNGEST
from service.web.auth import site_or_browser
from service.web.body import read_query
from service.web.handlers import get
from service.web.openapi import reads
from service.web.parts import parts_of
from service.web.readers.sent import check_pages

_PAGE: Final = Fields(
    MappingProxyType(
        {
            "page": Field(
                read_page,
                {"type": "string", "format": "uri"},
                required=True,
                about="URL of the article that the form is on",
            )
        }
    )
)


@dataclass(frozen=True, slots=True)
class Form:
    """A comment form's token: a comment with it is taken from `after` to `until` seconds on.

    `mails` says whether its author may ask to be told by e-mail (`notify`).
    """

    form: str
    after: int
    until: int
    mails: bool
    ignored: Sequence[str] = ()


@get(
    "/v1/form",
    guards=[site_or_browser],
    operation_class=reads(query=_PAGE),
    summary="Get the token of a comment form",
)
async def form(request: Request[Site, Any, Any]) -> Form:
    """The token that a comment from a browser needs, of whoever opens a form on a page.

    A comment that comes with it too soon is refused with 409, `form_too_new` and Retry-After: send
    the same then. One that comes too late, or on another page, with 409, `form_expired`.
    """
    site, parts = request.user, parts_of(request)
    asked = read_query(request, _PAGE)
    check_pages(site, [asked["page"]])
    key = parts.threads.page_key(site.settings, asked["page"])
    token, mails = parts.browsers.new_form(site.id, key), parts.reader_mails.takes(site.settings)
    return Form(token, YOUNGEST, OLDEST, mails, asked["ignored"])


ROUTER: Final = Router("/", route_handlers=[form], tags=["website"])
