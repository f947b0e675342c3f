"""What means that the database is away, full or read-only, and what is a fault of ours."""

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from service.db.pool import open_pool
from service.errors import DatabaseAway, says_away, says_read_only
from service.models.readiness import Readiness
from service.models.scoring import Scoring
from tests.support.database import DIRECT_URL, with_database
from tests.support.waiting import until

AWAY = [
    asyncpg.ConnectionDoesNotExistError("cut"),
    asyncpg.ConnectionFailureError("cut"),
    asyncpg.InternalClientError("got result for unknown protocol state 3"),
    asyncpg.ProtocolError("unexpected message"),
    asyncpg.InterfaceError("connection is closed"),
    asyncpg.InterfaceError("pool is closing"),
    asyncpg.AdminShutdownError("terminating connection"),
    asyncpg.CrashShutdownError("terminating connection"),
    asyncpg.CannotConnectNowError("the database system is starting up"),
    asyncpg.DiskFullError("no space left"),
    asyncpg.OutOfMemoryError("out of memory"),
    asyncpg.TooManyConnectionsError("sorry, too many clients already"),
    asyncpg.ConfigurationLimitExceededError("limit"),
    asyncpg.ReadOnlySQLTransactionError("cannot execute INSERT in a read-only transaction"),
    asyncpg.DeadlockDetectedError("deadlock"),
    asyncpg.SerializationError("conflict"),
    asyncpg.LockNotAvailableError("lock"),
    asyncpg.QueryCanceledError("statement timeout"),
    asyncpg.PostgresIOError("could not read block"),
    asyncpg.InvalidPasswordError("password authentication failed"),
    asyncpg.InvalidCatalogNameError("database does not exist"),
    asyncpg.InternalServerError("MaxClientsInSessionMode: max clients reached"),
    asyncpg.DataCorruptedError("could not read a page"),
    asyncpg.SnapshotTooOldError("snapshot too old"),
    asyncpg.ConfigFileError("settings"),
    asyncpg.ObjectInUseError("in use"),
    asyncpg.ObjectNotInPrerequisiteStateError("recovery is in progress"),
    asyncpg.OperatorInterventionError("stopped by hand"),
    asyncpg.DuplicatePreparedStatementError("prepared statement exists already"),
    asyncpg.InsufficientPrivilegeError("permission denied for table comment"),
    asyncpg.InvalidCachedStatementError("cached plan must not change result type"),
    asyncpg.TargetServerAttributeNotMatched("none is writable"),
    DatabaseAway(),
    ConnectionResetError(),
    BrokenPipeError(),
    TimeoutError(),
    OSError(errno.EHOSTUNREACH, "No route to host"),
    OSError(errno.ENETUNREACH, "Network is unreachable"),
    ExceptionGroup("several", [ConnectionResetError(), asyncpg.AdminShutdownError("x")]),
]
OURS = [
    PermissionError(errno.EACCES, "Permission denied", "/a/file"),
    FileNotFoundError(errno.ENOENT, "No such file", "/a/file"),
    OSError(errno.ENOSPC, "No space left on device", "/a/file"),
    OSError(errno.EMFILE, "Too many open files"),
    IsADirectoryError(errno.EISDIR, "Is a directory", "/a"),
    asyncpg.UniqueViolationError("twice"),
    asyncpg.UndefinedTableError("no such table"),
    asyncpg.PostgresSyntaxError("syntax"),
    asyncpg.NotNullViolationError("null"),
    asyncpg.DataError("wrong"),
    asyncpg.exceptions._base.DataError("invalid input for query argument $1"),
    asyncpg.InterfaceError("cannot perform operation: another operation is in progress"),
    KeyError("a"),
    ValueError("b"),
    ExceptionGroup("several", [ConnectionResetError(), KeyError("a")]),
]


@pytest.mark.parametrize("error", AWAY, ids=repr)
def test_the_database_is_away(error: Exception) -> None:
    assert says_away(error)


@pytest.mark.parametrize("error", OURS, ids=repr)
def test_the_fault_is_ours(error: Exception) -> None:
    assert not says_away(error)


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://127.0.0.1:1/x",
        "postgresql:///x?host=/nowhere",
        "postgresql://no.such.host.invalid/x",
        "postgresql://127.0.0.1:1,127.0.0.1:2/x",
        "postgresql://127.0.0.1:1/x?sslmode=require&connect_timeout=2",
    ],
)
async def test_what_cannot_be_reached_is_away_whatever_the_reason(dsn: str) -> None:
    pool = await open_pool(dsn, size=2)
    with pytest.raises(DatabaseAway):
        await pool.fetchval("select 1")
    assert await readiness_of(pool).database() == "away"
    await pool.close()


def readiness_of(pool: Any) -> Readiness:
    return Readiness(pool, Scoring(pool, "postgresql://nowhere"))


@asynccontextmanager
async def pool_on(dsn: str) -> AsyncIterator[Any]:
    pool = await open_pool(dsn, size=3)
    yield pool
    await pool.close()


@pytest.mark.skipif(bool(DIRECT_URL), reason="behind a pooler a session is nobody's")
async def test_sessions_that_may_not_write_leave_the_pool(dsn: str) -> None:
    """As after a failover: the sessions stay with the old primary, the address leads to the new."""
    async with pool_on(dsn) as pool:
        async with pool.acquire() as one, pool.acquire() as two:
            for connection in (one, two):
                await connection.execute("set session characteristics as transaction read only")
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError) as caught:
            await pool.execute("insert into installation values ('a', 'b')")
        assert says_read_only(caught.value)

        async def writable() -> bool:
            return str(await pool.fetchval("show transaction_read_only")) == "off"

        await until(writable)
        for _ in range(4):
            assert await writable()


@pytest.mark.skipif(bool(DIRECT_URL), reason="the pooler keeps its sessions of before")
async def test_ready_means_writable(dsn: str, connection: "asyncpg.Connection[Any]") -> None:
    name = dsn.partition("?")[0].rpartition("/")[2]
    async with pool_on(dsn) as pool:
        assert await readiness_of(pool).database() == "ok"
        assert await connection.fetchval("select count(*) from write_trial") == 0
        await connection.execute(f"alter database {name} set default_transaction_read_only = on")
        await pool.expire_connections()
        assert await readiness_of(pool).database() == "read-only"
        await connection.execute(f"alter database {name} reset default_transaction_read_only")
        await pool.expire_connections()
        assert await readiness_of(pool).database() == "ok"


async def test_a_full_disk_is_not_ready(dsn: str, connection: "asyncpg.Connection[Any]") -> None:
    await connection.execute("""
        create function full_disk() returns trigger language plpgsql as $$
        begin raise exception 'no space left on device' using errcode = 'disk_full'; end $$;
        create trigger full_disk before insert on write_trial execute function full_disk()""")
    async with pool_on(dsn) as pool:
        assert await readiness_of(pool).database() == "full"


async def test_a_database_without_our_tables_is_not_ready(empty_dsn: str) -> None:
    async with pool_on(empty_dsn) as pool:
        assert await readiness_of(pool).database() == "unusable"


async def test_a_database_in_another_encoding_is_not_ready(
    dsn: str, connection: "asyncpg.Connection[Any]"
) -> None:
    name = f"latin_{dsn.partition('?')[0].rpartition('_')[2]}"
    await connection.execute(
        f"create database {name} template template0 encoding 'LATIN1' locale 'C'"
    )
    try:
        async with pool_on(with_database(dsn, name)) as pool:
            await pool.execute("create table write_trial (at timestamptz default now())")
            assert await readiness_of(pool).database() == "not in UTF8"
    finally:
        await connection.execute(f"drop database {name} with (force)")


async def test_whoever_asks_often_is_told_what_was_so_a_moment_ago(dsn: str) -> None:
    async with pool_on(dsn) as pool:
        readiness = readiness_of(pool)
        assert await readiness.database() == "ok"
        pool.terminate()
        assert [await readiness.database() for _ in range(100)] == ["ok"] * 100
        await asyncio.sleep(1.1)
        assert await readiness.database() == "away"
