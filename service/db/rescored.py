"""What model versions make of comments that are kept: one function per query of rescored.sql."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from service.db.models import Connection
from service.db.rows import all_as
from service.db.sql import load
from service.domain.rescoring import CANDIDATES, Example, Group, KeptSummary, Summary

_SQL: Final = load("rescored")
_COUNT_SECONDS: Final = 600.0
"""Counting hundreds of millions of rows may take longer than other statements of a command."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A comment to be scored; `reasons` are those of its first verdict."""

    id: UUID
    site_id: UUID
    body: str
    name: str
    website: str | None
    language: str | None
    fingerprint: bytes
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class Rescored:
    """What a version says of a comment; the fingerprint tells of which text."""

    id: UUID
    fingerprint: bytes
    language: str | None
    scores: Mapping[str, float]
    linear_scores: Mapping[str, float] | None
    verdict: str
    risk: float
    violated: Sequence[str]
    borderline: Sequence[str]


@dataclass(frozen=True, slots=True)
class Publishing:
    """A comment that is published and a clear violation to a version."""

    id: UUID
    version: int
    reasons: Sequence[str]
    risk: float
    violated: Sequence[str]


@dataclass(frozen=True, slots=True)
class Queued:
    """A comment that a version has queued; `reasons` are those that it had before."""

    id: UUID
    version: int
    reasons: Sequence[str]


async def window(connection: Connection, below: UUID, size: int) -> UUID | None:
    """Return the last of the next ids of comments below one; None where there is no more."""
    last: UUID | None = await connection.fetchval(_SQL["window"], below, size)
    return last


async def to_score(
    connection: Connection, version: str, site_id: UUID | None, below: UUID, last: UUID
) -> list[Kept]:
    """Return the comments of a window that a version has not scored, the newest first."""
    return all_as(Kept, await connection.fetch(_SQL["to_score"], version, site_id, below, last))


async def left_to_score(connection: Connection, version: str, site_id: UUID | None) -> int:
    """Count the comments that a version has not scored."""
    query = _SQL["left_to_score"]
    return int(await connection.fetchval(query, version, site_id, timeout=_COUNT_SECONDS))


async def insert(connection: Connection, version: str, rows: Sequence[Rescored]) -> None:
    """Keep what a version says of comments whose texts are still the same."""
    given = [asdict(row) | {"fingerprint": f"\\x{row.fingerprint.hex()}"} for row in rows]
    async with connection.transaction():
        await connection.execute(_SQL["lock"])
        await connection.execute(_SQL["insert"], version, given)


async def groups(connection: Connection, version: str, below: UUID, last: UUID) -> list[Group]:
    """Return the comments of a window as they stand beside what a version says."""
    rows = await connection.fetch(_SQL["groups"], version, below, last, CANDIDATES)
    return all_as(Group, rows)


async def examples(connection: Connection, version: str, ids: Sequence[UUID]) -> list[Example]:
    """Return comments with what a version says of them; those that are gone are left out."""
    return all_as(Example, await connection.fetch(_SQL["examples"], version, list(ids)))


async def keep_summary(connection: Connection, version: str, summary: Summary) -> None:
    """Keep the sums of a version."""
    await connection.execute(_SQL["keep_summary"], version, msgspec.to_builtins(summary))


async def summary(connection: Connection, version: str) -> KeptSummary | None:
    """Return the sums of a version; None where it was never rescored with."""
    row = await connection.fetchrow(_SQL["summary"], version)
    return KeptSummary(row["at"], msgspec.convert(row["summary"], Summary)) if row else None


async def queued_since(connection: Connection, since: datetime) -> int:
    """Count what was queued since a moment."""
    return int(await connection.fetchval(_SQL["queued_since"], since))


async def to_queue(
    connection: Connection, version: str, site_id: UUID | None, below: UUID, limit: int
) -> list[Publishing]:
    """Return the newest comments below an id that are published and a clear violation."""
    rows = await connection.fetch(_SQL["to_queue"], version, site_id, below, limit)
    return all_as(Publishing, rows)


async def mark_queued(connection: Connection, version: str, made: Mapping[UUID, int]) -> None:
    """Note the versions of the decisions that queued comments."""
    await connection.execute(_SQL["mark_queued"], version, list(made), list(made.values()))


async def queued(
    connection: Connection, version: str, site_id: UUID | None, after: UUID, limit: int
) -> list[Queued]:
    """Return the next comments after an id that a version has queued and nobody has decided."""
    rows = await connection.fetch(_SQL["queued"], version, site_id, after, limit)
    return all_as(Queued, rows)


async def unmark_queued(connection: Connection, version: str, ids: Collection[UUID]) -> None:
    """Note that a version has comments queued no more."""
    await connection.execute(_SQL["unmark_queued"], version, list(ids))
