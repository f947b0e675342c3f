"""Sees to it that sites are told of every change of status; `webhook_batch` sends the notices.

At least once: a process that dies between a site's answer and its record delivers the notice
again, with the same `id`, by which the site can tell. The notices of one comment come in the order
of its changes, each when the one before was taken or given up; those of different comments in any.

What a site receives and how it checks it: README.md beside this file.

Where notices go is an administrator's setting, so private addresses are allowed: a site may well
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
from service.db import outbox as notices
from service.db.outbox import Notice
from service.db.pool import Pool
from service.delivery.webhook_batch import Batch, Pace, Tools, client_for

_CONNECTIONS: Final = 2  # of the pool, at most, for recording what came of deliveries


class Delivery:
    """The delivery task of one process; any number of processes share the outbox.

    Each site has its own batch at a time, so one that is slow or away delays no other.
    `secret_of` gives a site's webhook secret of a number; `attempted` is told how each attempt
    ended: delivered, failed or given_up.
    """

    def __init__(
        self,
        pool: Pool,
        *,
        secret_of: Callable[[UUID, int], str],
        pace: Pace | None = None,
        attempted: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._pool: Final = pool
        self._attempted: Final = attempted
        self._secret_of: Final = secret_of
        self._pace: Final = pace or Pace()
        self._busy: Final[dict[UUID, asyncio.Task[None]]] = {}
        self._stopping: Final = asyncio.Event()
        self._swept: float | None = None

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Deliver for as long as the block runs.

        Then no new attempt begins, and those under way are recorded; at most one attempt's time.
        """
        async with client_for(self._pace) as client:
            gate = asyncio.Semaphore(_CONNECTIONS)
            tools = Tools(self._pool, client, self._pace, gate, self._stopping, self._attempted)
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
        background = Background("webhooks", work, every=self._pace.poll, patience=patience)
        return background

    async def _end_busy(self) -> None:
        if self._busy:
            await asyncio.wait(list(self._busy.values()), timeout=self._pace.timeout + 1)
        for task in self._busy.values():
            task.cancel()

    async def _round(self, tools: Tools, wake: Callable[[], None]) -> None:
        await self._sweep(tools.pool)
        for site_id, leased in (await self._claim(tools.pool)).items():
            numbers = leased[0].secrets
            batch = Batch(tools, leased, [self._secret_of(site_id, each) for each in numbers])
            self._busy[site_id] = asyncio.create_task(self._deliver(site_id, batch, wake))

    async def _deliver(self, site_id: UUID, batch: Batch, wake: Callable[[], None]) -> None:
        try:
            await batch.deliver()
        finally:
            self._busy.pop(site_id, None)
        wake()  # there may be more, such as later notices of the same comments

    async def _claim(self, pool: Pool) -> dict[UUID, list[Notice]]:
        """Lease due notices of sites that are not being served, by site."""
        pace = self._pace
        free = pace.sites - len(self._busy)
        by_site: dict[UUID, list[Notice]] = defaultdict(list)
        if free <= 0:
            return by_site
        async with pool.acquire() as connection:
            leased = await notices.claim(
                connection,
                except_sites=self._busy,
                per_site=pace.per_site,
                sites=free,
                lease=pace.lease,
            )
        for notice in leased:
            by_site[notice.site_id].append(notice)
        return by_site

    async def _sweep(self, pool: Pool) -> None:
        """Now and then, close and drop what is too old."""
        if self._swept is not None and time.monotonic() - self._swept < self._pace.sweep:
            return
        self._swept = time.monotonic()
        async with pool.acquire() as connection:
            await notices.sweep(connection, give_up=self._pace.max_age, forget=self._pace.forget)
