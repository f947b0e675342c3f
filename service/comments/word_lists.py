"""The sites' lists of words as this process has them: made ready beside requests, kept up, counted.

What finds thousands of entries takes a part of a second to make, so it is made once for a site, in
a thread, and again when the database says that the lists have changed. What is met is counted
here and written now and then, all in one statement; a process that is killed loses those counts.
"""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

from service.concurrency.background import Background
from service.db import words as db
from service.db.pool import Pool
from service.db.words import Hit, Versioned
from service.domain.words import ListName, Lists
from service.errors import says_away

_SECONDS: Final = 1.0
"""So often a process asks which lists have changed, and writes what was met."""

_PATIENCE: Final = 5.0
_MOST_ENTRIES: Final = 1_000_000
"""Of all sites together; then the least used site's lists go, until they are wanted again."""


class WordLists:
    """The lists of one process."""

    def __init__(self, pool: Pool) -> None:
        self._pool: Final = pool
        self._known: Final[OrderedDict[UUID, Versioned]] = OrderedDict()
        self._asked: Final[dict[UUID, asyncio.Task[Lists]]] = {}
        self._hits: Counter[Hit] = Counter()
        self._background: Final = Background(
            "words", self._round, every=_SECONDS, patience=_PATIENCE
        )

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Keep up with the database for as long as the block runs."""
        async with self._background:
            yield
        try:
            await self._write_hits()
        except Exception as error:
            if not says_away(error):
                raise

    async def of(self, site: UUID) -> Lists:
        """Return a site's lists; nearly always they are at hand."""
        known = self._known.get(site)
        if known is None:
            return await self._once(site)
        self._known.move_to_end(site)
        return known.lists

    def count(self, site: UUID, met: Iterable[tuple[ListName, str]]) -> None:
        """Note which entries a comment had."""
        self._hits.update((site, which, entry) for which, entry in met)

    async def refresh(self) -> None:
        """Make the lists anew that have changed in the database."""
        if not self._known:
            return
        versions = await db.versions(self._pool, self._known)
        for site, version in versions.items():
            known = self._known.get(site)
            if known is not None and known.version != version:
                await self._read(site)

    async def _round(self) -> bool:
        await self.refresh()
        await self._write_hits()
        return False

    async def _once(self, site: UUID) -> Lists:
        """Read a site's lists once, however many requests wait for them."""
        task = self._asked.get(site)
        if task is None:
            task = self._asked[site] = asyncio.create_task(self._read(site), name="words")
            task.add_done_callback(lambda _: self._asked.pop(site))
        return await asyncio.shield(task)  # who goes away takes nothing from the others

    async def _read(self, site: UUID) -> Lists:
        found = await db.lists_of(self._pool, site)
        await asyncio.to_thread(found.lists.make_ready)
        self._known[site] = found
        while len(self._known) > 1 and self._entries() > _MOST_ENTRIES:
            self._known.popitem(last=False)
        return found.lists

    def _entries(self) -> int:
        return sum(len(each.lists) for each in self._known.values())

    async def _write_hits(self) -> None:
        hits, self._hits = self._hits, Counter()
        if not hits:
            return
        try:
            await db.count_hits(self._pool, hits)
        except BaseException:
            self._hits.update(hits)  # for the next round
            raise
