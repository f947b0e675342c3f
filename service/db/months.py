"""Comments and decisions by month: one function per query of months.sql."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from service.db.models import Connection
from service.db.rows import all_as, one_as
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
    due: bool


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


async def listed(connection: Connection, keep: int | None = None) -> list[Month]:
    """Return every part, the first first; `keep` says after how many whole months one is due."""
    return all_as(Month, await connection.fetch(_SQL["months"], keep))


@dataclass(frozen=True, slots=True)
class Due:
    """A month that is kept no longer: its part, its first id, and the next month's."""

    part: str
    first: UUID
    until: UUID
    owned: bool


async def take_turn(connection: Connection) -> bool:
    """Take the turn to let months go until the transaction ends; False while another has it."""
    return bool(await connection.fetchval(_SQL["try_leaving"]))


async def due(connection: Connection, keep: int) -> Due | None:
    """Return the first month that ended so many whole months ago.

    Raises:
        asyncpg.InsufficientPrivilegeError: its tables are another role's: it cannot go whole.
    """
    row = await connection.fetchrow(_SQL["due"], keep)
    if row and not row["owned"]:
        raise asyncpg.InsufficientPrivilegeError(f"must be owner of table {row['part']}")
    return one_as(Due, row) if row else None


async def is_held_back(connection: Connection, month: Due) -> bool:
    """Say whether something of a month is still to be told or counted."""
    return bool(await connection.fetchval(_SQL["held_back"], month.first, month.until))


async def empty(connection: Connection, month: Due, most: int) -> tuple[int, int]:
    """Delete the next of what hangs on a month's comments; how many, and how many went untold."""
    done = await connection.execute(_SQL["give_up_notices"], month.first, month.until)
    untold = int(done.rpartition(" ")[2])
    count = await connection.fetchval(_SQL["empty_month"], month.first, month.until, most)
    return int(count) + untold, untold


async def detach(connection: Connection, month: Due) -> float:
    """Detach a month, within a transaction; for how many seconds nobody else read or wrote.

    Raises:
        asyncpg.LockNotAvailableError: others hold what it needs for longer than it waits.
        asyncpg.ForeignKeyViolationError: something refers to one of its comments again.
    """
    return float(await connection.fetchval(_SQL["detach_month"], month.part))


async def follow(connection: Connection, most: int) -> str | None:
    """Let pages and contacts follow a month that was detached, then drop it; what was done."""
    done: str | None = await connection.fetchval(_SQL["follow_month"], most)
    return done


async def first_kept(connection: Connection) -> datetime | None:
    """Return when the first month begins that has a place; None while all of before has one."""
    moment: datetime | None = await connection.fetchval(_SQL["first_kept"])
    return moment
