"""Titles of pages and numbers of their comments: one function per query of pages.sql."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from service.db.comments import Connection
from service.db.pool import Pool
from service.db.rows import one_as
from service.db.sql import load
from service.domain.shown import PageState

_SQL: Final = load("pages")


async def name_pages(connection: Connection, titles: Mapping[tuple[UUID, bytes], str]) -> None:
    """Keep the titles of pages, each known by its site and key."""
    rows = sorted((*page, title) for page, title in titles.items())
    columns = (list(column) for column in zip(*rows, strict=True))
    await connection.execute(_SQL["name_pages"], *columns)


async def counts(pool: Pool, site_id: UUID, keys: Sequence[bytes]) -> list[int]:
    """How many comments each of these pages shows, in the order given."""
    return [row["count"] for row in await pool.fetch(_SQL["page_counts"], site_id, keys)]


async def state(
    connection: Connection, site_id: UUID, key: bytes, closes_before: UUID | None
) -> PageState:
    """What a page is called, and whether it takes no more comments."""
    (row,) = await connection.fetch(_SQL["page_state"], site_id, key, closes_before)
    return one_as(PageState, row)
