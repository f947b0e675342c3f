"""Takes what was erased out of the database's files too: one function for each kind of file.

Every statement is one of its own: none of these runs within a transaction.
"""

import asyncio
import time
from typing import Final

from service.db.models import Connection
from service.db.sql import load

_SQL: Final = load("scrub")
_SECONDS: Final = 86_400.0  # a table of many millions is written anew in hours
_PATIENCE: Final = 600.0
_MOST_LOGS: Final = 2_000
"""Files of the log, 16 MiB each."""

_MOST_TURNS: Final = 20
"""Checkpoints. One that has not taken note of the setting yet keeps an old file for later, and the
log goes on in it with the rest of what it held: only a file that was not there before is clean."""

_PAUSE: Final = 0.1  # seconds


class StillReadError(Exception):
    """Others may still read what was deleted, so it would be written anew with the rest."""


async def tables(connection: Connection, *, patience: float = _PATIENCE) -> int:
    """Write tables, indexes and statistics anew, without free space; return how many tables.

    Each is locked meanwhile, the smallest first. Transactions that began before are waited for, for
    `patience` seconds.

    Raises:
        StillReadError: some have not ended; nothing is written.
    """
    await _ended(connection, patience)
    rows = await connection.fetch(_SQL["our_tables"])
    for row in rows:
        # What is kept by month has statistics of the whole, with words, and no file of its own.
        how = "analyze" if row["is_by_month"] else "vacuum (full, analyze)"
        await connection.execute(f"{how} {row['name']}", timeout=_SECONDS)
    await connection.execute("vacuum (full) pg_catalog.pg_statistic", timeout=_SECONDS)
    return len(rows)


async def _ended(connection: Connection, patience: float) -> None:
    """Wait until nobody reads any more what was deleted before now."""
    number = await connection.fetchval(_SQL["number"])
    until = time.monotonic() + patience
    while await connection.fetchval(_SQL["earlier"], number):
        if time.monotonic() > until:
            raise StillReadError
        await asyncio.sleep(_PAUSE)


async def logs(connection: Connection) -> None:
    """Let the server remove the files of its write-ahead log, and overwrite those it will use.

    Raises:
        asyncpg.InsufficientPrivilegeError: the server is others'; nothing is changed.
    """
    await connection.execute("checkpoint", timeout=_SECONDS)
    await connection.execute("alter system set wal_recycle = off")
    try:
        await connection.execute("select pg_reload_conf()")
        for _ in range(_MOST_TURNS):
            is_new = not await connection.fetchval(_SQL["later_logs"])  # what it goes on in next
            for _ in range(_MOST_LOGS):
                await connection.execute(_SQL["next_log"], timeout=_SECONDS)
                if not await connection.fetchval(_SQL["later_logs"]):
                    break
            await connection.execute("checkpoint", timeout=_SECONDS)
            if is_new and not await connection.fetchval(_SQL["later_logs"]):
                break
            await asyncio.sleep(_PAUSE)  # the server takes note of the setting a moment late
    finally:
        await connection.execute("alter system reset wal_recycle")
        await connection.execute("select pg_reload_conf()")
