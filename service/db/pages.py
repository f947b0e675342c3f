"""Titles, moves and numbers of comments of pages: one function per query of pages.sql."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from service.db.comments import Connection
from service.db.pool import Pool
from service.db.rows import all_as, one_as
from service.db.sql import load
from service.domain.shown import PageState

_SQL: Final = load("pages")
_MOVE_SECONDS: Final = 120.0
"""A page that moves may have tens of thousands of comments."""

_TOGETHER: Final = 500


@dataclass(frozen=True, slots=True)
class MovedPage:
    """A page that has another key and address by now, addresses in it masked."""

    site_id: UUID
    from_key: bytes
    to_key: bytes
    to_page: str


@dataclass(frozen=True, slots=True)
class PageOfSite:
    """A page that is known of a site, addresses in it masked, and its number of comments."""

    page_key: bytes
    page: str
    comments: int


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


async def hold_moves(connection: Connection, site_id: UUID) -> None:
    """Let nobody else write comments of a site, or move its pages, until the transaction ends."""
    await connection.execute(_SQL["hold_moves"], site_id)


async def moved(
    connection: Connection, pages: Iterable[tuple[UUID, bytes]]
) -> dict[tuple[UUID, bytes], MovedPage]:
    """Return where pages have moved, by site and key, of those that have."""
    columns = map(list, zip(*pages, strict=True))
    found = all_as(MovedPage, await connection.fetch(_SQL["moved_pages"], *columns))
    return {(each.site_id, each.from_key): each for each in found}


async def move(connection: Connection, move: MovedPage) -> int:
    """Give a page's comments, title and being closed to another, which it is from now on.

    Return how many comments these are.
    """
    site, old, new, page = move.site_id, move.from_key, move.to_key, move.to_page
    columns = (site, old, new, page)
    moved = await connection.execute(_SQL["moved_comments"], *columns, timeout=_MOVE_SECONDS)
    await connection.execute(_SQL["moved_title"], site, old, new)
    await connection.execute(_SQL["moved_closed"], site, old, new, page)
    await connection.execute(_SQL["note_move"], site, old, new, page)
    return int(moved.rpartition(" ")[2])


async def of_site(connection: Connection, site_id: UUID, after: bytes) -> list[PageOfSite]:
    """Return the next pages of a site, in the order of their keys."""
    rows = await connection.fetch(_SQL["pages_of_site"], site_id, after, _TOGETHER)
    return all_as(PageOfSite, rows)


async def forget_move(connection: Connection, site_id: UUID, key: bytes) -> None:
    """Let a page be one of its own again."""
    await connection.execute(_SQL["forget_move"], site_id, key)
