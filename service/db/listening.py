"""Calls back when another process announces something, and every few seconds in any case."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from service.concurrency.background import Background
from service.db.pool import Connector, ServiceConnection

CHANNEL: Final = "moderation"
"""The NOTIFY channel that all processes of an installation share; the payload names the matter."""

_STATEMENT_SECONDS: Final = 5
_PATIENCE: Final = 5.0


class Listener:
    """Runs `react` after each NOTIFY of one matter and every `every` seconds.

    Listens on a connection of its own; a lost one is replaced at the next round. The rounds go on
    without it, so where a pooler stands before the server, which makes LISTEN meaningless, or one
    drops NOTIFY, the news comes `every` seconds late at most.
    """

    def __init__(
        self, dsn: str, matter: str, react: Callable[[], Awaitable[None]], *, every: float
    ) -> None:
        self._connector: Final = Connector(dsn, _STATEMENT_SECONDS)
        self._matter: Final = matter
        self._react: Final = react
        self._connection: ServiceConnection | None = None
        self._is_pooled = False
        self.background: Final = Background(
            f"listen-{matter}", self._round, every=every, patience=_PATIENCE
        )

    async def close(self) -> None:
        """Give the connection up; after the background's end."""
        if self._connection is not None:
            with suppress(OSError):
                await self._connection.close(timeout=_PATIENCE)

    async def _round(self) -> bool:
        await self._react()
        await self._listen()
        return False

    async def _listen(self) -> None:
        if self._is_pooled or (self._connection and not self._connection.is_closed()):
            return
        connection = await self._connector.open()
        self._is_pooled = connection.is_pooled
        if self._is_pooled:
            await connection.close()
            return
        await connection.add_listener(CHANNEL, self._hear)
        self._connection = connection
        self.background.wake()  # what was announced before is not heard

    def _hear(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        if payload == self._matter:
            self.background.wake()
