"""What a moderator keeps of their own at the desk: one function per query of own_desk.sql."""

from typing import Final
from uuid import UUID

from service.db.comments import Connection
from service.db.rows import all_as
from service.db.sql import load
from service.domain.accounts import Sites
from service.domain.desk import SavedView

_SQL: Final = load("own_desk")


async def skip(connection: Connection, staff_id: UUID, id_: UUID, sites: Sites) -> bool:
    """Leave a comment to colleagues; False when there is none on these sites."""
    done = await connection.execute(_SQL["skip"], staff_id, id_, sites)
    return done == "INSERT 0 1"


async def unskip(connection: Connection, staff_id: UUID, id_: UUID) -> bool:
    """Take a comment up again that was left to colleagues; False when it was not."""
    done = await connection.execute(_SQL["unskip"], staff_id, id_)
    return done == "DELETE 1"


async def skipped(connection: Connection, staff_id: UUID, limit: int) -> list[UUID]:
    """Return what one left to colleagues and waits as it did then, the newest."""
    return [row["id"] for row in await connection.fetch(_SQL["skipped"], staff_id, limit)]


async def views(connection: Connection, staff_id: UUID) -> list[SavedView]:
    """Return a person's views by their names."""
    return all_as(SavedView, await connection.fetch(_SQL["views"], staff_id))


async def save(connection: Connection, staff_id: UUID, view: SavedView, most: int) -> bool:
    """Keep a view, in place of one of its name; False when the person has `most` others."""
    if view.first:
        await connection.execute(_SQL["views_begin_with_none"], staff_id)
    done = await connection.execute(
        _SQL["view_save"], staff_id, view.name, view.query, view.first, most
    )
    return done == "INSERT 0 1"


async def remove(connection: Connection, staff_id: UUID, name: str) -> None:
    """Forget a view."""
    await connection.execute(_SQL["view_remove"], staff_id, name)
