"""Lists of words of sites: one function per query of words.sql."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from service.db.accounts import Database
from service.db.rows import all_as
from service.db.sql import load
from service.domain.listed_words import Word, WordView, Written
from service.domain.words import NO_LISTS, ListName, Lists, Words, form_of

Hit = tuple[UUID, ListName, str]
"""An entry that was met: its site, its list, as it is written."""

_BEGINNING: Final = (2**63 - 1, 2**63 - 1)
_SQL: Final = load("words")


@dataclass(frozen=True, slots=True)
class Versioned:
    """A site's lists as they were at a version."""

    version: int
    lists: Lists


async def versions(db: Database, sites: Collection[UUID]) -> dict[UUID, int]:
    """Return which version of their lists sites have."""
    rows = await db.fetch(_SQL["word_versions"], list(sites))
    return {row["id"]: row["words_version"] for row in rows}


async def lists_of(db: Database, site_id: UUID) -> Versioned:
    """Return a site's lists whole; of a site that is gone, empty ones."""
    row = await db.fetchrow(_SQL["all_words"], site_id)
    if row is None:
        return Versioned(0, NO_LISTS)
    return Versioned(row["version"], Lists(Words(row["blocked"]), Words(row["held"])))


async def forms_in(db: Database, site_id: UUID, which: ListName, forms: Sequence[str]) -> set[str]:
    """Return which of these forms a list has."""
    rows = await db.fetch(_SQL["word_forms"], site_id, which, forms)
    return {row["form"] for row in rows}


async def add(
    db: Database, site_id: UUID, which: ListName, forms: Mapping[str, str], by: UUID | None
) -> int:
    """Add entries, each with its form, and return how many; one that is there stays as it is."""
    done = await db.execute(_SQL["add_words"], site_id, which, [*forms], [*forms.values()], by)
    return int(done.rpartition(" ")[2])


async def remove(
    db: Database, site_id: UUID, which: ListName, forms: Mapping[str, str]
) -> list[str]:
    """Take entries out, as they are written or in another spelling; return those that were."""
    rows = await db.fetch(_SQL["remove_words"], site_id, which, [*forms.values()], [*forms])
    return [row["entry"] for row in rows]


async def remove_others(
    db: Database, site_id: UUID, which: ListName, entries: Sequence[str]
) -> int:
    """Take every entry but these out, and return how many."""
    done = await db.execute(_SQL["remove_other_words"], site_id, which, entries)
    return int(done.rpartition(" ")[2])


async def remove_one(db: Database, site_id: UUID, id_: int) -> bool:
    """Take one entry out; False if it is gone."""
    return await db.fetchval(_SQL["remove_word"], site_id, id_) is not None


async def counts(db: Database, site_id: UUID) -> dict[str, int]:
    """Return how many entries each list has; none for one without."""
    rows = await db.fetch(_SQL["word_counts"], site_id)
    return {row["list"]: row["entries"] for row in rows}


async def whole(db: Database, site_id: UUID, which: ListName) -> list[Word]:
    """Return a list whole, in the order that entries came."""
    return all_as(Word, await db.fetch(_SQL["whole_list"], site_id, which))


async def part(db: Database, site_id: UUID, view: WordView, limit: int) -> list[Word]:
    """Return the next entries of a list as it is looked at."""
    hits, id_ = view.before or _BEGINNING
    args = (site_id, view.list, form_of(view.sought), id_, limit)
    if view.order == "hits":
        return all_as(Word, await db.fetch(_SQL["words_by_hits"], *args, hits))
    return all_as(Word, await db.fetch(_SQL["words_by_time"], *args))


async def newest_texts(db: Database, site_id: UUID, limit: int) -> list[Written]:
    """Return a site's newest comments that are not erased, as moderators see them."""
    return all_as(Written, await db.fetch(_SQL["newest_texts"], site_id, limit))


async def count_hits(db: Database, hits: Mapping[Hit, int]) -> None:
    """Add to the counts of entries; those that are gone are passed over."""
    columns = [list(column) for column in zip(*hits, strict=True)]
    await db.execute(_SQL["count_hits"], *columns, [*hits.values()])


async def without_form(db: Database, limit: int) -> dict[int, str]:
    """Return entries of which nothing is kept yet that could be compared."""
    rows = await db.fetch(_SQL["words_without_form"], limit)
    return {row["id"]: row["entry"] for row in rows}


async def keep_forms(db: Database, forms: Mapping[int, str]) -> None:
    """Keep what is compared of entries."""
    await db.execute(_SQL["form_words"], [*forms], [*forms.values()])
