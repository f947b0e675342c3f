"""The service learns within seconds where a site's moderators let nothing link to.

A new kind of spam links to a place that no model knows. After five rejections of what links there
its host is an entry of the site's held words, so that people see whatever else does; who takes the
entry out has the last word.
"""

from collections import Counter
from collections.abc import AsyncGenerator, Collection, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import structlog

from classifier.text.tokens import hosts_of
from service.accounts import accounts
from service.comments.annotations import SILENCE_DAYS
from service.comments.lately_rejected import LatelyRejected, hold, let_go
from service.concurrency.background import Background
from service.db import learnt_links as db
from service.db.comments import Connection
from service.db.pool import Pool
from service.domain.desk import QueuedComment
from service.domain.learnt_links import LearntLink, Rejected, learnt
from service.domain.words import LONGEST_WORD

_EVERY: Final = 5.0
_PATIENCE: Final = 5.0
_MOST: Final = 20
"""Hosts of a site that are looked at together: those that are rejected most."""

_LOG: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LearntLinks:
    """The task of one process; of several, one has the turn."""

    pool: Pool
    _lately: LatelyRejected = field(default_factory=lambda: LatelyRejected("links"))

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Look for hosts for as long as the block runs."""
        async with Background("links", self.look_once, every=_EVERY, patience=_PATIENCE):
            yield

    async def look_once(self) -> bool:
        """Hold whatever links to where moderators reject nearly everything; say if more is due."""
        async with self.pool.acquire() as connection, connection.transaction():
            if not await db.try_links(connection):
                return False
            part = await self._lately.next(connection)
            found = {
                name: await _new(connection, name, _suspects(rejected))
                for name, rejected in part.by_site.items()
            }
            for name in filter(found.get, found):
                await hold(connection, name, found[name])
        return self._lately.looked(part)


def _suspects(rejected: Iterable[Rejected]) -> list[str]:
    """Return the hosts that what was rejected links to, those of most first."""
    counts = Counter(host for each in rejected for host in set(hosts_in(each.body, each.website)))
    return [host for host, _ in counts.most_common(_MOST) if len(host) <= LONGEST_WORD]


def hosts_in(body: str, website: str | None) -> Iterator[str]:
    """Yield the hosts that a comment links to."""
    for chunk in (*body.split(), website or ""):
        yield from hosts_of(chunk)


async def links_of(
    connection: Connection, rows: Sequence[QueuedComment]
) -> dict[UUID, Sequence[LearntLink]]:
    """Return for comments that a word holds the hosts learnt that they link to."""
    found: dict[UUID, Sequence[LearntLink]] = {row.id: () for row in rows}
    held = [row for row in rows if "held_word" in row.reasons]
    if held:
        known = await db.of_sites(connection, sorted({row.site for row in held}))
        for row in held:
            hosts = dict.fromkeys(hosts_in(row.body, row.website))
            found[row.id] = [known[row.site][host] for host in hosts if host in known[row.site]]
    return found


async def forget(
    connection: Connection, name: str, hosts: Collection[str], authors: Sequence[UUID]
) -> None:
    """Forget hosts of a site that nobody but these authors linked to.

    Their entries of the held words go with them. It comes last in a transaction, as `hold` does;
    whoever is just learning of what is about to be erased is waited for.
    """
    await db.await_turn(connection)
    site = await accounts.find_site(connection, name)
    await let_go(connection, name, await db.forget(connection, site.id, hosts, authors))


async def _new(connection: Connection, name: str, hosts: Sequence[str]) -> list[str]:
    """Return the hosts that are learnt of a site now; nothing is locked while they are sought."""
    site = await accounts.find_site(connection, name)
    if not hosts or site.settings.learning == "off":
        return []
    rows = await db.linking(connection, site.id, hosts, SILENCE_DAYS)
    told = [(set(hosts_in(row.body, row.website)) & set(hosts), row.status) for row in rows]
    found = []
    for link in learnt(told):
        if await db.add(connection, site.id, link):
            found.append(link.host)
            _LOG.info("link_learnt", site=str(site.id), rejected=link.rejected, count=link.decided)
    return found
