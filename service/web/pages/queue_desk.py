"""One moderator's page of the queue in the making: the list, the focus, what stands around."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final, cast
from urllib.parse import parse_qsl
from uuid import UUID

from litestar import Request, Response
from litestar.di import NamedDependency

from service.comments.moderation import Moderation, Outcome, refused
from service.comments.own_desk import OwnDesk
from service.comments.review import Item, Review
from service.domain.accounts import Staff
from service.domain.desk import Batch, Filters, Order, PastDecision, Place
from service.domain.policy import REASONS
from service.domain.searching import terms
from service.domain.states import Actor
from service.domain.wording import LABEL_NAMES
from service.errors import InvalidFields, NotFound
from service.web.body import checked
from service.web.languages.speech import gettext, told
from service.web.pages.answers import page, see
from service.web.pages.people import read_form, session_here
from service.web.pages.queue_address import active, address, bars, chosen, tabs, upto
from service.web.pages.queue_fields import Sent, decision_in
from service.web.pages.queue_view import ORDER_NAMES, REJECTION_NAMES, Shown, show
from service.web.review_fields import LIST, write_cursor
from service.web.review_schemas import filters_of, render

AnyRequest = Request[Any, Any, Any]


async def decided_in(
    request: AnyRequest, staff: Staff, moderation: Moderation
) -> tuple[Sent, Outcome]:
    """Do what a plain form with one decision says; return the form and what came of it.

    Raises:
        InvalidFields: it says none.
    """
    sent = decision_in(await read_form(request))
    actor, seen = Actor("moderator", staff.id), {sent.id: sent.version}
    (outcome,) = await moderation.decide(
        [sent.id], sent.action, actor, seen=seen, reason=sent.reason, note=sent.note
    )
    return sent, outcome


_ENTRIES: Final = 40
LAST: Final = 8
"""So many of one's own last decisions stand beside it."""

_AROUND: Final = 3
EARLIER: Final = 20


def before_of(batches: Sequence[Batch], asked_for: int) -> str | None:
    """Return where the decisions before these begin, unless there were fewer than asked for."""
    return batches[-1][0].at.isoformat() if len(batches) == asked_for else None


_NAMES: Final = {
    "labels": LABEL_NAMES,
    "reasons": REASONS,
    "orders": ORDER_NAMES,
    "rejections": REJECTION_NAMES,
}
"""What the filters and buttons are called."""


class NoSuchView(NotFound):
    """An address of the queue with a filter that cannot be; `parts` are the names of its fields."""

    code = "no-such-view"

    def __init__(self, parts: Sequence[str]) -> None:
        named = ", ".join(dict.fromkeys(told(PARTS.get(part, part)) for part in parts))
        super().__init__(
            gettext(
                "Its address is old, cut short or misspelt: it has no usable %(parts)s.",
                parts=named,
            )
        )


PARTS: Final = MappingProxyType(
    {
        "cursor": "place in the list",
        "q": "search",
        "score_of": "label of the scores",
        "score_from": "begin of the scores",
        "score_to": "end of the scores",
    }
)
"""What the fields of an address are called, where it is not their name."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One moderator's page in the making."""

    request: AnyRequest
    review: Review
    staff: Staff
    own: OwnDesk

    async def whole(
        self, asked: Mapping[str, Any], comment: UUID | None, said: str | None = None
    ) -> Response[Any]:
        """Answer with the page; `said` is what became of a decision that was refused."""
        filters = await self.filters(asked)
        shown, after = await self.entries(asked, filters)
        fields = chosen(asked)
        strange = bool(active(fields) and comment and not await self._matches(filters, comment))
        free = next((each.item.id for each in shown if not each.theirs), None)
        wanted = free if strange else comment or free
        found = await self.review.item(wanted) if wanted else None
        (focus,) = await self.details([found], terms(asked["q"] or "")) if found else [None]
        if focus and all(each.item.id != wanted for each in shown):
            shown = [focus, *shown]
        around = await self.review.at_the_desk(filters)
        batches = await self.review.own_batches(self.staff.id, LAST)
        return page(
            "queue.html",
            session_here(self.request),
            status=409 if said else 200,
            here="/queue",
            said=said,
            strange=comment if strange else None,
            entries=shown,
            terms=terms(asked["q"] or ""),
            matching=upto(around.matching) if active(fields) or asked["view"] else around.matching,
            tabs=tabs(fields, around.views),
            bars=bars(fields, around.scores),
            scored=sum(around.scores),
            skipped=await self._skipped(asked),
            views=await self.own.views(self.staff.id),
            next=write_cursor(asked["order"], after),
            focus=focus,
            state=around.waiting,
            batches=batches,
            before=before_of(batches, LAST),
            fields=fields,
            address=address,
            active=active(fields),
            sites=_with(around.choices.sites, fields.get("site")),
            languages=_with(around.choices.languages, fields.get("language")),
            order=asked["order"],
            **_NAMES,
        )

    async def reading(self, asked: Mapping[str, Any]) -> Response[Any]:
        """Answer with the comments that wait, whole and in the queue's order, to read only."""
        filters, fields = await self.filters(asked), chosen(asked)
        shown, after = await self.entries(asked, filters)
        around = await self.review.at_the_desk(filters)
        return page(
            "queue_reading.html",
            session_here(self.request),
            here="/queue",
            entries=shown,
            terms=terms(asked["q"] or ""),
            next=write_cursor(asked["order"], after),
            fields=fields,
            address=address,
            sites=_with(around.choices.sites, fields.get("site")),
            order=asked["order"],
            orders=ORDER_NAMES,
        )

    async def filters(self, asked: Mapping[str, Any]) -> Filters:
        """Return the filters of an address.

        Raises:
            NoSuchView: there is no such site.
        """
        try:
            return await filters_of(self.review, {**asked, "status": "pending"}, self.staff.id)
        except NotFound:
            raise NoSuchView(["site"]) from None
        except InvalidFields as refusal:
            raise NoSuchView([error.field for error in refusal.errors]) from None

    async def entries(
        self, asked: Mapping[str, Any], filters: Filters
    ) -> tuple[list[Shown], Place | None]:
        """Return a page of the list, and where the next one begins."""
        order = cast("Order", asked["order"])
        try:
            place = asked["cursor"].place_in(order) if asked["cursor"] else None
        except InvalidFields:
            raise NoSuchView(["cursor"]) from None
        items, after = await self.review.queue(filters, order, place, _ENTRIES, explained=False)
        return self._listed(items, terms(asked["q"] or "")), after

    async def named(
        self, ids: tuple[UUID, ...], sought: Sequence[str], *, whole: bool
    ) -> list[Shown]:
        """Return those of these comments that are there, whole or as entries of the list."""
        items, _ = await self.review.queue(
            Filters(ids=ids), "oldest", None, len(ids), explained=whole
        )
        return await self.details(items, sought) if whole else self._listed(items, sought)

    def _listed(self, items: Sequence[Item], sought: Sequence[str]) -> list[Shown]:
        return [show(render(item), self.staff.name, terms=sought) for item in items]

    async def details(self, items: Sequence[Item], sought: Sequence[str]) -> list[Shown]:
        """Return items with what stands around each and what was decided before."""
        around = await self.review.conversations([item.row.id for item in items], _AROUND)
        return [
            show(
                render(item),
                self.staff.name,
                around[item.row.id],
                await self._history(item),
                sought,
            )
            for item in items
        ]

    async def _history(self, item: Item) -> Sequence[PastDecision]:
        """Return what was decided before: of what waits without that it was held at first."""
        waits = item.row.status == "pending"
        if waits and item.row.version == 1:
            return ()
        return (await self.review.history(item.row.id))[1 if waits else 0 :]

    async def after(
        self, back: str | None, id_: UUID, outcomes: Sequence[Outcome], **more: str
    ) -> Response[Any]:
        """Go back to the list as it was filtered; what was refused is shown with why.

        Raises:
            NotFound: there is no such comment.
        """
        asked = checked(LIST.read(dict(parse_qsl(back or ""))))
        problem = next((refused(each) for each in outcomes if each.change is None), None)
        if problem is None:
            return see(address(chosen(asked), **more))
        if isinstance(problem, NotFound):
            raise problem
        return await self.whole(asked, id_, said=str(problem))

    async def _skipped(self, asked: Mapping[str, Any]) -> Sequence[UUID]:
        """Return what is not offered by itself: in its own part of the queue it is."""
        return [] if asked["view"] == "skipped" else await self.own.skipped(self.staff.id)

    async def _matches(self, filters: Filters, id_: UUID) -> bool:
        """Say whether the filters let a comment through."""
        found, _ = await self.review.queue(
            replace(filters, ids=(id_,)), "oldest", None, 1, explained=False
        )
        return bool(found)


def _with(choices: Sequence[str], value: str | None) -> list[str]:
    return sorted({*choices, *([value] if value else [])})


def desk_of(
    request: AnyRequest,
    review: NamedDependency[Review],
    staff: NamedDependency[Staff],
    own_desk: NamedDependency[OwnDesk],
) -> Desk:
    """Return the page of whoever asks."""
    return Desk(request, review, staff, own_desk)
