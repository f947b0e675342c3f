"""Queries of what sites have taught the model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from service.db import sql
from service.db.models import Connection
from service.db.rows import all_as
from service.domain.accounts import Sites
from service.domain.adaptations import Action, AdaptationSummary, Step, SwitchedOff
from service.domain.learning_curve import Curve, curve_of

_SQL: Final = sql.load("adaptations")


@dataclass(frozen=True, slots=True)
class InForce:
    """The adaptation that every process is to hold for a site."""

    site_id: UUID
    version: str
    digest: str
    bundle_digest: str


async def lock_adaptations(connection: Connection) -> None:
    """Wait for one's turn to change adaptations, until the transaction ends."""
    await connection.execute(_SQL["lock_adaptations"])


async def insert_adaptation(
    connection: Connection, site_id: UUID, content: bytes, card: Mapping[str, Any]
) -> int | None:
    """Keep an adaptation and return its id; None if the site has it already."""
    digests = (card["bundle"]["digest"], card["digest"])
    found: int | None = await connection.fetchval(
        _SQL["insert_adaptation"], site_id, card["version"], *digests, content, dict(card)
    )
    return found


async def record(
    connection: Connection,
    site_id: UUID,
    action: Action,
    adaptation_id: int | None,
    *,
    by: str | None,
    why: str | None,
) -> None:
    """Record what was done, and what is in force after it."""
    await connection.execute(_SQL["record"], site_id, action, adaptation_id, by, why)


async def in_force(connection: Connection) -> list[InForce]:
    """Return the adaptation of each site that has one in force."""
    return all_as(InForce, await connection.fetch(_SQL["in_force"]))


async def content(
    connection: Connection, site_id: UUID, version: str
) -> tuple[bytes, dict[str, Any]] | None:
    """Return an adaptation's content and card."""
    row = await connection.fetchrow(_SQL["content"], site_id, version)
    return (row["content"], row["card"]) if row else None


async def adaptations(
    connection: Connection, site_id: UUID | None, sites: Sites = None
) -> list[AdaptationSummary]:
    """Return the adaptations of one site, or of these, or of all, the newest first.

    Their cards say how they were made and judged, not by what bands they decide.
    """
    rows = await connection.fetch(_SQL["adaptations"], site_id, sites)
    return all_as(AdaptationSummary, rows)


async def adaptation(
    connection: Connection, site_id: UUID, version: str | None
) -> AdaptationSummary | None:
    """Return one adaptation of a site with its whole card, or without a version that in force."""
    rows = await connection.fetch(_SQL["adaptation"], site_id, version)
    return next(iter(all_as(AdaptationSummary, rows)), None)


async def curves(connection: Connection, sites: Sites = None) -> list[Curve]:
    """Return what sites, or these, learnt by the number of annotations, by their names."""
    rows = await connection.fetch(_SQL["curves"], sites)
    return [curve_of(row["site"], row["made_at"], row["curve"]) for row in rows]


async def steps(connection: Connection, site_id: UUID) -> list[Step]:
    """Return what was done with a site's adaptations, in order."""
    return all_as(Step, await connection.fetch(_SQL["steps"], site_id))


async def switched_off(connection: Connection, sites: Sites, by: str) -> list[SwitchedOff]:
    """Return the sites, or these, on which that name switched the last adaptation off."""
    return all_as(SwitchedOff, await connection.fetch(_SQL["switched_off"], sites, by))


async def try_learning(connection: Connection) -> bool:
    """Take the turn to learn until the transaction ends; False while another process has it."""
    return bool(await connection.fetchval(_SQL["try_learning"]))


async def due(connection: Connection, fresh: int) -> list[UUID]:
    """Return the sites with so many decisions since what was fitted last, the longest ago first."""
    return [row["id"] for row in await connection.fetch(_SQL["due"], fresh)]
