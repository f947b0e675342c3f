"""Comments as websites list them: one function per query of threads.sql."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final
from uuid import UUID

import asyncpg

from service.db.comments import answer_of
from service.db.pool import Pool
from service.db.sql import load
from service.db.where import Where
from service.domain.listing import Listing, Order
from service.domain.shown import Answer, PagePart, PageState, Shown
from service.ids import LAST, NOWHERE

_SQL: Final = load("threads")
_ORDERS: Final[Mapping[Order, str]] = MappingProxyType({"oldest": "c.id", "newest": "c.id desc"})
_AFTER: Final[Mapping[Order, str]] = MappingProxyType(
    {"oldest": "c.id > {}", "newest": "c.id < {}"}
)
_BEGINNING: Final[Mapping[Order, UUID]] = MappingProxyType({"oldest": NOWHERE, "newest": LAST})
_PAGE: Final[Mapping[Order, str]] = MappingProxyType(
    {
        order: _SQL["page_comments"].format(after=_AFTER[order].format("$3"), order=by)
        for order, by in _ORDERS.items()
    }
)


async def of_page(
    pool: Pool,
    site_id: UUID,
    page_key: bytes,
    limit: int,
    *,
    after: UUID | None = None,
    order: Order = "oldest",
    known: Sequence[int] = (),
    closes_before: UUID | None = None,
) -> PagePart:
    """Return up to `limit` approved comments of a page after one of them.

    Of a page that stands at one of the `known` versions only the version and the number.
    """
    begin = after or _BEGINNING[order]
    rows = await pool.fetch(
        _PAGE[order], site_id, page_key, begin, limit + 1, list(known), closes_before
    )
    found = [_shown(row) for row in rows if row["id"] is not None]
    later = found[limit - 1].id if len(found) > limit else None
    page = PageState(rows[0]["title"], rows[0]["closed"], rows[0]["moved_to"])
    return PagePart(rows[0]["count"], found[:limit], later, rows[0]["version"], page)


def _shown(row: asyncpg.Record) -> Shown:
    return Shown(*tuple(row)[5:])  # what is of the page before it; 50 each time


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
