"""What anybody may read without a key, of sites whose pages hold a public key for all to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from service.comments.threads import Threads
from service.db import accounts as accounts_db
from service.db.pool import Pool
from service.domain.accounts import Site
from service.domain.listing import Listing, Order
from service.domain.origins import origin_of
from service.domain.shown import Answer, PagePart
from service.errors import NotFound

_NONE: Final = "There is no such page of a site that shows its comments here."


@dataclass(frozen=True, slots=True)
class OpenPages:
    """The use cases with the parts they need."""

    pool: Pool
    threads: Threads

    async def site(self, name: str, page: str | None = None) -> Site:
        """Return a site that has origins and a public key in force, if the page is one of its own.

        Raises:
            NotFound: there is none.
        """
        found = await accounts_db.open_site(self.pool, name)
        if found is None or (page is not None and origin_of(page) not in found.settings.origins):
            raise NotFound(_NONE)
        return found

    async def thread(
        self, site: Site, page: str, limit: int, *, order: Order, after: UUID | None = None
    ) -> PagePart:
        """Return up to `limit` published comments of a page, which is as `read_page` reads it."""
        key = self.threads.page_key(site.settings, page)
        return await self.threads.shown(
            site.id, key, limit, after=after, order=order, settings=site.settings
        )

    async def newest(self, site: Site, limit: int) -> Sequence[Answer]:
        """Return the newest published comments of the pages of a site's origins."""
        published = Listing(None, None, ("approved",), "newest", of_readers=False)
        found, _ = await self.threads.own(site.id, published, None, limit)
        own = tuple(f"{origin}/" for origin in site.settings.origins)
        return [each for each in found if each.page.startswith(own)]
