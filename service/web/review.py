"""The moderators' calls: queue, claims, decisions, undo, history, summary; data staff may read."""

from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, cast
from uuid import UUID

from litestar import Request, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from classifier.types import LABELS
from service.comments.moderation import Moderation, refused
from service.comments.own_desk import OwnDesk
from service.comments.review import Review
from service.domain.accounts import Staff
from service.domain.desk import Order
from service.domain.fields import FieldError, Fields
from service.domain.states import Actor
from service.errors import InvalidFields
from service.web.auth import reads_or_moderates
from service.web.body import read_fields, read_known_query, read_optional_fields, read_query
from service.web.openapi import reads
from service.web.review_bulk import decide_matching, matching, scores, undo_together
from service.web.review_fields import BULK, CLAIM, CLAIM_LIMIT, DECISION, LIST, UNDO, write_cursor
from service.web.review_live import around, changes, own_decisions
from service.web.review_schemas import (
    DecidedItem,
    History,
    Queue,
    Results,
    ReviewItem,
    filters_of,
    render,
    render_decided,
    render_decision,
    result_of,
)
from service.web.zones import ZONE

AnyRequest = Request[Any, Any, Any]
_SUMMARY: Final = Fields(MappingProxyType({"zone": ZONE}))


@get("/v1/review", operation_class=reads(query=LIST), summary="List the review queue")
async def queue(
    request: AnyRequest, staff: NamedDependency[Staff], review: NamedDependency[Review]
) -> Queue:
    """Comments to review, or decided ones, a page at a time."""
    query = read_query(request, LIST)
    order = cast("Order", query["order"])
    filters = await filters_of(review, query, staff.id)
    after = query["cursor"].place_in(order) if query["cursor"] else None
    items, after = await review.queue(filters, order, after, query["limit"])
    return Queue([render(item) for item in items], write_cursor(order, after), query["ignored"])


@get("/v1/review/{comment_id:uuid}", summary="Look at one item")
async def look(comment_id: FromPath[UUID], review: NamedDependency[Review]) -> ReviewItem:
    """One comment as moderators see it, whatever its status."""
    return render(await review.item(comment_id))


@post(
    "/v1/review/claims",
    status_code=200,
    operation_class=reads(body=CLAIM),
    summary="Claim the next items",
)
async def claim(
    request: AnyRequest, staff: NamedDependency[Staff], review: NamedDependency[Review]
) -> Queue:
    """Lease the next unclaimed items, or those named; leases that run out return by themselves."""
    asked = await read_optional_fields(request, CLAIM)
    order = cast("Order", asked["order"])
    filters = await filters_of(review, asked, staff.id)
    if asked["take_over"] and filters.ids is None:
        raise InvalidFields([FieldError("take_over", "goes with `ids`: say which comments")])
    limit = asked["limit"] or (len(filters.ids) if filters.ids else CLAIM_LIMIT)
    items = await review.claim(staff.id, filters, order, limit, take_over=bool(asked["take_over"]))
    return Queue([render(item) for item in items], ignored=asked["ignored"])


@delete("/v1/review/claims/{comment_id:uuid}", summary="Give a claim back")
async def release(
    comment_id: FromPath[UUID], staff: NamedDependency[Staff], review: NamedDependency[Review]
) -> None:
    """Give one's own claim back before it runs out."""
    await review.release(staff.id, comment_id)


@post("/v1/review/{comment_id:uuid}/skip", status_code=204, summary="Leave it to colleagues")
async def skip(
    comment_id: FromPath[UUID], staff: NamedDependency[Staff], own_desk: NamedDependency[OwnDesk]
) -> None:
    """It stays in the queue, and in the caller's view `skipped` until it changes."""
    await own_desk.skip(staff.id, comment_id)


@delete("/v1/review/{comment_id:uuid}/skip", summary="Take it up again")
async def unskip(
    comment_id: FromPath[UUID], staff: NamedDependency[Staff], own_desk: NamedDependency[OwnDesk]
) -> None:
    """Take a comment out of the view `skipped`."""
    await own_desk.unskip(staff.id, comment_id)


@post(
    "/v1/review/{comment_id:uuid}/decision",
    status_code=200,
    operation_class=reads(body=DECISION),
    summary="Approve or reject",
)
async def decide(
    comment_id: FromPath[UUID],
    request: AnyRequest,
    staff: NamedDependency[Staff],
    review: NamedDependency[Review],
    moderation: NamedDependency[Moderation],
) -> DecidedItem:
    """Decide about one comment as it was seen; 409 if it has changed or a colleague has it."""
    asked = await read_fields(request, DECISION)
    (outcome,) = await moderation.decide(
        [comment_id],
        asked["action"],
        Actor("moderator", staff.id),
        seen={comment_id: asked["version"]},
        reason=asked["reason"] if asked["action"] == "reject" else None,
        note=asked["note"],
    )
    if outcome.change is None:
        raise refused(outcome)
    return render_decided(await review.item(comment_id), asked["ignored"])


@post(
    "/v1/review/decisions",
    status_code=200,
    operation_class=reads(body=BULK),
    summary="Decide about many",
)
async def decide_many(
    request: AnyRequest, staff: NamedDependency[Staff], moderation: NamedDependency[Moderation]
) -> Results:
    """One decision for many comments, a result for each; a refused one leaves the others alone."""
    asked = await read_fields(request, BULK)
    outcomes = await moderation.decide(
        [item["id"] for item in asked["items"]],
        asked["action"],
        Actor("moderator", staff.id),
        seen={item["id"]: item["version"] for item in asked["items"]},
        reason=asked["reason"] if asked["action"] == "reject" else None,
        note=asked["note"],
    )
    return Results([result_of(outcome) for outcome in outcomes], asked["ignored"])


@post(
    "/v1/review/{comment_id:uuid}/undo",
    status_code=200,
    operation_class=reads(body=UNDO),
    summary="Take one's own last decision back",
)
async def undo(
    comment_id: FromPath[UUID],
    request: AnyRequest,
    staff: NamedDependency[Staff],
    review: NamedDependency[Review],
    moderation: NamedDependency[Moderation],
) -> DecidedItem:
    """Restore the status before one's own decision, if nobody has decided since."""
    asked = await read_optional_fields(request, UNDO)
    seen = {comment_id: asked["version"]} if asked["version"] else None
    (outcome,) = await moderation.decide(
        [comment_id], "undo", Actor("moderator", staff.id), seen=seen
    )
    if outcome.change is None:
        raise refused(outcome)
    return render_decided(await review.item(comment_id), asked["ignored"])


@get("/v1/review/{comment_id:uuid}/history", summary="Every decision on a comment")
async def history(comment_id: FromPath[UUID], review: NamedDependency[Review]) -> History:
    """Every decision: who, when, why, and the scores and model version then."""
    decisions = await review.history(comment_id)
    return History(comment_id, [render_decision(each) for each in decisions])


@get(
    "/v1/review/summary",
    operation_class=reads(query=_SUMMARY),
    summary="Figures of the queue",
)
async def summary(request: AnyRequest, review: NamedDependency[Review]) -> dict[str, Any]:
    """Queue size, age of the oldest in seconds, decisions since midnight, by label and site.

    Midnight is UTC's, or that of `zone`.
    """
    asked = read_known_query(request, _SUMMARY)
    figures = await review.summary(asked["zone"] or UTC)
    by_reason, oldest = figures.by_reason, figures.oldest
    return {
        "pending": figures.pending,
        "oldest_at": oldest,
        "oldest_seconds": int((datetime.now(UTC) - oldest).total_seconds()) if oldest else None,
        "claimed": figures.claimed,
        "decisions_today": {
            "moderators": figures.by_moderators,
            "automatic": figures.automatic,
        },
        "by_label": {label: by_reason[label] for label in LABELS if label in by_reason},
        "by_reason": by_reason,
        "by_site": {
            each.site: {"pending": each.comments, "oldest_at": each.oldest}
            for each in figures.by_site
        },
    }


ROUTER: Final = Router(
    "/",
    route_handlers=[
        queue,
        claim,
        release,
        skip,
        unskip,
        look,
        decide,
        decide_many,
        undo,
        history,
        summary,
        changes,
        own_decisions,
        around,
        matching,
        scores,
        decide_matching,
        undo_together,
    ],
    guards=[reads_or_moderates],
    tags=["review"],
)
