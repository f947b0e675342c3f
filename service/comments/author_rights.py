"""The use cases of an author's rights: everything of one address, to hand out or to erase."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from service.accounts.secrets import Secrets
from service.comments.learnt_links import forget, hosts_in
from service.comments.moderation import Moderation
from service.db import authors as db
from service.db.accounts import list_sites
from service.db.pool import Pool
from service.domain.accounts import Sites
from service.domain.learnt_from import LearntFrom, learnt_from
from service.domain.states import Actor
from service.errors import Conflict

_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Erased:
    """How many comments were erased, and which versions may have learnt from the author's texts."""

    comments: int
    learnt: tuple[LearntFrom, ...]


@dataclass(frozen=True, slots=True)
class AuthorRights:
    """The use cases with the parts they need, for some sites or for all."""

    pool: Pool
    secrets: Secrets
    moderation: Moderation
    sites: Sites = None

    async def export(self, email: str) -> Sequence[dict[str, Any]]:
        """Return the author's comments, then what was said of texts that were only checked."""
        ids = await self._ids(email)
        return [*await db.comments(self.pool, ids), *await db.labels(self.pool, ids)]

    async def erase(self, email: str, actor: Actor) -> Erased:
        """Erase all of it with the address itself, and say which versions it may have taught.

        What a site learnt of nobody else is forgotten too: the hosts that their comments link to.

        Raises:
            Conflict: some were being changed just now; the same again goes on.
        """
        ids = await self._ids(email)
        learnt = await self._learnt(ids)  # before, as afterwards nothing tells it any more
        rows = await db.comments(self.pool, ids)
        found, hosts = [row["id"] for row in rows], _hosts(rows)
        await self._forget(hosts, ids)  # likewise
        for start in range(0, len(found), _AT_ONCE):
            part = found[start : start + _AT_ONCE]
            outcomes = await self.moderation.decide(part, "erase", actor)
            if any(outcome.change is None for outcome in outcomes):
                raise Conflict("Some comments were being changed just now: send it again.")
        await self._forget(hosts, ids)  # what was learnt meanwhile
        await db.erase_labels(self.pool, ids)
        return Erased(len(found), learnt)

    async def _learnt(self, ids: Sequence[UUID]) -> tuple[LearntFrom, ...]:
        told = await db.told(self.pool, ids)
        learners = await db.learners(self.pool, [each.site_id for each in told]) if told else []
        names = {each.name for each in await list_sites(self.pool)}
        return learnt_from(told, learners, names)

    async def _forget(self, hosts: Mapping[str, Collection[str]], ids: Sequence[UUID]) -> None:
        for site, linked in hosts.items():  # a transaction holds one site at a time
            async with self.pool.acquire() as connection, connection.transaction():
                await forget(connection, site, linked, ids)

    async def _ids(self, email: str) -> list[UUID]:
        """The author has another id on each site, so each site is asked about."""
        every = [site.id for site in await list_sites(self.pool)]
        sites = every if self.sites is None else [each for each in every if each in self.sites]
        return [id_ for site in sites for id_ in self.secrets.author_ids(site, email)]


def _hosts(rows: Sequence[Mapping[str, Any]]) -> dict[str, set[str]]:
    """Return where comments link to, and did before they were edited, by the sites' names."""
    found: dict[str, set[str]] = {}
    for row in rows:
        for body in (row["body"], *row["former_bodies"]):
            hosts = set(hosts_in(body or "", row["website"]))
            found.setdefault(row["site"], set()).update(hosts)
    return {site: hosts for site, hosts in found.items() if hosts}
