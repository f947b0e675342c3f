"""Sees to it that sites are told of every change of status, and readers of what they asked for.

At least once: a process that dies between a site's answer and its record delivers the event
again, with the same `id`, by which the site can tell. The events of one comment come in the order
of its changes, each when the one before was taken or given up; those of different comments in any.
`batch` sends them, in the words of `messages`.

What a site receives and how it checks it: README.md beside this file.

Where they go is an administrator's setting, so private addresses are allowed: a site may well
be on this very network. Only http and https are spoken, no redirect is followed, no answer is
read; its status and its time alone are told, to that site. A proxy is named by HTTPS_PROXY.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

from service.concurrency.background import Background
from service.db import outbox as db
from service.db.outbox import OutboxEvent, Receiver
from service.db.pool import Pool
from service.delivery.batch import Batch, Pace, Tools, client_for
from service.delivery.mailing import Mailer

_CONNECTIONS: Final = 2  # of the pool, at most, for recording what came of deliveries


class Delivery:
    """The delivery task of one process; any number of processes share the outbox.

    Each receiver has its own batch at a time, so one that is slow or away delays no other.
    `secret_of` gives a site's webhook secret of a number, `mailer` sends mail; `attempted` is told
    how each attempt ended: delivered, failed or given_up.
    """

    def __init__(
        self,
        pool: Pool,
        *,
        secret_of: Callable[[UUID, int], str],
        mailer: Mailer,
        pace: Pace | None = None,
        attempted: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._pool: Final = pool
        self._attempted: Final = attempted
        self._secret_of: Final = secret_of
        self._mailer: Final = mailer
        self._pace: Final = pace or Pace()
        self._busy: Final[dict[Receiver, asyncio.Task[None]]] = {}
        self._stopping: Final = asyncio.Event()
        self._swept: float | None = None

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Deliver for as long as the block runs.

        Then no new attempt begins, and those under way are recorded; at most one attempt's time.
        """
        async with client_for(self._pace) as client:
            gate = asyncio.Semaphore(_CONNECTIONS)
            tools = Tools(
                self._pool,
                client,
                self._mailer,
                self._pace,
                gate,
                self._stopping,
                self._attempted,
            )
            async with self._background(tools):
                try:
                    yield
                finally:
                    self._stopping.set()
            await self._end_busy()

    def _background(self, tools: Tools) -> Background:
        async def work() -> bool:
            await self._round(tools, background.wake)
            return False

        patience = self._pace.timeout + 1
        background = Background("outbox", work, every=self._pace.poll, patience=patience)
        return background

    async def _end_busy(self) -> None:
        if self._busy:
            await asyncio.wait(list(self._busy.values()), timeout=self._pace.timeout + 1)
        for task in self._busy.values():
            task.cancel()

    async def _round(self, tools: Tools, wake: Callable[[], None]) -> None:
        await self._sweep(tools.pool)
        for receiver, leased in (await self._claim(tools.pool)).items():
            numbers = leased[0].secrets
            secrets = [self._secret_of(receiver.site_id, each) for each in numbers]
            batch = Batch(tools, leased, secrets)
            self._busy[receiver] = asyncio.create_task(self._deliver(receiver, batch, wake))

    async def _deliver(self, receiver: Receiver, batch: Batch, wake: Callable[[], None]) -> None:
        try:
            await batch.deliver()
        finally:
            self._busy.pop(receiver, None)
        wake()  # there may be more, such as later events of the same comments

    async def _claim(self, pool: Pool) -> dict[Receiver, list[OutboxEvent]]:
        """Lease due events of receivers that are not being served, by receiver."""
        pace = self._pace
        free = pace.receivers - len(self._busy)
        found: dict[Receiver, list[OutboxEvent]] = defaultdict(list)
        if free <= 0:
            return found
        async with pool.acquire() as connection:
            leased = await db.claim(
                connection,
                busy=self._busy,
                per_receiver=pace.per_receiver,
                receivers=free,
                lease=pace.lease,
            )
        for event in leased:
            found[event.to].append(event)
        return found

    async def _sweep(self, pool: Pool) -> None:
        """Now and then, close and drop what is too old."""
        if self._swept is not None and time.monotonic() - self._swept < self._pace.sweep:
            return
        self._swept = time.monotonic()
        async with pool.acquire() as connection:
            await db.sweep(connection, give_up=self._pace.max_age, forget=self._pace.forget)
