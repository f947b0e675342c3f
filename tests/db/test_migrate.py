"""Migrations: each once, in order, under one lock, all or nothing."""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from service.db.migrate import Migration, MigrationError, migrate, missing, pending, shipped
from service.db.pool import connect

ONE = Migration("0001_one", "create table one (id integer);")
TWO = Migration("0002_two", "create table two (id integer);")


async def tables(dsn: str) -> set[str]:
    connection = await connect(dsn)
    try:
        rows = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
        return {row["tablename"] for row in rows}
    finally:
        await connection.close()


async def test_each_is_applied_once(empty_dsn: str) -> None:
    assert await migrate(empty_dsn, [ONE]) == ["0001_one"]
    assert await migrate(empty_dsn, [ONE, TWO]) == ["0002_two"]
    assert await migrate(empty_dsn, [ONE, TWO]) == []
    assert {"one", "two"} <= await tables(empty_dsn)


async def test_many_processes_at_once_apply_each_once(empty_dsn: str) -> None:
    done = await asyncio.gather(*(migrate(empty_dsn) for _ in range(5)))
    assert sorted(name for names in done for name in names) == [each.name for each in shipped()]
    assert await missing(empty_dsn) == []


async def test_one_that_fails_leaves_nothing_behind(empty_dsn: str) -> None:
    broken = Migration("0002_broken", "create table half (id integer); select 1 / 0;")
    with pytest.raises(MigrationError, match="0002_broken failed and left nothing behind"):
        await migrate(empty_dsn, [ONE, broken])
    found = await tables(empty_dsn)
    assert "one" in found
    assert "half" not in found


async def test_one_that_waits_too_long_for_a_lock_gives_up(empty_dsn: str) -> None:
    await migrate(empty_dsn, [ONE])
    alter = Migration("0002_alter", "-- lock_timeout: 100ms\nalter table one add name text;")
    connection = await connect(empty_dsn)
    async with connection.transaction():
        await connection.execute("lock table one in access share mode")
        with pytest.raises(MigrationError, match="LockNotAvailable"):
            await migrate(empty_dsn, [ONE, alter])
    await connection.close()
    assert await migrate(empty_dsn, [ONE, alter]) == ["0002_alter"]


def test_histories_that_differ_are_refused() -> None:
    applied = {"0001_one": ONE.digest}
    assert pending([ONE, TWO], applied) == [TWO]
    with pytest.raises(MigrationError, match="has changed"):
        pending([Migration("0001_one", "something else")], applied)
    with pytest.raises(MigrationError, match="does not know"):
        pending([ONE, TWO], {"0001_other": "x", "0002_two": TWO.digest})
    with pytest.raises(MigrationError, match="renumber"):
        pending([ONE, TWO], {"0002_two": TWO.digest})


def test_a_database_ahead_of_this_release_is_in_order() -> None:
    assert pending([ONE], {"0001_one": ONE.digest, "0002_two": TWO.digest}) == []


async def refused(connection: "asyncpg.Connection[Any]", sql: str) -> None:
    with pytest.raises(asyncpg.RestrictViolationError):
        await connection.execute(sql)


async def test_the_database_itself_keeps_decisions_and_statuses_together(
    connection: "asyncpg.Connection[Any]",
) -> None:
    """No change of status without its decision, and no change of a decision."""
    await connection.execute(
        """
        insert into site (id, name) values ('00000000-0000-0000-0000-000000000001', 'first');
        begin;
        insert into comment (id, site_id, page, page_key, name, body, fingerprint, status,
            submitted_at, decided_at)
        select '00000000-0000-0000-0000-000000000002', id, 'p', 'p', 'n', 'b', 'f', 'pending',
            now(), now() from site;
        insert into decision (comment_id, version, to_status, action, actor)
        select id, 1, 'pending', 'submit', 'classifier' from comment;
        commit;
        """
    )
    await refused(connection, "update comment set status = 'approved'")
    await refused(connection, "update comment set status = 'approved', version = 2")
    await refused(connection, "update decision set to_status = 'approved'")
    await refused(connection, "delete from decision")
    assert await connection.fetchval("select status from comment") == "pending"


async def test_labels_are_unique_by_their_digest_which_the_release_before_leaves_out(
    connection: "asyncpg.Connection[Any]",
) -> None:
    insert = (
        "insert into label (id, text, label, value, provenance{}) "
        "values ($1, 't', 'l', 1, 'import'{})"
    )
    for _ in range(2):
        await connection.execute(insert.format("", ""), uuid4())
    digested = insert.format(", content_digest", ", 'd'")
    await connection.execute(digested, uuid4())
    with pytest.raises(asyncpg.UniqueViolationError):
        await connection.execute(digested, uuid4())
