"""Comments as the website posts and shows them: one function per query of comments.sql."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from service.db.sql import load

_SQL = load("comments")


@dataclass(frozen=True, slots=True)
class Context:
    """What the database knows that bears on a new comment."""

    earlier_id: UUID | None
    parent_fits: bool | None
    page_closed: bool
    same_text: int
    origin_recent: int
    author_comments: int
    author_approved: int
    author_rejected: int
    author_recent: int
    author_same: bool


@dataclass(frozen=True, slots=True)
class NewComment:
    """The row to insert, in the order of the query's parameters."""

    id: UUID
    site_id: UUID
    author_id: UUID
    sealed_email: bytes | None
    page: str
    page_key: bytes
    parent_id: UUID | None
    origin: bytes | None
    name: str
    website: str | None
    body: str
    fingerprint: bytes
    external_id: str | None
    idempotency_key: str | None
    request_digest: bytes | None
    status: str
    reasons: tuple[str, ...]
    scores: dict[str, float]
    risk: float
    language: str | None
    model_version: str | None
    submitted_at: datetime
    actor: str
    bands: dict[str, Any]
    notice_id: UUID | None


Connection: TypeAlias = "asyncpg.Connection[Any] | PoolConnectionProxy[Any]"


async def context(
    connection: Connection,
    *,
    site_id: UUID,
    idempotency_key: str | None,
    parent_id: UUID | None,
    page_key: bytes,
    author_id: UUID,
    fingerprint: bytes,
    origin: bytes | None,
    minute: UUID,
    day: UUID,
) -> Context:
    """All that the verdict needs of the database; `minute` and `day` are first ids of windows."""
    row = await connection.fetchrow(
        _SQL["comment_context"],
        *(site_id, idempotency_key, parent_id, page_key, author_id),
        *(fingerprint, origin, minute, day),
    )
    if row is None:
        raise LookupError("comment_context gave no row")
    return Context(**dict(row))


async def insert(connection: Connection, new: NewComment) -> bool:
    """Write the comment with contact, decision and notice; False when its key was taken."""
    values = tuple(getattr(new, name) for name in NewComment.__slots__)
    return await connection.fetchval(_SQL["comment_insert"], *values) is not None


async def first_answer(
    connection: Connection, site_id: UUID, idempotency_key: str
) -> asyncpg.Record | None:
    """The comment of an idempotency key with the verdict it was first given."""
    return await connection.fetchrow(_SQL["comment_first_answer"], site_id, idempotency_key)


async def get(connection: Connection, site_id: UUID, id_: UUID) -> asyncpg.Record | None:
    """One comment of a site, whatever its status."""
    return await connection.fetchrow(_SQL["comment_get"], id_, site_id)


async def of_page(
    connection: Connection, site_id: UUID, page_key: bytes, after: UUID, limit: int
) -> list[asyncpg.Record]:
    """Up to `limit` approved comments of a page with ids above `after`, oldest first."""
    return await connection.fetch(_SQL["page_comments"], site_id, page_key, after, limit)


async def count_of_page(connection: Connection, site_id: UUID, page_key: bytes) -> int:
    """How many approved comments a page has."""
    return int(await connection.fetchval(_SQL["page_count"], site_id, page_key) or 0)
