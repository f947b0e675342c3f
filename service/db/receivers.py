"""A site's webhook and what came of its notices, as the site is told: see queries/outbox.sql."""

from typing import Final
from uuid import UUID

from service.db import sql
from service.db.accounts import Database
from service.db.rows import all_as, one_as
from service.domain.deliveries import Delivered, Receiver, ReceiverState
from service.ids import LAST

_SQL: Final = sql.load("outbox")


async def receiver(db: Database, site_id: UUID) -> Receiver:
    """Return a site's webhook."""
    (row,) = await db.fetch(_SQL["receiver"], site_id)
    columns = dict(row)
    url, secrets = columns.pop("url"), columns.pop("secrets")
    return Receiver(url, secrets, ReceiverState(**columns))


async def enable(db: Database, site_id: UUID) -> None:
    """Send a site its notices again, at once."""
    await db.execute(_SQL["receiver_on"], site_id)


async def rotate(db: Database, site_id: UUID) -> int:
    """Put another secret in force, and the one before for one more day; return its number."""
    return int(await db.fetchval(_SQL["rotate_secret"], site_id))


async def deliveries(db: Database, site_id: UUID, before: UUID, most: int) -> list[Delivered]:
    """Return notices of a site before an id, the newest first."""
    return all_as(Delivered, await db.fetch(_SQL["deliveries"], site_id, before, most, None))


async def replay(db: Database, site_id: UUID, id_: UUID) -> Delivered | None:
    """Have a notice sent again; return it as it is then, None if the site has no such one."""
    if await db.fetchval(_SQL["replay"], site_id, id_) is None:
        return None
    (row,) = await db.fetch(_SQL["deliveries"], site_id, LAST, 1, id_)
    return one_as(Delivered, row)
