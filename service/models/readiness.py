"""Is this process able to do its work: to score a comment and to keep it?"""

import asyncio
import time
from dataclasses import dataclass
from typing import Final

from service.db import readiness as db
from service.db.pool import Pool
from service.errors import says_away, says_read_only
from service.models.scoring import Scoring

ABLE: Final = "ok"
NO_MODEL: Final = "none: every comment waits for a moderator"
_SECONDS: Final = 5.0
_REMEMBERED: Final = 1.0  # of what is well: whoever asks often writes once a second


@dataclass(frozen=True, slots=True)
class Checks:
    """What was found, in words; `is_able` where comments can be scored and written."""

    database: str
    model: str
    second_opinion: str
    is_able: bool


class Readiness:
    """Asks the database by writing, since only that shows a full disk or a replica."""

    def __init__(self, pool: Pool, scoring: Scoring) -> None:
        self._pool: Final = pool
        self._scoring: Final = scoring
        self._able_until = 0.0
        self._asking: Final = asyncio.Lock()

    async def check(self) -> Checks:
        """Look at everything that the process needs."""
        database, version = await self.database(), self._scoring.version
        return Checks(
            database=database,
            model=version or NO_MODEL,
            second_opinion=self._scoring.second_opinion_state,
            is_able=database == ABLE and version is not None,
        )

    async def database(self) -> str:
        """Return `ok`, or in a word what is wrong with the database."""
        async with self._asking:
            if time.monotonic() < self._able_until:
                return ABLE
            said = await self._ask()
            if said == ABLE:
                self._able_until = time.monotonic() + _REMEMBERED
            return said

    async def _ask(self) -> str:
        try:
            async with asyncio.timeout(_SECONDS):
                encoding = await db.write_on_trial(self._pool)
        except Exception as error:
            if said := _why(error):
                return said
            raise
        return ABLE if encoding == "UTF8" else "not in UTF8"


def _why(error: Exception) -> str | None:
    if says_read_only(error):
        return "read-only"
    if db.is_full(error):
        return "full"
    if says_away(error):
        return "away"
    return "unusable" if db.is_unusable(error) else None
