"""Brings comments of releases before to the form of this one, beside the service, batch by batch.

Pages get the key of their normal form, so that two spellings of one become one; and comments are
made to be found by what one sees. It is done anew when other parameters only track than before:
those of a release, or those that a site adds. A page whose address was masked before it was kept
stays as it is: nobody can tell any more which of several pages it was. Its comments stay in the
queue and among the decided ones, and new comments on it begin a thread of their own.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final
from uuid import UUID

from service.accounts.secrets import Secrets
from service.concurrency.background import Background
from service.db import accounts as accounts_db
from service.db import backfill as db
from service.db import words as words_db
from service.db.comments import Connection
from service.db.pool import Pool
from service.domain.fields import Refused
from service.domain.masking import MASK, mask_addresses
from service.domain.pages import FORM, PLAIN, TRACKING, Tracking, read_page, without_tracking
from service.domain.words import form_of
from service.ids import NOWHERE, first_id_ago, floor_of

BATCH: Final = 500
"""Rows of one transaction: it holds their locks for some hundredths of a second."""

_SEARCH: Final = 430
"""The migration that has the form in which texts are found by now."""

_WORDS: Final = 5_000
_PAUSE: Final = 0.05  # what a batch leaves to requests
_AGAIN: Final = 60.0  # a database that was away is back, or the process at work has ended
_PATIENCE: Final = 5.0
_OVERLAP_DAYS: Final = 1.0
"""Ids that are looked at again at a start: of these a process of the release before wrote some."""


class Backfill:
    """The task of one process; of several, one does the work.

    `again` are seconds until a process that found another at work looks for more.
    """

    def __init__(self, pool: Pool, secrets: Secrets, *, again: float = _AGAIN) -> None:
        self._pool: Final = pool
        self._secrets: Final = secrets
        self._again: Final = again
        self._after: UUID | None = None
        self._form = ""
        self._is_done = False

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Work for as long as the block runs, until all is done."""
        async with Background(
            "backfill", self._round, every=self._again, patience=_PATIENCE, pause=_PAUSE
        ):
            yield

    async def _round(self) -> bool:
        """Do one batch; say whether there may be more."""
        async with self._pool.acquire() as connection, connection.transaction():
            if not await db.lock(connection):
                self._after = None  # by then the other has come further
                return False
            if (form := _form(await _tracking(connection))) != self._form:
                self._form, self._after, self._is_done = form, None, False
            if self._is_done:
                return False
            if self._after is None:
                reached: UUID | None = await self._begin(connection)
            elif reached := await bring(connection, self._secrets, self._after):
                await db.reach(connection, form, floor_of(reached))  # keeps no id of what may go
        self._after, self._is_done = reached, reached is None
        return not self._is_done

    async def _begin(self, connection: Connection) -> UUID:
        await bring_moved(connection, self._secrets)
        await bring_closed(connection, self._secrets)
        await bring_words(connection)
        done = await db.place(connection, self._form)
        return min(done, first_id_ago(datetime.now(UTC), days=_OVERLAP_DAYS)) if done else NOWHERE


async def bring(connection: Connection, secrets: Secrets, after: UUID) -> UUID | None:
    """Bring the next comments after an id to this release's form; return the last of them."""
    rows = await db.rows(connection, after, BATCH)
    if not rows:
        return None
    tracking = await _tracking(connection)
    moves = [
        db.Move(row.id, row.site_id, row.page_key, key, mask_addresses(page))
        for row in rows
        if (page := normal(row.page, tracking.get(row.site_id, PLAIN)))
        and (key := secrets.page_key(page)) != row.page_key
    ]
    due = await db.lock_due(connection, [row.id for row in rows], moves)
    if moves:
        await db.move_comments(connection, moves)
    if due:
        await db.fill_search(connection, due)
    return rows[-1].id


async def bring_moved(connection: Connection, secrets: Secrets) -> None:
    """Bring what pages have moved to to its normal form; one that moved to itself has not moved.

    Of what has moved only the key is kept: an address with parameters that only track by now is the
    page without them, moved or not.
    """
    tracking = await _tracking(connection)
    for row in await db.moved_pages(connection):
        page = normal(row.page, tracking.get(row.site_id, PLAIN))
        if page and (key := secrets.page_key(page)) != row.page_key:
            await db.move_target(connection, row.site_id, row.page_key, key, mask_addresses(page))


async def bring_closed(connection: Connection, secrets: Secrets) -> None:
    """Bring closed pages to their normal form; of two that become one, one is left."""
    tracking = await _tracking(connection)
    for row in await db.closed_pages(connection):
        page = normal(row.page, tracking.get(row.site_id, PLAIN))
        if page and (key := secrets.page_key(page)) != row.page_key:
            await db.move_closed(connection, row.site_id, row.page_key, key, mask_addresses(page))


async def _tracking(connection: Connection) -> dict[UUID, Tracking]:
    """Return which parameters of an address tell no page of a site apart, by site."""
    return {site.id: site.settings.tracking for site in await accounts_db.every_site(connection)}


def _form(tracking: dict[UUID, Tracking]) -> str:
    """Return what tells this form from others: it holds for all that is brought."""
    own = sorted((str(site), repr(each)) for site, each in tracking.items() if each != PLAIN)
    return sha256(repr((TRACKING, own, _SEARCH, FORM)).encode()).hexdigest()[:32]


async def bring_words(connection: Connection) -> None:
    """Keep of each entry of the lists of words what is compared."""
    while entries := await words_db.without_form(connection, _WORDS):
        await words_db.keep_forms(connection, {id_: form_of(e) for id_, e in entries.items()})


@lru_cache(4096)
def normal(page: str, tracking: Tracking) -> str | None:
    """Return the normal form of a page as it was kept; None where that cannot be told."""
    if MASK in page:
        return None
    try:
        return without_tracking(read_page(page), tracking)
    except Refused:  # a page of our own, or one from before addresses were checked
        return None
