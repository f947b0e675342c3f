"""The use case of a website that has moved: all pages below one address go below another."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

from service.accounts.accounts import named
from service.accounts.secrets import Secrets
from service.comments.site_pages import move_page
from service.db import acts
from service.db import pages as db
from service.db.models import Connection
from service.db.pages import MovedPage, PageOfSite
from service.domain.accounts import Site
from service.domain.fields import FieldError, Refused
from service.domain.masking import MASK, mask_addresses
from service.domain.pages import read_page, read_place, without_tracking
from service.errors import InvalidFields

MOST_NAMED: Final = 100
"""Pages that stay which a report names; the others are counted."""

_MASKED: Final = (
    "stays: an e-mail address in its address is kept masked; move it with PUT /v1/pages"
)


@dataclass(slots=True)
class Moved:
    """What became of a website's pages: how many moved, with how many comments, and which stay."""

    pages: int = 0
    comments: int = 0
    stay: int = 0
    named: list[str] = field(default_factory=list)

    def leave(self, page: str, why: str) -> None:
        """Note a page that cannot move."""
        self.stay += 1
        if len(self.named) < MOST_NAMED:
            self.named.append(f"{page} {why}")


async def move_pages(
    connection: Connection, secrets: Secrets, site: Site, old: str, new: str, *, dry_run: bool
) -> Moved:
    """Move each page below the address `old` below `new`, one after the other; say what moved.

    Broken off, the same call goes on: what is below `new` has moved. With `dry_run` nothing does.

    Raises:
        InvalidFields: one of the two is no beginning of addresses, or both are the same.
    """
    before, after = named("from", read_place, old), named("to", read_place, new)
    if before == after:
        raise InvalidFields([FieldError("to", "is where the pages are already")])
    done = Moved()
    async for page in _pages(connection, site):
        if not _is_below(page.page, before) or _is_there(page.page, before, after):
            continue
        if MASK in page.page:
            done.leave(page.page, _MASKED)
            continue
        try:
            move = _move_of(site, secrets, page, after + page.page[len(before) :])
            done.comments += page.comments if dry_run else await _move(connection, move)
            done.pages += 1
        except Refused as refused:
            done.leave(page.page, f"stays: its new address {refused}")
        except InvalidFields as refused:
            done.leave(page.page, f"stays: it {refused.errors[0].message}")
    if done.pages and not dry_run:
        about = mask_addresses(f"{site.name}, {before} to {after}")
        await acts.add(connection, None, "pages_moved", about[: acts.LONGEST])
    return done


def _is_below(page: str, place: str) -> bool:
    """Say whether a page is the place or below it; `/blog` is not above `/blogs`."""
    return page.startswith(place) and page[len(place) :][:1] in {"", "/", "?"}


def _is_there(page: str, before: str, after: str) -> bool:
    """Say whether a page has moved: what is to be below, and is, as after `/` to `/blog`."""
    return _is_below(after, before) and _is_below(page, after)


def _move_of(site: Site, secrets: Secrets, page: PageOfSite, address: str) -> MovedPage:
    """Return what is to be done with a page.

    Raises:
        Refused: its new address is too long.
    """
    target = without_tracking(read_page(address), site.settings.tracking)
    return MovedPage(site.id, page.page_key, secrets.page_key(target), mask_addresses(target))


async def _move(connection: Connection, move: MovedPage) -> int:
    async with connection.transaction():
        return await move_page(connection, move)


async def _pages(connection: Connection, site: Site) -> AsyncIterator[PageOfSite]:
    """Yield every page of a site that has comments, is closed, or that another has moved to."""
    after = b""
    while found := await db.of_site(connection, site.id, after):
        for page in found:
            yield page
        after = found[-1].page_key
