"""The queue, claims and decisions: one function per query of review.sql.

Filters become SQL here, from fixed pieces with parameters, so that each combination gets a plan
of its own (an `or $1 is null` would keep the planner from the right index).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

import asyncpg

from service.db import spans
from service.db.comments import Connection
from service.db.queue_where import COUNTED_PARTS, WAITS, where_of
from service.db.rows import all_as
from service.db.sql import load
from service.db.where import Where
from service.domain.accounts import Sites
from service.domain.desk import (
    BINS,
    NO_BANDS,
    VIEWS,
    Answered,
    Filters,
    Order,
    PastDecision,
    Place,
    QueuedComment,
    QueueFigures,
    Record,
    SiteQueue,
    View,
)
from service.domain.states import Asked, Last, State

_SQL = load("review")

_ORDERS: Final[Mapping[Order, str]] = MappingProxyType(
    {
        "risk": "c.risk desc, c.id desc",
        "oldest": "c.id",
        "newest": "c.id desc",
        "uncertain": "uncertainty(c.scores), c.id",
    }
)


_SHORT: Final = 2_000
"""So few that wait are looked at one by one for a word that is searched: in a long archive the
index of words names more comments that have it than the queue has."""


async def _where(
    connection: Connection, filters: Filters, order: Order = "oldest", after: Place | None = None
) -> Where:
    """Find out where to look, and how to search; the planner takes a queue to be a long one."""
    if filters.ids is not None or filters.status != "pending":
        return where_of(filters, order, after)
    by_index, months = True, await spans.waiting(connection)
    if filters.search:
        all_of_it = where_of(Filters(), order, None, months=months)
        by_index = await _count(connection, all_of_it, _SHORT) == _SHORT
    return where_of(filters, order, after, by_index=by_index, months=months)


def items_query(
    filters: Filters, order: Order, after: Place | None, limit: int
) -> tuple[str, list[object]]:
    """The statement that lists items, of all months; apart so that its plan can be tested."""
    return _items_query(where_of(filters, order, after), order, limit)


def _items_query(where: Where, order: Order, limit: int) -> tuple[str, list[object]]:
    sql = _SQL["review_items"].format(where=where, order=_ORDERS[order], limit=where.value(limit))
    return sql, where.values


async def items(
    connection: Connection,
    filters: Filters,
    order: Order,
    after: Place | None,
    limit: int,
) -> list[QueuedComment]:
    """Comments as moderators see them."""
    where = await _where(connection, filters, order, after)
    sql, values = _items_query(where, order, limit)
    return [_queued(row) for row in await connection.fetch(sql, *values)]


def _queued(row: asyncpg.Record) -> QueuedComment:
    """A row of review_items: its parent and its author's record are shapes of their own."""
    columns = dict(row)
    author = Record(*(columns.pop(name) for name in Record.__slots__))
    id_, *parent = (columns.pop(f"parent_{name}") for name in Answered.__slots__)
    return QueuedComment(
        **columns | {"bands": columns["bands"] or NO_BANDS, "reports": columns["reports"] or {}},
        author=author,
        parent=Answered(id_, *parent) if id_ else None,
    )


async def claim_next(
    connection: Connection,
    filters: Filters,
    order: Order,
    *,
    limit: int,
    staff_id: UUID,
    lease: timedelta,
    take_over: bool = False,
) -> tuple[int, list[UUID]]:
    """Lease up to `limit` comments; how many were free when looked at, and which were got.

    Those that `filters` name by their ids may be one's own already, and are leased anew;
    `take_over` leases them whoever has them.
    """
    where = await _where(connection, filters, order)
    where.add(WAITS)
    staff = where.value(staff_id)
    sql = _SQL["claim_next"].format(
        where=where,
        order=_ORDERS[order],
        limit=where.value(limit),
        staff=staff,
        held=_blocking(filters, staff, take_over=take_over),
        takes="true"
        if take_over
        else "claim.expires_at <= now() or claim.staff_id = excluded.staff_id",
        lease=where.value(lease),
    )
    row = await connection.fetchrow(sql, *where.values)
    return (row["picked"], list(row["taken"])) if row else (0, [])


def _blocking(filters: Filters, staff: str, *, take_over: bool) -> str:
    """Which claims in force keep a comment from being leased."""
    if take_over:
        return "false"
    return "true" if filters.ids is None else f"k.staff_id <> {staff}"


async def matching(connection: Connection, filters: Filters, limit: int) -> int:
    """Return how many comments wait that the filters let through, at most `limit`."""
    return await _count(connection, await _where(connection, filters), limit)


async def _count(connection: Connection, where: Where, limit: int) -> int:
    sql = _SQL["queue_count"].format(where=where, limit=where.value(limit))
    return int(await connection.fetchval(sql, *where.values))


async def counts(connection: Connection, filters: Filters, limit: int) -> dict[View, int]:
    """Return how many wait in each part of what the filters let through, of at most `limit`."""
    where = await _where(connection, replace(filters, view=None))
    viewer = where.value(filters.viewer)
    each = ", ".join(
        f'count(*) filter (where {sql.format(viewer=viewer)}) as "{view}"'
        for view, sql in COUNTED_PARTS.items()
    )
    sql = _SQL["queue_views"].format(where=where, limit=where.value(limit), each=each)
    row = await connection.fetchrow(sql, *where.values)
    return {view: row[view] if row else 0 for view in VIEWS}


async def scores(connection: Connection, filters: Filters, label: str, limit: int) -> list[int]:
    """Return how many of them have a score of a label in each of its `BINS`, of at most `limit`."""
    where = await _where(connection, filters)
    where.add("c.scores ? {}::text", label)
    sql = _SQL["queue_scores"].format(
        where=where, limit=where.value(limit), label=where.value(label), bins=where.value(BINS)
    )
    found = {row["bin"]: row["count"] for row in await connection.fetch(sql, *where.values)}
    return [found.get(number, 0) for number in range(BINS)]


async def arrived(
    connection: Connection, filters: Filters, since: datetime, limit: int
) -> list[UUID]:
    """Return which of them have begun to wait since a moment, at most `limit`."""
    where = await _where(connection, filters)
    where.add("c.decided_at > {}", since)
    sql = _SQL["queue_arrived"].format(where=where, limit=where.value(limit))
    return [row["id"] for row in await connection.fetch(sql, *where.values)]


async def selection(
    connection: Connection, filters: Filters, until: datetime, limit: int
) -> dict[UUID, int]:
    """Return what the filters let through and waited at a moment, with versions, up to `limit`."""
    where = await _where(connection, filters)
    where.add("c.decided_at <= {}", until)
    sql = _SQL["queue_selection"].format(where=where, limit=where.value(limit))
    return {row["id"]: row["version"] for row in await connection.fetch(sql, *where.values)}


async def moment(connection: Connection, comment_id: UUID, version: int) -> datetime:
    """Return when a decision was made, which is the same for all of one bulk."""
    at: datetime = await connection.fetchval(_SQL["decided_at"], comment_id, version)
    return at


async def decided_together(
    connection: Connection, staff_id: UUID, at: datetime, limit: int, sites: Sites
) -> dict[UUID, int]:
    """Return one's own decisions of a moment that can be undone, or were: ids, with versions."""
    rows = await connection.fetch(_SQL["decided_together"], staff_id, at, limit, sites)
    return {row["id"]: row["version"] for row in rows}


async def decided_of(
    connection: Connection, filters: Filters, asked: Asked, since: datetime, limit: int
) -> dict[UUID, int]:
    """Return what its actor has decided so since a moment, and the filters let through.

    With the versions that they were decided at.
    """
    kind = (asked.actor.staff_id, since, asked.action, asked.reason)
    rows = await connection.fetch(_SQL["decided_since"], *kind, limit)
    seen = {row["id"]: row["version"] for row in rows}
    where = await _where(connection, replace(filters, ids=tuple(seen)))
    sql = _SQL["queue_selection"].format(where=where, limit=where.value(limit))
    found = await connection.fetch(sql, *where.values)
    return {row["id"]: seen[row["id"]] for row in found}


async def release(connection: Connection, comment_id: UUID, staff_id: UUID) -> bool:
    """Give one's own claim back; False when there was none."""
    done = await connection.execute(_SQL["claim_release"], comment_id, staff_id)
    return done == "DELETE 1"


@dataclass(frozen=True, slots=True)
class Locked:
    """A comment that is locked for a change: whose it is, and how it stands."""

    site_id: UUID
    state: State


async def lock(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, Locked]:
    """Lock comments for a change of status, with their newest decision and live claim."""
    rows = await connection.fetch(_SQL["comment_lock"], list(ids))
    return {row["id"]: Locked(row["site_id"], _state(row)) for row in rows}


def _state(row: asyncpg.Record) -> State:
    last = Last(*(row[name] for name in Last.__slots__))
    return State(row["status"], row["version"], last, row["claimed_by"], row["audited"])


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A change of status to write; each field names its column.

    Without `reasons` and `risk` the comment keeps those that it has.
    """

    id: UUID
    version: int
    from_status: str
    to_status: str
    action: str
    actor: str
    staff_id: UUID | None
    reason: str | None
    note: str | None
    undoes: int | None
    notice_id: UUID
    person: str | None = None
    audit: str | None = None
    reasons: Sequence[str] | None = None
    risk: float | None = None
    bands: Mapping[str, Sequence[float]] | None = None  # of a verdict, which has scores with it


async def change(connection: Connection, changes: Sequence[StatusChange]) -> None:
    """Write changes of status, each of another comment, with their decisions and notices."""
    await connection.execute(_SQL["comment_changes"], [asdict(each) for each in changes])


async def lock_authors(connection: Connection, ids: Sequence[UUID]) -> None:
    """Keep new comments of these comments' authors out while their contacts may be dropped."""
    await connection.execute(_SQL["author_lock"], list(ids))


async def history(connection: Connection, comment_id: UUID) -> list[PastDecision]:
    """Every decision on a comment, oldest first."""
    rows = await connection.fetch(_SQL["history"], comment_id)
    return [PastDecision(**dict(row) | {"bands": row["bands"] or NO_BANDS}) for row in rows]


async def summary(connection: Connection, since: datetime, sites: Sites) -> QueueFigures:
    """Figures of the queue: totals, by reason, by site."""
    (totals,) = await spans.of_waiting(connection, _SQL["queue_figures"], since, sites)
    by_reason = await spans.of_waiting(connection, _SQL["queue_by_reason"], sites)
    by_site = await spans.of_waiting(connection, _SQL["queue_by_site"], sites)
    return QueueFigures(
        **dict(totals),
        by_reason={row["reason"]: row["comments"] for row in by_reason},
        by_site=all_as(SiteQueue, by_site),
    )
