"""Comments and decisions by month: one function per query of months.sql."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from service.db.models import Connection
from service.db.rows import all_as
from service.db.sql import load

AHEAD: Final = 3
"""Months after this one that the service makes."""

_SQL: Final = load("months")


@dataclass(frozen=True, slots=True)
class Month:
    """The part of one month, or of all before the first; `comments` is an estimate."""

    part: str
    begins: datetime | None
    ends: datetime
    comments: int
    bytes: int


async def make(connection: Connection, months: int) -> int:
    """Make the months that are missing up to so many after this one; return how many were.

    Where another process makes them just now it is none.

    Raises:
        asyncpg.LockNotAvailableError: others hold what it needs for longer than it waits.
        asyncpg.InsufficientPrivilegeError: the tables are another role's.
    """
    async with connection.transaction():
        if not await connection.fetchval(_SQL["try_months"]):
            return 0
        await connection.execute(_SQL["patience_for_months"])
        return int(await connection.fetchval(_SQL["make_months"], months))


async def ahead(connection: Connection) -> int:
    """Return how many months after this one are made; -1 where this one itself is not."""
    return int(await connection.fetchval(_SQL["months_ahead"]))


async def listed(connection: Connection) -> list[Month]:
    """Return every part, the first first."""
    return all_as(Month, await connection.fetch(_SQL["months"]))
