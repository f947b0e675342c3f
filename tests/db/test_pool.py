"""Connections as managed PostgreSQL wants them, directly and through a pooler."""

import asyncio
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import pytest

from service.db.listening import Listener
from service.db.pool import connect, open_pool
from tests.support.database import DIRECT_URL, direct
from tests.support.waiting import until


async def test_a_pooler_is_recognised(dsn: str) -> None:
    connection = await connect(dsn)
    assert connection.is_pooled == bool(DIRECT_URL)
    await connection.close()
    connection = await connect(direct(dsn))
    assert not connection.is_pooled
    await connection.close()


async def test_a_parameter_stands_above_what_is_before_it(dsn: str) -> None:
    """As libpq has it: `psql` connects by this address too."""
    there = urlsplit(direct(dsn))
    said = dict(parse_qsl(there.query))
    place = {
        "host": there.hostname or said.get("host", ""),
        "port": str(there.port or ""),
        "dbname": there.path.removeprefix("/"),
        "user": unquote(there.username or ""),
        "password": unquote(there.password or ""),
    }
    given = said | {name: value for name, value in place.items() if value}
    connection = await connect(
        f"postgresql://no:no@127.0.0.1/none?{urlencode(given, quote_via=quote)}"
    )
    assert await connection.fetchval("select current_database()") == place["dbname"]
    await connection.close()


async def test_many_statements_of_many_callers_do_not_meet(dsn: str) -> None:
    """More callers than the pooler has sessions, each with statements of its own."""
    pool = await open_pool(dsn, size=20)

    async def call(number: int) -> None:
        for n in range(10):
            query = f"select $1::int + {number} as {chr(97 + number % 26)}, $2::jsonb"
            row = await pool.fetchrow(query, n, {"n": n})
            assert row is not None
            assert (row[0], row[1]) == (n + number, {"n": n})

    await asyncio.gather(*(call(number) for number in range(40)))
    await pool.close()


async def test_a_transaction_stays_in_one_session(dsn: str) -> None:
    pool = await open_pool(dsn, size=10)

    async def call() -> None:
        async with pool.acquire() as connection, connection.transaction():
            pids = {await connection.fetchval("select pg_backend_pid()") for _ in range(5)}
            assert len(pids) == 1

    await asyncio.gather(*(call() for _ in range(20)))
    await pool.close()


async def test_nothing_of_ours_stays_in_a_session(dsn: str) -> None:
    pool = await open_pool(dsn, size=4)
    for n in range(20):
        await pool.fetchval(f"select $1::int + {n}", n)
    if DIRECT_URL:
        await asyncio.gather(
            *(none_left(pool) for _ in range(8)),
        )
    await pool.close()


async def none_left(pool: Any) -> None:
    async with pool.acquire() as connection, connection.transaction():
        assert await connection.fetchval("select count(*) from pg_prepared_statements") <= 1
        assert await connection.fetchval("select count(*) from pg_listening_channels()") == 0
        held = (
            "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()"
        )
        assert await connection.fetchval(held) == 0


async def told(dsn: str, every: float, seconds: float) -> None:
    """See that a listener hears what is announced within so many seconds."""
    heard = 0

    async def react() -> None:
        nonlocal heard
        heard += 1

    async def so_many(count: int) -> bool:
        return heard >= count

    listener = Listener(dsn, "models", react, every=every)
    async with listener.background:
        await until(lambda: so_many(1))
        await asyncio.sleep(0.5)  # it listens by now, where it can
        sender, before = await connect(dsn), heard
        await sender.execute("select pg_notify('moderation', 'models')")
        await until(lambda: so_many(before + 1), seconds)
        await sender.close()
    await listener.close()


async def test_news_come_at_once_where_the_server_is_listened_to(dsn: str) -> None:
    await told(direct(dsn), every=60, seconds=10)


async def test_news_come_in_a_while_where_that_is_not_possible(dsn: str) -> None:
    await told(dsn, every=0.2, seconds=10)


@pytest.mark.skipif(not DIRECT_URL, reason="make unitpool goes through a pooler")
async def test_the_pooler_of_the_tests_has_few_sessions_for_many(dsn: str) -> None:
    pool = await open_pool(dsn, size=20)
    numbers = await asyncio.gather(
        *(pool.fetchval("select pg_backend_pid()::int + $1::int", 0) for _ in range(60))
    )
    assert len(set(numbers)) <= 4
    await pool.close()
