"""Whose authors were asked to say something another way: see nudges.sql."""

from typing import Final

from service.db.pool import Pool
from service.db.sql import load

_SQL: Final = load("nudges")


async def is_first(pool: Pool, digest: bytes) -> bool:
    """Note that a comment is asked about; say whether it had not been."""
    return bool(await pool.fetchval(_SQL["first_nudge"], digest))
