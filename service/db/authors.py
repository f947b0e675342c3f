"""Queries about everything of one author: for export and for erasing."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from service.db.accounts import Database
from service.db.sql import load

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
