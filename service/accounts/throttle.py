"""Slows guessing down: failed attempts are counted by where they come from, in the database."""

import math
from dataclasses import dataclass
from typing import Final

from service.db import accounts as db
from service.db.accounts import Database
from service.errors import TooMany


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
