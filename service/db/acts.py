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


async def newest(db: Database, before: datetime, limit: int) -> list[Act]:
    """Return the newest acts before a moment, with what has records of its own."""
    return all_as(Act, await db.fetch(_SQL["acts"], before, limit, list(ITSELF)))
