"""Months of comments taken away, as if nobody had made them in time."""

from typing import Any

import asyncpg

_LATER = """
select part::text from months_of($1::regclass)
where until > first_id(month_after(date_trunc('month', now(), 'UTC'), $2 + 1)) order by part
"""


async def left(connection: "asyncpg.Connection[Any]", ahead: int) -> None:
    """Leave so many months after this one, -1 for none and not this one; they must be empty."""
    for table in ("decision", "comment"):
        for row in await connection.fetch(_LATER, table, ahead):
            await connection.execute(f"alter table {table} detach partition {row['part']}")
            await connection.execute(f"drop table {row['part']}")
