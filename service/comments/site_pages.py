"""The use case of a website that says of a page what it is called and whether it is closed."""

from dataclasses import dataclass
from uuid import UUID

from service.accounts.secrets import Secrets
from service.comments.incoming import closes_before
from service.db import accounts as accounts_db
from service.db import pages as pages_db
from service.db.pool import Pool
from service.domain.masking import mask_addresses
from service.domain.pages import without_tracking
from service.domain.shown import PageState
from service.domain.sites import SiteSettings


@dataclass(frozen=True, slots=True)
class SitePages:
    """The use case with the parts it needs."""

    pool: Pool
    secrets: Secrets

    async def tell(
        self,
        site_id: UUID,
        settings: SiteSettings,
        page: str,
        *,
        title: str | None = None,
        closed: bool | None = None,
    ) -> tuple[str, PageState]:
        """Keep what is told of a page, None being as it was; return its address and its state.

        The page is as `read_page` reads.
        """
        normal = without_tracking(page, settings.tracking)
        key, shown = self.secrets.page_key(normal), mask_addresses(normal)
        async with self.pool.acquire() as connection, connection.transaction():
            if title is not None:
                await pages_db.name_pages(connection, {(site_id, key): mask_addresses(title)})
            if closed:
                await accounts_db.close_page(connection, site_id, key, shown)
            elif closed is not None:
                await accounts_db.open_page(connection, site_id, key)
            return shown, await pages_db.state(connection, site_id, key, closes_before(settings))
