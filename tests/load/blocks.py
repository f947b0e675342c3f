"""How many blocks the server reads for a request: that, nothing else on the machine changes."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from service.db.pool import connect

SERVER: Final = {"shared_preload_libraries": "pg_stat_statements"}
"""Settings of PostgreSQL that let blocks be counted."""

_FORGET: Final = "select count(pg_stat_statements_reset())"
_READ: Final = """
select coalesce(sum(shared_blks_hit + shared_blks_read), 0)::bigint from pg_stat_statements
where toplevel and calls * 2 >= $1::bigint and query not like '%pg_stat_statements%'"""


@dataclass(slots=True)
class Blocks:
    """Blocks of 8 kB that a request had read, from the cache or not; 0 until it is counted."""

    each: float = 0


@contextmanager
def counted(dsn: str, requests: int) -> Iterator[Blocks]:
    """Count the blocks of what the block of code asks for, one request after the other.

    Statements that come with fewer than every second request are the service's own work.
    """
    blocks = Blocks()
    asyncio.run(_ask(dsn, _FORGET))
    yield blocks
    blocks.each = asyncio.run(_ask(dsn, _READ, requests)) / requests


async def _ask(dsn: str, query: str, *given: int) -> int:
    connection = await connect(dsn)
    try:
        await connection.execute("create extension if not exists pg_stat_statements")
        return int(await connection.fetchval(query, *given))
    finally:
        await connection.close()
