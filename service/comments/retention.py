"""Sites keep some things for so many days only: rejected comments, contacts, readers' addresses.

Beside requests, some at a time. A rejected comment is erased as by hand: its row stays for the
audit, and the site is told.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from service.comments.moderation import decide
from service.concurrency.background import Background
from service.db import accounts as accounts_db
from service.db import retention as db
from service.db.comments import Connection
from service.db.pool import Pool
from service.domain.accounts import Site
from service.domain.states import Actor, Asked

_EVERY: Final = 900.0
_PATIENCE: Final = 5.0
_PAUSE: Final = 0.1  # what some at a time leave to requests
ERASED_AT_ONCE: Final = 50
FORGOTTEN_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Retention:
    """The task with the part that it needs; of several processes one has the turn."""

    pool: Pool

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Forget for as long as the block runs."""
        async with Background(
            "retention", self.look_once, every=_EVERY, patience=_PATIENCE, pause=_PAUSE
        ):
            yield

    async def look_once(self) -> bool:
        """Forget the next of each site that are due; say whether there may be more."""
        now, there_is_more = datetime.now(UTC), False
        async with self.pool.acquire() as connection:
            for site in await accounts_db.every_site(connection):
                async with connection.transaction():
                    if not await db.take_turn(connection):
                        return False
                    there_is_more |= await _forget(connection, site, now)
        return there_is_more


async def _forget(connection: Connection, site: Site, now: datetime) -> bool:
    settings, most = site.settings, FORGOTTEN_AT_ONCE
    there_is_more = False
    if days := settings.keep_rejected_days:
        due = await db.rejected(connection, site.id, _ago(now, days), ERASED_AT_ONCE)
        outcomes = await decide(connection, due, Asked("erase", Actor("system")), sites=(site.id,))
        there_is_more |= any(each.change for each in outcomes) and len(due) == ERASED_AT_ONCE
    if days := settings.keep_addresses_days:
        count = await db.forget_addresses(connection, site.id, _ago(now, days), most)
        there_is_more |= count == most
    if days := settings.keep_contacts_days:
        authors = await db.contacts(connection, site.id, _ago(now, days), most)
        await db.forget_contacts(connection, authors, _ago(now, days))
        there_is_more |= len(authors) == most
    return there_is_more


def _ago(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days)
