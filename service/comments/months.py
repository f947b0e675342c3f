"""Comments are kept by month: the next are made in time, and go when they are kept no longer.

What goes is everything about a month's comments, their decisions and all that refers to them. That
is deleted first, some at a time; then the month is detached, which nobody waits for longer than for
a moment; then the numbers of comments on pages and the contacts of who has no comment left follow.
Every step is a transaction that begins where the last one ended, in whatever process.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import asyncpg
import structlog

from service.concurrency.background import Background
from service.db import months as db
from service.db.models import Connection
from service.db.pool import Pool

NEEDED: Final = 1
"""With fewer months ahead than this somebody should look: the next comments may have no place."""

_EVERY: Final = 3600.0
_PATIENCE: Final = 5.0
_PAUSE: Final = 0.1  # what some at a time leave to requests
ROWS_AT_ONCE: Final = 1000
"""Of each table."""

_PAUSES: Final = (1.0, 1.0, 2.0, 2.0, 3.0, 3.0)
"""Seconds between tries for locks, which everybody else waits behind for a moment each time."""

_FOLLOWING_AT_ONCE: Final = 200
_LOG: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Months:
    """The task with the part that it needs; processes take turns."""

    pool: Pool
    keep: int | None = None

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """See to it for as long as the block runs."""
        async with Background(
            "months", self.look_once, every=_EVERY, patience=_PATIENCE, pause=_PAUSE
        ):
            yield

    async def look_once(self) -> bool:
        """Make the months that are missing, and go on with one that goes; say if there is more.

        Raises:
            asyncpg.PostgresError: it could not, as while others hold the tables; the log has
                said so if that is getting late.
        """
        async with self.pool.acquire() as connection:
            await make(connection)
            return self.keep is not None and await let_go(connection, self.keep)


async def make(connection: Connection) -> int:
    """Make the months that are missing; return how many were. The log warns if few are left."""
    try:
        made = await db.make(connection, db.AHEAD)
    except asyncpg.PostgresError as error:
        left = await db.ahead(connection)
        if left < NEEDED:
            _LOG.warning("months_missing", ahead=left, error=type(error).__name__)
        raise
    if made:
        _LOG.info("months_made", count=made)
    return made


async def let_go(connection: Connection, keep: int) -> bool:
    """Take the next step with what ended so many whole months ago; say whether there may be more.

    Raises:
        asyncpg.LockNotAvailableError: others hold what it needs for longer than it waits, again and
            again.
    """
    for pause in _PAUSES:
        try:
            return await _step(connection, keep)
        except asyncpg.LockNotAvailableError:
            await asyncio.sleep(pause)
    return await _step(connection, keep)


async def _step(connection: Connection, keep: int) -> bool:
    async with connection.transaction():
        if not await db.take_turn(connection):
            return False
        if await db.follow(connection, _FOLLOWING_AT_ONCE):
            return True
        month = await db.due(connection, keep)
        if month is None or await db.is_held_back(connection, month):
            return False
        count, untold = await db.empty(connection, month, ROWS_AT_ONCE)
    if untold:
        _LOG.warning("month_untold", month=month.part, count=untold)
    if not count:
        await _detach(connection, month)
    return True


async def _detach(connection: Connection, month: db.Due) -> None:
    try:
        async with connection.transaction():
            if not await db.take_turn(connection):
                return
            seconds = await db.detach(connection, month)
    except asyncpg.ForeignKeyViolationError:  # somebody wrote about one of its comments meanwhile
        return
    _LOG.info("month_detached", month=month.part, seconds=round(seconds, 3))
