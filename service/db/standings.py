"""Authors as moderators know them: listings, and their standing; one function per query."""

from typing import Final
from uuid import UUID

from service.db.comments import Connection
from service.db.rows import all_as, one_as
from service.db.sql import load
from service.db.where import Where
from service.domain.accounts import Sites
from service.domain.authors import (
    Author,
    AuthorComment,
    PastStanding,
    StandingChange,
    StandingState,
)

_SQL: Final = load("standings")
_STATUSES: Final = ("approved", "pending", "rejected")


async def find(connection: Connection, id_: UUID, sites: Sites) -> Author | None:
    """Return an author of these sites with names, counts and standings, the newest first."""
    row = await connection.fetchrow(_SQL["author"], id_, sites)
    if row is None:
        return None
    history = all_as(PastStanding, await connection.fetch(_SQL["standing_history"], id_))
    columns = dict(row)
    counts = {status: columns.pop(status) for status in _STATUSES}
    return Author(**columns, counts=counts, history=history)


async def comments(
    connection: Connection,
    id_: UUID,
    status: str | None,
    before: UUID | None,
    limit: int,
    *,
    sites: Sites,
) -> list[AuthorComment]:
    """Return an author's comments of a status, or of any, newest first."""
    where = Where()
    where.add("c.author_id = (select author_id from author where id = {})", id_)
    if sites is not None:
        where.add("c.site_id = any({}::uuid[])", sites)
    if status:
        seen = "case when c.audited_version = c.version then 'pending' else c.status::text end"
        where.add(f"{seen} = {{}}", status)
    if before:
        where.add("c.id < {}", before)
    sql = _SQL["author_listing"].format(where=where, limit=where.value(limit))
    return all_as(AuthorComment, await connection.fetch(sql, *where.values))


async def lock(connection: Connection, id_: UUID, sites: Sites) -> StandingState | None:
    """Keep new comments of an author out, and return how the standing is."""
    await connection.execute(_SQL["standing_lock"], id_)
    row = await connection.fetchrow(_SQL["standing_state"], id_, sites)
    return one_as(StandingState, row) if row else None


async def change(
    connection: Connection, id_: UUID, made: StandingChange, staff_id: UUID, note: str | None
) -> None:
    """Write a change of the standing, with its record."""
    await connection.execute(
        _SQL["standing_change"],
        id_,
        made.standing,
        made.until,
        made.version,
        made.undoes,
        staff_id,
        note,
    )
