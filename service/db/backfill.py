"""Queries that bring rows of releases before to the form of this one: see comments/backfill.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast
from uuid import UUID

from service.db.comments import Connection
from service.db.rows import all_as
from service.db.sql import load

_SQL: Final = load("backfill")


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page as a release kept it, with its key."""

    site_id: UUID
    page: str
    page_key: bytes


@dataclass(frozen=True, slots=True)
class KeptComment:
    """A comment with its page as a release kept it."""

    id: UUID
    site_id: UUID
    page: str
    page_key: bytes


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


async def rows(connection: Connection, after: UUID, limit: int) -> list[KeptComment]:
    """Return the next comments after an id."""
    return all_as(KeptComment, await connection.fetch(_SQL["backfill_rows"], after, limit))


async def fill_search(connection: Connection, ids: Sequence[UUID]) -> None:
    """Make comments be found by what one sees."""
    await connection.execute(_SQL["backfill_search"], ids)


async def move_comments(connection: Connection, moves: Sequence[tuple[UUID, str, bytes]]) -> None:
    """Give comments another page and key."""
    await connection.execute(_SQL["backfill_pages"], *map(list, zip(*moves, strict=True)))


async def closed_pages(connection: Connection) -> list[KeptPage]:
    """Return the pages that take no comments."""
    return all_as(KeptPage, await connection.fetch(_SQL["closed_pages"]))


async def move_closed(
    connection: Connection, site_id: UUID, old: bytes, new: bytes, page: str
) -> None:
    """Close a page under another key."""
    await connection.execute(_SQL["move_closed_page"], site_id, old, new, page)
