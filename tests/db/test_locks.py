"""A server that cannot keep the locks of all months at once is told of before statements fail."""

from typing import Any

import asyncpg

from service.db import locks
from tests.support.commands import Run

TAKEN = "select count(*) from pg_locks where pid = pg_backend_pid() and locktype = 'relation'"
EVERY_MONTH = "select count(*) from comment where page = 'p'"


async def setting(connection: "asyncpg.Connection[Any]") -> int:
    """How many locks a session of the server may have, if all have as many."""
    return int(await connection.fetchval("select current_setting('max_locks_per_transaction')"))


async def test_a_few_months_need_no_more_than_there_is(
    connection: "asyncpg.Connection[Any]",
) -> None:
    assert await locks.wanted(connection, 20) is None


async def test_what_is_said_to_be_needed_is_what_one_session_takes(
    connection: "asyncpg.Connection[Any]",
) -> None:
    """The rest of a statement is little beside what it takes of every month."""
    await connection.execute("select make_months(40)")
    of_one = await connection.fetchval(locks._SQL["locks"])
    async with connection.transaction():
        await connection.fetch(EVERY_MONTH)
        await connection.fetch("select count(*) from decision where action = 'undo'")
        count = await connection.fetchval(TAKEN)
    assert 0.95 * of_one <= count <= 1.05 * of_one


async def test_many_months_and_sessions_are_told_of(
    connection: "asyncpg.Connection[Any]", run: Run
) -> None:
    await connection.execute("select make_months(120)")
    sessions = 1000
    wanted = await locks.wanted(connection, sessions)
    assert wanted is not None
    assert wanted > await setting(connection)
    done = run("check", MODERATION_POOL_SIZE=str(sessions))
    assert done.returncode == 1
    assert f"max_locks_per_transaction = {wanted} or more" in done.stderr
