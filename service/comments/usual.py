"""The languages that sites write in, as their own approved comments tell."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from service.concurrency.ttl_cache import TTLCache
from service.db import comments as db
from service.db.pool import Pool
from service.domain.languages import usual_of

_SECONDS: Final = 300.0
"""A language that is new to a site counts after this time; so rarely does a comment wait for it."""

_SITES: Final = 2_000


class UsualLanguages:
    """Remembers what the newest approved comments of each site are written in."""

    def __init__(self) -> None:
        self._known: Final[TTLCache[UUID, tuple[str, ...]]] = TTLCache(_SECONDS, _SITES)

    async def look(self, pool: Pool, sites: Collection[UUID]) -> None:
        """Ask about those sites that nothing is remembered of; nearly always there are none."""
        unknown = sorted(each for each in set(sites) if self._known.get(each) is None)
        if not unknown:
            return
        since = self._known.now()
        counts = await db.languages_of(pool, unknown)
        for site in unknown:
            self._known.put(site, usual_of(counts.get(site, {})), since)

    def of(self, site: UUID) -> tuple[str, ...]:
        """Return a site's usual languages, none where its comments do not tell."""
        return self._known.get(site) or ()
