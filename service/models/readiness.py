"""Is this process able to do its work: to score a comment and to keep it?"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from service.db import readiness as db
from service.db.pool import Pool
from service.errors import says_away, says_read_only
from service.models.encoder_process import ENCODERS
from service.models.scoring import Scoring

ABLE: Final = "ok"
NO_MODEL: Final = "none: every comment waits for a moderator"
MISSING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "database away": "The database cannot be reached; it is tried again with each request.",
        "database read-only": "The database takes no writes: DATABASE_URL is to name the primary.",
        "database full": "The database has no room: on its disk, in memory or for a connection.",
        "database unusable": "The database refuses a write: `python -m service check` says why.",
        "database not in UTF8": "The database is not in UTF8: it is to be created anew.",
        "model unknown": "The active model is not known yet: the database was away at the start.",
        "model refused": "The active model cannot be opened; the log says why. Promote another.",
        "model none": "No model is active, so every comment waits: add and promote one.",
        "second_opinion not installed": "onnxruntime is not installed: words alone decide.",
        "second_opinion refused": "The encoder cannot be opened; the log says why. Words decide.",
        "second_opinion opening": "The encoder is being opened; until then words alone decide.",
        "second_opinion away": "The encoders' process has ended and starts again; words decide.",
    }
)
"""What is said of a check that found something missing, by its name and what it found."""

_SECONDS: Final = 5.0
_REMEMBERED: Final = 1.0  # of what is well: whoever asks often writes once a second


@dataclass(frozen=True, slots=True)
class Checks:
    """What was found; `is_able` where comments can be scored and written.

    `missing` says of what is missing why, and what to do.
    """

    database: str
    model: str
    second_opinion: str
    is_able: bool
    missing: Sequence[str]


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
        second: str = self._scoring.second_opinion_state
        if second == "ready" and ENCODERS.is_away:
            second = "away"
        found = (
            f"database {database}",
            f"model {self._scoring.why_none}",
            f"second_opinion {second}",
        )
        return Checks(
            database=database,
            model=version or NO_MODEL,
            second_opinion=second,
            is_able=database == ABLE and version is not None,
            missing=[MISSING[each] for each in found if each in MISSING],
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
