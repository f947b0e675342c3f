"""The queue's page: its first paint, the parts that its scripts fetch, and its plain forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, cast
from urllib.parse import parse_qsl
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency

from service.comments.moderation import Moderation, Outcome, refused
from service.comments.review import Item, Review
from service.domain.accounts import Staff
from service.domain.desk import Filters, Order, Place
from service.domain.fields import Field, Fields, Refused, integer_field, read_uuid, text_field
from service.domain.policy import REASONS
from service.domain.states import Action, Actor
from service.domain.wording import LABEL_NAMES
from service.errors import InvalidFields, NotFound
from service.web.body import checked, read_view
from service.web.pages.answers import page, see
from service.web.pages.people import page_for, read_form, session_here
from service.web.pages.queue_view import (
    ORDER_NAMES,
    REJECTION_NAMES,
    Shown,
    active,
    address,
    chosen,
    language_name,
    show,
)
from service.web.review import filters_of
from service.web.review_schemas import DECISION, LIST, render, write_cursor

AnyRequest = Request[Any, Any, Any]

_ENTRIES: Final = 40
_LAST: Final = 8
_AROUND: Final = 2
_MOST_DETAILS: Final = 20


def _read_many(value: object) -> tuple[UUID, ...]:
    ids = tuple(map(read_uuid, str(value).split(",")))
    if len(ids) > _MOST_DETAILS:
        raise Refused(f"must be at most {_MOST_DETAILS} ids")
    return ids


_IDS: Final = Fields(MappingProxyType({"ids": Field(_read_many, {}, required=True)}))
_COMMENT: Final = Fields(MappingProxyType({"comment": Field(read_uuid, {})}))
_SEEN: Final = Fields(
    MappingProxyType(
        {
            "id": Field(read_uuid, {}, required=True),
            "version": integer_field(1, 2**31 - 1),
            "back": text_field(0, 2000),
        }
    )
)
_NAMES: Final = {
    "labels": LABEL_NAMES,
    "reasons": REASONS,
    "orders": ORDER_NAMES,
    "rejections": REJECTION_NAMES,
    "language_name": language_name,
}
"""What the filters and buttons are called."""


class NoSuchView(NotFound):
    """An address of the queue with a filter that cannot be; `parts` are the names of its fields."""

    title = "There is no such view of the queue"

    def __init__(self, parts: Sequence[str]) -> None:
        named = ", ".join(dict.fromkeys(_PARTS.get(part, part) for part in parts))
        super().__init__(f"Its address is old, cut short or misspelt: it has no usable {named}.")


_PARTS: Final = MappingProxyType({"cursor": "place in the list", "q": "search"})


@dataclass(frozen=True, slots=True)
class Desk:
    """One moderator's page in the making."""

    request: AnyRequest
    review: Review
    staff: Staff

    async def whole(
        self, asked: Mapping[str, Any], comment: UUID | None, said: str | None = None
    ) -> Response[Any]:
        """Answer with the page; `said` is what became of a decision that was refused."""
        shown, after = await self.entries(asked)
        wanted = comment or next((each.item.id for each in shown if not each.theirs), None)
        focus = await self.detail(await self.review.item(wanted)) if wanted else None
        if focus and all(each.item.id != wanted for each in shown):
            shown = [focus, *shown]
        state, last, choices = await self.review.at_the_desk(self.staff.id, _LAST)
        fields = chosen(asked)
        return page(
            "queue.html",
            session_here(self.request),
            status=409 if said else 200,
            here="/queue",
            said=said,
            entries=shown,
            next=write_cursor(asked["order"], after),
            focus=focus,
            state=state,
            last=last,
            fields=fields,
            address=address,
            active=active(fields),
            sites=_with(choices.sites, fields.get("site")),
            languages=_with(choices.languages, fields.get("language")),
            order=asked["order"],
            **_NAMES,
        )

    async def entries(self, asked: Mapping[str, Any]) -> tuple[list[Shown], Place | None]:
        """Return a page of the list, and where the next one begins."""
        try:
            filters = await filters_of(self.review, {**asked, "status": "pending"}, self.staff)
        except NotFound:
            raise NoSuchView(["site"]) from None
        order = cast("Order", asked["order"])
        try:
            place = asked["cursor"].place_in(order) if asked["cursor"] else None
        except InvalidFields:
            raise NoSuchView(["cursor"]) from None
        items, after = await self.review.queue(filters, order, place, _ENTRIES, explained=False)
        return [show(render(item), self.staff.name) for item in items], after

    async def detail(self, item: Item) -> Shown:
        """Return an item with what stands around it and what was decided before."""
        siblings = await self.review.around(item.row.id, _AROUND)
        history = await self.review.history(item.row.id) if item.row.version > 1 else []
        return show(render(item), self.staff.name, siblings, history[1:])

    async def after(self, seen: Mapping[str, Any], outcome: Outcome, **more: str) -> Response[Any]:
        """Go back to the list as it was filtered; what was refused is shown with why.

        Raises:
            NotFound: there is no such comment.
        """
        asked = checked(LIST.read(dict(parse_qsl(seen["back"] or ""))))
        if outcome.change is not None:
            return see(address(chosen(asked), **more))
        problem = refused(outcome)
        if isinstance(problem, NotFound):
            raise problem
        return await self.whole(asked, seen["id"], said=str(problem))


def _with(choices: Sequence[str], value: str | None) -> list[str]:
    return sorted({*choices, *([value] if value else [])})


@get("/queue", guards=[page_for("moderator")])
async def queue(
    request: AnyRequest, staff: NamedDependency[Staff], review: NamedDependency[Review]
) -> Response[Any]:
    """The list, and one comment in focus: the one asked for, or the first that is free."""
    try:
        asked = read_view(request, LIST)
        comment = read_view(request, _COMMENT)["comment"]
    except InvalidFields as refusal:
        raise NoSuchView([error.field for error in refusal.errors]) from None
    return await Desk(request, review, staff).whole(asked, comment)


@get("/queue/entries", guards=[page_for("moderator")])
async def entries(
    request: AnyRequest, staff: NamedDependency[Staff], review: NamedDependency[Review]
) -> Response[Any]:
    """The next entries of the list."""
    asked = read_view(request, LIST)
    shown, after = await Desk(request, review, staff).entries(asked)
    return page(
        "queue_entries.html",
        session_here(request),
        entries=shown,
        next=write_cursor(asked["order"], after),
        fields=chosen(asked),
        address=address,
    )


@get("/queue/details", guards=[page_for("moderator")])
async def details(
    request: AnyRequest, staff: NamedDependency[Staff], review: NamedDependency[Review]
) -> Response[Any]:
    """Some comments whole, each with its entry; those that are not there are left out."""
    ids = read_view(request, _IDS)["ids"]
    items, _ = await review.queue(Filters(ids=ids), "oldest", None, len(ids))
    desk = Desk(request, review, staff)
    return page(
        "queue_details.html",
        session_here(request),
        shown=[await desk.detail(item) for item in items],
        fields={},
        address=address,
    )


@post("/queue/decide", guards=[page_for("moderator")])
async def decide(
    request: AnyRequest,
    staff: NamedDependency[Staff],
    review: NamedDependency[Review],
    moderation: NamedDependency[Moderation],
) -> Response[Any]:
    """A decision by a plain form; then on to the next comment."""
    form = await read_form(request)
    seen = checked(_SEEN.read(form))
    reason = form.get("reject")
    verdict = {"action": "reject" if reason else "approve", "reason": reason}
    asked = checked(
        DECISION.read({**verdict, "note": form.get("note") or None, "version": seen["version"]})
    )
    (outcome,) = await moderation.decide(
        [seen["id"]],
        cast("Action", asked["action"]),
        Actor("moderator", staff.id),
        seen={seen["id"]: asked["version"]},
        reason=asked["reason"],
        note=asked["note"],
    )
    return await Desk(request, review, staff).after(seen, outcome)


@post("/queue/undo", guards=[page_for("moderator")])
async def undo(
    request: AnyRequest,
    staff: NamedDependency[Staff],
    review: NamedDependency[Review],
    moderation: NamedDependency[Moderation],
) -> Response[Any]:
    """Take one's own decision back by a plain form; then on to that comment."""
    seen = checked(_SEEN.read(await read_form(request)))
    versions = {seen["id"]: seen["version"]} if seen["version"] else None
    (outcome,) = await moderation.decide(
        [seen["id"]], "undo", Actor("moderator", staff.id), seen=versions
    )
    return await Desk(request, review, staff).after(seen, outcome, comment=str(seen["id"]))


ROUTER: Final = Router("/", route_handlers=[queue, entries, details, decide, undo])
