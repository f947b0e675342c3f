"""Queries of the dashboard: a few reads along the index of decisions by time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import asyncpg

from service.db import spans
from service.db.comments import Connection
from service.db.rows import all_as
from service.db.sql import load
from service.domain.accounts import Sites
from service.domain.dashboard import Arrivals, Moment, Movement, Outcome, Span, Wait, Worked
from service.domain.preview import Past

_SQL: Final = load("dashboard")


async def arrivals(
    connection: Connection, span: Span, reason: str | None, sites: Sites
) -> list[Arrivals]:
    """New comments by day and first verdict."""
    return [
        Arrivals(**dict(row)) for row in await _by_day(connection, "arrivals", span, reason, sites)
    ]


async def movements(
    connection: Connection, span: Span, reason: str | None, sites: Sites
) -> list[Movement]:
    """What each day did to the queue."""
    return [
        Movement(**dict(row)) for row in await _by_day(connection, "movements", span, reason, sites)
    ]


async def waits(connection: Connection, span: Span, reason: str | None, sites: Sites) -> list[Wait]:
    """How long comments waited for a moderator."""
    rows = await _by_day(connection, "waits", span, reason, sites)
    return [Wait(**dict(row)) for row in rows]


async def outcomes(
    connection: Connection, span: Span, reason: str | None, sites: Sites
) -> list[Outcome]:
    """What moderators made of first verdicts."""
    rows = await _by_day(connection, "outcomes", span, reason, sites)
    return [Outcome(**dict(row)) for row in rows]


async def worked(
    connection: Connection,
    by: Literal["staff", "site"],
    span: Span,
    reason: str | None,
    sites: Sites,
) -> list[Worked]:
    """What people decided, by person or by site, the most first."""
    sql = _SQL["worked"].format(name=f"{by}.name")
    return all_as(Worked, await connection.fetch(sql, span.begins[0], reason, sites))


async def moments(
    connection: Connection, span: Span, reason: str | None, sites: Sites
) -> list[Moment]:
    """What came and what people decided, by quarters of an hour."""
    rows = await connection.fetch(_SQL["moments"], span.begins[0], reason, sites)
    return all_as(Moment, rows)


async def waiting(
    connection: Connection, reason: str | None, sites: Sites
) -> tuple[int, datetime | None]:
    """How many comments wait now, and since when the oldest does."""
    (row,) = await spans.of_waiting(connection, _SQL["waiting"], reason, sites)
    return row["pending"], row["oldest"]


async def past(connection: Connection, site_id: UUID, since: datetime, most: int) -> list[Past]:
    """A site's newest comments since a moment, at most so many, as they came."""
    rows = await connection.fetch(_SQL["past"], site_id, since, most)
    return [Past(**{**dict(row), "reasons": tuple(row["reasons"])}) for row in rows]


async def _by_day(
    connection: Connection, query: str, span: Span, reason: str | None, sites: Sites
) -> Sequence[asyncpg.Record]:
    args = (span.begins[0], reason, sites, span.begins, span.first)
    return await connection.fetch(_SQL[query], *args)
