"""Comments as the website posts and shows them: one function per query of comments.sql."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

import asyncpg
import msgspec
from asyncpg.pool import PoolConnectionProxy

from service.db.pool import Pool
from service.db.sql import load

if TYPE_CHECKING:
    Connection: TypeAlias = asyncpg.Connection[Any] | PoolConnectionProxy[Any]
else:  # generic in its stubs only
    Connection = asyncpg.Connection

_SQL = load("comments")


@dataclass(frozen=True, slots=True)
class Context:
    """What the database knows that bears on a new comment."""

    earlier_id: UUID | None
    parent_fits: bool | None
    page_closed: bool
    same_text: int
    origin_recent: int
    author_approved: int
    author_rejected: int
    author_recent: int
    author_same: bool


@dataclass(frozen=True, slots=True)
class NewComment:
    """The row to insert, in the order of the query's parameters."""

    id: UUID
    site_id: UUID
    author_id: UUID | None
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
    linear_scores: dict[str, float] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the context of one new comment is looked up by, in the order of the parameters."""

    site_id: UUID
    idempotency_key: str | None
    parent_id: UUID | None
    page_key: bytes
    author_id: UUID | None
    fingerprint: bytes
    origin: bytes | None


async def contexts(
    connection: Connection, asked: Sequence[Asked], *, minute: UUID, day: UUID
) -> list[Context]:
    """All that the verdicts need of the database, in the order asked.

    `minute` and `day` are the first ids of these windows.
    """
    rows = await connection.fetch(_SQL["comment_contexts"], *columns(Asked, asked), minute, day)
    return [Context(**dict(row)) for row in rows]


async def insert(connection: Connection, new: Sequence[NewComment]) -> set[UUID]:
    """Write comments with contact, decision and notice; ids of those whose key was not taken."""
    rows = await connection.fetch(_SQL["comment_insert"], *columns(NewComment, new))
    return {row["id"] for row in rows}


def columns(kind: type[Any], rows: Sequence[Any]) -> list[list[Any]]:
    """Rows of a dataclass as one list a field, JSON as text: arrays for `unnest`."""
    return [[_flat(getattr(row, name)) for row in rows] for name in kind.__slots__]


def _flat(value: Any) -> Any:
    """PostgreSQL has no arrays of arrays of several lengths, and no codec of ours for arrays."""
    if isinstance(value, dict):
        return msgspec.json.encode(value).decode()
    return ",".join(value) if isinstance(value, tuple) else value


async def first_answer(
    connection: Connection | Pool, site_id: UUID, idempotency_key: str | None
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
