"""The use case of a website that says of a page what it is called, if closed, and where it went."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from service.accounts.secrets import Secrets
from service.comments.incoming import closes_before
from service.db import accounts as accounts_db
from service.db import pages as pages_db
from service.db.comments import Connection
from service.db.pages import MovedPage
from service.db.pool import Pool
from service.domain.fields import FieldError
from service.domain.hints import cut_title
from service.domain.masking import mask_addresses
from service.domain.pages import without_tracking
from service.domain.shown import PageState
from service.domain.sites import SiteSettings
from service.errors import InvalidFields

_CIRCLE: Final = (
    "has itself moved to this page; end that first, with its address as `page` and as `moved_to`"
)
_ELSEWHERE: Final = "must be where this page has moved before; or move that page on"


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
        moved_to: str | None = None,
    ) -> tuple[str, PageState]:
        """Keep what is told of a page, None being as it was; return its address and its state.

        Addresses are as `read_page` reads them. What is told of a page that has moved is told of
        the one that it is now.

        Raises:
            InvalidFields: the page cannot move there.
        """
        normal = without_tracking(page, settings.tracking)
        key, shown = self.secrets.page_key(normal), mask_addresses(normal)
        async with self.pool.acquire() as connection, connection.transaction():
            if moved_to is not None:
                target = without_tracking(moved_to, settings.tracking)
                to_key = self.secrets.page_key(target)
                move = MovedPage(site_id, key, to_key, mask_addresses(target))
                await move_page(connection, move)
            if title is not None:
                await pages_db.name_pages(
                    connection, {(site_id, key): cut_title(mask_addresses(title))}
                )
            if closed:
                await accounts_db.close_page(connection, site_id, key, shown)
            elif closed is not None:
                await accounts_db.open_page(connection, site_id, key)
            return shown, await pages_db.state(connection, site_id, key, closes_before(settings))


async def move_page(connection: Connection, asked: MovedPage) -> int:
    """Move a page with all that is on it, and return how many comments that are.

    To itself: it has not moved any more.

    Raises:
        InvalidFields: it has moved elsewhere before, or what it is to move to has moved to it.
    """
    site = asked.site_id
    await pages_db.hold_moves(connection, site)
    if asked.to_key == asked.from_key:
        await pages_db.forget_move(connection, site, asked.from_key)
        return 0
    known = await pages_db.moved(connection, [(site, asked.from_key), (site, asked.to_key)])
    before, beyond = known.get((site, asked.from_key)), known.get((site, asked.to_key))
    if beyond is not None:  # a chain is one step
        asked = MovedPage(site, asked.from_key, beyond.to_key, beyond.to_page)
    if before is None and asked.to_key != asked.from_key:
        return await pages_db.move(connection, asked)
    if before is None:
        raise _refused(_CIRCLE)
    if before.to_key != asked.to_key:
        raise _refused(_ELSEWHERE)
    return 0


def _refused(why: str) -> InvalidFields:
    return InvalidFields([FieldError("moved_to", why)])
