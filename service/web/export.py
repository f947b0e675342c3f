"""The data staff's exports as JSON lines: decisions, and annotations to learn from."""

from types import MappingProxyType
from typing import Any, Final

from litestar import Request, Router, get
from litestar.di import NamedDependency
from litestar.response import Stream

from service.comments.annotations import SILENCE_DAYS, AnnotationExport
from service.comments.export import Export
from service.domain.fields import Field, Fields, choice_field, integer_field, read_time, text_field
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


_ANNOTATIONS: Final = Fields(
    MappingProxyType(
        {
            "site": text_field(1, 63, one_line=True, about="name of the site"),
            "silence": choice_field(
                ("yes", "no"), about="whether a published comment that nobody took back says so"
            ),
            "silence_days": integer_field(
                0, 3650, default=SILENCE_DAYS, about="days after which that is a weak approval"
            ),
        }
    )
)


@get(
    "/v1/annotations/export",
    operation_class=reads(query=_ANNOTATIONS),
    media_type="application/x-ndjson",
    summary="Export annotations for learning",
)
async def export_annotations(
    request: Request[Any, Any, Any], exporting_annotations: NamedDependency[AnnotationExport]
) -> Stream:
    """What people, clients, imports and silence say of texts, a JSON object a line.

    Without contacts. Each line has `text`, `name`, `website`, `labels` (1 or 0 by label),
    `provenance`, `propensity`, the chance that the text was looked at, and `first_time`, whether
    its author had no comment on the site before. What `python -m classifier adapt` learns from.
    """
    query = read_known_query(request, _ANNOTATIONS)
    days = None if query["silence"] == "no" else query["silence_days"]
    lines = await exporting_annotations.begin(site=query["site"], silence_days=days)
    return Stream(lines, media_type="application/x-ndjson")


ROUTER: Final = Router(
    "/",
    route_handlers=[export, export_annotations],
    guards=[staff_only("data")],
    tags=["decisions"],
)
