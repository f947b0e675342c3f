"""Decided comments, as a second queue: search, filters, and a seat to decide about them again."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, cast
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.response import Stream

from service.comments.decided import LookingBack
from service.comments.decided_export import Format, exported
from service.comments.moderation import Moderation
from service.comments.review import Review
from service.domain.accounts import Staff
from service.domain.decided import DecidedComment, Found
from service.domain.fields import FieldError
from service.domain.policy import REASONS
from service.domain.searching import terms
from service.domain.wording import LABEL_NAMES, moved, why
from service.errors import InvalidFields, NotFound
from service.web.body import read_view
from service.web.languages.formats import SPOKEN, fraction
from service.web.languages.speech import told
from service.web.pages.answers import HEADERS, page
from service.web.pages.comment import after, done_to
from service.web.pages.decided_fields import FILTERS, QUERY, wanted_by, write_place
from service.web.pages.people import page_for, session_here
from service.web.pages.queue_address import address
from service.web.pages.queue_desk import LAST, Desk, before_of, decided_in, desk_of
from service.web.pages.queue_view import ACTORS, REJECTION_NAMES, SECOND, Shown, excerpt

_KINDS: Final = MappingProxyType(
    {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}
)
_NONE: Final = Found((), None, 0, None)


@get("/decided", guards=[page_for("moderator")])
async def decided(
    request: Request[Any, Any, Any],
    looking_back: NamedDependency[LookingBack],
    review: NamedDependency[Review],
    desk: NamedDependency[Desk],
) -> Response[Any]:
    """The newest decisions that match, a way on, and one comment in focus."""
    given = {name: request.query_params.get(name, "") for name in FILTERS}
    errors: tuple[FieldError, ...] = ()
    found, asked = _NONE, None
    try:
        query = read_view(request, QUERY)
        found, asked = await _found(looking_back, query), query["comment"]
    except InvalidFields as refusal:
        errors = refusal.errors
    kept = {name: value for name, value in given.items() if value}
    in_order = {name: value for name, value in kept.items() if name != "order"}
    batches = await review.own_batches(desk.staff.id, LAST)
    return page(
        "decided.html",
        session_here(request),
        here="/decided",
        status=422 if errors else 200,
        given=given,
        filtered=len(kept.keys() - {"q", "zone", "order"}),
        errors=errors,
        focus=await _focus(desk, asked, found.rows, given["q"]),
        back=place_of(kept)[9:],
        older=place_of(kept, after=_next(found)) if found.next else None,
        exports={form: place_of(in_order, f"/export/{form}") for form in _KINDS},
        at_random=place_of({**in_order, "order": "random"}),
        in_order=place_of(in_order),
        did=await done_to(request, review),
        choices=await _choices(looking_back),
        batches=batches,
        before=before_of(batches, LAST),
        rejections=REJECTION_NAMES,
        fields={},
        address=address,
        **_listed(found, given),
    )


@get("/decided/entries", guards=[page_for("moderator")])
async def entries(
    request: Request[Any, Any, Any], looking_back: NamedDependency[LookingBack]
) -> Response[Any]:
    """The next entries of the list."""
    found = await _found(looking_back, read_view(request, QUERY))
    given = {name: request.query_params.get(name, "") for name in FILTERS}
    return page("decided_entries.html", session_here(request), **_listed(found, given))


@post("/decided/decide", guards=[page_for("moderator")])
async def decide(
    request: Request[Any, Any, Any],
    staff: NamedDependency[Staff],
    review: NamedDependency[Review],
    moderation: NamedDependency[Moderation],
) -> Response[Any]:
    """Another decision by a plain form; then back to the list as it was filtered."""
    sent, outcome = await decided_in(request, staff, moderation)
    return await after(request, review, outcome, f"/decided?{sent.back or ''}")


@get("/decided/export/{form:str}", guards=[page_for("moderator")])
async def export(
    form: FromPath[str],
    request: Request[Any, Any, Any],
    looking_back: NamedDependency[LookingBack],
) -> Stream:
    """What the filters find, all of it, as a file; nothing of anybody's contact is in it."""
    if form not in _KINDS:
        raise NotFound("There is no such form; `csv` and `ndjson` are.")
    query = read_view(request, QUERY) | {"order": None}
    wanted = wanted_by(query, await _site_id(looking_back, query["site"]))
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="decided.{form}"'}
    rows = exported(looking_back, wanted, cast("Format", form))
    return Stream(rows, media_type=_KINDS[form], headers=headers)


def place_of(kept: Mapping[str, str], path: str = "", **more: str) -> str:
    """Return the address of the list with these filters."""
    query = urlencode({**kept, **more})
    return f"/decided{path}" + (f"?{query}" if query else "")


def first_verdict(row: DecidedComment) -> list[str]:
    """Return the reasons of the first verdict in words, a label's with its score."""
    return [_reason(row, reason) for reason in row.reasons]


def _reason(row: DecidedComment, reason: str) -> str:
    if reason in LABEL_NAMES and reason in row.scores:
        return f"{told(LABEL_NAMES[reason])} {fraction(row.scores[reason], 2)}"
    phrase = why([reason], {}, {}, row.body, SPOKEN)[0]
    first = row.linear_scores
    return f"{phrase}: {moved(row.scores, first, SPOKEN)}" if reason == SECOND and first else phrase


async def _found(looking_back: LookingBack, query: Mapping[str, Any]) -> Found:
    wanted = wanted_by(query, await _site_id(looking_back, query["site"]))
    return await looking_back.find(wanted, query["after"])


def _next(found: Found) -> str:
    return write_place(found.next) if found.next else ""


def _listed(found: Found, given: Mapping[str, str]) -> dict[str, Any]:
    """What the list's template shows."""
    kept = {name: value for name, value in given.items() if value}
    return {
        "found": found,
        "next": _next(found),
        "terms": terms(given["q"]),
        "excerpt": excerpt,
        "first_verdict": first_verdict,
        "place": lambda id_: place_of(kept, comment=str(id_)),
    }


async def _focus(
    desk: Desk, asked: UUID | None, rows: Sequence[DecidedComment], sought: str
) -> Shown | None:
    """Return the comment that was asked for, or the first of the list; no erased one."""
    wanted = asked or next((row.id for row in rows), None)
    found = await desk.review.item(wanted) if wanted else None
    if found is None or found.row.status == "erased":
        return None
    (shown,) = await desk.details([found], terms(sought))
    return shown


async def _site_id(looking_back: LookingBack, name: str | None) -> UUID | None:
    if name is None:
        return None
    site_id = await looking_back.site_id(name)
    if site_id is None:
        raise InvalidFields([FieldError("site", "must be one of the sites")])
    return site_id


async def _choices(looking_back: LookingBack) -> dict[str, Any]:
    """What the filters' lists offer."""
    names = await looking_back.choices()
    return {
        "sites": names.sites,
        "staff": names.staff,
        "actors": ACTORS,
        "reasons": REASONS,
    }


ROUTER: Final = Router(
    "/",
    route_handlers=[decided, entries, decide, export],
    dependencies={"desk": Provide(desk_of, sync_to_thread=False)},
)
