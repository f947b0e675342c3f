"""Months are made ahead, by one process at a time, and what is late is said to who looks."""

import asyncio
import json
import time
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from service.comments.months import Months
from service.db import months as db
from service.db.pool import open_pool
from tests.support import months
from tests.support.commands import Run
from tests.support.service import Service


async def test_processes_make_each_month_once(
    connection: "asyncpg.Connection[Any]", dsn: str
) -> None:
    before = await db.listed(connection)
    for left in (2, 0, -1):
        await months.left(connection, left)
        assert await db.ahead(connection) == left
        pools = [await open_pool(dsn, size=1) for _ in range(3)]
        with capture_logs() as logs:
            await asyncio.gather(*(Months(pool).look_once() for pool in pools))
        for pool in pools:
            await pool.close()
        made = [line["count"] for line in logs if line["event"] == "months_made"]
        assert made == [3 - left]
        after = await db.listed(connection)
        assert [(m.part, m.begins, m.ends) for m in after] == [
            (m.part, m.begins, m.ends) for m in before
        ]


@pytest.mark.parametrize(("left", "warned"), [(1, []), (0, [0]), (-1, [-1])])
async def test_nobody_is_held_up_by_who_waits_to_make_one_and_the_log_says_when_it_is_late(
    connection: "asyncpg.Connection[Any]", dsn: str, left: int, warned: list[int]
) -> None:
    await months.left(connection, left)
    pool = await open_pool(dsn, size=1)
    begun = time.monotonic()
    async with connection.transaction():
        await connection.execute("lock table comment in share update exclusive mode")  # as vacuum
        with capture_logs() as logs, pytest.raises(asyncpg.LockNotAvailableError):
            await Months(pool).look_once()
    assert time.monotonic() - begun < 5
    assert [line["ahead"] for line in logs if line["event"] == "months_missing"] == warned
    await Months(pool).look_once()
    assert await db.ahead(connection) == 3
    await pool.close()


async def test_a_comment_without_a_table_is_to_be_sent_again(service: Service) -> None:
    await months.left(service.connection, -1)
    key = {"Idempotency-Key": "once"}
    with capture_logs() as logs:
        refused = await service.post(key, email="a@example.org")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"]
    assert "month_missing" in {line["event"] for line in logs}
    await Months(service.app.state.parts.moderation.pool).look_once()
    assert (await service.post(key, email="a@example.org")).status_code == 201


def test_check_names_what_is_missing_and_the_command_makes_it(run: Run, dsn: str) -> None:
    async def leave() -> None:
        connection = await asyncpg.connect(dsn)
        await months.left(connection, 0)
        await connection.close()

    asyncio.run(leave())
    (problem,) = json.loads(run("check", "--json").stdout)["problems"]
    assert "months --make" in problem
    before = json.loads(run("months", "--json").stdout)
    after = json.loads(run("months", "--make", "--json").stdout)
    assert len(after) == len(before) + 3
    assert {*after[0]} == {"part", "begins", "ends", "comments", "bytes", "due"}
    assert run("check", "--json").returncode == 0
    assert after[-1]["part"] in run("months").stdout
