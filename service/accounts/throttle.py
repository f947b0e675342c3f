"""Slows guessing down: failed attempts are counted by where they come from, in the database.

What fails by the service's own fault is no attempt: whoever serves a call gives it back then.
"""

import math
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

import asyncpg
import structlog

from service.db import attempts as db
from service.db.accounts import Database
from service.db.pool import Pool
from service.errors import TooMany
from service.logs import describe

_LOG: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many attempts are answered within so many seconds; further ones are told why not."""

    attempts: int
    seconds: int
    why: str = "Too many failed attempts"


KEYS: Final = Limit(20, 60)
"""Wrong keys and tokens of one address: only wrong ones count, so nobody locks another out."""

SIGN_INS: Final = Limit(20, 60)
"""Sign-ins of one address under whatever names, which also bounds the rows that it can make."""

PASSWORDS: Final = Limit(5, 300)
"""Passwords for one name from one address, counted before the hash is computed."""

PLACE: Final = Limit(10, 3600)
"""The same in an hour: one address alone does not use up what all new browsers have together."""

ACCOUNT: Final = Limit(30, 3600, "Too many failed attempts under this name from new browsers")
"""Passwords for one name from whatever addresses, but for browsers that signed in under it before:
those are counted by themselves, so that nobody is locked out by others' guesses."""


@dataclass(slots=True)
class Counted:
    """What one call has counted, and has not in a transaction of its own."""

    _made: list[tuple[Pool, bytes]] = field(default_factory=list)

    def note(self, pool: Pool, source: bytes) -> None:
        """Remember an attempt."""
        self._made.append((pool, source))

    async def give_back(self) -> None:
        """Take back what the call has counted, unless that fails too: its answer goes out."""
        made, self._made = self._made, []
        if not made:
            return
        try:
            await db.give_back(made[0][0], [source for _, source in made])
        except Exception as error:  # noqa: BLE001 - whatever it is, the first failure is answered
            _LOG.warning("attempts_not_given_back", **describe(error))


_OF_CALL: Final[ContextVar[Counted | None]] = ContextVar("counted", default=None)


@contextmanager
def of_call() -> Generator[Counted]:
    """Note what is counted within the block, which serves one call."""
    counted = Counted()
    token = _OF_CALL.set(counted)
    try:
        yield counted
    finally:
        _OF_CALL.reset(token)


async def count(database: Database, source: bytes, limit: Limit) -> None:
    """Count one attempt of a source.

    Raises:
        TooMany: there were more than the limit; it says when to come back.
    """
    attempts, seconds_left = await db.count_failure(database, source, limit.seconds)
    if attempts > limit.attempts:
        retry_after = max(1, math.ceil(seconds_left))
        raise TooMany(
            f"{limit.why}; try again in {retry_after} seconds.",
            retry_after=retry_after,
        )
    counted = _OF_CALL.get()
    if counted is not None and isinstance(database, asyncpg.Pool):
        counted.note(database, source)
