"""Error rates and the dashboard read counts of what has settled, and are exact at any time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from service.comments.counting import Counting
from service.db import dashboard, quality
from service.db.pool import connect, open_pool
from service.domain.dashboard import last_days
from tests.support.rows import NOW, Rows
from tests.support.waiting import until

HOUR = timedelta(hours=1)
SPAN = last_days(5, NOW, UTC)


async def shown(rows: Rows) -> dict[str, Any]:
    """What error rates and the dashboard count, in the order of their values."""
    link, site = rows.connection, await rows.site("second")
    found: dict[str, Any] = {}
    for sites in (None, (site,)):
        counted = await quality.decided(link, NOW - timedelta(days=5, minutes=7), None, sites)
        found[f"rates {sites}"] = sorted(map(repr, counted))
        for reason in (None, "spam"):
            for read in (dashboard.arrivals, dashboard.movements, dashboard.moments):
                told = await read(link, SPAN, reason, sites)
                found[f"{read.__name__} {reason} {sites}"] = sorted(map(repr, told))
    return found


async def filled(rows: Rows) -> None:
    for number in range(60):
        await rows.comment(
            ("approved", "rejected", "pending")[number % 3],
            site=("first", "second")[number % 2],
            ago=number * 3 * HOUR,
            reasons=[["clear"], ["spam"], ["toxicity"]][number % 3],
            language=("en", "de")[number % 5 == 0],
            linear_scores={} if number % 7 == 0 else None,
        )
    held = await rows.comment("pending", ago=50 * HOUR, reasons=["spam"])
    await rows.decide(held, "rejected", "Mo", ago=3 * HOUR)
    await rows.decide(held, "approved", "Jo", ago=2 * HOUR)


async def counted(counting: Counting) -> int:
    """Count all that has settled; return in how many steps."""
    await counting.look_once()
    steps = 0
    while await counting.look_once():
        steps += 1
    return steps


async def some_counted(counting: Counting) -> None:
    """Count until something has settled: transactions of other databases hold it up as well."""

    async def found() -> bool:
        return await counted(counting) > 0

    await until(found)


@pytest.fixture
async def counting(dsn: str) -> Any:
    """The task on a pool of its own, which no loop runs."""
    pool = await open_pool(dsn, size=2)
    yield Counting(pool)
    await pool.close()


async def decisions_read(connection: "asyncpg.Connection[Any]") -> int:
    row = "select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relname = $1"
    read: int = await connection.fetchval(row, "decision")
    return read


async def test_what_is_counted_is_what_was_read_one_by_one(rows: Rows, counting: Counting) -> None:
    """Also after a late decision, another language, and both again; whole days by their counts."""
    await filled(rows)
    link = rows.connection
    for _ in range(2):
        before = await shown(rows)
        await some_counted(counting)
        assert await shown(rows) == before
        assert not await link.fetchval("select count(*) from recount")
        late = await rows.comment("rejected", ago=40 * HOUR, reasons=["spam"])
        assert await shown(rows) != before
        before = await shown(rows)
        await link.execute("update comment set language = 'fr' where id = $1", late)
        assert "'fr'" in "".join((await shown(rows))["rates None"])
        await rows.decide(late, "approved", "Jo", ago=10 * HOUR)
    days = await link.fetchval("select count(*) from counted where minutes = 1440")
    assert days >= 5  # of 177 hours


async def test_of_many_late_decisions_at_once_each_quarter_is_counted_again_once(
    rows: Rows,
) -> None:
    """As an import writes them; what is of now beside them is counted when its quarter is over."""
    quarter = NOW.replace(minute=0, second=0, microsecond=0) - timedelta(days=30)
    minutes = [0, 14, 15, 44, 200]
    ids = [await rows.comment("pending") for _ in range(len(minutes) + 1)]
    await rows.connection.execute("delete from recount")
    await rows.connection.execute(
        "insert into decision (comment_id, version, to_status, action, actor, at)"
        " select id, 2, 'pending', 'edit', 'site', at"
        " from unnest($1::uuid[], $2::timestamptz[]) given (id, at)",
        ids,
        [*(quarter + timedelta(minutes=each) for each in minutes), datetime.now(UTC)],
    )
    noted = await rows.connection.fetch("select quarter from recount order by quarter")
    assert [(row["quarter"] - quarter) / timedelta(minutes=15) for row in noted] == [0, 1, 2, 13]


async def test_counts_are_read_instead_of_decisions(rows: Rows, counting: Counting) -> None:
    await filled(rows)
    await some_counted(counting)
    async with rows.connection.transaction():
        before = await decisions_read(rows.connection)
        await quality.decided(rows.connection, NOW - timedelta(days=6, hours=1), None)
        await dashboard.movements(rows.connection, SPAN, None, None)
        read = await decisions_read(rows.connection) - before
        assert read <= 2  # the one of this very moment, twice


async def test_what_a_transaction_under_way_may_have_written_is_not_counted(
    dsn: str, rows: Rows, counting: Counting
) -> None:
    await filled(rows)
    other = await connect(dsn)
    try:
        async with other.transaction():
            await other.execute("update staff set name = name")
            assert await counted(counting) == 0
        await some_counted(counting)
    finally:
        await other.close()


async def test_the_clock_of_another_server_is_begun_anew(rows: Rows, counting: Counting) -> None:
    """A database that was restored elsewhere counts its transactions from the beginning."""
    await filled(rows)
    await counting.look_once()
    assert counting._noted is not None
    object.__setattr__(counting._noted, "own", 1 << 60)
    await counting.look_once()
    await some_counted(counting)
    assert counting._noted.at > datetime.now(UTC) - HOUR
