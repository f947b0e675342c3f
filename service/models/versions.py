"""The use cases of model versions for pages and calls: `registry` on connections of a pool."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.db import rescored
from service.db.pool import Pool
from service.domain.comparison import Comparison
from service.domain.rescoring import Example, KeptSummary
from service.domain.versions import State, VersionSummary, WholeVersion
from service.models import registry, rescoring


@dataclass(frozen=True, slots=True)
class Versions:
    """The use cases with the part they need; errors as in `registry`."""

    pool: Pool

    async def all(self) -> list[VersionSummary]:
        """Return every version with its figures, the newest first."""
        async with self.pool.acquire() as connection:
            return await registry.versions(connection)

    async def one(self, name: str) -> tuple[WholeVersion, Comparison | None]:
        """Return one version with its card, and how it compares with the active one."""
        async with self.pool.acquire() as connection:
            return await registry.version(connection, name)

    async def rescored(self, name: str) -> tuple[KeptSummary, list[Example]] | None:
        """Return what a version makes of kept comments; None where it was not asked."""
        async with self.pool.acquire() as connection:
            found = await rescored.summary(connection, name)
            if found is None:
                return None
            return found, await rescoring.examples(connection, name, found.summary)

    async def add(self, card: Mapping[str, Any], model: bytes, *, by: str) -> str:
        """Store a bundle as a candidate and return its version."""
        async with self.pool.acquire() as connection:
            return await registry.add(connection, card, model, by=by)

    async def shadow(self, version: str, *, by: str) -> dict[str, State]:
        """Let a version score beside the active one; return what changed."""
        async with self.pool.acquire() as connection:
            return await registry.shadow(connection, version, by=by)

    async def unshadow(self, *, by: str) -> dict[str, State]:
        """Stop the shadow scoring; return what changed."""
        async with self.pool.acquire() as connection:
            return await registry.unshadow(connection, by=by)

    async def promote(
        self, version: str, *, by: str, why: str | None, force: bool
    ) -> dict[str, State]:
        """Let a version decide, forced one that is worse; return what changed."""
        async with self.pool.acquire() as connection:
            return await registry.promote(connection, version, by=by, why=why, force=force)

    async def before_present(self) -> str | None:
        """Return the version that a rollback brings back; None where there is none."""
        async with self.pool.acquire() as connection:
            return await registry.before_present(connection)

    async def rollback(self, *, to: str | None = None, by: str) -> dict[str, State]:
        """Let the version before decide again; return what changed."""
        async with self.pool.acquire() as connection:
            return await registry.rollback(connection, to=to, by=by)
