"""Queries about everything of one author: for export and for erasing."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from service.db.accounts import Database
from service.db.rows import all_as
from service.db.sql import load
from service.domain.learnt_from import Learner, Told

_SQL: Final = load("authors")


async def comments(db: Database, author_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Every comment of an author, as the author wrote it and as it stands; oldest first."""
    return [dict(row) for row in await db.fetch(_SQL["author_comments"], list(author_ids))]


async def labels(db: Database, author_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """What was said of an author's texts that were only ever checked or submitted; oldest first."""
    return [dict(row) for row in await db.fetch(_SQL["author_labels"], list(author_ids))]


async def erase_labels(db: Database, author_ids: Sequence[UUID]) -> None:
    """Forget those texts, what was said of them, and views of the queue that are of this author."""
    await db.execute(_SQL["erase_author_labels"], list(author_ids))


async def told(db: Database, author_ids: Sequence[UUID]) -> list[Told]:
    """When each site was first told something of an author's texts that a model could learn."""
    return all_as(Told, await db.fetch(_SQL["told_of_author"], list(author_ids)))


async def learners(db: Database, site_ids: Sequence[UUID]) -> list[Learner]:
    """Return the adaptations of these sites and the models that learnt, each the newest first."""
    rows = await db.fetch(_SQL["learners"], list(site_ids))
    return [
        Learner(
            row["kind"],
            row["site_id"],
            row["version"],
            row["serves"],
            row["made"],
            row["annotations"] if isinstance(row["annotations"], Mapping) else {},
        )
        for row in rows
    ]
