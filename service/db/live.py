"""What moderators' pages ask every few seconds: one function per query of live.sql."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from service.db import spans
from service.db.comments import Connection
from service.db.rows import all_as, one_as
from service.db.sql import load
from service.domain.accounts import Sites
from service.domain.desk import (
    Choices,
    ColleaguesDecision,
    LiveClaim,
    OwnDecision,
    Sibling,
    Turn,
    Waiting,
)
from service.domain.letters import beginning

_SQL: Final = load("live")
NAMED: Final = 200
"""So many comments of a bulk are named one by one; of more there is a number."""

_EXCERPT: Final = 160
_READ: Final = _EXCERPT + 1  # one more, to see whether a letter goes on


async def waiting(connection: Connection, sites: Sites = None) -> Waiting:
    """Return the size of the queue, its oldest item, and from when to ask the next time."""
    (row,) = await spans.of_waiting(connection, _SQL["now_pending"], sites)
    return one_as(Waiting, row)


async def now(connection: Connection) -> datetime:
    """Return what time it is where decisions are dated."""
    at: datetime = await connection.fetchval(_SQL["now"])
    return at


async def decided_since(
    connection: Connection, since: datetime, staff_id: UUID, limit: int, sites: Sites
) -> list[ColleaguesDecision]:
    """Return moderators' decisions since a moment, newest first."""
    rows = await connection.fetch(_SQL["decided_since"], since, staff_id, limit, sites)
    return all_as(ColleaguesDecision, rows)


async def claims(
    connection: Connection, staff_id: UUID, limit: int, sites: Sites
) -> list[LiveClaim]:
    """Return who holds what at the moment."""
    rows = await connection.fetch(_SQL["live_claims"], staff_id, limit, sites)
    return all_as(LiveClaim, rows)


async def own_decisions(
    connection: Connection, staff_id: UUID, limit: int, sites: Sites
) -> list[OwnDecision]:
    """Return one's own last decisions that can be undone, newest first."""
    rows = await connection.fetch(_SQL["own_decisions"], staff_id, limit, sites, _READ)
    return _shortened(all_as(OwnDecision, rows))


async def own_batches(
    connection: Connection, staff_id: UUID, limit: int, before: datetime | None, sites: Sites
) -> list[OwnDecision]:
    """Return one's own last decisions that can be undone, newest first: `limit` batches.

    Of a batch no more than its first `NAMED`; `together` says of how many.
    """
    asked = (staff_id, limit, before, NAMED, sites, _READ)
    return _shortened(all_as(OwnDecision, await connection.fetch(_SQL["own_batches"], *asked)))


def _shortened(decisions: list[OwnDecision]) -> list[OwnDecision]:
    """Return decisions with texts of the length that is shown, which end with a whole letter."""
    return [replace(each, excerpt=beginning(each.excerpt, _EXCERPT)) for each in decisions]


async def siblings(connection: Connection, id_: UUID, each_way: int) -> list[Sibling]:
    """Return the nearest published comments around one, in the order they were written."""
    rows = all_as(Sibling, await connection.fetch(_SQL["siblings"], id_, each_way))
    return sorted(rows, key=lambda row: row.id)


async def turns(
    connection: Connection, ids: Sequence[UUID], each_way: int
) -> dict[UUID, list[Turn]]:
    """Return the comments around each: what it answers, up to `each_way` beside it, its answers."""
    found: dict[UUID, list[Turn]] = {id_: [] for id_ in ids}
    for row in await spans.of_waiting(connection, _SQL["conversations"], ids, each_way):
        columns = dict(row)
        found[columns.pop("around")].append(Turn(**columns))
    return found


async def exists(connection: Connection, id_: UUID, sites: Sites) -> bool:
    """Say whether there is such a comment, on these sites."""
    return bool(await connection.fetchval(_SQL["comment_exists"], id_, sites))


async def choices(connection: Connection, sites: Sites) -> Choices:
    """Return the names of the sites, and the languages of the newest waiting comments."""
    (row,) = await spans.of_waiting(connection, _SQL["choices"], sites)
    return one_as(Choices, row)
