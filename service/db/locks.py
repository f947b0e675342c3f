"""Whether the server can keep the locks of what looks at every month."""

from math import ceil
from typing import Final

from service.db.models import Connection
from service.db.sql import load

_SQL: Final = load("locks")
_OTHERS: Final = 1.25
"""Locks of other tables, and sessions beside those of the pool."""


async def wanted(connection: Connection, sessions: int) -> int | None:
    """Return what `max_locks_per_transaction` has to be for so many sessions; None if it is.

    The server keeps that many locks for each session it allows, all in one place:
    https://www.postgresql.org/docs/current/runtime-config-locks.html. When sessions begin they plan
    all at once, and a statement that no month is told of locks every month's tables and indexes.
    """
    of_one, setting, allowed = await connection.fetchrow(_SQL["locks"]) or (0, 0, 1)
    wanted = ceil(of_one * sessions * _OTHERS / allowed)
    return wanted if wanted > setting else None
