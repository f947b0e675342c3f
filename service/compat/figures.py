"""Counts what the compatible doors say, and writes the counts every second: no query per check.

A process that dies loses at most one second of figures; nothing else depends on them.
"""

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Final, Literal
from uuid import UUID

import structlog

from service.db import compat as db
from service.db.pool import Pool

Door = Literal["perspective", "akismet", "openai", "coral"]
_SECONDS: Final = 1.0
_ANY: Final = (Exception,)  # figures that cannot be written now are written later
_LOG: Final = structlog.get_logger(__name__)


class DoorFigures:
    """The counts of one process."""

    def __init__(self, pool: Pool) -> None:
        self._pool: Final = pool
        self._counts: Counter[tuple[UUID, date, str, str]] = Counter()
        self._stopping: Final = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to write, in the running loop."""
        self._task = asyncio.create_task(self._run(), name="door-figures")

    async def stop(self) -> None:
        """Write what is left and end."""
        self._stopping.set()
        if self._task is not None:
            await self._task

    def count(self, site_id: UUID, door: Door, outcome: str) -> None:
        """Count one answer of a door."""
        self._counts[site_id, datetime.now(UTC).date(), door, outcome] += 1

    async def flush(self) -> None:
        """Write what has been counted."""
        taken, self._counts = self._counts, Counter()
        if not taken:
            return
        try:
            await db.add_figures(
                self._pool, [db.Figure(*key, count) for key, count in taken.items()]
            )
        except _ANY as error:
            self._counts.update(taken)
            _LOG.warning("door_figures_kept", error=type(error).__name__)

    async def _run(self) -> None:
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _SECONDS)
            await self.flush()
