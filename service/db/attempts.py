"""Queries that count attempts by where they come from; see accounts/throttle.py."""

from collections.abc import Sequence
from typing import Final

from service.db.accounts import Database
from service.db.sql import load

_SQL: Final = load("attempts")


async def count_failure(db: Database, source: bytes, seconds: int) -> tuple[int, float]:
    """Count an attempt; return how many there were in the window, and its seconds to come."""
    row = await db.fetchrow(_SQL["count_failure"], source, seconds)
    return (row["failures"], row["seconds_left"]) if row else (1, float(seconds))


async def forget_failures(db: Database, *sources: bytes) -> None:
    """Forget the attempts of sources that have succeeded."""
    await db.execute(_SQL["forget_failures"], list(sources))


async def give_back(db: Database, sources: Sequence[bytes]) -> None:
    """Take back one attempt of each source for each time that it is named."""
    await db.execute(_SQL["give_back_attempts"], list(sources))
