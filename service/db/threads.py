"""Comments as websites list them: one function per query of threads.sql."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from uuid import UUID

import asyncpg

from service.db.comments import answer_of
from service.db.pool import Pool
from service.db.sql import load
from service.db.where import Where
from service.domain.listing import Listing, Order
from service.domain.shown import Answer, PageHead, PagePart, PageState, Shown
from service.ids import LAST, NOWHERE

_SQL: Final = load("threads")
_ORDERS: Final[Mapping[Order, str]] = MappingProxyType({"oldest": "c.id", "newest": "c.id desc"})
_AFTER: Final[Mapping[Order, str]] = MappingProxyType(
    {"oldest": "c.id > {}", "newest": "c.id < {}"}
)
_BEGINNING: Final[Mapping[Order, UUID]] = MappingProxyType({"oldest": NOWHERE, "newest": LAST})
_ONE: Final = _SQL["page_heads"].format(pages="(values ($1::uuid, $2::bytea, $5::uuid, 1))")
_HEADS: Final = _SQL["page_heads"].format(
    pages="unnest($1::uuid[], $2::bytea[], $3::uuid[]) with ordinality"
)
_PAGE: Final[Mapping[Order, str]] = MappingProxyType(
    {
        order: _SQL["page_comments"].format(page=_ONE, newest=order == "newest", order=by)
        for order, by in _ORDERS.items()
    }
)
_HEAD: Final = 5
"""So many columns are of the page, before those of each comment."""


@dataclass(frozen=True, slots=True)
class PageAsked:
    """A page of a site; with `closes_before` it is closed if its first comment is older."""

    site_id: UUID
    page_key: bytes
    closes_before: UUID | None


async def heads(pool: Pool, asked: Sequence[PageAsked]) -> list[PageHead]:
    """Return how many comments each page shows, its version and its state."""
    rows = await pool.fetch(
        _HEADS,
        [each.site_id for each in asked],
        [each.page_key for each in asked],
        [each.closes_before for each in asked],
    )
    return [_head(row) for row in rows]


async def of_page(
    pool: Pool, asked: PageAsked, limit: int, *, after: UUID | None = None, order: Order = "oldest"
) -> PagePart:
    """Return up to `limit` approved comments of a page after one of them."""
    begin = after or _BEGINNING[order]
    page = (asked.site_id, asked.page_key)
    rows = await pool.fetch(_PAGE[order], *page, begin, limit + 1, asked.closes_before)
    found = [_shown(row) for row in rows if row["id"] is not None]
    later = found[limit - 1].id if len(found) > limit else None
    return PagePart(_head(rows[0]), found[:limit], later)


def _head(row: asyncpg.Record) -> PageHead:
    count, version, *state = tuple(row)[:_HEAD]
    return PageHead(count, version, PageState(*state))


def _shown(row: asyncpg.Record) -> Shown:
    return Shown(*tuple(row)[_HEAD:])  # 50 each time


async def own(
    pool: Pool, site_id: UUID, listing: Listing, after: UUID | None, limit: int
) -> list[Answer]:
    """Return up to `limit` of a site's own comments after one of them."""
    where = Where()
    where.add("c.site_id = {}", site_id)
    if listing.page_key is not None:
        where.add("c.page_key = page_at(c.site_id, {})", listing.page_key)
    if listing.external_id is not None:
        where.add("c.external_id = {}", listing.external_id)
    if after is not None:
        where.add(_AFTER[listing.order], after)
    sql = _SQL["own_comments"].format(
        where=where,
        order=_ORDERS[listing.order],
        statuses=where.value(list(listing.statuses)),
        limit=where.value(limit),
    )
    return [answer_of(row) for row in await pool.fetch(sql, *where.values)]
