"""Decided comments: search and filters along one index, a bounded number of rows at a time.

A rare word in millions of comments would make a search run for minutes. So each page looks at no
more than SCAN comments along the index, at a few first, and says where it stopped: the next page
goes on there.
"""

from typing import Any, Final

import asyncpg

from service.db.comments import Connection
from service.db.sql import load
from service.db.where import Where, recheck, search
from service.domain.decided import DecidedComment, Found, Place, Wanted

_SQL: Final = load("decided")
SCAN: Final = 5_000
_FEW: Final = 4
"""By how much the first look is longer than a page: most pages are full by then."""

_EDGE: Final = ("scanned", "edge_at", "edge_id")
"""Columns that say how far the scan went, the same in every row."""


def query(
    wanted: Wanted, after: Place | None, limit: int, scan: int = SCAN
) -> tuple[str, list[Any]]:
    """The statement and its parameters; apart so that its plan can be tested."""
    along, match = Where(), Where()
    match.values = along.values
    # Literal, not parameters: the partial index is for these very words.
    along.add("c.status in ('approved', 'rejected')")
    along.add("c.audited_version is distinct from c.version")
    if wanted.sites is not None:
        along.add("c.site_id = any({}::uuid[])", wanted.sites)
    if wanted.site_id:
        along.add("c.site_id = {}", wanted.site_id)
    if wanted.since:
        along.add("c.decided_at >= {}", wanted.since)
    if wanted.before:
        along.add("c.decided_at < {}", wanted.before)
    if wanted.search:
        search(along, wanted.search, "c")
    if after:
        along.add("(c.decided_at, c.id) < ({}, {})", *after)
    _add_matches(match, wanted)
    sql = _SQL["decided"].format(
        where=along,
        match=match,
        order="random()" if wanted.at_random else "s.decided_at desc, s.id desc",
        scan=along.value(scan),
        limit=along.value(limit),
    )
    return sql, along.values


def _add_matches(match: Where, wanted: Wanted) -> None:
    plain = {
        "s.status = {}::text::comment_status": wanted.status,
        "s.page = any({}::text[])": wanted.pages,
        "s.language = {}": wanted.language,
        "s.reasons @> array[{}]::text[]": wanted.reason,
        "d.reason = {}": wanted.rejected_as,
        "d.actor = {}::text::actor_kind": wanted.actor,
        "staff.name = {}": wanted.staff,
    }
    match.add("true")
    if wanted.without_reason:
        match.add("d.action = 'reject' and d.reason is null")
    for condition, value in plain.items():
        if value is not None:
            match.add(condition, value)
    if wanted.search:
        recheck(match, wanted.search, "s")
    if wanted.against_classifier:
        match.add(
            "first.actor = 'classifier' and first.to_status in ('approved', 'rejected')"
            " and d.actor = 'moderator' and s.status <> first.to_status"
        )


async def find(
    connection: Connection, wanted: Wanted, after: Place | None, limit: int, scan: int = SCAN
) -> Found:
    """Return up to `limit` decided comments that come after a place, newest decision first."""
    first = min(scan, _FEW * limit)
    # A sample is of all that is looked at. Words keep one look: that it may be short would have a
    # rare one looked for along all decisions and not by its own index.
    if first < scan and not wanted.at_random and not wanted.search:
        found = await _looked(connection, wanted, after, limit, first)
        if len(found.rows) == limit or found.looked_at < first:
            return found
    return await _looked(connection, wanted, after, limit, scan)


async def _looked(
    connection: Connection, wanted: Wanted, after: Place | None, limit: int, scan: int
) -> Found:
    sql, values = query(wanted, after, limit + (not wanted.at_random), scan)
    rows = await connection.fetch(sql, *values)
    edge = {name: rows[0][name] for name in _EDGE}
    found = [_decided(row) for row in rows if row["id"] is not None]
    going_on: Place | None = None
    if wanted.at_random:
        going_on = None
    elif len(found) > limit:
        going_on = (found[limit - 1].decided_at, found[limit - 1].id)
    elif edge["scanned"] == scan:
        going_on = (edge["edge_at"], edge["edge_id"])
    return Found(found[:limit], going_on, edge["scanned"], edge["edge_at"])


def _decided(row: asyncpg.Record) -> DecidedComment:
    return DecidedComment(**{name: row[name] for name in row.keys() if name not in _EDGE})  # noqa: SIM118 - a record iterates over its values
