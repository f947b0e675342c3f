"""Can the database take comments?"""

import asyncpg

from service.db import sql
from service.db.pool import Pool

_SQL = sql.load("readiness")


async def write_on_trial(pool: Pool) -> str:
    """Write a row of which nothing stays, and return the database's encoding.

    Raises:
        DatabaseAway, asyncpg.PostgresError: it could not be written.
    """
    async with pool.acquire() as connection:
        writing = connection.transaction()
        await writing.start()
        try:
            return str(await connection.fetchval(_SQL["try_to_write"]))
        finally:
            await writing.rollback()


def is_full(error: BaseException) -> bool:
    """Say whether there was no room: on the disk, in memory, for another connection."""
    return isinstance(error, asyncpg.PostgresError) and str(error.sqlstate).startswith("53")


def is_unusable(error: BaseException) -> bool:
    """Say whether PostgreSQL is there and refuses, as where nobody has migrated it."""
    return isinstance(error, asyncpg.PostgresError)
