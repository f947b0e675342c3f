"""How good automatic decisions are: one function per query of quality.sql."""

from dataclasses import astuple
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from service.db.comments import Connection
from service.db.rows import all_as
from service.db.sql import load
from service.domain.accounts import Sites
from service.domain.agreement import Pair
from service.domain.promises import NewEvent, PromiseEvent
from service.domain.quality import Answer, Counted, Disagreement, Kind

_SQL: Final = load("quality")
_SECONDS: Final = 60.0  # a year of a busy site is read at once


async def decided(
    connection: Connection, since: datetime, site_id: UUID | None, sites: Sites = None
) -> list[Counted]:
    """Return how many automatic decisions of each kind there were."""
    rows = await connection.fetch(_SQL["decided"], since, site_id, sites, timeout=_SECONDS)
    return [Counted(_kind(row), row["comments"]) for row in rows]


async def answers(
    connection: Connection,
    since: datetime,
    site_id: UUID | None,
    sites: Sites = None,
    *,
    fresh: bool = False,
) -> list[Answer]:
    """Return what moderators answered of audits of such decisions.

    With `fresh` of decisions that were made by the scores and the bands of today: after a promise,
    an adaptation or another version last changed them.
    """
    rows = await connection.fetch(_SQL["answers"], since, site_id, fresh, sites, timeout=_SECONDS)
    return [
        Answer(
            _kind(row),
            row["propensity"],
            row["answer_status"],
            row["answer_reason"],
            row["scores"],
            row["bands"],
        )
        for row in rows
    ]


async def pairs(
    connection: Connection, since: datetime, site_id: UUID | None, sites: Sites = None
) -> list[Pair]:
    """Return what two moderators decided about one comment each."""
    rows = await connection.fetch(_SQL["pairs"], since, site_id, sites, timeout=_SECONDS)
    return all_as(Pair, rows)


async def outlived(connection: Connection) -> list[str]:
    """Return the sites with bands that were tightened before another version became active."""
    return [row["name"] for row in await connection.fetch(_SQL["outlived"])]


async def try_promises(connection: Connection) -> bool:
    """Take the turn to look after promises, for this transaction; False while another has it."""
    return bool(await connection.fetchval(_SQL["try_promises"]))


async def add_event(connection: Connection, site_id: UUID, event: NewEvent) -> None:
    """Record what became of a promise."""
    await connection.execute(_SQL["add_event"], site_id, *astuple(event))


async def events(
    connection: Connection, site_id: UUID | None, limit: int, sites: Sites = None
) -> list[PromiseEvent]:
    """Return what became of promises, the newest first."""
    rows = await connection.fetch(_SQL["events"], site_id, limit, sites)
    return all_as(PromiseEvent, rows)


async def disagreements(
    connection: Connection, since: datetime, site_id: UUID | None, limit: int, sites: Sites
) -> list[Disagreement]:
    """Return the newest decisions that moderators answered otherwise, with their texts."""
    rows = await connection.fetch(
        _SQL["disagreements"], since, site_id, limit, sites, timeout=_SECONDS
    )
    return all_as(Disagreement, rows)


def _kind(row: asyncpg.Record) -> Kind:
    return Kind(*(row[name] for name in Kind.__slots__))
