"""A site's webhook and what came of its events, as the site is told: see queries/outbox.sql."""

from typing import Final
from uuid import UUID

from service.db import sql
from service.db.accounts import Database
from service.db.rows import all_as, one_as
from service.domain.deliveries import Delivered, Receiver, ReceiverState

_SQL: Final = sql.load("outbox")


async def receiver(db: Database, site_id: UUID) -> Receiver:
    """Return a site's webhook."""
    (row,) = await db.fetch(_SQL["receiver"], site_id)
    columns = dict(row)
    url, secrets = columns.pop("url"), columns.pop("secrets")
    return Receiver(url, secrets, ReceiverState(**columns))


async def enable(db: Database, site_id: UUID) -> None:
    """Send a site its webhooks again, at once."""
    await db.execute(_SQL["receiver_on"], site_id)


async def rotate(db: Database, site_id: UUID, least: int) -> int:
    """Put another secret in force, and the one before for one more day.

    Returns its number, which is not below `least`.
    """
    return int(await db.fetchval(_SQL["rotate_secret"], site_id, least))


async def deliveries(
    db: Database, site_id: UUID, before: UUID | None, most: int
) -> list[Delivered]:
    """Return what a site was told before an event, or by now, the newest first."""
    return all_as(Delivered, await db.fetch(_SQL["deliveries"], site_id, before, most, None))


async def delivery(db: Database, site_id: UUID, id_: UUID) -> Delivered | None:
    """Return one event of a site."""
    rows = await db.fetch(_SQL["deliveries"], site_id, None, 1, id_)
    return one_as(Delivered, rows[0]) if rows else None


async def replay(db: Database, site_id: UUID, id_: UUID) -> bool:
    """Have an event sent again; return whether it can be."""
    return await db.fetchval(_SQL["replay"], site_id, id_) is not None
