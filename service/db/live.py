"""What moderators' pages ask every few seconds: one function per query of live.sql."""

from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from service.db.comments import Connection
from service.db.sql import load

_SQL: Final = load("live")


async def pending(connection: Connection) -> asyncpg.Record:
    """Return the size of the queue, its oldest item, and from when to ask the next time."""
    row: asyncpg.Record = (await connection.fetch(_SQL["now_pending"]))[0]
    return row


async def decided_since(
    connection: Connection, since: datetime, staff_id: UUID, limit: int
) -> list[asyncpg.Record]:
    """Return moderators' decisions since a moment, newest first."""
    return await connection.fetch(_SQL["decided_since"], since, staff_id, limit)


async def claims(connection: Connection, staff_id: UUID, limit: int) -> list[asyncpg.Record]:
    """Return who holds what at the moment."""
    return await connection.fetch(_SQL["live_claims"], staff_id, limit)


async def own_decisions(connection: Connection, staff_id: UUID, limit: int) -> list[asyncpg.Record]:
    """Return one's own last decisions that can be undone, newest first."""
    return await connection.fetch(_SQL["own_decisions"], staff_id, limit)


async def siblings(connection: Connection, id_: UUID, each_way: int) -> list[asyncpg.Record]:
    """Return the nearest published comments around one, in the order they were written."""
    rows = await connection.fetch(_SQL["siblings"], id_, each_way)
    return sorted(rows, key=lambda row: row["id"])


async def exists(connection: Connection, id_: UUID) -> bool:
    """Say whether there is such a comment."""
    return bool(await connection.fetchval(_SQL["comment_exists"], id_))


async def choices(connection: Connection) -> tuple[list[str], list[str]]:
    """Return the names of the sites, and the languages of the newest waiting comments."""
    row: asyncpg.Record = (await connection.fetch(_SQL["choices"]))[0]
    return list(row["sites"]), list(row["languages"])
