"""Decided comments: search, filters, page after page; from here a decision can be changed."""

import base64
import binascii
import struct
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from types import MappingProxyType
from typing import Any, Final, cast
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from service.comments.decided import LookingBack
from service.comments.decided_export import Format, exported
from service.comments.review import Review
from service.domain.comment import read_shown_page
from service.domain.decided import DecidedComment, Found, Place, Wanted
from service.domain.fields import Field, FieldError, Fields, Refused, choice_field, text_field
from service.domain.policy import REASONS
from service.domain.searching import terms
from service.domain.states import REJECTION_REASONS
from service.domain.wording import LABEL_NAMES, moved, why
from service.errors import InvalidFields, NotFound
from service.web.body import read_view
from service.web.languages.formats import SPOKEN, fraction
from service.web.languages.speech import told
from service.web.pages.answers import HEADERS, page
from service.web.pages.comment import ACTORS, done_to
from service.web.pages.people import page_for, session_here
from service.web.pages.queue_view import SECOND, cut
from service.web.zones import ZONE

WITHOUT: Final = "none"
"""In the place of a reason for rejecting: those without one."""

_PLACE: Final = struct.Struct(">q16s")
_YEARS: Final = range(1970, 3000)
"""Of days that are asked for: every zone has the moments at which they begin and end."""

_MICROSECOND: Final = timedelta(microseconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _read_day(value: object) -> date:
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        day = date.min
    if not _YEARS.start <= day.year < _YEARS.stop:
        raise Refused("must be a day such as 2026-11-24")
    return day


def _read_place(value: object) -> Place:
    try:
        micros, id_ = _PLACE.unpack(base64.urlsafe_b64decode(str(value).encode("ascii")))
        return _EPOCH + micros * _MICROSECOND, UUID(bytes=id_)
    except (ValueError, UnicodeEncodeError, binascii.Error, struct.error, OverflowError):
        raise Refused("must be that of the page before") from None


def write_place(place: Place) -> str:
    """Return a place in the listing as an opaque word of an address."""
    micros = (place[0] - _EPOCH) // _MICROSECOND
    return base64.urlsafe_b64encode(_PLACE.pack(micros, place[1].bytes)).decode()


_KINDS: Final = MappingProxyType(
    {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}
)
_DAY: Final = Field(_read_day, {"type": "string", "format": "date"})
_FILTERS: Final[dict[str, Field[Any]]] = {
    "q": text_field(1, 200, one_line=True),
    "status": choice_field(("approved", "rejected")),
    "actor": choice_field(tuple(ACTORS)),
    "reason": choice_field(tuple(REASONS)),
    "rejected_as": choice_field((*REJECTION_REASONS, WITHOUT)),
    "language": text_field(2, 8, one_line=True),
    "site": text_field(1, 63, one_line=True),
    "page": Field(read_shown_page, {"type": "string", "format": "uri"}),
    "staff": text_field(1, 100, one_line=True),
    "from": _DAY,
    "to": _DAY,
    "against": choice_field(("yes",)),
    "order": choice_field(("random",)),
    "zone": ZONE,
}
_QUERY: Final = Fields(
    MappingProxyType({**_FILTERS, "after": Field(_read_place, {"type": "string"})})
)


@get("/decided", guards=[page_for("moderator")])
async def decided(
    request: Request[Any, Any, Any],
    looking_back: NamedDependency[LookingBack],
    review: NamedDependency[Review],
) -> Response[Any]:
    """The newest decisions that match, and a way on."""
    given = {name: request.query_params.get(name, "") for name in _FILTERS}
    errors: tuple[FieldError, ...] = ()
    found = None
    try:
        query = read_view(request, _QUERY)
        wanted = _wanted(query, await _site_id(looking_back, query["site"]))
        found = await looking_back.find(wanted, query["after"])
    except InvalidFields as refusal:
        errors = refusal.errors
    kept = {name: value for name, value in given.items() if value}
    in_order = {name: value for name, value in kept.items() if name != "order"}
    return page(
        "decided.html",
        session_here(request),
        here="/decided",
        status=422 if errors else 200,
        given=given,
        filtered=len(kept.keys() - {"q", "zone", "order"}),
        terms=terms(given["q"]),
        cut=cut,
        errors=errors,
        found=found,
        back="/decided" + (f"?{urlencode(kept)}" if kept else ""),
        older=_older(kept, found),
        exports={form: f"/decided/export/{form}?{urlencode(in_order)}" for form in _KINDS},
        at_random=f"/decided?{urlencode({**in_order, 'order': 'random'})}",
        in_order=f"/decided?{urlencode(in_order)}",
        did=await done_to(request, review),
        choices=await _choices(looking_back),
        first_verdict=first_verdict,
    )


@get("/decided/export/{form:str}", guards=[page_for("moderator")])
async def export(
    form: FromPath[str],
    request: Request[Any, Any, Any],
    looking_back: NamedDependency[LookingBack],
) -> Stream:
    """What the filters find, all of it, as a file; nothing of anybody's contact is in it."""
    if form not in _KINDS:
        raise NotFound("There is no such form; `csv` and `ndjson` are.")
    query = read_view(request, _QUERY) | {"order": None}
    wanted = _wanted(query, await _site_id(looking_back, query["site"]))
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="decided.{form}"'}
    rows = exported(looking_back, wanted, cast("Format", form))
    return Stream(rows, media_type=_KINDS[form], headers=headers)


def first_verdict(row: DecidedComment) -> list[str]:
    """Return the reasons of the first verdict in words, a label's with its score."""
    return [_reason(row, reason) for reason in row.reasons]


def _reason(row: DecidedComment, reason: str) -> str:
    if reason in LABEL_NAMES and reason in row.scores:
        return f"{told(LABEL_NAMES[reason])} {fraction(row.scores[reason], 2)}"
    phrase = why([reason], {}, {}, row.body, SPOKEN)[0]
    first = row.linear_scores
    return f"{phrase}: {moved(row.scores, first, SPOKEN)}" if reason == SECOND and first else phrase


def _older(kept: Mapping[str, str], found: Found | None) -> str | None:
    if found is None or found.next is None:
        return None
    return f"/decided?{urlencode({**kept, 'after': write_place(found.next)})}"


async def _site_id(looking_back: LookingBack, name: str | None) -> UUID | None:
    if name is None:
        return None
    site_id = await looking_back.site_id(name)
    if site_id is None:
        raise InvalidFields([FieldError("site", "must be one of the sites")])
    return site_id


def _wanted(query: Mapping[str, Any], site_id: UUID | None) -> Wanted:
    plain = ("status", "language", "reason", "actor", "staff")
    rejected_as, zone = query["rejected_as"], query["zone"] or UTC
    return Wanted(
        **{name: query[name] for name in plain},
        rejected_as=None if rejected_as == WITHOUT else rejected_as,
        without_reason=rejected_as == WITHOUT,
        site_id=site_id,
        pages=query["page"],
        since=_begin(query["from"], zone),
        before=_begin(query["to"], zone, after=1),
        search=query["q"],
        against_classifier=query["against"] == "yes",
        at_random=query["order"] == "random",
    )


def _begin(day: date | None, zone: tzinfo, after: int = 0) -> datetime | None:
    """The first moment of a day where the reader is, or of one so many days after it."""
    return datetime.combine(day + timedelta(days=after), time(), zone) if day else None


async def _choices(looking_back: LookingBack) -> dict[str, Any]:
    """What the filters' lists offer."""
    names = await looking_back.choices()
    return {
        "sites": names.sites,
        "staff": names.staff,
        "actors": ACTORS,
        "reasons": REASONS,
    }


ROUTER: Final = Router("/", route_handlers=[decided, export])
