"""What sites keep for so many days only: one function per query of retention.sql."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from service.db.comments import Connection
from service.db.sql import load
from service.ids import first_id

_SQL: Final = load("retention")


async def take_turn(connection: Connection) -> bool:
    """Take the turn to forget until the transaction ends; False while another process has it."""
    return bool(await connection.fetchval(_SQL["try_retention"]))


async def rejected(
    connection: Connection, site_id: UUID, before: datetime, limit: int
) -> list[UUID]:
    """Return the next comments of a site that were rejected before a moment."""
    rows = await connection.fetch(_SQL["rejected_before"], site_id, first_id(before), before, limit)
    return [row["id"] for row in rows]


async def forget_addresses(
    connection: Connection, site_id: UUID, before: datetime, limit: int
) -> int:
    """Forget readers' addresses with the next comments before a moment; return how many."""
    done = await connection.execute(_SQL["forget_addresses"], site_id, first_id(before), limit)
    return int(done.rpartition(" ")[2])


async def contacts(
    connection: Connection, site_id: UUID, before: datetime, limit: int
) -> Sequence[UUID]:
    """Return the next authors of a site who have not written since a moment."""
    rows = await connection.fetch(_SQL["contacts_before"], site_id, before, first_id(before), limit)
    return [row["author_id"] for row in rows]


async def forget_contacts(
    connection: Connection, authors: Sequence[UUID], before: datetime
) -> None:
    """Forget contacts of authors, unless they write just now."""
    await connection.execute(_SQL["lock_authors"], authors)
    await connection.execute(_SQL["forget_contacts"], authors, first_id(before))
