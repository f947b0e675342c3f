"""Figures of the queue for those who watch the service."""

from typing import Final

from service.db import sql
from service.db.models import Connection

_SQL: Final = sql.load("figures")


async def queue(connection: Connection) -> tuple[int, float]:
    """Return how many comments wait for a moderator, and the oldest one's age in seconds."""
    row = await connection.fetchrow(_SQL["queue"])
    return (row["waiting"], row["oldest"]) if row else (0, 0.0)
