"""Queries of the webhook outbox."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from service.db import sql
from service.db.models import Connection

_SQL: Final = sql.load("outbox")


@dataclass(frozen=True, slots=True)
class Notice:
    """A change of status that a site is to hear of, leased to this process.

    `version` is the comment's and orders its notices, `at` the time of the change, `url` where
    the site wants it, `external_id` the site's own as it was, though the comment be erased since.
    `attempts` counts the tries before this one.
    """

    id: UUID
    site_id: UUID
    comment_id: UUID
    version: int
    status: str
    at: datetime
    attempts: int
    external_id: str | None
    url: str
    page: str
    previous_status: str | None
    reason: str | None
    actor: str | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """Notices that wait, and the age of the oldest in seconds."""

    waiting: int
    oldest: float


async def claim(
    connection: Connection,
    *,
    except_sites: Collection[UUID],
    per_site: int,
    sites: int,
    lease: timedelta,
) -> list[Notice]:
    """Lease due notices; a process that dies leaves them to others when the lease ends."""
    rows = await connection.fetch(_SQL["claim"], list(except_sites), per_site, sites, lease)
    return [Notice(**row) for row in rows]


async def delivered(connection: Connection, ids: Collection[UUID]) -> None:
    """Record that the site has taken these notices."""
    await connection.execute(_SQL["delivered"], list(ids))


async def retry(
    connection: Connection,
    id_: UUID,
    *,
    after: timedelta,
    max_attempts: int,
    max_age: timedelta,
) -> bool:
    """Record a failed attempt; return whether the notice is given up."""
    return bool(await connection.fetchval(_SQL["retry"], id_, after, max_attempts, max_age))


async def postpone(connection: Connection, ids: Collection[UUID], *, after: timedelta) -> None:
    """Give leased notices back without an attempt."""
    await connection.execute(_SQL["postpone"], list(ids), after)


async def sweep(connection: Connection, *, give_up: timedelta, forget: timedelta) -> None:
    """Close notices older than `give_up`, drop closed ones older than `forget`."""
    await connection.execute(_SQL["give_up_old"], give_up)
    await connection.execute(_SQL["forget_old"], forget)


async def backlog(connection: Connection) -> Backlog:
    """Return how much waits to be delivered."""
    row = await connection.fetchrow(_SQL["backlog"])
    return Backlog(**row) if row else Backlog(0, 0.0)
