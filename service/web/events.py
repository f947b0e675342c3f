"""The website's call that tells who polls what has become of its comments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Literal
from uuid import UUID

from litestar import Request, Router

from service.domain.accounts import Site
from service.domain.fields import Fields, integer_field
from service.domain.states import ActorKind, Status
from service.web.auth import site_only
from service.web.body import read_query
from service.web.handlers import get
from service.web.openapi import reads
from service.web.parts import parts_of

_MOST: Final = 500
_LAST: Final = 2**63 - 1 - _MOST  # as far as the database counts
_QUERY: Final = Fields(
    MappingProxyType(
        {
            "after": integer_field(
                0, _LAST, default=0, about="`next` of the answer before; 0: from the beginning"
            ),
            "limit": integer_field(1, _MOST, default=100),
        }
    )
)


@dataclass(frozen=True, slots=True)
class EventData:
    """What has become of a comment; `id` is the comment's, `external_id` the site's own of it."""

    id: UUID
    external_id: str | None
    page: str
    status: Status
    previous_status: Status | None
    reason: str | None
    actor: ActorKind
    version: int


@dataclass(frozen=True, slots=True)
class Event:
    """A change at its place in the site's order; `id` can be the next `after`."""

    id: str
    type: Literal["comment.status"]
    timestamp: datetime
    data: EventData


@dataclass(frozen=True, slots=True)
class Events:
    """Changes in order; `next` is the next `after`, `more` says whether there are more by now."""

    events: Sequence[Event]
    next: str
    more: bool
    ignored: Sequence[str] = ()


@get(
    "/v1/events",
    guards=[site_only],
    operation_class=reads(query=_QUERY),
    summary="Poll the changes of your comments",
)
async def poll(request: Request[Site, Any, Any]) -> Events:
    """The changes of the site's comments after a place, with what a webhook tells; none is missed.

    The order never changes, and of one comment it is that of its changes.
    """
    query = read_query(request, _QUERY)
    found, more = await parts_of(request).feed.read(request.user.id, query["after"], query["limit"])
    events = [
        Event(
            id=str(each.number),
            type="comment.status",
            timestamp=each.at,
            data=EventData(
                each.comment_id,
                each.external_id,
                each.page,
                each.status,
                each.previous_status,
                each.reason,
                each.actor,
                each.version,
            ),
        )
        for each in found
    ]
    last = found[-1].number if found else query["after"]
    return Events(events, str(last), more, query["ignored"])


ROUTER: Final = Router("/", route_handlers=[poll], tags=["website"])
