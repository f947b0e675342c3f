"""Comments that come from another system or go to one: many in one statement, without contacts."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from service.db import sql
from service.db.models import Connection
from service.ids import NOWHERE

_SQL: Final = sql.load("imports")
PAGE: Final = 500
_SECONDS: Final = 120.0


@dataclass(frozen=True, slots=True, repr=False)
class Imported:
    """A comment to write; `email` is sealed, `reason` is that of a rejection."""

    id: UUID
    author_id: UUID | None
    email: bytes | None
    page: str
    page_key: bytes
    parent_id: UUID | None
    name: str
    website: str | None
    body: str
    fingerprint: bytes
    external_id: str | None
    status: str
    reason: str | None
    submitted_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Exported:
    """A comment of a site as it is taken elsewhere: all but its contact."""

    id: UUID
    page: str
    page_title: str | None
    parent_id: UUID | None
    name: str
    website: str | None
    body: str
    status: str
    external_id: str | None
    submitted_at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True, repr=False)
class OnPage:
    """A comment of a site with the key of its page."""

    page_key: bytes
    comment: Exported


async def all_of_site(connection: Connection, site_id: UUID, after: UUID) -> list[Exported]:
    """Return the next comments of a site, in the order of their ids, which is that of time."""
    sql = _SQL["all_of_site"].format(after="c.id > $3", order="c.id")
    rows = await connection.fetch(sql, site_id, PAGE, after, timeout=_SECONDS)
    return [each.comment for each in map(_on_page, rows)]


async def lines(connection: Connection, site_id: UUID) -> AsyncIterator[tuple[int, bytes]]:
    """Yield all comments of a site as JSON lines, some hundreds at a time with their number."""
    after = NOWHERE
    while rows := await all_of_site(connection, site_id, after):
        yield len(rows), b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
        after = rows[-1].id


async def by_page(connection: Connection, site_id: UUID, after: OnPage | None) -> list[OnPage]:
    """Return the next comments of a site, page by page, of each in the order of time."""
    key, id_ = (after.page_key, after.comment.id) if after else (b"", NOWHERE)
    sql = _SQL["all_of_site"].format(
        after="(c.page_key, c.id) > ($3, $4)", order="c.page_key, c.id"
    )
    return [
        _on_page(row)
        for row in await connection.fetch(sql, site_id, PAGE, key, id_, timeout=_SECONDS)
    ]


def _on_page(row: Mapping[str, Any]) -> OnPage:
    key, *columns = row.values()
    return OnPage(key, Exported(*columns))


async def keep(connection: Connection, site_id: UUID, rows: Sequence[Imported]) -> int:
    """Write the comments that are not there yet; return how many they were.

    Parents must be in an earlier call, else a comment answers nothing.
    """
    authors = [row.author_id for row in rows if row.author_id]
    async with connection.transaction():
        await connection.execute(_SQL["hold_moves"], site_id)
        await connection.execute(_SQL["hold_authors"], authors)
        given = [_named(row) for row in rows]
        count: int = await connection.fetchval(_SQL["keep"], site_id, given, timeout=_SECONDS)
    return count


def _named(row: Imported) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in Imported.__slots__}
    return {
        name: f"\\x{value.hex()}" if isinstance(value, bytes) else value
        for name, value in values.items()
        if value is not None
    }
