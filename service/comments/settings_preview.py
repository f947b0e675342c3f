"""Use cases of a site's settings on the page: preview what they would change, then save them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import msgspec

from service.accounts import accounts
from service.comments.word_lists import WordLists
from service.db import accounts as accounts_db
from service.db import dashboard as dashboard_db
from service.db import models as models_db
from service.db import quality as quality_db
from service.db import receivers
from service.db.pool import Pool
from service.domain.accounts import Site, Sites, SiteSummary, Staff
from service.domain.band_chooser import Chooser, chooser
from service.domain.preview import HouseRules, Past, Preview, preview
from service.domain.promises import PromiseEvent
from service.domain.sites import SiteSettings
from service.domain.stored import Cards, Rejudge
from service.errors import Conflict
from service.ids import new_id

PREVIEW_DAYS: Final = 30
PREVIEW_COMMENTS: Final = 10_000
"""At most so many of the newest comments are looked at."""
CHOOSER_COMMENTS: Final = 4_000
"""The same while a handle is drawn: two thirds of a second of judging."""
_CHANGES: Final = 10


@dataclass(frozen=True, slots=True)
class Change:
    """One change of settings: who, when, and the names of what became different."""

    staff: str | None
    at: datetime
    names: Sequence[str]


def mark_of(settings: SiteSettings) -> str:
    """Return a mark of settings as they are, by which a form knows if they have changed since."""
    return sha256(msgspec.json.encode(settings.to_json(), order="sorted")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Websites:
    """The use cases with the parts they need, for the sites that whoever asks may see."""

    pool: Pool
    word_lists: WordLists
    sites: Sites = None

    async def all(self) -> list[SiteSummary]:
        """Return every website with its keys in force, by name."""
        return await accounts_db.list_sites(self.pool, self.sites)

    async def find(self, name: str) -> Site:
        """Return a website.

        Raises:
            NotFound: there is no such site.
        """
        return await accounts.find_site(self.pool, name, sites=self.sites)

    async def save(self, name: str, settings: SiteSettings, *, seen: str, by: Staff) -> Site:
        """Replace a site's settings as they were seen, and keep who did it.

        Raises:
            NotFound: there is no such site.
            Conflict: the settings have changed since they were seen.
        """
        async with self.pool.acquire() as connection, connection.transaction():
            site = await accounts.find_site(connection, name, lock=True, sites=self.sites)
            if mark_of(site.settings) != seen:
                raise Conflict("Somebody has changed these settings meanwhile; look at them again.")
            await accounts_db.set_site_settings(connection, site.id, settings)
            await accounts_db.add_site_change(connection, new_id(), site, settings, by.id)
            await receivers.enable(connection, site.id)
        return Site(site.id, site.name, settings)

    async def changes(self, site: Site) -> list[Change]:
        """Return the last changes of a site's settings, the newest first."""
        rows = await accounts_db.site_changes(self.pool, site.id, _CHANGES)
        return [Change(row.staff, row.at, _differing(row.before, row.after)) for row in rows]

    async def promises(self, site: Site) -> Sequence[PromiseEvent]:
        """Return what became of a site's promises, the newest first."""
        async with self.pool.acquire() as connection:
            return await quality_db.events(connection, site.id, _CHANGES)

    async def preview(self, site: Site, settings: SiteSettings) -> Preview:
        """Say what the site's comments of the last month would have become under other settings."""
        past, cards = await self._past(site, PREVIEW_COMMENTS)
        now, then = await self._both(site, settings)
        # Thousands of comments take a part of a second: beside the event loop.
        return await asyncio.to_thread(preview, past, cards, now, then)

    async def chooser(self, site: Site, settings: SiteSettings, label: str) -> Chooser:
        """Say the same, with how a label's scores lie and what people found of them."""
        past, cards = await self._past(site, CHOOSER_COMMENTS)
        now, then = await self._both(site, settings)

        def made() -> Chooser:
            seen = preview(past, cards, now, then)
            return chooser(past, label, settings, Rejudge(cards), seen)

        return await asyncio.to_thread(made)

    async def _both(self, site: Site, settings: SiteSettings) -> tuple[HouseRules, HouseRules]:
        lists = await self.word_lists.of(site.id)
        return HouseRules(site.settings, lists), HouseRules(settings, lists)

    async def _past(self, site: Site, most: int) -> tuple[Sequence[Past], Cards]:
        since = datetime.now(UTC) - timedelta(days=PREVIEW_DAYS)
        async with self.pool.acquire() as connection:
            past = await dashboard_db.past(connection, site.id, since, most)
            names = {one.model_version for one in past if one.model_version}
            return past, await models_db.cards(connection, names)


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    names = sorted(before.keys() | after.keys())
    return [name for name in names if before.get(name) != after.get(name)]
