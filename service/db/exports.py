"""Decisions with their texts, a page at a time: the oldest first, by (at, comment, version)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from service.db import sql
from service.db.models import Connection
from service.domain.accounts import Sites

PAGE: Final = 500
_SECONDS: Final = 120.0  # a page of a rare site may lie far apart
_SQL: Final = sql.load("exports")
_BEGINNING: Final = (datetime(1, 1, 1, tzinfo=UTC), UUID(int=0), 0)

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ExportFilter:
    """Which decisions to export; `since` is included, `until` is not."""

    until: datetime
    since: datetime | None = None
    actor: str | None = None
    site_id: UUID | None = None
    sites: Sites = None


async def page(
    connection: Connection, chosen: ExportFilter, after: tuple[datetime, UUID, int] = _BEGINNING
) -> Rows:
    """Return the next decisions after a place."""
    return [
        dict(row)
        for row in await connection.fetch(
            _SQL["decisions"],
            chosen.since,
            chosen.until,
            chosen.actor,
            chosen.site_id,
            chosen.sites,
            *after,
            PAGE,
            timeout=_SECONDS,
        )
    ]


async def pages(
    fetch: Callable[[tuple[datetime, UUID, int]], Awaitable[Rows]], first: Rows
) -> AsyncIterator[Rows]:
    """Yield a first page and those that follow it; no more than one is held."""
    rows = first
    while rows:
        yield rows
        last = rows[-1]
        rows = await fetch((last["at"], last["comment_id"], last["version"]))
