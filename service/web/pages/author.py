"""An author's page, which the queue shows as a drawer: what they wrote, and their standing."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from service.comments.authors import Authors
from service.comments.bulk import MOST, Bulk, Done
from service.domain.accounts import Staff
from service.domain.authors import STANDINGS
from service.domain.desk import Filters
from service.domain.fields import (
    Field,
    Fields,
    choice_field,
    integer_field,
    read_time,
    text_field,
    uuid_field,
)
from service.domain.states import REJECTION_REASONS, Actor
from service.errors import Conflict, NotFound
from service.web.body import checked, read_view
from service.web.languages.speech import gettext, ngettext
from service.web.pages.answers import page
from service.web.pages.people import page_for, read_form, session_here

AnyRequest = Request[Any, Any, Any]

SPANS: Final = MappingProxyType(
    {"": "for good", "1": "for a day", "7": "for a week", "30": "for 30 days"}
)
"""How long a standing is given for, in days."""

_COMMENTS: Final = 20
_BESIDE: Final = 8
_TIME: Final = {"type": "string", "format": "date-time"}
_LIST: Final = Fields(MappingProxyType({"after": uuid_field()}))
_STANDING: Final = Fields(
    MappingProxyType(
        {
            "standing": choice_field(STANDINGS, required=True),
            "days": choice_field(tuple(SPANS), default=""),
            "note": text_field(0, 2000),
            "version": integer_field(1, 2**31 - 1),
        }
    )
)
_UNDO: Final = Fields(MappingProxyType({"version": integer_field(1, 2**31 - 1)}))
_REJECT: Final = Fields(
    MappingProxyType(
        {
            "until": Field(partial(read_time, zoned=True), _TIME, required=True),
            "count": integer_field(1, MOST, required=True),
            "reason": choice_field(REJECTION_REASONS),
        }
    )
)
_BACK: Final = Fields(
    MappingProxyType({"at": Field(partial(read_time, zoned=True), _TIME, required=True)})
)


@get("/authors/{author_id:uuid}", guards=[page_for("moderator")])
async def author(
    author_id: FromPath[UUID],
    request: AnyRequest,
    authors: NamedDependency[Authors],
    bulk: NamedDependency[Bulk],
) -> Response[Any]:
    """An author as moderators know them."""
    after = read_view(request, _LIST)["after"]
    return await _shown(request, authors, bulk, author_id, after=after)


@get("/authors/{author_id:uuid}/beside", guards=[page_for("moderator")])
async def beside(
    author_id: FromPath[UUID], request: AnyRequest, authors: NamedDependency[Authors]
) -> Response[Any]:
    """The same in short, to stand beside a comment."""
    comments, _ = await authors.comments(author_id, None, None, _BESIDE)
    return page(
        "author_beside.html",
        session_here(request),
        author=await authors.one(author_id),
        comments=comments,
    )


@post("/authors/{author_id:uuid}/standing", guards=[page_for("moderator")])
async def give(
    author_id: FromPath[UUID],
    request: AnyRequest,
    staff: NamedDependency[Staff],
    authors: NamedDependency[Authors],
    bulk: NamedDependency[Bulk],
) -> Response[Any]:
    """Give the author a standing, for good or for some days."""
    asked = checked(_STANDING.read(_filled(await read_form(request))))
    ends = asked["days"] and asked["standing"] != "normal"
    try:
        await authors.give_standing(
            author_id,
            asked["standing"],
            staff.id,
            until=datetime.now(UTC) + timedelta(days=int(asked["days"])) if ends else None,
            note=asked["note"],
            seen=asked["version"],
        )
    except Conflict as refusal:
        return await _shown(request, authors, bulk, author_id, refusal=str(refusal))
    return await _shown(
        request, authors, bulk, author_id, said=gettext("It counts from the next comment on.")
    )


@post("/authors/{author_id:uuid}/undo", guards=[page_for("moderator")])
async def undo(
    author_id: FromPath[UUID],
    request: AnyRequest,
    staff: NamedDependency[Staff],
    authors: NamedDependency[Authors],
    bulk: NamedDependency[Bulk],
) -> Response[Any]:
    """Take one's own last change of the standing back."""
    asked = checked(_UNDO.read(_filled(await read_form(request))))
    try:
        await authors.undo(author_id, staff.id, asked["version"])
    except Conflict as refusal:
        return await _shown(request, authors, bulk, author_id, refusal=str(refusal))
    return await _shown(
        request, authors, bulk, author_id, said=gettext("The standing is as it was before.")
    )


@post("/authors/{author_id:uuid}/reject", guards=[page_for("moderator")])
async def reject(
    author_id: FromPath[UUID],
    request: AnyRequest,
    staff: NamedDependency[Staff],
    authors: NamedDependency[Authors],
    bulk: NamedDependency[Bulk],
) -> Response[Any]:
    """Reject all of the author's comments that waited when the page was made."""
    asked = checked(_REJECT.read(_filled(await read_form(request))))
    try:
        done = await bulk.decide(
            Filters(author=author_id),
            (asked["until"], asked["count"]),
            "reject",
            Actor("moderator", staff.id),
            reason=asked["reason"],
        )
    except Conflict as refusal:
        return await _shown(request, authors, bulk, author_id, refusal=str(refusal))
    return await _shown(request, authors, bulk, author_id, done=done, said=_rejected(done))


@post("/authors/{author_id:uuid}/unreject", guards=[page_for("moderator")])
async def take_back(
    author_id: FromPath[UUID],
    request: AnyRequest,
    staff: NamedDependency[Staff],
    authors: NamedDependency[Authors],
    bulk: NamedDependency[Bulk],
) -> Response[Any]:
    """Have all of them wait again."""
    asked = checked(_BACK.read(_filled(await read_form(request))))
    try:
        outcomes = await bulk.undo(staff.id, asked["at"])
    except NotFound as refusal:
        return await _shown(request, authors, bulk, author_id, refusal=str(refusal))
    count = sum(each.change is not None for each in outcomes)
    said = ngettext("%(num)s comment waits again.", "%(num)s comments wait again.", count)
    return await _shown(request, authors, bulk, author_id, said=said)


async def _shown(
    request: AnyRequest,
    authors: Authors,
    bulk: Bulk,
    id_: UUID,
    *,
    after: UUID | None = None,
    said: str | None = None,
    refusal: str | None = None,
    done: Done | None = None,
) -> Response[Any]:
    comments, following = await authors.comments(id_, None, after, _COMMENTS)
    return page(
        "author.html",
        session_here(request),
        status=409 if refusal else 200,
        here="/queue",
        author=await authors.one(id_),
        comments=comments,
        following=following,
        waiting=await bulk.preview(Filters(author=id_), some=0),
        said=said,
        refusal=refusal,
        done=done,
        spans=SPANS,
    )


def _rejected(done: Done) -> str:
    count = sum(each.change is not None for each in done.outcomes)
    left = len(done.outcomes) - count
    said = ngettext("%(num)s comment rejected.", "%(num)s comments rejected.", count)
    also = ngettext(
        "%(num)s comment that a colleague has stayed.",
        "%(num)s comments that a colleague has stayed.",
        left,
    )
    return f"{said} {also}" if left else said


def _filled(form: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in form.items() if value.strip()}


ROUTER: Final = Router("/", route_handlers=[author, beside, give, undo, reject, take_back])
