"""The use case of rescoring: every comment that is kept, scored by one version beside the service.

It goes from the newest comment to the oldest, by windows of their ids, and does what has no score
of the version yet: so a run that was broken off goes on where it stopped, and the next one does
what is new. It rests in proportion to what it computes, and the process is at the lowest priority;
or others compute, and it reads and writes for them.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from classifier import Bundle, BundleError
from service.db import accounts as accounts_db
from service.db import adaptations as adaptations_db
from service.db import models as models_db
from service.db import rescored as db
from service.db import words as words_db
from service.db.models import Connection
from service.db.rescored import Kept, Rescored
from service.domain.masking import mask_addresses
from service.domain.preview import HouseRules
from service.domain.rescoring import Example, Summary, Sums, readable
from service.errors import Conflict, NotFound
from service.models.rejudging import Packed
from service.models.scoring import open_bundle

BATCH: Final = 256
"""Comments that are scored and written together: what a run that is broken off loses at most."""

WINDOW: Final = 2_000
"""Ids that are looked at in one statement, and read if they are new: at most 20 MB of texts."""

SUMMED: Final = 20_000
"""Rows that are added up in one statement: a tenth of a second."""

END: Final = UUID(int=(1 << 128) - 1)
"""After every id: where going down begins."""

SHARE: Final = 0.5
"""Part of a core's time that it takes where nobody says otherwise."""

Tell = Callable[[int, int], None]
"""Is told how many comments are done, of how many."""


async def open_version(connection: Connection, version: str) -> Bundle:
    """Open a kept version.

    Raises:
        NotFound: there is no such version.
        Conflict: this release cannot read it.
    """
    files = await models_db.bundle(connection, version)
    if files is None:
        raise NotFound("There is no such model version; `models list` shows them.")
    try:
        bundle = await asyncio.to_thread(open_bundle, *files)
        if bundle.second is not None and bundle.second.installed():
            await asyncio.to_thread(bundle.second.open)
    except BundleError as error:
        raise Conflict(f"Version {version} cannot be used by this release: {error}") from None
    return bundle


async def rules_by_site(connection: Connection) -> dict[UUID, HouseRules]:
    """Return what every site judges by, by its id."""
    return {
        site.id: HouseRules(site.settings, (await words_db.lists_of(connection, site.id)).lists)
        for site in await accounts_db.every_site(connection)
    }


Spread = Callable[[Packed, Iterable[Sequence[Kept]]], Iterator[list[Rescored]]]
"""Has others judge comments, and gives what they make of them in the same order."""


@dataclass(frozen=True, slots=True)
class Rescoring:
    """One version over the comments of a site, or of all; `asks` lets its encoder be asked."""

    bundle: Bundle
    site_id: UUID | None = None
    asks: bool = True
    share: float = SHARE

    async def run(self, connection: Connection, tell: Tell, spread: Spread | None = None) -> int:
        """Score what is not scored yet, here or by others; return how many comments that were."""
        total = await db.left_to_score(connection, self.bundle.version, self.site_id)
        packed = await self._packed(connection)
        parts, done = self._parts(connection, packed.sites), 0
        tell(done, total)
        judged = _elsewhere(spread, packed, parts) if spread else self._here(packed, parts)
        async for rows in judged:
            await db.insert(connection, self.bundle.version, rows)
            done += len(rows)
            tell(done, max(total, done))
        return done

    async def _packed(self, connection: Connection) -> Packed:
        """Gather what comments are judged by."""
        files = await models_db.bundle(connection, self.bundle.version)
        if files is None:
            raise NotFound("There is no such model version; `models list` shows them.")
        adaptations = {}
        for each in await adaptations_db.in_force(connection):
            content = await adaptations_db.content(connection, each.site_id, each.version)
            if content and each.bundle_digest == self.bundle.digest:
                adaptations[each.site_id] = content
        return Packed(files, self.asks, await rules_by_site(connection), adaptations)

    async def _parts(
        self, connection: Connection, sites: Mapping[UUID, HouseRules]
    ) -> AsyncGenerator[list[Kept], None]:
        """Give what is not scored yet, in batches, the newest first."""
        version, below = self.bundle.version, END
        while last := await db.window(connection, below, WINDOW):
            rows = await db.to_score(connection, version, self.site_id, below, last)
            known = [row for row in rows if row.site_id in sites]  # a site may be new just now
            for at in range(0, len(known), BATCH):
                yield known[at : at + BATCH]
            below = last

    async def _here(
        self, packed: Packed, parts: AsyncGenerator[list[Kept], None]
    ) -> AsyncGenerator[list[Rescored], None]:
        """Judge in this process, and rest in proportion to what judging and writing took."""
        rejudging = packed.opened_with(self.bundle)
        async for part in parts:
            began = time.monotonic()
            yield rejudging.judged(part)
            await asyncio.sleep((time.monotonic() - began) * (1 - self.share) / self.share)


async def _elsewhere(
    spread: Spread, packed: Packed, parts: AsyncGenerator[list[Kept], None]
) -> AsyncGenerator[list[Rescored], None]:
    """Have others judge. The connection is read only while nobody writes: when they want more."""
    loop = asyncio.get_running_loop()

    async def following() -> list[Kept] | None:
        return await anext(parts, None)

    def pulled() -> Iterator[list[Kept]]:
        while part := asyncio.run_coroutine_threadsafe(following(), loop).result():
            yield part

    found = spread(packed, pulled())
    while rows := await asyncio.to_thread(next, found, None):
        yield rows


async def summarise(connection: Connection, version: str) -> Summary:
    """Add up what a version says of all comments, keep that for the pages and return it."""
    sums, below = Sums(), END
    while last := await db.window(connection, below, SUMMED):
        sums.add(await db.groups(connection, version, below, last))
        below = last
    summary = sums.summary()
    await db.keep_summary(connection, version, summary)
    return summary


async def examples(connection: Connection, version: str, summary: Summary) -> list[Example]:
    """Return examples of what a summary counts, as they are now; erased ones are left out."""
    ids = [id_ for move in summary.moves for id_ in move.examples]
    found = await db.examples(connection, version, ids)
    return [
        replace(each, name=mask_addresses(each.name), body=mask_addresses(each.body))
        for each in readable(found)
    ]
