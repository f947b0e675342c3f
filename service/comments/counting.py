"""Counts decisions once they have settled, so that error rates and the dashboard need not.

A quarter of an hour is counted when it is over for another, and every transaction has ended that
had written before then. Whatever is written later asks by itself for its quarter to be counted
again, and until then the quarter is read one by one: what is shown is exact at any time.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from service.concurrency.background import Background
from service.db import counts as db
from service.db.pool import Pool

_EVERY: Final = 60.0
_PATIENCE: Final = 5.0
_PAUSE: Final = 0.2  # what a day at a time leaves to requests
_LATE: Final = timedelta(minutes=15)
"""How long after its time a decision asks for its quarter to be counted again: as the trigger."""


@dataclass(slots=True)
class Counting:
    """The task with the part that it needs; of several processes one has the turn."""

    pool: Pool
    _noted: db.Moment | None = None
    _settled: datetime | None = None

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Count for as long as the block runs."""
        async with Background(
            "counting", self.look_once, every=_EVERY, patience=_PATIENCE, pause=_PAUSE
        ):
            yield

    async def look_once(self) -> bool:
        """Count the next that has settled; say whether there may be more."""
        async with self.pool.acquire() as connection:
            self._look_at(await db.moment(connection))
            if self._settled is None:
                return False
            return await db.count_next(connection, self._settled - _LATE)

    def _look_at(self, now: db.Moment) -> None:
        """Take what was noted for settled when every transaction of before has ended."""
        noted = self._noted
        if noted and noted.own <= now.oldest:
            self._settled = noted.at
        if noted is None or noted.own <= now.oldest or noted.own > now.own:
            self._noted = now
