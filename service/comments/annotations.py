"""The use case of exporting annotations: all that is known of texts, for a model to learn from."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias, TypeVar
from uuid import UUID

import msgspec

from service.accounts import accounts
from service.db import annotations as db
from service.db.models import Connection
from service.db.pool import Pool
from service.domain.accounts import Sites
from service.domain.annotations import (
    Annotation,
    Provenance,
    label_of,
    labels_of,
    provenance_of,
)
from service.domain.masking import mask_addresses
from service.ids import first_id

SILENCE_DAYS: Final = 14
"""After so many days a published comment that nobody took back counts as a weak approval."""

LOOKED_AT: Final = 1.0
"""Propensity of what a person saw in any case."""

_ENCODER: Final = msgspec.json.Encoder()
_T = TypeVar("_T")

Read: TypeAlias = Callable[[Connection], Awaitable[list[Any]]]
"""Reads a page of rows on a connection."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which annotations: of one site or all, before `until`; silence is of before `quiet`."""

    site_id: UUID | None
    until: datetime
    quiet: datetime | None


async def chosen(connection: Connection, *, site: str | None, silence_days: int | None) -> Chosen:
    """Return what to export: all that is there by now, silence where its days are given.

    Raises:
        NotFound: there is no such site.
    """
    site_id = (await accounts.find_site(connection, site)).id if site else None
    return chosen_of(site_id, silence_days)


def chosen_of(site_id: UUID | None, silence_days: int | None) -> Chosen:
    """Return the same of a site's id; None is every site."""
    now = datetime.now(UTC)
    quiet = None if silence_days is None else now - timedelta(days=silence_days)
    return Chosen(site_id, now, quiet)


async def pages(connection: Connection, what: Chosen) -> AsyncIterator[list[Annotation]]:
    """Yield people's annotations, then clients', imports' and silence's, each the oldest first."""

    async def here(read: Read) -> list[Any]:
        return await read(connection)

    async for page in _asked(here, what):
        yield page


@dataclass(frozen=True, slots=True)
class AnnotationExport:
    """The use case over HTTP: a connection only for each page, so a slow reader holds none."""

    pool: Pool
    sites: Sites = None

    async def begin(self, *, site: str | None, silence_days: int | None) -> AsyncIterator[bytes]:
        """Find the sites, which may fail, and return the lines of what was said of their texts.

        Raises:
            NotFound: there is no such site.
        """
        async with self.pool.acquire() as connection:
            known = site and await accounts.find_site(connection, site, sites=self.sites)
        ids = [known.id] if known else [None] if self.sites is None else [*self.sites]
        return self._lines([chosen_of(one, silence_days) for one in ids])

    async def _lines(self, whats: Iterable[Chosen]) -> AsyncIterator[bytes]:
        async def anew(read: Read) -> list[Any]:
            async with self.pool.acquire() as connection:
                return await read(connection)

        for what in whats:
            async for page in _asked(anew, what):
                yield lines(page)


async def _asked(
    ask: Callable[[Read], Awaitable[list[Any]]], what: Chosen
) -> AsyncIterator[list[Annotation]]:
    of_all = (what.site_id, what.until)
    async for decided in _pages(lambda last: ask(lambda on: db.decided(on, *of_all, last))):
        yield _spoken(map(_of_decided, decided))
    async for told in _pages(lambda last: ask(lambda on: db.told(on, *of_all, last))):
        yield _spoken(map(_of_told, told))
    until = (*of_all, first_id(what.until))
    async for imported in _pages(lambda last: ask(lambda on: db.imported(on, until, last))):
        yield _spoken(map(_of_imported, imported))
    if what.quiet is None:
        return
    quiet = (what.site_id, what.quiet, first_id(what.quiet))
    async for silent in _pages(lambda last: ask(lambda on: db.silent(on, *quiet, last))):
        yield _spoken(map(_of_silent, silent))


async def _pages(
    fetch: Callable[[_T | None], Awaitable[list[_T]]],
) -> AsyncIterator[list[_T]]:
    rows = await fetch(None)
    while rows:
        yield rows
        rows = await fetch(rows[-1])


def lines(page: Iterable[Annotation]) -> bytes:
    """Annotations as JSON lines."""
    return b"".join(_ENCODER.encode(one) + b"\n" for one in page)


def _spoken(found: Iterable[Annotation]) -> list[Annotation]:
    return [one for one in found if one.labels]


def _of_decided(row: db.Decided) -> Annotation:
    return Annotation(
        **_about(row),
        name=row.name,
        website=row.website,
        labels=labels_of(row.status, row.reason, row.scores),
        provenance=_provenance(row),
        propensity=row.propensity or LOOKED_AT,
        model_version=row.model_version,
        scores=row.scores,
        first_time=row.first_time,
    )


def _provenance(row: db.Decided) -> Provenance:
    if row.propensity is not None:
        return "audit"
    return "client" if row.by_site else "bulk" if row.in_bulk else "moderator"


def _of_told(row: db.Told) -> Annotation:
    return Annotation(
        **_about(row),
        name=None,
        website=None,
        labels=label_of(row.label, row.value),
        provenance=provenance_of(row.provenance),
        propensity=LOOKED_AT,
        model_version=None,
        scores={},
    )


def _of_imported(row: db.Imported) -> Annotation:
    return Annotation(
        **_about(row),
        name=row.name,
        website=row.website,
        labels=labels_of(row.status, row.reason, {}),
        provenance="import",
        propensity=LOOKED_AT,
        model_version=None,
        scores={},
        first_time=row.first_time,
    )


def _of_silent(row: db.Silent) -> Annotation:
    return Annotation(
        **_about(row),
        name=row.name,
        website=row.website,
        labels=labels_of("approved", None, {}),
        provenance="silence",
        propensity=row.propensity,
        model_version=row.model_version,
        scores=row.scores,
        first_time=row.first_time,
    )


def _about(row: db.Decided | db.Told | db.Imported | db.Silent) -> dict[str, Any]:
    """Return what every annotation has of its row; addresses were masked on the way in, too."""
    return {
        "site": row.site,
        "text": mask_addresses(row.text),
        "language": row.language,
        "at": row.at,
    }
