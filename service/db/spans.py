"""Which months a statement reads: comments and their decisions are kept by the month of the id.

Months are named by parameters, so that a plan that is made for them has no other month in it.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final, TypeAlias
from uuid import UUID

import asyncpg

from service.db.comments import Connection
from service.db.where import Where
from service.ids import LAST, first_id, floor_of, moment_of

Span: TypeAlias = tuple[UUID, UUID]
"""From an id, with it, to another, without it."""

_MOST: Final = 12
"""Of more spans one that has all in it is read: each is a condition of its own."""


async def waiting(connection: Connection) -> list[Span]:
    """Return the months in which comments wait for moderators."""
    return spans_of(await connection.fetchval("select waiting_in()"))


def spans_of(ids: Iterable[UUID]) -> list[Span]:
    """Return the months of ids, those that follow one another as one."""
    spans: list[Span] = []
    for first, until in map(_month_of, sorted(ids)):
        if spans and spans[-1][1] >= first:
            spans[-1] = (spans[-1][0], until)
        else:
            spans.append((first, until))
    return spans if len(spans) <= _MOST else [(spans[0][0], spans[-1][1])]


def _month_of(id_: UUID) -> Span:
    try:
        at = moment_of(id_)
    except (ValueError, OverflowError):  # of no time
        return floor_of(id_), LAST
    begin = datetime(at.year, at.month, 1, tzinfo=UTC)
    after = begin.replace(year=begin.year + begin.month // 12, month=begin.month % 12 + 1)
    return floor_of(first_id(begin)), floor_of(first_id(after))


def within(where: Where, spans: Sequence[Span], column: str) -> None:
    """Add that an id is in one of some spans."""
    each = [
        f"{column} >= {where.value(first)} and {column} < {where.value(until)}"
        for first, until in spans
    ]
    where.add(f"({' or '.join(each)})" if each else "false")


async def of_waiting(connection: Connection, sql: str, *values: object) -> Sequence[asyncpg.Record]:
    """Fetch rows of a statement about waiting comments `c`, with `{months}` for where these are."""
    where = Where(list(values))
    within(where, await waiting(connection), "c.id")
    return await connection.fetch(sql.format(months=where), *where.values)
