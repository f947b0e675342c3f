"""Use cases of the page of a site's words: look through, add, import, remove, try a text."""

import asyncio
from collections import Counter
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
from service.domain.fields import FieldError, Refused
from service.domain.listed_words import Word, WordView, Written
from service.domain.spelt import Spelt
from service.domain.words import ListName, Words, form_of, read_word
from service.errors import InvalidFields

PART: Final = 100
"""Entries that are shown at once."""

RECENT: Final = 1_000
_SOME: Final = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """A part of a list: its site, how many entries each list has, where the next part begins."""

    site: Site
    counts: dict[str, int]
    words: Sequence[Word]
    next: Word | None


@dataclass(frozen=True, slots=True)
class Meeting:
    """What an entry would have met: of so many newest comments how many, by how they stand."""

    looked_at: int
    approved: int
    rejected: int
    pending: int
    some: Sequence[Written]

    @property
    def count(self) -> int:
        """Return how many have it."""
        return self.approved + self.rejected + self.pending


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

    async def site(self, name: str) -> Site:
        """Return the site."""
        return await accounts.find_site(self.pool, name, sites=self.sites)

    async def would_meet(self, name: str, entry: str) -> Meeting:
        """Return what an entry would have met among the newest comments, whatever lists there are.

        Raises:
            InvalidFields: it would be met nowhere or everywhere.
        """
        site = await self.site(name)
        try:
            word = read_word(entry)
        except Refused as refusal:
            raise InvalidFields([FieldError("text", str(refusal))]) from None
        newest = await db.newest_texts(self.pool, site.id, RECENT)
        met = await asyncio.to_thread(_having, Words((word,)), newest)
        counts = Counter(each.status for each in met)
        return Meeting(
            len(newest),
            approved=counts["approved"],
            rejected=counts["rejected"],
            pending=counts["pending"],
            some=met[:_SOME],
        )

    async def take_back(self, name: str, which: ListName, entry: str, by: UUID) -> None:
        """Take an entry out in any spelling, and keep who did; one that is gone is no error."""
        async with self.pool.acquire() as connection, connection.transaction():
            site = await accounts.find_site(connection, name, lock=True, sites=self.sites)
            if await db.remove(connection, site.id, which, {entry: form_of(entry)}):
                await acts.add(connection, by, "word_removed", name)
        await self.lists.refresh()

    async def met(self, name: str, text: str) -> Sequence[tuple[ListName, str]]:
        """Return the entries that a text has, with the list of each; nothing is counted."""
        site = await accounts.find_site(self.pool, name, sites=self.sites)
        return (await self.lists.of(site.id)).met(text)


def _having(words: Words, comments: Sequence[Written]) -> list[Written]:
    """Return the comments in which an entry is met."""
    return [
        each for each in comments if words.met(Spelt.of(each.name, each.website or "", each.body))
    ]
