"""Queries that bring rows of releases before to the form of this one: see comments/backfill.py."""

from collections.abc import Sequence
from typing import Final, cast
from uuid import UUID

import asyncpg

from service.db.comments import Connection
from service.db.sql import load

_SQL: Final = load("backfill")


async def lock(connection: Connection) -> bool:
    """Take the work for this transaction; False if another process has it."""
    return bool(await connection.fetchval(_SQL["backfill_lock"]))


async def place(connection: Connection) -> UUID | None:
    """Return the last id that was done."""
    found = cast("str | None", await connection.fetchval(_SQL["backfill_place"]))
    return UUID(found) if found else None


async def reach(connection: Connection, id_: UUID) -> None:
    """Note the last id that was done."""
    await connection.execute(_SQL["backfill_reach"], str(id_))


async def rows(connection: Connection, after: UUID, limit: int) -> list[asyncpg.Record]:
    """Return the next comments: id, site_id, page, page_key."""
    return await connection.fetch(_SQL["backfill_rows"], after, limit)


async def fill_search(connection: Connection, ids: Sequence[UUID]) -> None:
    """Make comments be found by what one sees."""
    await connection.execute(_SQL["backfill_search"], ids)


async def move_comments(connection: Connection, moves: Sequence[tuple[UUID, str, bytes]]) -> None:
    """Give comments another page and key."""
    await connection.execute(_SQL["backfill_pages"], *map(list, zip(*moves, strict=True)))


async def closed_pages(connection: Connection) -> list[asyncpg.Record]:
    """Return the pages that take no comments: site_id, page, page_key."""
    return await connection.fetch(_SQL["closed_pages"])


async def move_closed(
    connection: Connection, site_id: UUID, old: bytes, new: bytes, page: str
) -> None:
    """Close a page under another key."""
    await connection.execute(_SQL["move_closed_page"], site_id, old, new, page)
