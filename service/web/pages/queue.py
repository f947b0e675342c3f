"""The queue's page."""

from typing import Any, Final

from litestar import Request, Response, Router, get

from service.web.pages.answers import page
from service.web.pages.people import page_for, session_here


@get("/queue", guards=[page_for("moderator")])
async def queue(request: Request[Any, Any, Any]) -> Response[Any]:
    """The queue."""
    return page("queue.html", session_here(request), here="/queue")


ROUTER: Final = Router("/", route_handlers=[queue])
