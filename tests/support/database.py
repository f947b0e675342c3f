"""A real database per test: one server a run, one template, a clone for each test.

The template has the whole schema and the shipped model, which is active.
"""

import asyncio
import os
import threading
import uuid
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import asyncpg

from service.db.migrate import migrate
from service.db.pool import connect
from service.models import shipping

T = TypeVar("T")

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "shared_buffers": "64MB",
}
"""Settings of a server whose data nobody misses."""

PREPARED = "COMMENT_MODERATION_TEST_SERVER"
"""Where the address of a server is that has the template already: see tests/support/mutants.py."""

_LOCK = 7_268_137

DIRECT_URL = os.environ.get("TEST_DIRECT_URL")
"""The server behind the pooler that the tests go through, if they do: see tests/pgbouncer.sh."""


def with_database(url: str, name: str) -> str:
    """The address of another database on the same server."""
    head, mark, query = url.partition("?")
    base = head.rsplit("/", 1)[0] if head.count("/") > 2 else head
    return f"{base}/{name}{mark}{query}"


def direct(url: str) -> str:
    """The address of a test's database without a pooler, for PostgreSQL's own programs."""
    return (
        with_database(DIRECT_URL, url.partition("?")[0].rpartition("/")[2]) if DIRECT_URL else url
    )


class Databases:
    """Makes and drops databases from tests with and without an event loop of their own.

    `run` names the test run: its workers share one template, and nothing with other runs.
    """

    def __init__(self, url: str, run: str) -> None:
        self._url = url
        self._direct = DIRECT_URL or url
        self._template = f"template_{run}"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._admin = self._do(asyncpg.connect(self._direct))

    def close(self) -> None:
        """Give up the connection; what is left of databases goes with the server."""
        self._do(self._admin.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def build_template(self) -> None:
        """Make the migrated template, unless another worker of this run has."""
        self._do(self._build_template())

    @contextmanager
    def clone(self) -> Iterator[str]:
        """The address of a new database with the whole schema and the shipped model."""
        with self._database(self._template) as url:
            yield url

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The address of a new database with nothing in it."""
        with self._database("template0") as url:
            yield url

    def drop_template(self) -> None:
        """Remove the template, for a server that outlives the run."""
        self._do(self._admin.execute(f"drop database if exists {self._template}"))

    @contextmanager
    def _database(self, template: str) -> Iterator[str]:
        name = f"test_{uuid.uuid4().hex}"
        make = f"create database {name} template {template} strategy file_copy"
        self._do(self._admin.execute(make))
        try:
            yield with_database(self._url, name)
        finally:
            self._do(self._admin.execute(f"drop database {name} with (force)"))

    async def _build_template(self) -> None:
        await self._admin.execute("select pg_advisory_lock($1)", _LOCK)
        try:
            known = "select exists (select from pg_database where datname = $1)"
            if not await self._admin.fetchval(known, self._template):
                scratch = f"{self._template}_new"  # renamed when whole
                await self._admin.execute(f"drop database if exists {scratch}")
                await self._admin.execute(f"create database {scratch} template template0")
                await _fill(with_database(self._direct, scratch))
                await self._admin.execute(f"alter database {scratch} rename to {self._template}")
        finally:
            await self._admin.execute("select pg_advisory_unlock($1)", _LOCK)

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=120)


async def _fill(url: str) -> None:
    await migrate(url)
    connection = await connect(url)
    await shipping.ensure_shipped(connection)
    await connection.close()
