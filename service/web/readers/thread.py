"""A page's published comments without scripts: where the widget's `<noscript>` link leads."""

from types import MappingProxyType
from typing import Any, Final

from litestar import Request, Response, Router, get
from litestar.params import FromPath

from service.domain.fields import Field, Fields, uuid_field
from service.domain.masking import mask_addresses
from service.domain.pages import read_page
from service.web.body import read_view
from service.web.pages.answers import answer, page
from service.web.pages.demo import branches
from service.web.parts import parts_of

_SHOWN: Final = 200
_QUERY: Final = Fields(
    MappingProxyType({"page": Field(read_page, {}, required=True), "after": uuid_field()})
)


@get("/threads/{name:str}")
async def thread(name: FromPath[str], request: Request[Any, Any, Any]) -> Response[Any]:
    """The published comments of a page, oldest first."""
    asked, parts = read_view(request, _QUERY), parts_of(request)
    site = await parts.open_pages.site(name, asked["page"])
    found = await parts.open_pages.thread(
        site, asked["page"], _SHOWN, order="oldest", after=asked["after"]
    )
    return page(
        "thread.html",
        site=site,
        address=mask_addresses(asked["page"]),
        thread=found,
        branches=branches(found.comments),
    )


ROUTER: Final = Router(
    "/",
    route_handlers=[thread],
    exception_handlers={Exception: answer},
    include_in_schema=False,
)
