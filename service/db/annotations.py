"""Words about texts, a page at a time: decisions in force, clients', and what stayed published."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from service.db import sql
from service.db.models import Connection
from service.db.rows import all_as
from service.ids import NOWHERE

PAGE: Final = 500
_SECONDS: Final = 120.0  # a page of a rare site may lie far apart
_SQL: Final = sql.load("annotations")
_BEGINNING: Final = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, repr=False)
class Decided:
    """A person's or a website's decision about a comment, and what the model had said of it.

    `propensity` is the chance that it was looked at, of one that an audit led to; `first_time` is
    whether its author had no comment before, None where who wrote it is not kept.
    """

    at: datetime
    id: UUID
    version: int
    site: str
    text: str
    name: str
    website: str | None
    language: str | None
    status: str
    reason: str | None
    scores: Mapping[str, float]
    model_version: str | None
    by_site: bool
    in_bulk: bool
    propensity: float | None
    first_time: bool | None


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """What was said of one label of a text that has no comment here."""

    at: datetime
    id: UUID
    site: str | None
    text: str
    language: str | None
    label: str
    value: float
    provenance: str


@dataclass(frozen=True, slots=True, repr=False)
class Imported:
    """A comment that came decided from another system."""

    id: UUID
    at: datetime
    site: str
    text: str
    name: str
    website: str | None
    language: str | None
    status: str
    reason: str | None
    first_time: bool | None


@dataclass(frozen=True, slots=True, repr=False)
class Silent:
    """A comment that was published by itself and stayed so; `propensity` that no audit chose it."""

    id: UUID
    at: datetime
    site: str
    text: str
    name: str
    website: str | None
    language: str | None
    scores: Mapping[str, float]
    model_version: str | None
    propensity: float
    first_time: bool | None


async def decided(
    connection: Connection, site_id: UUID | None, until: datetime, after: Decided | None = None
) -> list[Decided]:
    """Return the next decisions in force, oldest first."""
    place = (after.at, after.id, after.version) if after else (_BEGINNING, NOWHERE, 0)
    rows = await connection.fetch(_SQL["decided"], site_id, until, *place, PAGE, timeout=_SECONDS)
    return all_as(Decided, rows)


async def told(
    connection: Connection, site_id: UUID | None, until: datetime, after: Told | None = None
) -> list[Told]:
    """Return the next words without a comment, oldest first."""
    place = (after.at, after.id) if after else (_BEGINNING, NOWHERE)
    rows = await connection.fetch(_SQL["told"], site_id, until, *place, PAGE, timeout=_SECONDS)
    return all_as(Told, rows)


async def imported(
    connection: Connection, what: tuple[UUID | None, datetime, UUID], after: Imported | None = None
) -> list[Imported]:
    """Return the next imported comments of a site, until a time and below an id, oldest first."""
    site_id, until, before = what
    place = after.id if after else NOWHERE
    rows = await connection.fetch(
        _SQL["imported"], site_id, until, place, before, PAGE, timeout=_SECONDS
    )
    return all_as(Imported, rows)


async def silent(
    connection: Connection,
    site_id: UUID | None,
    until: datetime,
    before: UUID,
    after: Silent | None = None,
) -> list[Silent]:
    """Return the next comments that stayed published, oldest first; `before` ends their ids."""
    place = after.id if after else NOWHERE
    rows = await connection.fetch(
        _SQL["silent"], site_id, until, place, before, PAGE, timeout=_SECONDS
    )
    return all_as(Silent, rows)
