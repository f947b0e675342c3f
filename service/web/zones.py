"""The time zone that a reader is in: a parameter, a cookie that a script keeps, or UTC."""

from datetime import UTC, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from litestar import Request

from service.domain.fields import Field, Refused

COOKIE: Final = "zone"
"""Written by `times.js`, on every page."""


def read_zone(value: object) -> ZoneInfo:
    """A time zone by its name, as the reader's browser calls it.

    Raises:
        Refused: nobody knows one of this name.
    """
    try:
        return ZoneInfo(str(value))
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise Refused("must be a time zone such as Europe/Oslo") from None


ZONE: Final = Field(
    read_zone,
    {"type": "string", "maxLength": 64},
    about="the time zone of days, such as Europe/Oslo; UTC if left out",
    example="Europe/Oslo",
)


def zone_of(request: Request[Any, Any, Any]) -> tzinfo:
    """Return the zone that a page is asked for in; what no zone is called stands for nothing."""
    for name in (request.query_params.get(COOKIE), request.cookies.get(COOKIE)):
        try:
            if name:
                return read_zone(name)
        except Refused:
            continue
    return UTC
