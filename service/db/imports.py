"""Comments that come from another system or go to one: many in one statement, without contacts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from service.db import sql
from service.db.models import Connection
from service.db.rows import all_as

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


async def all_of_site(connection: Connection, site_id: UUID, after: UUID) -> list[Exported]:
    """Return the next comments of a site, in the order of their ids, which is that of time."""
    rows = await connection.fetch(_SQL["all_of_site"], site_id, after, PAGE, timeout=_SECONDS)
    return all_as(Exported, rows)


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
