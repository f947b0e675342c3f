"""What admins did: one function per query of acts.sql."""

from datetime import datetime
from typing import Final
from uuid import UUID

from service.db.accounts import Database
from service.db.rows import all_as
from service.db.sql import load
from service.domain.accounts import Act
from service.domain.itself import ITSELF

_SQL: Final = load("acts")
LONGEST: Final = 200
"""Characters of what an act was about."""


async def add(db: Database, staff_id: UUID | None, act: str, about: str) -> None:
    """Keep what an admin did, or a command (None), about whom or what."""
    await db.execute(_SQL["add_act"], staff_id, act, about)


async def newest(db: Database, limit: int, last: tuple[datetime, UUID] | None = None) -> list[Act]:
    """Return the newest acts, or those behind the time and id of the last one seen.

    What has records of its own is among them.
    """
    at, id_ = last or (None, None)
    return all_as(Act, await db.fetch(_SQL["acts"], limit, list(ITSELF), at, id_))
