"""Decisions counted by quarters of an hour and by days: one function per query of counts.sql."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from service.db.comments import Connection
from service.db.rows import one_as
from service.db.sql import load

_SQL: Final = load("counts")
_SECONDS: Final = 60.0  # a day of a busy site is counted at once


@dataclass(frozen=True, slots=True)
class Moment:
    """A time, the oldest transaction under way then, and the number of one that begins then."""

    at: datetime
    oldest: int
    own: int


async def moment(connection: Connection) -> Moment:
    """Return the moment at which the transaction began."""
    (row,) = await connection.fetch(_SQL["moment"])
    return one_as(Moment, row)


async def count_next(connection: Connection, until: datetime) -> bool:
    """Count what is to be counted of the newest day, of quarters that were over by a moment.

    False: nothing is left to count, or another process has the turn.
    """
    async with connection.transaction():
        if not await connection.fetchval(_SQL["try_counting"]):
            return False
        found = await connection.fetchrow(_SQL["to_count"], until)
        if found is None:
            await connection.execute(_SQL["forget_old"])
            await connection.execute(_SQL["forget_old_changes"])
            return False
        day, quarters = found["day"], found["quarters"]
        await connection.execute(_SQL["forget_counts"], quarters, day)
        await connection.execute(_SQL["count_quarters"], quarters, timeout=_SECONDS)
        await connection.execute(_SQL["count_day"], day)
    return True
