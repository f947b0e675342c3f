"""The moderators' calls that keep a page up to date: changes, own decisions, what stands around."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath

from service.comments.review import Review
from service.domain.accounts import Staff
from service.domain.fields import Field, Fields, Refused, integer_field, read_time
from service.domain.states import Recorded, Status
from service.web.body import read_known_query, read_query
from service.web.etags import is_known
from service.web.openapi import reads
from service.web.review_fields import FILTERS
from service.web.review_schemas import filters_of

AnyRequest = Request[Any, Any, Any]

_LONGEST: Final = timedelta(minutes=10)
_SIBLINGS: Final = 2


def _read_moment(value: object) -> datetime:
    try:
        return read_time(value, zoned=True)
    except Refused:
        raise Refused("must be `until` of the answer before") from None


_MOMENT: Final = {"type": "string", "format": "date-time"}
_CHANGES: Final = Fields(
    MappingProxyType(
        {
            "since": Field(
                _read_moment,
                _MOMENT,
                about="`until` of the answer before; at most ten minutes back",
            ),
            "arrived_since": Field(
                _read_moment, _MOMENT, about="tell what has begun to wait after this `until`"
            ),
            **FILTERS,
        }
    )
)
_OWN: Final = Fields(MappingProxyType({"limit": integer_field(1, 50, default=10)}))


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that a moderator made; `own` is the caller's."""

    id: UUID
    version: int
    status: Status
    action: Recorded
    staff: str
    own: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A claim in force; `own` is the caller's."""

    id: UUID
    staff: str
    own: bool
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class QueueChanges:
    """The queue as it is, and what has happened; `until` is for the next call.

    `late` is how many wait longer than their site wants. `matching` and `arrived` are of the
    comments that the filters let through: how many wait, up to 10,000, and the ids of those that
    have begun to since `arrived_since`, up to 500.
    """

    pending: int
    late: int
    matching: int
    arrived: Sequence[UUID]
    oldest_at: datetime | None
    decisions: Sequence[Decided]
    claims: Sequence[Held]
    until: datetime
    ignored: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class OwnDecision:
    """A decision of one's own that can be undone; those of one bulk have the same `at`."""

    id: UUID
    version: int
    name: str
    excerpt: str
    status: Status
    action: Recorded
    reason: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Sibling:
    """A published comment near another."""

    id: UUID
    name: str
    body: str
    submitted_at: datetime


@get(
    "/v1/review/changes",
    operation_class=reads(query=_CHANGES),
    responses={304: ResponseSpec(None, description="Nothing has changed since this ETag")},
    summary="What has changed",
)
async def changes(
    request: AnyRequest, staff: NamedDependency[Staff], review: NamedDependency[Review]
) -> Response[QueueChanges | None]:
    """Queue size, oldest item, claims and moderators' decisions since `since`.

    Send the ETag back as If-None-Match: 304 when nothing has changed.
    """
    asked = read_query(request, _CHANGES)
    now = datetime.now(UTC)
    since = max(asked["since"] or now, now - _LONGEST)
    filters = await filters_of(review, asked, staff.id)
    state = await review.changes(staff.id, since, filters, asked["arrived_since"])
    found = QueueChanges(
        pending=state.waiting.pending,
        late=state.waiting.late,
        matching=state.matching,
        arrived=state.arrived,
        oldest_at=state.waiting.oldest_at,
        decisions=[
            Decided(each.id, each.version, each.status, each.action, each.staff, each.own, each.at)
            for each in state.decisions
        ],
        claims=[Held(each.id, each.staff, each.own, each.expires_at) for each in state.claims],
        until=state.waiting.until,
        ignored=asked["ignored"],
    )
    return _unless_known(request, found)


def _unless_known(request: AnyRequest, found: QueueChanges) -> Response[QueueChanges | None]:
    what = {name: getattr(found, name) for name in QueueChanges.__slots__ if name != "until"}
    etag = f'"{hashlib.sha256(msgspec.json.encode(what)).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "no-store"}
    if is_known(request, etag):
        return Response(None, status_code=304, headers=headers)
    return Response(found, headers=headers)


@get("/v1/review/decisions", operation_class=reads(query=_OWN), summary="One's own last decisions")
async def own_decisions(
    request: AnyRequest, staff: NamedDependency[Staff], review: NamedDependency[Review]
) -> list[OwnDecision]:
    """Newest first, those that can be undone."""
    limit = read_known_query(request, _OWN)["limit"]
    return [
        OwnDecision(
            each.id,
            each.version,
            each.name,
            each.excerpt,
            each.status,
            each.action,
            each.reason,
            each.at,
        )
        for each in await review.own_decisions(staff.id, limit)
    ]


@get("/v1/review/{comment_id:uuid}/around", summary="What stands around a comment")
async def around(comment_id: FromPath[UUID], review: NamedDependency[Review]) -> list[Sibling]:
    """The nearest published comments: answers to the same parent, or first ones of the page."""
    found = await review.around(comment_id, _SIBLINGS)
    return [Sibling(each.id, each.name, each.body, each.submitted_at) for each in found]
