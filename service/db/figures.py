"""Figures of the queue for those who watch the service."""

from typing import Final

from service.db import spans, sql
from service.db.models import Connection

_SQL: Final = sql.load("figures")


async def queue(connection: Connection) -> tuple[int, float]:
    """Return how many comments wait for a moderator, and the oldest one's age in seconds."""
    (row,) = await spans.of_waiting(connection, _SQL["queue"])
    return row["waiting"], row["oldest"]
