"""An archive for load: comments that were posted, and copies of them that make up the rest.

Copies are on other pages, by other authors and of days before, written as a restored dump is,
without triggers. What waits in a copy was approved: an archive grows, a queue that people work
does not.
"""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from service.db.comments import Connection
from service.db.pool import connect

POSTED: Final = 10_000
"""So many are posted; the rest of an archive are copies of all of them."""

_HOURS: Final = 26
"""By so many hours the copies of one number are older than those of the number before."""

SERVER: Final = {"shared_buffers": "1GB", "max_wal_size": "8GB"}
"""Settings of PostgreSQL for a large archive."""

_BACK: Final = (
    f"($1::bigint * {_HOURS * 3_600_000}"
    f" - ('x' || substr(md5({{0}}::text), 1, 8))::bit(32)::bigint % {_HOURS * 3_600_000})"
)
"""By so many milliseconds an id's copies are older, in which they lie apart."""

_ID: Final = (
    "(lpad(to_hex(('x' || replace(substr({0}::text, 1, 13), '-', ''))::bit(48)::bigint"
    " - " + _BACK + "), 12, '0') || substr(replace({0}::text, '-', ''), 13))::uuid"
)
_KEY: Final = "substr(sha256(page_key || int4send($1::int)), 1, length(page_key))"
_AUTHOR: Final = "md5(author_id::text || $1::int)::uuid"
_DAYS: Final = "{1} - " + _BACK + " * interval '1 millisecond'"
"""Mostly more than a day: what is younger is looked at again when a service starts."""

_DECIDED: Final = "case {0} when 'pending' then 'approved' else {0} end"
COPIED: Final = {
    "comment_contact": {"author_id": _AUTHOR},
    "comment": {
        "id": _ID.format("id"),
        "page_key": _KEY,
        "author_id": _AUTHOR,
        "submitted_at": _DAYS.format("id", "submitted_at"),
        "decided_at": _DAYS.format("id", "decided_at"),
        "status": _DECIDED.format("status"),
    },
    "decision": {
        "comment_id": _ID.format("comment_id"),
        "at": _DAYS.format("comment_id", "at"),
        "to_status": _DECIDED.format("to_status"),
    },
    "page_shown": {
        "page_key": _KEY,
        "since": "'00000000-0000-0000-0000-000000000000'::uuid",  # not known, as after an upgrade
        "until": "'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid",
    },
}
"""What is another in a copy, as SQL of what is copied and of the copy's number."""


_COLUMNS: Final = """
select quote_ident(attname) as attname from pg_attribute
where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
order by attnum"""


_MONTHS: Final = """
select generate_series(date_trunc('month', now() - $1::interval, 'UTC'),
                       month_of(until) - interval '1 month', interval '1 month')
from months_of('comment') where first is null"""
"""Those between the oldest copy and the first month that there is."""


async def _cut_back(connection: Connection, copies: int) -> None:
    """Make the months of so many copies, as if comments had been kept by month all along."""
    back = timedelta(hours=_HOURS * (copies + 1))
    months = [row[0] for row in await connection.fetch(_MONTHS, back)]
    if not months:
        return
    async with connection.transaction():
        tables = ("decision", "comment")
        for table in tables:
            await connection.execute(f"alter table {table} detach partition {table}_before")
        for month in months:
            await connection.execute("select make_month($1)", month)
        until = await connection.fetchval("select first_id($1)", months[0])
        for table in reversed(tables):
            await connection.execute(
                f"alter table {table} attach partition {table}_before"
                f" for values from (minvalue) to ('{until}')"
            )


async def grow(dsn: str, numbers: Sequence[int]) -> float:
    """Add copies of what was posted, each with its number; return how many seconds that took."""
    connection = await connect(dsn, statement_seconds=None)
    if numbers:
        await _cut_back(connection, numbers[-1])
    begun = time.monotonic()
    try:
        for table in COPIED:
            first = f"create table if not exists first_{table} as table {table}"
            await connection.execute(first)
        await connection.execute("set session_replication_role = replica")
        copying = [await _copying(connection, table) for table in COPIED]
        for number in numbers:
            for statement in copying:
                await connection.execute(statement, number)
        copied = time.monotonic() - begun
        await connection.execute("vacuum analyze")
    finally:
        await connection.close()
    return copied


_SIZE: Final = """
select coalesce(sum(pg_total_relation_size(relid)), pg_total_relation_size($1))
from pg_partition_tree($1)"""


async def sizes(connection: Connection) -> dict[str, int]:
    """Return how many bytes each of its tables takes with its indexes."""
    return {table: await connection.fetchval(_SIZE, table) for table in COPIED}


async def _copying(connection: Connection, table: str) -> str:
    """Name every column: put into a row by way of JSON, they took four times as long."""
    names = [each["attname"] for each in await connection.fetch(_COLUMNS, table)]
    values = ", ".join(COPIED[table].get(name, name) for name in names)
    return f"insert into {table} ({', '.join(names)}) select {values} from first_{table}"
