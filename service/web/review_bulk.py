"""The moderators' calls about all that match: how many, the decision, its undo."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency

from service.comments.bulk import MOST, Bulk
from service.comments.moderation import Outcome
from service.comments.review import Review
from service.domain.accounts import Staff
from service.domain.desk import BINS
from service.domain.fields import (
    Field,
    FieldError,
    Fields,
    Refused,
    choice_field,
    integer_field,
    read_time,
)
from service.domain.letters import beginning
from service.domain.states import Actor
from service.web.body import read_fields, read_known_query
from service.web.openapi import reads
from service.web.review_fields import FILTERS, VERDICT
from service.web.review_schemas import Result, filters_of, result_of

AnyRequest = Request[Any, Any, Any]

_EXCERPT: Final = 200
_MOMENT: Final = {"type": "string", "format": "date-time"}
_READ_MOMENT: Final = partial(read_time, zoned=True)
_MATCHING: Final = Fields(MappingProxyType(FILTERS))
_SCORES: Final = Fields(
    MappingProxyType({**FILTERS, "score_of": replace(FILTERS["score_of"], required=True)})
)


def _read_filters(value: object) -> dict[str, Any]:
    """Filters by their names; one that is misspelt would let all through, so it is refused."""
    found, errors = _MATCHING.read(value)
    strange = _MATCHING.ignored(value)
    if errors or strange:
        unknown = [FieldError(name, "is no filter") for name in strange]
        raise Refused(parts=[replace(each, field=f".{each.field}") for each in (*errors, *unknown)])
    return found


_DECIDE: Final = Fields(
    MappingProxyType(
        {
            "filters": Field(
                _read_filters, _MATCHING.schema(), required=True, about="as they were counted"
            ),
            **VERDICT,
            "action": choice_field(("approve", "reject"), required=True),
            "until": Field(
                _READ_MOMENT, _MOMENT, required=True, about="`until` of the count that you saw"
            ),
            "count": integer_field(1, MOST, required=True, about="how many that were"),
        }
    )
)
_UNDO: Final = Fields(
    MappingProxyType(
        {"at": Field(_READ_MOMENT, _MOMENT, required=True, about="`at` of the decisions")}
    )
)


@dataclass(frozen=True, slots=True)
class Matching:
    """What waits and matches: how many, some of it old and new, and `until` for the decision."""

    count: int
    until: datetime
    sample: Sequence["Sampled"]


@dataclass(frozen=True, slots=True)
class Sampled:
    """A comment that a decision would be about."""

    id: UUID
    name: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Part:
    """How many comments have a score from one number up to another; 1 is in the last."""

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Scores:
    """How the scores of a label lie, of up to 10,000 comments."""

    label: str
    count: int
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class DecidedTogether:
    """A bulk: how many were decided, those that were not with why, and `at` for its undo."""

    decided: int
    refused: Sequence[Result]
    at: datetime | None = None
    ignored: Sequence[str] = ()


def _together(
    outcomes: Sequence[Outcome], ignored: Sequence[str], at: datetime | None
) -> DecidedTogether:
    refused = [result_of(each) for each in outcomes if each.change is None]
    return DecidedTogether(len(outcomes) - len(refused), refused, at, ignored)


@get("/v1/review/matching", operation_class=reads(query=_MATCHING), summary="Count what matches")
async def matching(
    request: AnyRequest,
    staff: NamedDependency[Staff],
    review: NamedDependency[Review],
    bulk: NamedDependency[Bulk],
) -> Matching:
    """How many comments wait that the filters let through, before one decides about them all."""
    asked = read_known_query(request, _MATCHING)
    found = await bulk.preview(await filters_of(review, asked, staff.id))
    sample = [Sampled(each.id, each.name, beginning(each.body, _EXCERPT)) for each in found.sample]
    return Matching(found.count, found.until, sample)


@get("/v1/review/scores", operation_class=reads(query=_SCORES), summary="How scores lie")
async def scores(
    request: AnyRequest, staff: NamedDependency[Staff], review: NamedDependency[Review]
) -> Scores:
    """How many of what waits and matches have a score of a label in each twentieth of 0 to 1.

    `score_from` and `score_to` count for nothing here.
    """
    asked = read_known_query(request, _SCORES)
    found = await review.scores(await filters_of(review, asked, staff.id))
    parts = [Part(at / BINS, (at + 1) / BINS, count) for at, count in enumerate(found)]
    return Scores(asked["score_of"], sum(found), parts)


@post(
    "/v1/review/matching",
    status_code=200,
    operation_class=reads(body=_DECIDE),
    summary="Decide about all that match",
)
async def decide_matching(
    request: AnyRequest,
    staff: NamedDependency[Staff],
    review: NamedDependency[Review],
    bulk: NamedDependency[Bulk],
) -> DecidedTogether:
    """One decision about all that were counted; 409 with `count` if that is another number now."""
    asked = await read_fields(request, _DECIDE)
    done = await bulk.decide(
        await filters_of(review, asked["filters"], staff.id),
        (asked["until"], asked["count"]),
        asked["action"],
        Actor("moderator", staff.id),
        reason=asked["reason"] if asked["action"] == "reject" else None,
        note=asked["note"],
    )
    return _together(done.outcomes, asked["ignored"], done.at)


@post(
    "/v1/review/decisions/undo",
    status_code=200,
    operation_class=reads(body=_UNDO),
    summary="Take a bulk back",
)
async def undo_together(
    request: AnyRequest, staff: NamedDependency[Staff], bulk: NamedDependency[Bulk]
) -> DecidedTogether:
    """Restore the status before one's own decisions of one moment, as one."""
    asked = await read_fields(request, _UNDO)
    return _together(await bulk.undo(staff.id, asked["at"]), asked["ignored"], asked["at"])
