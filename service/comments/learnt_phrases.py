"""The service learns within seconds which phrases of new spam a site's moderators reject.

Each becomes an entry of the site's held words, so that people see whatever else says it; who takes
the entry out has the last word.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import structlog

from service.accounts import accounts
from service.comments.annotations import SILENCE_DAYS
from service.comments.lately_rejected import LatelyRejected, hold
from service.concurrency.background import Background
from service.db import learnt_phrases as db
from service.db.comments import Connection
from service.db.pool import Pool
from service.domain.desk import QueuedComment
from service.domain.learnt_phrases import FEWEST, LearntPhrase, learnt, met_in

_EVERY: Final = 5.0
_PATIENCE: Final = 5.0
REJECTED: Final = 60
"""Rejections of a site that are looked at together, the newest."""

APPROVED: Final = 1000
_MISSED: Final = 500
"""Rejections that nobody had looked at yet and that are looked at beside them, at the most."""

_LOG: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LearntPhrases:
    """The task of one process; of several, one has the turn."""

    pool: Pool
    _lately: LatelyRejected = field(default_factory=lambda: LatelyRejected("phrases"))

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Look for phrases for as long as the block runs."""
        async with Background("phrases", self.look_once, every=_EVERY, patience=_PATIENCE):
            yield

    async def look_once(self) -> bool:
        """Hold what says what only rejected comments said; say whether more is due."""
        async with self.pool.acquire() as connection, connection.transaction():
            if not await db.try_phrases(connection):
                return False
            part = await self._lately.next(connection)
            found = {
                name: await _new(connection, name, [each.id for each in rejected])
                for name, rejected in part.by_site.items()
            }
            for name in filter(found.get, found):
                await hold(connection, name, found[name])
        return self._lately.looked(part)


async def phrases_of(
    connection: Connection, rows: Sequence[QueuedComment]
) -> dict[UUID, Sequence[LearntPhrase]]:
    """Return for comments that a word holds the phrases learnt that they say."""
    found: dict[UUID, Sequence[LearntPhrase]] = {row.id: () for row in rows}
    held = [row for row in rows if "held_word" in row.reasons]
    if held:
        known = await db.of_sites(connection, sorted({row.site for row in held}))
        found |= {row.id: met_in(row.name, row.body, known[row.site]) for row in held}
    return found


async def _new(connection: Connection, name: str, fresh: Sequence[UUID]) -> list[str]:
    """Return what is learnt of a site now; nothing is locked while that is looked for."""
    site = await accounts.find_site(connection, name)
    if site.settings.learning == "off":
        return []
    rejected = await db.rejected_lately(connection, site.id, REJECTED, fresh[:_MISSED])
    if len(rejected) < FEWEST:
        return []
    approved = await db.approved_lately(connection, site.id, APPROVED, SILENCE_DAYS)
    found = []
    for one in await asyncio.to_thread(learnt, rejected, approved):
        if await db.add(connection, site.id, one):
            found.append(one.phrase)
            _LOG.info("phrase_learnt", site=str(site.id), rejected=one.rejected)
    return found
