"""Phrases that sites' moderators reject whoever says them: one function per query."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from service.db.comments import Connection
from service.db.rows import all_as
from service.db.sql import load
from service.domain.learnt_phrases import LearntPhrase, Said

_SQL: Final = load("learnt_phrases")


async def try_phrases(connection: Connection) -> bool:
    """Take the turn to look for phrases, for this transaction; False while another has it."""
    return bool(await connection.fetchval(_SQL["try_phrases"]))


async def rejected_lately(
    connection: Connection, site_id: UUID, most: int, fresh: Sequence[UUID]
) -> list[Said]:
    """Return what a site's people rejected as spam last, and of these comments what they did."""
    rows = await connection.fetch(_SQL["rejected_lately"], site_id, most, list(fresh))
    return all_as(Said, rows)


async def approved_lately(
    connection: Connection, site_id: UUID, most: int, silence_days: int
) -> list[Said]:
    """Return what was approved last on a site, by whomever."""
    rows = await connection.fetch(_SQL["approved_lately"], site_id, most, silence_days)
    return all_as(Said, rows)


async def of_sites(connection: Connection, sites: Sequence[str]) -> dict[str, list[LearntPhrase]]:
    """Return the phrases that sites learnt, by the sites' names."""
    found: dict[str, list[LearntPhrase]] = {site: [] for site in sites}
    for row in await connection.fetch(_SQL["phrases_of"], list(sites)):
        found[row["site"]].append(LearntPhrase(row["phrase"], row["rejected"]))
    return found


async def add(connection: Connection, site_id: UUID, one: LearntPhrase) -> bool:
    """Record a phrase of a site; False if that was done before."""
    return (
        await connection.fetchval(_SQL["add_phrase"], site_id, one.phrase, one.rejected) is not None
    )
