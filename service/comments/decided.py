"""Use cases of looking back: decided comments by search and filters, figures of the dashboard."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Final
from uuid import UUID

from service.db import accounts as accounts_db
from service.db import compat as compat_db
from service.db import dashboard as dashboard_db
from service.db import decided as decided_db
from service.db.pool import Pool
from service.db.reads import Reads
from service.domain.accounts import Sites
from service.domain.dashboard import (
    ByClient,
    Figures,
    Hour,
    Span,
    Worked,
    by_hour,
    figures,
    last_days,
)
from service.domain.decided import FilterChoices, Found, Place, Wanted

SHOWN: Final = 25
"""Decided comments of one page."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Figures of a span of days, how much waits now and since when, and checks by clients."""

    figures: Figures
    pending: int
    oldest: datetime | None
    clients: list[ByClient]
    people: Sequence[Worked]
    by_site: Sequence[Worked]
    hours: Sequence[Hour]


@dataclass(frozen=True, slots=True)
class LookingBack:
    """The use cases with the parts they need."""

    pool: Pool
    reads: Reads
    sites: Sites = None

    async def find(self, wanted: Wanted, after: Place | None, limit: int = SHOWN) -> Found:
        """Return the next decided comments that match, the newest decision first."""
        async with self.pool.acquire() as connection:
            mine = replace(wanted, sites=self.sites)
            return await decided_db.find(connection, mine, after, limit)

    async def choices(self) -> FilterChoices:
        """Return what can be filtered by."""
        sites = [site.name for site in await accounts_db.list_sites(self.pool, self.sites)]
        everybody = await accounts_db.list_staff(self.pool)
        return FilterChoices(
            sites, [each.name for each in everybody if self.sites is None or each.works_on(sites)]
        )

    async def site_id(self, name: str) -> UUID | None:
        """Return the id of a site, if there is one of the name."""
        site = await accounts_db.site_by_name(self.pool, name)
        return site.id if site and (self.sites is None or site.id in self.sites) else None

    async def overview(self, days: int, reason: str | None, zone: tzinfo = UTC) -> Overview:
        """Return the figures of a zone's last days, today included; of one reason or of all."""
        span = last_days(days, datetime.now(UTC), zone)
        look = partial(self._overview, span=span, reason=reason, zone=zone)
        return await self.reads.of(None, look)

    async def _overview(self, pool: Pool, span: Span, reason: str | None, zone: tzinfo) -> Overview:
        # One state of the database for all reads, so that the plots agree.
        async with (
            pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            pending, oldest = await dashboard_db.waiting(connection, reason, self.sites)
            found = figures(
                span,
                pending,
                arrivals=await dashboard_db.arrivals(connection, span, reason, self.sites),
                movements=await dashboard_db.movements(connection, span, reason, self.sites),
                waits=await dashboard_db.waits(connection, span, reason, self.sites),
                outcomes=await dashboard_db.outcomes(connection, span, reason, self.sites),
            )
            clients = await compat_db.figures_by_site(connection, span.first, self.sites)
            about = (span, reason, self.sites)
            people = await dashboard_db.worked(connection, "staff", *about)
            by_site = await dashboard_db.worked(connection, "site", *about)
            hours = by_hour(await dashboard_db.moments(connection, *about), zone)
        return Overview(found, pending, oldest, clients, people, by_site, hours)
