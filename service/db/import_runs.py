"""Files that were uploaded to be imported: one function per query of import_runs.sql."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from service.db.accounts import Database
from service.db.rows import all_as
from service.db.sql import load

_SQL: Final = load("import_runs")
_KEPT: Final = 10


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One uploaded file; `report` or `problem` is what came of it, once it has ended.

    Until then `part` of a `step` is done, which at this speed ends at `ends_at`.
    """

    id: UUID
    file: str
    dry_run: bool
    staff: str
    begun_at: datetime
    report: Mapping[str, Any] | None
    problem: str | None
    state: Literal["ended", "running", "broken"]
    step: Literal["read", "write"] | None
    part: float
    ends_at: datetime | None


async def begin(
    db: Database, id_: UUID, site_id: UUID, staff_id: UUID, file: str, *, dry_run: bool
) -> bool:
    """Note that a file is being imported; say whether none of the site was."""
    told = (id_, site_id, staff_id, file, dry_run, _KEPT)
    return await db.fetchval(_SQL["begin"], *told) is not None


async def seen(db: Database, id_: UUID, step: str | None, part: float) -> None:
    """Note that a file is still being imported, and which part of a step is done."""
    await db.execute(_SQL["seen"], id_, step, part)


async def running(db: Database) -> list[UUID]:
    """Return the files that are being imported."""
    return [row["id"] for row in await db.fetch(_SQL["running"])]


async def ended(
    db: Database, id_: UUID, report: Mapping[str, Any] | None, problem: str | None
) -> None:
    """Keep what came of a file."""
    await db.execute(_SQL["ended"], id_, report, problem)


async def newest(db: Database, site_id: UUID) -> list[ImportRun]:
    """Return the newest files of a site."""
    return all_as(ImportRun, await db.fetch(_SQL["newest"], site_id, _KEPT))
