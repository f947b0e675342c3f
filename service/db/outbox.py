"""Queries of the webhook outbox."""

from collections.abc import Collection, Sequence
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
    `attempts` counts the tries before this one, `failures` those of the receiver since it took one;
    `secrets` are the numbers of those in force, the newest first.
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
    failures: int
    secrets: Sequence[int]


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


async def delivered(connection: Connection, notice: Notice, status: int | None) -> None:
    """Record that the site has taken a notice: what waits for its return is due."""
    await connection.execute(_SQL["delivered"], notice.id, notice.site_id, status)


async def retry(
    connection: Connection,
    id_: UUID,
    *,
    after: timedelta,
    max_age: timedelta,
    status: int | None,
    error: str | None,
) -> bool:
    """Record a failed attempt; return whether the notice is given up."""
    return bool(await connection.fetchval(_SQL["retry"], id_, after, max_age, status, error))


async def away(connection: Connection, site_id: UUID, *, pause: timedelta, is_gone: bool) -> None:
    """Record that a receiver fails, and when it may be tried; not at all if it is gone."""
    await connection.execute(_SQL["away"], site_id, pause, is_gone)


async def give_back(connection: Connection, ids: Collection[UUID]) -> None:
    """Give leased notices back without an attempt."""
    await connection.execute(_SQL["give_back"], list(ids))


async def sweep(connection: Connection, *, give_up: timedelta, forget: timedelta) -> None:
    """Close notices older than `give_up`, drop closed ones older than `forget`."""
    await connection.execute(_SQL["give_up_old"], give_up)
    await connection.execute(_SQL["forget_old"], forget)


async def backlog(connection: Connection) -> Backlog:
    """Return how much waits to be delivered."""
    row = await connection.fetchrow(_SQL["backlog"])
    return Backlog(**row) if row else Backlog(0, 0.0)
