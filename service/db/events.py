"""Changes of a site's comments for who polls: one function per query of events.sql."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from service.db import sql
from service.db.models import Connection
from service.db.rows import all_as
from service.domain.states import ActorKind, Status

_SQL: Final = sql.load("events")


@dataclass(frozen=True, slots=True)
class Event:
    """A change of status at its place in a site's order; no text and no contact.

    `external_id` is the site's own as it was, though the comment be erased since.
    """

    number: int
    at: datetime
    comment_id: UUID
    external_id: str | None
    page: str
    status: Status
    previous_status: Status | None
    reason: str | None
    actor: ActorKind
    version: int


async def hold(connection: Connection, site_id: UUID) -> int:
    """Return a site's last number; nobody else gives one until the transaction ends."""
    await connection.execute(_SQL["feed_open"], site_id)
    return int(await connection.fetchval(_SQL["feed_hold"], site_id))


async def number(connection: Connection, site_id: UUID, last: int, most: int) -> int:
    """Number up to `most` events that are committed by now; return the last number.

    In a statement after `hold`: one that began before it would not see what others numbered.
    """
    if not await connection.fetchval(_SQL["feed_unread"], site_id):
        return last
    return int(await connection.fetchval(_SQL["feed_number"], site_id, last, most))


async def after(connection: Connection, site_id: UUID, place: int, most: int) -> list[Event]:
    """Return the next numbered events of a site."""
    return all_as(Event, await connection.fetch(_SQL["feed_after"], site_id, place, most))
