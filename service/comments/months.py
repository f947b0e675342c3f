"""Comments are kept by month, and each month's tables are there before its first comment is."""

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
_LOG: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Months:
    """The task with the part that it needs; processes take turns."""

    pool: Pool

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """See to it for as long as the block runs."""
        async with Background("months", self.look_once, every=_EVERY, patience=_PATIENCE):
            yield

    async def look_once(self) -> bool:
        """Make the months that are missing.

        Raises:
            asyncpg.PostgresError: it could not, as while others hold the tables; the log has
                said so if that is getting late.
        """
        async with self.pool.acquire() as connection:
            await make(connection)
        return False


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
