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


@dataclass(frozen=True, slots=True)
class Move:
    """A comment whose page has another key by now."""

    id: UUID
    site_id: UUID
    old: bytes
    new: bytes
    page: str


async def lock(connection: Connection) -> bool:
    """Take the work for this transaction; False if another process has it."""
    return bool(await connection.fetchval(_SQL["backfill_lock"]))


async def place(connection: Connection, form: str) -> UUID | None:
    """Return up to which id all are in this form of pages; None if none is."""
    found = cast("str | None", await connection.fetchval(_SQL["backfill_place"]))
    of, _, reached = (found or "").partition(" ")
    return UUID(reached) if of == form else None


async def reach(connection: Connection, form: str, id_: UUID) -> None:
    """Note up to which id all is done, and in which form of pages."""
    await connection.execute(_SQL["backfill_reach"], f"{form} {id_}")


async def rows(connection: Connection, after: UUID, limit: int) -> list[KeptComment]:
    """Return the next comments after an id."""
    return all_as(KeptComment, await connection.fetch(_SQL["backfill_rows"], after, limit))


async def lock_due(
    connection: Connection, ids: Sequence[UUID], moves: Sequence[Move]
) -> list[UUID]:
    """Return which comments move or are not found by what one sees, locked until then.

    Nobody moves pages of sites with moves either; to be asked once in a transaction.
    """
    if moves:  # before any row: moving a page locks in this order too
        await connection.execute(_SQL["backfill_holds"], [move.site_id for move in moves])
    found = await connection.fetch(_SQL["backfill_due"], ids, [move.id for move in moves])
    return [row["id"] for row in found]


async def fill_search(connection: Connection, ids: Sequence[UUID]) -> None:
    """Make comments that are locked be found by what one sees."""
    await connection.execute(_SQL["backfill_search"], ids)


async def move_comments(connection: Connection, moves: Sequence[Move]) -> None:
    """Give locked comments another page and key, or what that has moved to; with its title."""
    sites = [move.site_id for move in moves]
    new = [move.new for move in moves]
    await connection.execute(
        _SQL["backfill_pages"],
        *([move.id for move in moves], sites, [move.page for move in moves], new),
    )
    await connection.execute(_SQL["backfill_titles"], sites, [move.old for move in moves], new)


async def moved_pages(connection: Connection) -> list[KeptPage]:
    """Return what pages have moved to, while nobody else moves pages of those sites."""
    await connection.execute(_SQL["backfill_holds_moves"])
    return all_as(KeptPage, await connection.fetch(_SQL["moved_targets"]))


async def move_target(
    connection: Connection, site_id: UUID, old: bytes, new: bytes, page: str
) -> None:
    """Let what had moved to a page have moved to it under another key, with its title."""
    await connection.execute(_SQL["end_circles"], site_id, old, new)
    await connection.execute(_SQL["move_target"], site_id, old, new, page)
    await connection.execute(_SQL["backfill_titles"], [site_id], [old], [new])


async def closed_pages(connection: Connection) -> list[KeptPage]:
    """Return the pages that take no comments."""
    return all_as(KeptPage, await connection.fetch(_SQL["closed_pages"]))


async def move_closed(
    connection: Connection, site_id: UUID, old: bytes, new: bytes, page: str
) -> None:
    """Close a page under another key."""
    await connection.execute(_SQL["move_closed_page"], site_id, old, new, page)
