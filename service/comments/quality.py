"""Use cases of knowing how good automatic decisions are, by what audits were answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from service.accounts import accounts
from service.db import quality as db
from service.db.comments import Connection
from service.db.pool import Pool
from service.domain.accounts import Sites
from service.domain.promises import PromiseEvent
from service.domain.quality import Disagreement, SiteQuality, quality_of

DAYS: Final = 30
MOST_DAYS: Final = 366
_EVENTS: Final = 100


async def report(
    connection: Connection, site: str | None, days: int, sites: Sites = None
) -> list[SiteQuality]:
    """Return the quality of a site, or of all of `sites`, of what was decided in the last days.

    Raises:
        NotFound: there is no such site.
    """
    since, site_id = _since(days), None
    if site:
        site_id = (await accounts.find_site(connection, site, sites=sites)).id
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        return quality_of(
            await db.decided(connection, since, site_id, sites),
            await db.answers(connection, since, site_id, sites),
            await db.pairs(connection, since, site_id, sites),
        )


def _since(days: int) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Quality:
    """The use cases with the part they need, for the sites that whoever asks may see."""

    pool: Pool
    sites: Sites = None

    async def report(self, site: str | None, days: int) -> Sequence[SiteQuality]:
        """Return the quality of a site, or of all, as `report` does."""
        async with self.pool.acquire() as connection:
            return await report(connection, site, days, self.sites)

    async def events(self) -> Sequence[PromiseEvent]:
        """Return what last became of the promise of each site that has broken one."""
        async with self.pool.acquire() as connection:
            newest: dict[str, PromiseEvent] = {}
            for event in await db.events(connection, None, _EVENTS, self.sites):
                newest.setdefault(event.site, event)
        return list(newest.values())

    async def disagreements(
        self, site: str | None, days: int, limit: int
    ) -> Sequence[Disagreement]:
        """Return the newest automatic decisions that moderators answered otherwise.

        Raises:
            NotFound: there is no such site.
        """
        async with self.pool.acquire() as connection:
            found = await accounts.find_site(connection, site, sites=self.sites) if site else None
            site_id = found.id if found else None
            return await db.disagreements(connection, _since(days), site_id, limit, self.sites)
