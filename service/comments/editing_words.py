"""Use cases of the page of a site's words: look through, add, import, remove, try a text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from service.accounts import accounts, site_words
from service.accounts.site_words import Changed
from service.comments.word_lists import WordLists
from service.db import acts
from service.db import words as db
from service.db.pool import Pool
from service.domain.accounts import Site, Sites
from service.domain.listed_words import Word, WordView
from service.domain.words import ListName

PART: Final = 100
"""Entries that are shown at once."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A part of a list: its site, how many entries each list has, where the next part begins."""

    site: Site
    counts: dict[str, int]
    words: Sequence[Word]
    next: Word | None


@dataclass(frozen=True, slots=True)
class EditingWords:
    """The use cases with the parts they need; each raises NotFound for a site not among `sites`.

    A change is known in this process at once, in others within two seconds.
    """

    pool: Pool
    lists: WordLists
    sites: Sites = None

    async def look(self, name: str, view: WordView) -> Seen:
        """Return a part of a list."""
        site = await accounts.find_site(self.pool, name, sites=self.sites)
        found = await db.part(self.pool, site.id, view, PART + 1)
        last = found[PART - 1] if len(found) > PART else None
        return Seen(site, await db.counts(self.pool, site.id), found[:PART], last)

    async def add(
        self, name: str, which: ListName, entries: Sequence[str], by: UUID, *, inside: bool
    ) -> Changed:
        """Add entries, and keep who did it.

        Raises:
            InvalidFields: some would be met nowhere or everywhere; nothing is changed.
        """
        async with self.pool.acquire() as connection, connection.transaction():
            site = await accounts.find_site(connection, name, lock=True, sites=self.sites)
            done = await site_words.add(connection, site, which, entries, inside=inside, by=by)
        await self.lists.refresh()
        return done

    async def remove(self, name: str, id_: int, by: UUID) -> None:
        """Take one entry out, and keep who did it; one that is gone is no error."""
        async with self.pool.acquire() as connection, connection.transaction():
            site = await accounts.find_site(connection, name, lock=True, sites=self.sites)
            if await db.remove_one(connection, site.id, id_):
                await acts.add(connection, by, "word_removed", name)
        await self.lists.refresh()

    async def met(self, name: str, text: str) -> Sequence[tuple[ListName, str]]:
        """Return the entries that a text has, with the list of each; nothing is counted."""
        site = await accounts.find_site(self.pool, name, sites=self.sites)
        return (await self.lists.of(site.id)).met(text)
