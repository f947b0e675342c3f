"""Audits: one function per query of audits.sql."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from service.db.comments import Connection
from service.db.rows import one_as
from service.db.sql import load
from service.domain.agreement import DECIDE_HERE, SHARE
from service.domain.audits import BEGINNING, Audited

_SQL: Final = load("audits")
_LATELY: Final = 20_000
"""Of more comments a day the share is so small that counting them tells nothing."""


@dataclass(frozen=True, slots=True)
class NewAudit:
    """A decided comment to be shown as if it waited: how it looks, and its chance to be chosen.

    `place` is which one of its site it is, of those chosen at once.
    """

    id: UUID
    propensity: float
    reasons: tuple[str, ...]
    bands: Mapping[str, Sequence[float]]
    risk: float
    place: int
    a_day: int


async def audited(connection: Connection, site_id: UUID) -> Audited:
    """Return what the share of a site's next audits goes by."""
    (row,) = await connection.fetch(_SQL["audited"], site_id, BEGINNING, _LATELY)
    return one_as(Audited, row)


async def note_share(connection: Connection, site_id: UUID, share: float, since: datetime) -> None:
    """Note which share of a site's automatic decisions is audited since a moment."""
    await connection.execute(_SQL["audit_share"], site_id, share, since)


async def open_second_looks(
    connection: Connection, since: datetime, until: datetime, share: float = SHARE
) -> None:
    """Have another moderator see a share of what one decided from one moment to another."""
    await connection.execute(_SQL["open_second_looks"], since, until, share, DECIDE_HERE)


async def open_audits(connection: Connection, chosen: Sequence[NewAudit]) -> None:
    """Have moderators see comments as if they waited; those that changed meanwhile are left out."""
    await connection.execute(_SQL["open_audits"], [asdict(each) for each in chosen])
