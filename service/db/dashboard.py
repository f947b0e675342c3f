"""Queries of the dashboard: a few reads along the index of decisions by time."""

from datetime import datetime
from typing import Final
from uuid import UUID

from service.db.comments import Connection
from service.db.sql import load
from service.domain.accounts import Sites
from service.domain.dashboard import Arrivals, Movement, Outcome, Wait
from service.domain.preview import Past

_SQL: Final = load("dashboard")


async def arrivals(
    connection: Connection, since: datetime, reason: str | None, sites: Sites
) -> list[Arrivals]:
    """New comments by day and first verdict."""
    return [
        Arrivals(**dict(row))
        for row in await connection.fetch(_SQL["arrivals"], since, reason, sites)
    ]


async def movements(
    connection: Connection, since: datetime, reason: str | None, sites: Sites
) -> list[Movement]:
    """What each day did to the queue."""
    return [
        Movement(**dict(row))
        for row in await connection.fetch(_SQL["movements"], since, reason, sites)
    ]


async def waits(
    connection: Connection, since: datetime, reason: str | None, sites: Sites
) -> list[Wait]:
    """How long comments waited for a moderator."""
    rows = await connection.fetch(_SQL["waits"], since, reason, sites)
    return [Wait(**dict(row)) for row in rows]


async def outcomes(
    connection: Connection, since: datetime, reason: str | None, sites: Sites
) -> list[Outcome]:
    """What moderators made of first verdicts."""
    rows = await connection.fetch(_SQL["outcomes"], since, reason, sites)
    return [Outcome(**dict(row)) for row in rows]


async def waiting(
    connection: Connection, reason: str | None, sites: Sites
) -> tuple[int, datetime | None]:
    """How many comments wait now, and since when the oldest does."""
    row = await connection.fetchrow(_SQL["waiting"], reason, sites)
    return (row["pending"], row["oldest"]) if row else (0, None)


async def past(connection: Connection, site_id: UUID, since: datetime, most: int) -> list[Past]:
    """A site's newest comments since a moment, at most so many, as they came."""
    rows = await connection.fetch(_SQL["past"], site_id, since, most)
    return [Past(**{**dict(row), "reasons": tuple(row["reasons"])}) for row in rows]
