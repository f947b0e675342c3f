"""Reads that a replica may answer: where it has what the caller wrote, else the primary does."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

import asyncpg
import structlog

from service.concurrency.background import Background
from service.db.models import Connection
from service.db.pool import Pool, connect
from service.db.sql import load
from service.domain.freshness import Freshness
from service.errors import DatabaseAway, Problem

EVERY: Final = 0.5
"""Seconds between two looks at how far the replica is."""

SECONDS: Final = 2.0
"""After so long without an answer of the replica the primary is asked."""

_PATIENCE: Final = 5.0
_SQL: Final = load("reads")
_LOG: Final = structlog.get_logger(__name__)

T = TypeVar("T")

Database = tuple[int, int]
"""What a replica has in common with its primary, and with no other: cluster and database."""


class Reads:
    """Gives each read the replica's pool or the primary's.

    A website reads there only what includes its own writes: those of this process to the instant,
    those of other processes as soon as a look sees them. Whatever fails there is asked of the
    primary, and nothing more until the next look finds the replica well. A server that is no
    replica any more, since it was promoted, is not read from: the primary's address finds it. Nor
    is a replica of another database, whose log says nothing of ours.
    """

    def __init__(self, primary: Pool, replica: Pool | None, freshness: Freshness) -> None:
        self._primary: Final = primary
        self._replica: Final = replica
        self._freshness: Final = freshness
        self._changed: dict[UUID, datetime] = {}
        self._was_used = False
        self._is_other = False

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Keep looking for as long as the block runs, where there is a replica."""
        if self._replica is None:
            yield
            return
        async with Background("replica", self.look, every=EVERY, patience=_PATIENCE):
            yield

    async def of(self, site: Hashable, work: Callable[[Pool], Awaitable[T]]) -> T:
        """Return what `work` reads for a website; None is for who has written nothing."""
        if self._replica is None or not self._freshness.trusts(site, time.monotonic()):
            return await work(self._primary)
        try:
            async with asyncio.timeout(SECONDS):
                return await work(self._replica)
        except Problem:
            pass  # it may only not know yet what is asked for
        except Exception as error:  # noqa: BLE001 - whatever fails there, the primary is asked
            self._freshness.lost()
            _LOG.warning("replica_failed", error=type(error).__name__)
        return await work(self._primary)

    async def look(self) -> bool:
        """Find out how far the replica is, and who wrote in other processes."""
        if self._replica is not None:
            try:
                async with asyncio.timeout(SECONDS):
                    await self._look_at(self._replica, await self._look_at_primary())
            finally:
                self._tell()
        return False

    async def _look_at_primary(self) -> Database:
        """Note where its log stands, past all that it shows of who wrote; say which it is."""
        began = time.monotonic()
        (row,) = await self._primary.fetch(_SQL["written"])
        for site, at in row["changed"]:
            if self._changed.get(site) != at:
                self._freshness.wrote(site, began)
        self._changed = dict(row["changed"])
        self._freshness.mark(row["position"], began)
        return _database(row)

    async def _look_at(self, replica: Pool, wanted: Database) -> None:
        (row,) = await replica.fetch(_SQL["replayed"])
        is_other = _database(row) != wanted
        if is_other or row["position"] is None:  # promoted: of several hosts another may be one now
            self._freshness.lost()
            await replica.expire_connections()
        else:
            self._freshness.replayed(row["position"])
        if is_other and not self._is_other:
            _LOG.error("replica_of_another")
        self._is_other = is_other

    def _tell(self) -> None:
        is_used = self._freshness.trusts(None, time.monotonic())
        if is_used != self._was_used:
            _LOG.info("replica_used" if is_used else "replica_behind")
        self._was_used = is_used


async def why_unread(primary: Connection, dsn: str) -> str | None:
    """Say why nothing is read at a replica's address; None where it can be."""
    try:
        replica = await connect(dsn, statement_seconds=SECONDS, replica=True)
    except (DatabaseAway, asyncpg.PostgresError) as error:
        why = error.__cause__ if isinstance(error, DatabaseAway) else error
        return f"it does not let us in ({type(why).__name__})"
    try:
        (row,) = await replica.fetch(_SQL["replayed"])
    finally:
        await replica.close()
    if _database(row) != _database((await primary.fetch(_SQL["written"]))[0]):
        return "it is of another database than DATABASE_URL's"
    return "it is no replica" if row["position"] is None else None


def _database(row: Mapping[str, int]) -> Database:
    return row["cluster"], row["database"]
