"""Counts what the compatibility APIs say, and writes the counts every second: no query per check.

A process that dies loses at most one second of figures; nothing else depends on them.
"""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime
from typing import Final, Literal
from uuid import UUID

from service.concurrency.background import Background
from service.db import compat as db
from service.db.pool import Pool

Api = Literal["perspective", "akismet", "openai", "coral"]
_SECONDS: Final = 1.0
_PATIENCE: Final = 5.0


class CompatFigures:
    """The counts of one process."""

    def __init__(self, pool: Pool) -> None:
        self._pool: Final = pool
        self._counts: Counter[tuple[UUID, date, str, str]] = Counter()
        self._background: Final = Background(
            "compat-figures", self.flush, every=_SECONDS, patience=_PATIENCE
        )

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Write every second for as long as the block runs, and what is left at its end."""
        async with self._background:
            yield
        with suppress(Exception):  # these figures are lost, as those of a process that dies are
            await self.flush()

    def count(self, site_id: UUID, api: Api, outcome: str) -> None:
        """Count one answer of an API."""
        self._counts[site_id, datetime.now(UTC).date(), api, outcome] += 1

    async def of(self, site_id: UUID, since: date, until: date) -> dict[str, int]:
        """Return what was counted of a site in some days by `API:OUTCOME`, this second included."""
        await self.flush()
        return await db.figures(self._pool, site_id, since, until)

    async def flush(self) -> bool:
        """Write what has been counted; what cannot be written now is written later."""
        taken, self._counts = self._counts, Counter()
        if not taken:
            return False
        try:
            await db.add_figures(
                self._pool, [db.Figure(*key, count) for key, count in taken.items()]
            )
        except Exception:
            self._counts.update(taken)
            raise
        return False
