"""Queries of the compatibility APIs: figures, labels from clients, maps of scores."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from service.db.accounts import Database
from service.db.rows import all_as, columns
from service.db.sql import load
from service.domain.accounts import Site, Sites
from service.domain.dashboard import ByClient
from service.domain.sites import SiteSettings

_SQL: Final = load("compat")


@dataclass(frozen=True, slots=True)
class Figure:
    """How often an API gave an outcome on one day, in the order of the query's parameters."""

    site_id: UUID
    day: date
    api: str
    outcome: str
    count: int


@dataclass(frozen=True, slots=True, repr=False)
class Label:
    """What somebody said of a text: one label, its value from 0 to 1."""

    id: UUID
    text: str
    label: str
    value: float


@dataclass(frozen=True, slots=True, repr=False)
class Waiting:
    """A comment in the queue that an edit may be of."""

    id: UUID
    body: str
    written: bytes | None


async def add_figures(db: Database, figures: Sequence[Figure]) -> None:
    """Add counts to those that are there."""
    await db.execute(_SQL["add_figures"], *columns(Figure, figures))


async def figures(db: Database, site_id: UUID, since: date, until: date) -> dict[str, int]:
    """Count outcomes as `api:outcome`, from a day on until another, which is not included."""
    rows = await db.fetch(_SQL["figures"], site_id, since, until)
    return {f"{row['api']}:{row['outcome']}": row["count"] for row in rows}


async def figures_by_site(db: Database, since: date, sites: Sites) -> list[ByClient]:
    """List what was answered to clients of all sites, or of these, from a day on."""
    return all_as(ByClient, await db.fetch(_SQL["figures_by_site"], since, sites))


async def add_labels(
    db: Database,
    site_id: UUID,
    labels: Sequence[Label],
    *,
    language: str | None,
    provenance: str,
    author_id: UUID | None = None,
) -> None:
    """Keep labels of texts that have no comment here; addresses in them are masked before.

    What is kept already, the same of the same text from the same site, is not kept again.
    """
    ids, texts, names, values = columns(Label, labels)
    origin = site_id.bytes + provenance.encode()
    digests = [_digest(origin, each) for each in labels]
    kept = (ids, site_id, texts, language, names, values, provenance, digests, author_id)
    await db.execute(_SQL["add_labels"], *kept)


def _digest(origin: bytes, label: Label) -> bytes:
    value = struct.pack(">f", label.value)  # as the column rounds it
    parts = (origin, label.label.encode(), value, label.text.encode())
    return sha256(b"\0".join(parts)).digest()[:16]


async def maps(db: Database, site_id: UUID) -> dict[str, tuple[Sequence[float], Sequence[float]]]:
    """Return the knots of a site's maps, ours and theirs, by attribute."""
    rows = await db.fetch(_SQL["maps"], site_id)
    return {row["attribute"]: (row["ours"], row["theirs"]) for row in rows}


async def set_map(
    db: Database,
    site_id: UUID,
    attribute: str,
    knots: tuple[Sequence[float], Sequence[float]],
    figures: Mapping[str, Any],
) -> None:
    """Keep a map in place of the one before."""
    await db.execute(_SQL["set_map"], site_id, attribute, *knots, figures)


async def told_maps(db: Database, site_id: UUID) -> list[dict[str, Any]]:
    """List {attribute, figures, knots, fitted_at} of a site's maps, by attribute."""
    return [dict(row) for row in await db.fetch(_SQL["told_maps"], site_id)]


async def remove_maps(db: Database, site_id: UUID) -> None:
    """Forget a site's maps."""
    await db.execute(_SQL["remove_maps"], site_id)


async def keep_words(
    db: Database,
    site_id: UUID,
    words: Mapping[bytes, bool | None],
    *,
    author_id: UUID | None,
    comment_id: UUID | None,
) -> None:
    """Keep what a client said of a comment under each digest; None forgets what was said."""
    said = [*words], [*words.values()]
    await db.execute(_SQL["keep_words"], site_id, *said, author_id, comment_id)


async def word_of(db: Database, site_id: UUID, digests: Sequence[bytes]) -> bool | None:
    """Say whether a client last said that a comment of one of these digests is spam."""
    found: bool | None = await db.fetchval(_SQL["word_of"], site_id, list(digests))
    return found


async def note_waiting(
    db: Database, comment_id: UUID, site_id: UUID, place: bytes, written: bytes | None
) -> None:
    """Note where a queued comment stands."""
    await db.execute(_SQL["note_waiting"], comment_id, site_id, place, written)


async def waiting_at(db: Database, site_id: UUID, place: bytes) -> list[Waiting]:
    """List the comments that wait at a place, the newest first."""
    return [Waiting(**row) for row in await db.fetch(_SQL["waiting_at"], site_id, place)]


async def release_key(db: Database, comment_id: UUID) -> None:
    """Let the check of an erased comment begin anew when it comes again."""
    await db.execute(_SQL["release_key"], comment_id)


async def coral_phase(db: Database, name: str) -> tuple[Site, bytes] | None:
    """Return a site by name, and the sealed secret of its Coral phase."""
    row = await db.fetchrow(_SQL["coral_phase"], name)
    if row is None:
        return None
    settings, _ = SiteSettings.read(row["settings"])
    return Site(row["id"], row["name"], settings), row["secret"]


async def set_coral_secret(db: Database, site_id: UUID, sealed: bytes) -> None:
    """Keep the sealed secret of a site's Coral phase."""
    await db.execute(_SQL["set_coral_secret"], site_id, sealed)
