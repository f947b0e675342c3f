"""Decided comments: search and filters along one index, a bounded number of rows at a time.

A rare word in millions of comments would make a search run for minutes. So each page looks at no
more than SCAN comments along the index, and says where it stopped: the next page goes on there.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

import asyncpg

from service.db.comments import Connection
from service.db.sql import load
from service.db.where import Where, like

_SQL: Final = load("decided")
SCAN: Final = 5_000

Place: TypeAlias = tuple[datetime, UUID]
"""Where a listing goes on: a comment's decided_at and id."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to list; None means any."""

    status: str | None = None
    site_id: UUID | None = None
    page_key: bytes | None = None
    language: str | None = None
    reason: str | None = None
    rejected_as: str | None = None
    actor: str | None = None
    staff: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    search: str | None = None
    against_classifier: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Rows that match, and where to go on; `looked_at` comments were looked at."""

    rows: list[asyncpg.Record]
    next: Place | None
    looked_at: int
    back_to: datetime | None


def query(
    wanted: Wanted, after: Place | None, limit: int, scan: int = SCAN
) -> tuple[str, list[Any]]:
    """The statement and its parameters; apart so that its plan can be tested."""
    along, match = Where(), Where()
    match.values = along.values
    # Literal, not parameters: the partial index is for these very words.
    along.add("c.status in ('approved', 'rejected')")
    if wanted.site_id:
        along.add("c.site_id = {}", wanted.site_id)
    if wanted.since:
        along.add("c.decided_at >= {}", wanted.since)
    if wanted.before:
        along.add("c.decided_at < {}", wanted.before)
    if after:
        along.add("(c.decided_at, c.id) < ({}, {})", *after)
    _add_matches(match, wanted)
    sql = _SQL["decided"].format(
        where=along, match=match, scan=along.value(scan), limit=along.value(limit)
    )
    return sql, along.values


def _add_matches(match: Where, wanted: Wanted) -> None:
    plain = {
        "s.status = {}::text::comment_status": wanted.status,
        "s.page_key = {}": wanted.page_key,
        "s.language = {}": wanted.language,
        "s.reasons @> array[{}]::text[]": wanted.reason,
        "d.reason = {}": wanted.rejected_as,
        "d.actor = {}::text::actor_kind": wanted.actor,
        "staff.name = {}": wanted.staff,
    }
    match.add("true")
    for condition, value in plain.items():
        if value is not None:
            match.add(condition, value)
    if wanted.search:
        match.add("(s.body ilike {0} or s.name ilike {0})", like(wanted.search))
    if wanted.against_classifier:
        match.add(
            "first.actor = 'classifier' and first.to_status in ('approved', 'rejected')"
            " and d.actor = 'moderator' and s.status <> first.to_status"
        )


async def find(
    connection: Connection, wanted: Wanted, after: Place | None, limit: int, scan: int = SCAN
) -> Found:
    """Return up to `limit` decided comments that come after a place, newest decision first."""
    sql, values = query(wanted, after, limit + 1, scan)
    rows = await connection.fetch(sql, *values)
    edge = rows[0]
    found = [row for row in rows if row["id"] is not None]
    going_on: Place | None = None
    if len(found) > limit:
        going_on = (found[limit - 1]["decided_at"], found[limit - 1]["id"])
    elif edge["scanned"] == scan:
        going_on = (edge["edge_at"], edge["edge_id"])
    return Found(found[:limit], going_on, edge["scanned"], edge["edge_at"])
