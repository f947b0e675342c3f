"""One loop beside requests: rounds of work, now and then or when woken, until it is stopped."""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Final, Self

import structlog

FIRST_AGAIN: Final = 2.0
"""Seconds after which a round that failed is made again for the first time."""

_MOST_DOUBLED: Final = 20  # beyond any `every`
_LOG: Final = structlog.get_logger(__name__)


class Background:
    """Runs `work` every `every` seconds, and at once after `wake` or where it says there is more.

    `pause` are seconds that are left to requests before more of the same. A round that fails is not
    the last: it is made again after some seconds, twice as many each time, and at the latest when
    the next is due; one line tells of each outage. Stopping lets the round under way end, for at
    most `patience` seconds.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], Awaitable[bool]],
        *,
        every: float,
        patience: float,
        pause: float = 0.0,
    ) -> None:
        self._name: Final = name
        self._work: Final = work
        self._every: Final = every
        self._between: Final = pause
        self._patience: Final = patience
        self._news: Final = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._failed = 0  # rounds, one after another
        self.stopping = False

    async def __aenter__(self) -> Self:
        """Begin in the running loop."""
        self._task = asyncio.create_task(self._run(), name=self._name)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End after the round under way."""
        self.stopping = True
        self._news.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=self._patience)
            self._task.cancel()
            await asyncio.wait({self._task})

    def wake(self) -> None:
        """Begin the next round now; from any callback of the loop."""
        self._news.set()

    async def _run(self) -> None:
        while not self.stopping:
            if not await self._round():
                await self._pause(self._due())
            elif self._between:
                await self._pause(self._between)

    async def _round(self) -> bool:
        self._news.clear()
        try:
            there_is_more = await self._work()
        except Exception as error:  # noqa: BLE001 - whatever failed, one bad round is not the last
            if not self._failed:  # its words may hold data: the class must do
                _LOG.warning("background_failed", task=self._name, error=type(error).__name__)
            self._failed += 1
            return False
        self._failed = 0
        return there_is_more

    def _due(self) -> float:
        """Return after how many seconds the next round is."""
        if not self._failed:
            return self._every
        return min(self._every, FIRST_AGAIN * 2.0 ** min(self._failed - 1, _MOST_DOUBLED))

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return
