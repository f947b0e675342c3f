"""Use cases of a site's lists of words: add, remove, replace; what was done is kept as an act.

Each is a part of its caller's transaction, in which the site is locked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from service.db import acts
from service.db import words as db
from service.db.accounts import Database
from service.domain.accounts import Site
from service.domain.fields import FieldError, Refused
from service.domain.sites import WORD_LISTS
from service.domain.words import MOST_WORDS, ListName, form_of, inside_words, read_words
from service.errors import InvalidFields

SETTING_OF: Final = {which: setting for setting, which in WORD_LISTS.items()}


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change made of a list: how many entries came, went, and are there now."""

    added: int
    removed: int
    entries: int


async def add(
    connection: Database,
    site: Site,
    which: ListName,
    entries: Sequence[str],
    *,
    inside: bool = False,
    by: UUID | None = None,
) -> Changed:
    """Add entries; one that is there in any spelling stays as it is.

    With `inside` each is met inside words too, as WordPress does.

    Raises:
        InvalidFields: some would be met nowhere or everywhere, or the list gets too long.
    """
    forms = _read(which, inside_words(entries) if inside else entries)
    there = await db.forms_in(connection, site.id, which, list(forms.values()))
    new = {entry: form for entry, form in forms.items() if form not in there}
    await db.add(connection, site.id, which, new, by)
    await _tell(connection, site, which, len(new), by=by)
    return Changed(len(new), 0, await _count(connection, site, which))


async def remove(
    connection: Database, site: Site, which: ListName, entries: Sequence[str]
) -> Changed:
    """Take entries out, in whatever spelling they are given.

    Raises:
        InvalidFields: not every entry is there; nothing is changed.
    """
    forms = {entry: form_of(entry) for entry in entries}
    gone = await db.remove(connection, site.id, which, forms)
    found = {*gone, *map(form_of, gone)}
    if not all(entry in found or form in found for entry, form in forms.items()):
        raise _wrong(which, "has not all of these entries; look at the list")
    await _tell(connection, site, which, -len(gone))
    return Changed(0, len(gone), await _count(connection, site, which))


async def replace(
    connection: Database, site: Site, which: ListName, entries: Sequence[str]
) -> None:
    """Make these the entries of a list; those that stay keep their counts.

    Raises:
        InvalidFields: some would be met nowhere or everywhere.
    """
    forms = _read(which, entries)
    gone = await db.remove_others(connection, site.id, which, list(forms))
    await _tell(connection, site, which, -gone)
    new = await db.add(connection, site.id, which, forms, None)
    await _tell(connection, site, which, new)


def lines(raw: bytes) -> list[str]:
    """Return the entries of a file, one a line, without blank ones.

    Raises:
        UnicodeDecodeError: it is not in UTF-8.
    """
    return [line.strip() for line in raw.decode("utf-8-sig").splitlines() if line.strip()]


def _read(which: ListName, entries: Sequence[str]) -> dict[str, str]:
    try:
        return read_words(entries)
    except Refused as refusal:
        raise _wrong(which, str(refusal)) from None


async def _tell(
    connection: Database, site: Site, which: ListName, change: int, *, by: UUID | None = None
) -> None:
    """Keep as an act of somebody, or of a command, how many entries came, or went if below 0."""
    if change:
        act = "words_added" if change > 0 else "words_removed"
        await acts.add(connection, by, act, f"{site.name}, {abs(change)} {which}")


async def _count(connection: Database, site: Site, which: ListName) -> int:
    count = (await db.counts(connection, site.id)).get(which, 0)
    if count > MOST_WORDS:
        raise _wrong(which, f"would have {count:,} entries; at most {MOST_WORDS:,} are taken")
    return count


def _wrong(which: ListName, message: str) -> InvalidFields:
    return InvalidFields([FieldError(SETTING_OF[which], message)])
