"""The use case of the export: decisions and texts for data staff, without contacts."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final
from uuid import UUID

import msgspec

from service.accounts import accounts
from service.db import exports
from service.db.exports import ExportFilter, Rows
from service.db.models import Connection
from service.db.pool import Pool
from service.domain.accounts import Sites

_ENCODER: Final = msgspec.json.Encoder()


async def chosen(
    connection: Connection,
    *,
    since: datetime | None,
    site: str | None,
    actor: str | None = None,
    sites: Sites = None,
) -> ExportFilter:
    """Return what to export: all that is there by now.

    Raises:
        NotFound: there is no such site.
    """
    found = await accounts.find_site(connection, site, sites=sites) if site else None
    site_id = found.id if found else None
    return ExportFilter(datetime.now(UTC), since, actor, site_id, sites)


def lines(rows: Rows) -> bytes:
    """Decisions as JSON lines."""
    return b"".join(_ENCODER.encode(row) + b"\n" for row in rows)


@dataclass(frozen=True, slots=True)
class Export:
    """The use case over HTTP: a connection only for each page, so a slow reader holds none."""

    pool: Pool
    sites: Sites = None

    async def begin(
        self, *, since: datetime | None, site: str | None, actor: str | None
    ) -> AsyncIterator[bytes]:
        """Read the first page, which may fail, and return the lines of it and those after.

        Raises:
            NotFound: there is no such site.
        """
        async with self.pool.acquire() as connection:
            what = await chosen(connection, since=since, site=site, actor=actor, sites=self.sites)
            first = await exports.page(connection, what)
        return self._lines(what, first)

    async def _lines(self, what: ExportFilter, first: Rows) -> AsyncIterator[bytes]:
        async def fetch(after: tuple[datetime, UUID, int]) -> Rows:
            async with self.pool.acquire() as connection:
                return await exports.page(connection, what, after)

        async for rows in exports.pages(fetch, first):
            yield lines(rows)


async def from_connection(connection: Connection, what: ExportFilter) -> AsyncIterator[Rows]:
    """Stream pages on one connection."""
    first = await exports.page(connection, what)
    async for rows in exports.pages(partial(exports.page, connection, what), first):
        yield rows
