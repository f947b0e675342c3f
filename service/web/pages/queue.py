"""The queue's page: its first paint, the parts that its scripts fetch, and its plain forms."""

from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency, Provide

from service.comments.bulk import Bulk
from service.comments.moderation import Moderation
from service.comments.review import Review
from service.domain.accounts import Staff
from service.domain.fields import (
    FieldError,
)
from service.domain.searching import terms
from service.domain.states import Actor
from service.errors import InvalidFields
from service.web.body import checked, read_view
from service.web.pages.answers import page, see
from service.web.pages.people import page_for, read_form, session_here
from service.web.pages.queue_address import address, chosen, tabs
from service.web.pages.queue_desk import EARLIER, Desk, NoSuchView, before_of, decided_in, desk_of
from service.web.pages.queue_fields import BEFORE, COMMENT, IDS, MOST_WHOLE, UNDO
from service.web.pages.templates import prepare
from service.web.review_fields import LIST, write_cursor

AnyRequest = Request[Any, Any, Any]

SOON: Final = (
    "queue_details.html",
    "queue_entries.html",
    "queue_mine.html",
    "queue_tabs.html",
    "author.html",
    "author_parts.html",
    "parts.html",
)
"""Templates of what whoever has the page asks for next."""


def _named(ids: tuple[UUID, ...] | None) -> tuple[UUID, ...]:
    if ids is None:
        raise InvalidFields([FieldError("ids", "is required")])
    return ids


@get("/queue", guards=[page_for("moderator", "data")])
async def queue(
    request: AnyRequest,
    staff: NamedDependency[Staff],
    desk: NamedDependency[Desk],
) -> Response[Any]:
    """The list, and one comment in focus: the one asked for, or the first that is free.

    Without a wish it is the view that the person begins with. Data staff get the list, to read.
    """
    views = [] if request.query_params else await desk.own.views(staff.id)
    if first := next((view for view in views if view.first), None):
        return see(f"/queue?{first.query}")
    try:
        asked = read_view(request, LIST)
        comment = read_view(request, COMMENT)["comment"]
    except InvalidFields as refusal:
        raise NoSuchView([error.field for error in refusal.errors]) from None
    if not staff.may("moderator"):
        return await desk.reading(asked)
    answer = await desk.whole(asked, comment)
    answer.background = BackgroundTask(prepare, *SOON)
    return answer


@get("/queue/entries", guards=[page_for("moderator")])
async def entries(request: AnyRequest, desk: NamedDependency[Desk]) -> Response[Any]:
    """The next entries of the list."""
    asked = read_view(request, LIST)
    shown, after = await desk.entries(asked, await desk.filters(asked))
    return page(
        "queue_entries.html",
        session_here(request),
        entries=shown,
        terms=terms(asked["q"] or ""),
        next=write_cursor(asked["order"], after),
        fields=chosen(asked),
        address=address,
    )


@get("/queue/details", guards=[page_for("moderator")])
async def details(request: AnyRequest, desk: NamedDependency[Desk]) -> Response[Any]:
    """Some comments whole; those that are not there are left out.

    Each has its entry with it where it is asked for, as a list in which it stands needs none; of
    many that come back at once the entries are enough.
    """
    asked = read_view(request, IDS)
    ids, sought, whole = asked["ids"], terms(asked["q"] or ""), asked["listed"] != "alone"
    if whole and len(ids) > MOST_WHOLE:
        raise InvalidFields([FieldError("ids", f"must be at most {MOST_WHOLE} ids")])
    return page(
        "queue_details.html",
        session_here(request),
        shown=await desk.named(ids, sought, whole=whole),
        whole=whole,
        listed=asked["listed"] is not None,
        terms=sought,
        fields={},
        address=address,
    )


@get("/queue/parts", guards=[page_for("moderator")])
async def parts(request: AnyRequest, desk: NamedDependency[Desk]) -> Response[Any]:
    """The parts of the queue, with how much waits in each by now."""
    asked = read_view(request, LIST)
    counts = await desk.review.parts(await desk.filters(asked))
    return page("queue_tabs.html", session_here(request), tabs=tabs(chosen(asked), counts))


@get("/queue/waiting", guards=[page_for("moderator")])
async def waiting(review: NamedDependency[Review]) -> dict[str, int]:
    """How much waits, for the menus of the other pages."""
    return {"pending": (await review.waiting()).pending}


@get("/queue/mine", guards=[page_for("moderator")])
async def mine(
    request: AnyRequest,
    staff: NamedDependency[Staff],
    review: NamedDependency[Review],
) -> Response[Any]:
    """One's own decisions before those that are shown, or the last ones."""
    before = read_view(request, BEFORE)["before"]
    batches = await review.own_batches(staff.id, EARLIER, before)
    return page(
        "queue_mine.html",
        session_here(request),
        batches=batches,
        before=before_of(batches, EARLIER),
        fields={},
        address=address,
    )


@post("/queue/decide", guards=[page_for("moderator")])
async def decide(
    request: AnyRequest,
    staff: NamedDependency[Staff],
    desk: NamedDependency[Desk],
    moderation: NamedDependency[Moderation],
) -> Response[Any]:
    """A decision by a plain form; then on to the next comment."""
    sent, outcome = await decided_in(request, staff, moderation)
    return await desk.after(sent.back, sent.id, [outcome])


@post("/queue/undo", guards=[page_for("moderator")])
async def undo(
    request: AnyRequest,
    staff: NamedDependency[Staff],
    desk: NamedDependency[Desk],
    moderation: NamedDependency[Moderation],
    bulk: NamedDependency[Bulk],
) -> Response[Any]:
    """Take one's own decision back by a plain form, or a whole bulk; then on to that comment."""
    asked = checked(UNDO.read(await read_form(request)))
    if asked["at"]:  # of a bulk with more comments than a form names
        whole = await bulk.undo(staff.id, asked["at"])
        return await desk.after(asked["back"], whole[0].id, whole)
    ids = _named(asked["ids"])
    seen = dict(zip(ids, asked["versions"], strict=False))
    outcomes = await moderation.decide(ids, "undo", Actor("moderator", staff.id), seen=seen)
    return await desk.after(asked["back"], ids[0], outcomes, comment=str(ids[0]))


ROUTER: Final = Router(
    "/",
    route_handlers=[queue, entries, details, parts, waiting, mine, decide, undo],
    dependencies={"desk": Provide(desk_of, sync_to_thread=False)},
)
