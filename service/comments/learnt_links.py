"""The service learns within seconds where a site's moderators let nothing link to.

A new kind of spam links to a place that no model knows. After five rejections of what links there
its host is an entry of the site's held words, so that people see whatever else does; who takes the
entry out has the last word.
"""

from collections import defaultdict
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog

from classifier.text.tokens import hosts_of
from service.accounts import accounts, site_words
from service.comments.annotations import SILENCE_DAYS
from service.concurrency.background import Background
from service.db import learnt_links as db
from service.db.comments import Connection
from service.db.pool import Pool
from service.domain.desk import QueuedComment
from service.domain.learnt_links import FEWEST, LearntLink, Rejected, learnt
from service.domain.words import LONGEST_WORD
from service.errors import InvalidFields

_EVERY: Final = 5.0
_PATIENCE: Final = 5.0
_MOST: Final = 20
"""Hosts of a site that are looked at together: those that are rejected most."""

_LOG: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LearntLinks:
    """The task of one process; of several, one has the turn."""

    pool: Pool

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Look for hosts for as long as the block runs."""
        async with Background("links", self.look_once, every=_EVERY, patience=_PATIENCE):
            yield

    async def look_once(self) -> bool:
        """Hold whatever links to where moderators have just rejected nearly everything."""
        async with self.pool.acquire() as connection, connection.transaction():
            if not await db.try_links(connection):
                return False
            for site, hosts in _suspects(await db.lately_rejected(connection)).items():
                await _learn(connection, site, hosts)
        return False


def _suspects(rejected: list[Rejected]) -> dict[str, list[str]]:
    """Return for each site the hosts that enough of what was rejected links to."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for each in rejected:
        for host in set(hosts_in(each.body, each.website)):
            counts[each.site][host] += 1
    found = {}
    for site, hosts in counts.items():
        many = [host for host, count in hosts.items() if count >= FEWEST]
        if many:
            found[site] = sorted(many, key=lambda host: -hosts[host])[:_MOST]
    return found


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


async def _learn(connection: Connection, name: str, hosts: list[str]) -> None:
    site = await accounts.find_site(connection, name, lock=True)
    if site.settings.learning == "off":
        return
    rows = await db.linking(connection, site.id, hosts, SILENCE_DAYS)
    told = [(set(hosts_in(row.body, row.website)) & set(hosts), row.status) for row in rows]
    for link in learnt(told):
        if len(link.host) > LONGEST_WORD or not await db.add(connection, site.id, link):
            continue
        try:
            async with connection.transaction():
                await site_words.add(connection, site, "held", [link.host])
        except InvalidFields:
            continue  # the list is full, or the host is no word: its people know what they do
        _LOG.info("link_learnt", site_id=str(site.id), rejected=link.rejected, of=link.decided)
