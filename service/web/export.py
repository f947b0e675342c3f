"""The data staff's export of decisions as JSON lines."""

from types import MappingProxyType
from typing import Any, Final

from litestar import Request, Router, get
from litestar.di import NamedDependency
from litestar.response import Stream

from service.comments.export import Export
from service.domain.fields import Field, Fields, choice_field, read_time, text_field
from service.web.auth import staff_only
from service.web.body import read_known_query
from service.web.openapi import reads

_ACTORS: Final = ("classifier", "rule", "moderator", "site", "system")


_QUERY: Final = Fields(
    MappingProxyType(
        {
            "since": Field(
                read_time,
                {"type": "string", "format": "date-time"},
                about="decisions made at this time or later",
            ),
            "site": text_field(1, 63, one_line=True, about="name of the site"),
            "actor": choice_field(_ACTORS, about="who decided"),
        }
    )
)


@get(
    "/v1/decisions/export",
    operation_class=reads(query=_QUERY),
    media_type="application/x-ndjson",
    summary="Export decisions for training",
)
async def export(request: Request[Any, Any, Any], exporting: NamedDependency[Export]) -> Stream:
    """Every decision with the text it was about, oldest first, a JSON object a line.

    Without contacts, names and notes; erased comments are left out. What `python -m classifier
    train --decisions` reads.
    """
    query = read_known_query(request, _QUERY)
    lines = await exporting.begin(**query)  # before the answer begins: it may fail
    return Stream(lines, media_type="application/x-ndjson")


ROUTER: Final = Router(
    "/", route_handlers=[export], guards=[staff_only("data")], tags=["decisions"]
)
