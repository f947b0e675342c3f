"""Queries of the outbox: what websites are to be told, and how its receivers fare."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from service.db import sql
from service.db.accounts import Database
from service.db.models import Connection
from service.db.rows import all_as
from service.domain.deliveries import Kind
from service.domain.states import Status

_SQL: Final = sql.load("outbox")


class Receiver(NamedTuple):
    """Who is told, with a circuit of its own: a site's webhook, a callback's host, its readers."""

    site_id: UUID
    name: str  # '' is the webhook, 'mail' the readers of the site


@dataclass(frozen=True, slots=True)
class OutboxEvent:
    """A change of status that a website is to hear of, leased to this process.

    `version` is the comment's and orders its events, `at` the time of the change, `url` where the
    site wants it, `external_id` the site's own as it was, though the comment be erased since.
    `attempts` counts the tries before this one, `failures` those of the receiver since it took one;
    `secrets` are the numbers of those in force, the newest first.
    """

    id: UUID
    kind: Kind
    site_id: UUID
    receiver: str
    comment_id: UUID
    version: int
    status: Status
    at: datetime
    attempts: int
    external_id: str | None
    url: str
    page: str
    previous_status: Status | None
    reason: str | None
    actor: str | None
    failures: int
    secrets: Sequence[int]

    @property
    def to(self) -> Receiver:
        """Who is told."""
        return Receiver(self.site_id, self.receiver)


@dataclass(frozen=True, slots=True)
class Backlog:
    """Events that wait, and the age of the oldest in seconds."""

    waiting: int
    oldest: float


async def add_callback(db: Database, comment_id: UUID, site_id: UUID, url: str) -> None:
    """Have the decision about a queued comment told to an address."""
    await db.execute(_SQL["add_callback"], comment_id, site_id, url)


async def claim(
    connection: Connection,
    *,
    busy: Collection[Receiver],
    per_receiver: int,
    receivers: int,
    lease: timedelta,
) -> list[OutboxEvent]:
    """Lease due events; a process that dies leaves them to others when the lease ends."""
    sites, names = [each.site_id for each in busy], [each.name for each in busy]
    return all_as(
        OutboxEvent,
        await connection.fetch(_SQL["claim"], sites, names, per_receiver, receivers, lease),
    )


async def delivered(connection: Connection, event: OutboxEvent, status: int | None) -> None:
    """Record that its receiver has taken an event: what waits for its return is due."""
    told = (event.id, *event.to, event.version, status)
    await connection.execute(_SQL["delivered"], *told)


async def gone(
    connection: Connection, event: OutboxEvent, status: int | None, error: str | None
) -> None:
    """Record that an address wants nothing any more: what waits for it is given up."""
    await connection.execute(_SQL["gone"], event.id, *event.to, event.url, status, error)


async def retry(
    connection: Connection,
    event: OutboxEvent,
    *,
    after: timedelta,
    max_age: timedelta,
    status: int | None,
    error: str | None,
) -> bool:
    """Record a failed attempt; return whether the event is given up."""
    told = (event.id, event.version, after, max_age, status, error)
    return bool(await connection.fetchval(_SQL["retry"], *told))


async def away(
    connection: Connection, receiver: Receiver, *, pause: timedelta, is_gone: bool
) -> None:
    """Record that a receiver fails, and when it may be tried; not at all if it is gone."""
    await connection.execute(_SQL["away"], *receiver, pause, is_gone)


async def give_back(connection: Connection, ids: Collection[UUID]) -> None:
    """Give leased events back without an attempt."""
    await connection.execute(_SQL["give_back"], list(ids))


async def sweep(connection: Connection, *, give_up: timedelta, forget: timedelta) -> None:
    """Close events older than `give_up`, drop closed ones older than `forget`."""
    await connection.execute(_SQL["give_up_old"], give_up)
    await connection.execute(_SQL["forget_old"], forget)
    await connection.execute(_SQL["forget_circuits"])


async def backlog(connection: Connection) -> Backlog:
    """Return how much waits to be delivered."""
    row = await connection.fetchrow(_SQL["backlog"])
    return Backlog(**row) if row else Backlog(0, 0.0)
