"""Connections: JSON as Python values, dead and read-only servers noticed, poolers recognised.

A pooler such as PgBouncer in transaction mode gives each transaction another session of the
server. There nothing may stand in a session: no named statement, no setting, no LISTEN.
"""

import asyncio
import socket
import ssl
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

import asyncpg
import msgspec
import structlog
from asyncpg.connection import LoggedQuery

from service.domain import database_address
from service.errors import DatabaseAway, says_read_only

if TYPE_CHECKING:
    Pool: TypeAlias = asyncpg.Pool[Any]
    Connection: TypeAlias = asyncpg.Connection[Any]
else:  # generic in its stubs only; where annotations are read at run time it is a plain class
    Pool = asyncpg.Pool
    Connection = asyncpg.Connection

STATEMENT_SECONDS: Final = 15
_NO_LIMIT: Final = 1e9  # of seconds, where the address asks for none
_JSON_TYPES: Final = ("json", "jsonb")
_LOG: Final = structlog.get_logger(__name__)


class ServiceConnection(Connection):
    """A connection that leaves nothing in its session, so that no query has to tidy that up."""

    is_pooled: ClassVar[bool] = False
    """Whether sessions change under it; the driver's `isinstance` takes any class for any other."""

    def get_reset_query(self) -> str:
        """Return no query."""
        return ""


class PooledConnection(ServiceConnection):
    """A connection through a pooler.

    A statement with parameters takes several messages, and only within a transaction do they all
    reach the same session of the server.
    """

    is_pooled = True

    async def fetch(self, query: str, *args: Any, **more: Any) -> Any:
        """Fetch rows."""
        async with self._one_session():
            return await super().fetch(query, *args, **more)

    async def fetchrow(self, query: str, *args: Any, **more: Any) -> Any:
        """Fetch one row."""
        async with self._one_session():
            return await super().fetchrow(query, *args, **more)

    async def fetchval(self, query: str, *args: Any, **more: Any) -> Any:
        """Fetch one value."""
        async with self._one_session():
            return await super().fetchval(query, *args, **more)

    async def execute(self, query: str, *args: Any, **more: Any) -> Any:
        """Execute; without parameters that is one message."""
        if not args:
            return await super().execute(query, **more)
        async with self._one_session():
            return await super().execute(query, *args, **more)

    def _one_session(self) -> AbstractAsyncContextManager[object]:
        return nullcontext() if self.is_in_transaction() else self.transaction()


class Connector:
    """Opens connections to one address, which it finds out once to be a pooler's or not."""

    def __init__(self, dsn: str, statement_seconds: float | None, *, replica: bool = False) -> None:
        self._address = database_address.read(dsn, replica=replica)
        self._statement_seconds = statement_seconds
        self._kind: type[ServiceConnection] | None = None

    async def open(self) -> ServiceConnection:
        """Open a connection.

        Raises:
            DatabaseAway, asyncpg.PostgresError: the server cannot be reached or refuses.
        """
        try:
            if self._kind is None:
                self._kind = await self._find_kind()
            return await self._connected(self._kind)
        except OSError as error:  # no route, no such socket, no time, no trust: all may pass
            raise DatabaseAway from error

    async def _find_kind(self) -> type[ServiceConnection]:
        """A pooler makes up the number of the process that it gives as the server's."""
        connection = await self._connected(PooledConnection)
        try:
            number = await connection.fetchval("select pg_backend_pid()")
        finally:
            await connection.close()
        is_direct = number == connection.get_server_pid()
        return ServiceConnection if is_direct else PooledConnection

    async def _connected(self, kind: type[ServiceConnection]) -> ServiceConnection:
        connection = await asyncpg.connect(
            self._address.dsn,
            **self._address.chosen,
            timeout=self._address.timeout or _NO_LIMIT,
            ssl=_system_tls() if self._address.trusts_system else None,
            server_settings=dict(self._address.settings),
            command_timeout=self._statement_seconds,
            connection_class=kind,
            statement_cache_size=0 if kind is PooledConnection else 100,
        )
        self._keep_alive(connection)
        async with connection.transaction():  # through a pooler, in one session
            for name in _JSON_TYPES:
                await connection.set_type_codec(
                    name, schema="pg_catalog", encoder=_encode, decoder=msgspec.json.decode
                )
        return connection

    def _keep_alive(self, connection: ServiceConnection) -> None:
        transport = getattr(connection, "_transport")  # noqa: B009 - known to no stub; no other way
        opened = transport.get_extra_info("socket")
        if opened.family != socket.AF_UNIX:
            for level, option, value in self._address.socket_options:
                opened.setsockopt(level, option, value)


async def open_pool(dsn: str, *, size: int = 10, replica: bool = False) -> Pool:
    """A pool of up to `size` connections to `dsn`, each made when it is needed.

    Of several hosts to the one that may be written, or to a `replica`.

    So it opens while the database is away too: whoever wants a connection then gets DatabaseAway.
    """
    connector = Connector(dsn, STATEMENT_SECONDS, replica=replica)
    expiring: set[asyncio.Task[None]] = set()  # the loop itself keeps tasks by a weak hand

    def notice(record: LoggedQuery) -> None:
        """Replace all connections where one's server may not write: another one is to be found."""
        if says_read_only(record.exception):
            _LOG.warning("database_read_only")
            task = asyncio.ensure_future(pool.expire_connections())
            expiring.add(task)
            task.add_done_callback(expiring.discard)

    async def watch(connection: Connection) -> None:
        connection.add_query_logger(notice)

    pool: Pool = await asyncpg.create_pool(
        dsn,
        min_size=0,
        max_size=size,
        connect=lambda *_, **__: connector.open(),
        init=watch,
    )
    return pool


async def connect(
    dsn: str, *, statement_seconds: float | None = 60, replica: bool = False
) -> ServiceConnection:
    """One connection as the pool's are, for commands; of several hosts as `open_pool`.

    Raises:
        DatabaseAway, asyncpg.PostgresError: the server cannot be reached or refuses.
    """
    return await Connector(dsn, statement_seconds, replica=replica).open()


def _encode(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _system_tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
