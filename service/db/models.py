"""Queries of model versions and shadow scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from uuid import UUID

import asyncpg

from service.db import sql
from service.db.rows import all_as, one_as
from service.domain.versions import State, VersionSummary, WholeVersion

if TYPE_CHECKING:
    Connection: TypeAlias = asyncpg.Connection[Any] | asyncpg.pool.PoolConnectionProxy[Any]
else:  # generic in its stubs only
    Connection = asyncpg.Connection

_SQL: Final = sql.load("models")


@dataclass(frozen=True, slots=True)
class Serving:
    """A version that every process is to hold."""

    version: str
    state: State
    digest: str


@dataclass(frozen=True, slots=True)
class ShadowScore:
    """What the shadow model says of one comment."""

    comment_id: UUID
    scores: Mapping[str, float]
    verdict: str


async def lock_versions(connection: Connection) -> None:
    """Wait for one's turn to change model versions, until the transaction ends."""
    await connection.execute(_SQL["lock_versions"])


async def states(connection: Connection) -> dict[str, State]:
    """Return the state of every version, the latest changed last."""
    rows = await connection.fetch(_SQL["states"])
    return {row["version"]: row["state"] for row in rows}


async def serving(connection: Connection) -> list[Serving]:
    """Return the active and the shadow version, as far as there are such."""
    return [Serving(**row) for row in await connection.fetch(_SQL["serving"])]


async def bundle(
    connection: Connection, version: str, digest: str | None = None
) -> tuple[bytes, dict[str, Any]] | None:
    """Return a version's joblib bytes and card; None if it is not there, or not that digest."""
    row = await connection.fetchrow(_SQL["bundle"], version, digest)
    return (row["bundle"], row["card"]) if row else None


async def insert_version(
    connection: Connection,
    *,
    version: str,
    state: State,
    model: bytes,
    digest: str,
    card: Mapping[str, Any],
    by: str | None,
) -> None:
    """Add a version.

    Raises:
        asyncpg.UniqueViolationError: the version exists, or another one is active or shadow.
    """
    await connection.execute(_SQL["insert_version"], version, state, model, digest, card, by)


async def set_state(connection: Connection, version: str, state: State, by: str | None) -> None:
    """Move a version to another state."""
    await connection.execute(_SQL["set_state"], version, state, by)


async def announce(connection: Connection) -> None:
    """Wake every process's follower when the transaction commits."""
    await connection.execute(_SQL["announce"])


async def versions(connection: Connection) -> list[VersionSummary]:
    """Return every version, the newest first; `figures` as they stand in its card."""
    return all_as(VersionSummary, await connection.fetch(_SQL["versions"]))


async def version(connection: Connection, name: str) -> WholeVersion | None:
    """Return one version with its card."""
    row = await connection.fetchrow(_SQL["version"], name)
    return one_as(WholeVersion, row) if row else None


async def insert_shadow_scores(
    connection: Connection, model_version: str, scores: Sequence[ShadowScore]
) -> None:
    """Keep the shadow model's scores; a comment that is not there is passed over."""
    ids = [score.comment_id for score in scores]
    values = [score.scores for score in scores]
    verdicts = [score.verdict for score in scores]
    await connection.execute(_SQL["insert_shadow_scores"], ids, model_version, values, verdicts)


async def comparison(
    connection: Connection, shadow: str, active: str, *, newest: int
) -> list[dict[str, Any]]:
    """Count comments by active verdict, shadow verdict and what a moderator said last, if any."""
    rows = await connection.fetch(_SQL["comparison"], shadow, active, newest)
    return [dict(row) for row in rows]
