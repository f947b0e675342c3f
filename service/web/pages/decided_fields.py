"""What the page of decided comments reads from its address: filters, and places in the list."""

import base64
import binascii
import struct
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from service.domain.comment import read_shown_page
from service.domain.decided import Place, Wanted
from service.domain.fields import Field, Fields, Refused, choice_field, text_field, uuid_field
from service.domain.policy import REASONS
from service.domain.states import REJECTION_REASONS
from service.web.pages.queue_view import ACTORS
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


_DAY: Final = Field(_read_day, {"type": "string", "format": "date"})
FILTERS: Final[dict[str, Field[Any]]] = {
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
QUERY: Final = Fields(
    MappingProxyType(
        {**FILTERS, "after": Field(_read_place, {"type": "string"}), "comment": uuid_field()}
    )
)


def wanted_by(query: Mapping[str, Any], site_id: UUID | None) -> Wanted:
    """Return what to list by the fields of an address."""
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
