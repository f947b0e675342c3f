"""Months of comments that nobody made in time, or that were made long ago."""

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


async def begin_earlier(connection: "asyncpg.Connection[Any]", months: int) -> None:
    """Give a database without comments so many months before this one, and no part before them."""
    for about in ("decision", "comment"):
        await connection.execute(f"alter table {about} detach partition {about}_before")
        await connection.execute(f"drop table {about}_before")
    await connection.execute(
        "select make_month(month_after(date_trunc('month', now(), 'UTC'), -back))"
        " from generate_series(1, $1) back",
        months,
    )
