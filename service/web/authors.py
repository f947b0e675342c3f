"""The moderators' calls about whoever writes: what they wrote on a site, and their standing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from service.comments.authors import Authors
from service.domain.accounts import Staff
from service.domain.authors import STANDINGS, Author, AuthorComment, PastStanding, Standing
from service.domain.fields import (
    Field,
    Fields,
    choice_field,
    integer_field,
    read_time,
    text_field,
    uuid_field,
)
from service.domain.states import STATUSES
from service.web.auth import staff_only
from service.web.body import read_fields, read_optional_fields, read_query
from service.web.openapi import reads
from service.web.review_fields import UNDO

AnyRequest = Request[Any, Any, Any]

_LIST: Final = Fields(
    MappingProxyType(
        {
            "status": choice_field(STATUSES[:3], about="only comments of it"),
            "cursor": uuid_field(about="`next` of the answer before"),
            "limit": integer_field(1, 100, default=20),
        }
    )
)
STANDING: Final = Fields(
    MappingProxyType(
        {
            "standing": choice_field(
                STANDINGS,
                required=True,
                about="`trusted` skips the queue where scores are between their thresholds,"
                " `held` always waits, `banned` is rejected",
            ),
            "until": Field(
                partial(read_time, zoned=True),
                {"type": "string", "format": "date-time"},
                about="when it ends and is `normal` again; never, if left out",
            ),
            "note": text_field(0, 2000, about="for colleagues; goes when the author is forgotten"),
            "version": integer_field(1, 2**31 - 1, about="as you saw it, if you did"),
        }
    )
)


@dataclass(frozen=True, slots=True)
class Counts:
    """An author's comments on a site by status."""

    approved: int
    pending: int
    rejected: int


@dataclass(frozen=True, slots=True)
class AuthorFacts:
    """An author of a site: names that they used, counts, standing; never who it is.

    `standing` is the one in force; `history` has every change of it, newest first.
    """

    id: UUID
    site: str
    names: Sequence[str]
    standing: Standing
    until: datetime | None
    note: str | None
    version: int
    counts: Counts
    first_seen: datetime | None
    last_seen: datetime | None
    history: Sequence[PastStanding]
    ignored: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class AuthorPage(AuthorFacts):
    """An author with a page of their comments, newest first, and the cursor of the next one."""

    comments: Sequence[AuthorComment] = ()
    next: UUID | None = None


def facts(author: Author, ignored: Sequence[str] = ()) -> AuthorFacts:
    """Return an author as it is answered."""
    return AuthorFacts(**_plain(author), ignored=ignored)


def _plain(author: Author) -> dict[str, Any]:
    newest = author.history[0] if author.history else None
    return {
        **{name: getattr(author, name) for name in Author.__slots__},
        "counts": Counts(**author.counts),
        "note": newest.note if newest else None,
    }


@get(
    "/v1/authors/{author_id:uuid}",
    operation_class=reads(query=_LIST),
    summary="Look at an author's comments and standing",
)
async def look(
    author_id: FromPath[UUID], request: AnyRequest, authors: NamedDependency[Authors]
) -> AuthorPage:
    """What one author wrote on one site, with counts and standing; `author.id` of an item is it."""
    query = read_query(request, _LIST)
    author = await authors.one(author_id)
    found, after = await authors.comments(
        author_id, query["status"], query["cursor"], query["limit"]
    )
    return AuthorPage(**_plain(author), comments=found, next=after, ignored=query["ignored"])


@post(
    "/v1/authors/{author_id:uuid}/standing",
    status_code=200,
    operation_class=reads(body=STANDING),
    summary="Trust, hold or ban an author",
)
async def give(
    author_id: FromPath[UUID],
    request: AnyRequest,
    staff: NamedDependency[Staff],
    authors: NamedDependency[Authors],
) -> AuthorFacts:
    """Give an author a standing, which counts for what comes from now on; it is recorded."""
    asked = await read_fields(request, STANDING)
    author = await authors.give_standing(
        author_id,
        asked["standing"],
        staff.id,
        until=asked["until"],
        note=asked["note"],
        seen=asked["version"],
    )
    return facts(author, asked["ignored"])


@post(
    "/v1/authors/{author_id:uuid}/standing/undo",
    status_code=200,
    operation_class=reads(body=UNDO),
    summary="Take one's own last change of a standing back",
)
async def undo(
    author_id: FromPath[UUID],
    request: AnyRequest,
    staff: NamedDependency[Staff],
    authors: NamedDependency[Authors],
) -> AuthorFacts:
    """Restore the standing before one's own change, if nobody has changed it since."""
    asked = await read_optional_fields(request, UNDO)
    return facts(await authors.undo(author_id, staff.id, asked["version"]), asked["ignored"])


ROUTER: Final = Router(
    "/", route_handlers=[look, give, undo], guards=[staff_only("moderator")], tags=["authors"]
)
