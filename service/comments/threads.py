"""What a website reads: the comments of a page, its own of any status, how many pages show."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from service.accounts.secrets import Secrets
from service.comments.incoming import closes_before
from service.concurrency.batcher import Batcher
from service.db import comments as comments_db
from service.db import pages as pages_db
from service.db import threads as threads_db
from service.db.pool import Pool
from service.db.reads import Reads
from service.db.threads import PageAsked
from service.domain.listing import Listing, Order
from service.domain.pages import without_tracking
from service.domain.shown import Answer, PageHead, PagePart
from service.domain.sites import SiteSettings

DEFAULT = SiteSettings()
_TOGETHER = 64


@dataclass(frozen=True, slots=True)
class Threads:
    """The use cases with the parts they need."""

    pool: Pool
    secrets: Secrets
    reads: Reads
    _heads: dict[Pool, Batcher[PageAsked, PageHead]] = field(default_factory=dict, repr=False)

    def page_key(self, settings: SiteSettings, page: str) -> bytes:
        """Return the key that comments of a page are found by; the page is as `read_page` reads."""
        return self.secrets.page_key(without_tracking(page, settings.tracking))

    async def look(self, site_id: UUID, id_: UUID) -> Answer | None:
        """Return a comment of a site as it stands, whatever its status."""
        return await comments_db.get(self.pool, site_id, id_)

    async def shown(
        self,
        site_id: UUID,
        page_key: bytes,
        limit: int,
        *,
        after: UUID | None = None,
        order: Order = "oldest",
        settings: SiteSettings = DEFAULT,
    ) -> PagePart:
        """Return up to `limit` approved comments of a page after one of them."""
        asked = PageAsked(site_id, page_key, closes_before(settings))
        return await self.reads.of(
            site_id, lambda pool: threads_db.of_page(pool, asked, limit, after=after, order=order)
        )

    async def head(self, site_id: UUID, settings: SiteSettings, page_key: bytes) -> PageHead:
        """Return at which version a page stands; those asked for at once are one query."""
        asked = PageAsked(site_id, page_key, closes_before(settings))
        return await self.reads.of(site_id, lambda pool: self._heads_of(pool)(asked))

    def _heads_of(self, pool: Pool) -> Batcher[PageAsked, PageHead]:
        if pool not in self._heads:
            self._heads[pool] = Batcher(
                lambda asked: threads_db.heads(pool, asked),
                most=_TOGETHER,
                sender=lambda asked: asked.site_id,
            )
        return self._heads[pool]

    async def own(
        self, site_id: UUID, listing: Listing, after: UUID | None, limit: int
    ) -> tuple[list[Answer], UUID | None]:
        """Return some of a site's comments, whatever their status, and after which to go on."""
        found = await self.reads.of(
            site_id, lambda pool: threads_db.own(pool, site_id, listing, after, limit + 1)
        )
        return found[:limit], found[limit - 1].id if len(found) > limit else None

    async def counts(
        self, site_id: UUID, settings: SiteSettings, pages: Sequence[str]
    ) -> list[int]:
        """How many comments each page shows, in the order given; pages are as `read_page` reads."""
        keys = [self.page_key(settings, page) for page in pages]
        return await self.reads.of(site_id, lambda pool: pages_db.counts(pool, site_id, keys))
