"""Calls back when another process announces something, and every few seconds in any case."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

import asyncpg
import structlog

from service.db.pool import Pool

CHANNEL: Final = "moderation"
"""The NOTIFY channel that all processes of an installation share; the payload names the matter."""

_ANY: Final = (Exception,)  # one bad round must not be the last
_LOG: Final = structlog.get_logger(__name__)


class Listener:
    """Runs `react` after each NOTIFY of one matter and every `every` seconds.

    Holds one connection of the pool to listen on; a lost one is replaced at the next round. The
    rounds go on without it, so a server or proxy that drops NOTIFY delays the news, no more.
    """

    def __init__(
        self,
        pool: Pool,
        matter: str,
        react: Callable[[], Awaitable[None]],
        *,
        every: float,
    ) -> None:
        self._pool = pool
        self._matter = matter
        self._react = react
        self._every = every
        self._news = asyncio.Event()
        self._connection: asyncpg.pool.PoolConnectionProxy[Any] | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin in the running loop."""
        self._task = asyncio.create_task(self._run(), name=f"listen-{self._matter}")

    async def stop(self) -> None:
        """End, and give the connection back."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._let_go()

    async def _run(self) -> None:
        away = False
        while True:
            try:
                await self._listen()
                await self._react()
                away = False
            except _ANY as error:
                if not away:  # one line for one outage
                    _LOG.warning("listening_interrupted", error=type(error).__name__)
                away = True
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), self._every)

    async def _listen(self) -> None:
        if self._connection is not None and not self._connection.is_closed():
            return
        await self._let_go()
        self._connection = await self._pool.acquire(timeout=self._every)
        await self._connection.add_listener(CHANNEL, self._hear)

    async def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        with suppress(*_ANY):
            if not connection.is_closed():
                await connection.remove_listener(CHANNEL, self._hear)
        with suppress(*_ANY):
            await self._pool.release(connection)

    def _hear(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        if payload == self._matter:
            self._news.set()
