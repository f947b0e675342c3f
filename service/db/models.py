"""Queries of model versions and shadow scores."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from uuid import UUID

import asyncpg

from service.db import sql
from service.db.rows import all_as, one_as
from service.domain.promotion import Activation
from service.domain.stored import StoredScores
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
    """What the shadow model says of one comment, and which rules of its site held it.

    The verdict is the one of that moment; the release before compares by it. The active version's
    own scores are there where a site's adaptation scored the comment.
    """

    comment_id: UUID
    language: str | None
    scores: Mapping[str, float]
    linear_scores: Mapping[str, float] | None
    rules: tuple[str, ...]
    verdict: str
    active_scores: Mapping[str, float] | None = None
    active_linear_scores: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class BothScores:
    """What the active and the shadow model said of a comment, and the status that people gave."""

    site_id: UUID
    active: StoredScores
    shadow: StoredScores
    rules: tuple[str, ...]
    moderator: str | None


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
    """Return a version's parts in an archive, and its card; None if none has that digest."""
    row = await connection.fetchrow(_SQL["bundle"], version, digest)
    return (row["bundle"], row["card"]) if row else None


async def is_kept(
    connection: Connection, version: str, model: bytes, card: Mapping[str, Any]
) -> bool:
    """Say whether what is kept of a version is this archive and this card."""
    digest = sha256(model).digest()
    return bool(await connection.fetchval(_SQL["is_kept"], version, digest, card))


async def restore_version(
    connection: Connection, version: str, model: bytes, digest: str, card: Mapping[str, Any]
) -> None:
    """Put a version's files in the place of damaged ones."""
    await connection.execute(_SQL["restore_version"], version, model, digest, card)


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


async def set_state(
    connection: Connection,
    version: str,
    state: State,
    by: str | None,
    why: str | None = None,
    *,
    is_rollback: bool = False,
) -> None:
    """Move a version to another state, and record who had that done, why, and if by going back."""
    await connection.execute(_SQL["set_state"], version, state, by, why, is_rollback)


async def activations(connection: Connection) -> list[Activation]:
    """Return every version that was active, in order, when it became so and when it ceased."""
    return all_as(Activation, await connection.fetch(_SQL["activations"]))


async def announce(connection: Connection) -> None:
    """Wake every process's follower when the transaction commits."""
    await connection.execute(_SQL["announce"])


async def versions(connection: Connection) -> list[VersionSummary]:
    """Return every version, the newest first; `figures` on the mix as they stand in its card."""
    return all_as(VersionSummary, await connection.fetch(_SQL["versions"]))


async def version(connection: Connection, name: str) -> WholeVersion | None:
    """Return one version with its card."""
    row = await connection.fetchrow(_SQL["version"], name)
    return one_as(WholeVersion, row) if row else None


async def insert_shadow_scores(
    connection: Connection, model_version: str, scores: Sequence[ShadowScore]
) -> None:
    """Keep the shadow model's scores; a comment that is not there is passed over."""
    rows = [asdict(score) for score in scores]
    await connection.execute(_SQL["insert_shadow_scores"], model_version, rows)


async def both_scores(
    connection: Connection, shadow: str, active: str, *, newest: int
) -> list[BothScores]:
    """Return what both versions said of the newest comments, and moderators after them."""
    rows = await connection.fetch(_SQL["both_scores"], shadow, active, newest)
    return [_both_scores(row, shadow, active) for row in rows]


async def cards(connection: Connection, names: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return the cards of those versions that are there."""
    rows = await connection.fetch(_SQL["cards"], [*names])
    return {row["version"]: row["card"] for row in rows}


def _both_scores(row: asyncpg.Record, shadow: str, active: str) -> BothScores:
    return BothScores(
        site_id=row["site_id"],
        active=StoredScores(active, row["language"], row["scores"], row["linear_scores"]),
        shadow=StoredScores(
            shadow, row["shadow_language"], row["shadow_scores"], row["shadow_linear_scores"]
        ),
        rules=tuple(row["rules"]),
        moderator=row["moderator"],
    )
