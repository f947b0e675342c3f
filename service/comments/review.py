"""Use cases of the review queue that change no status: list, claim, history, summary."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from classifier import Span
from service.db import review as review_db
from service.db.pool import Pool
from service.db.review import Filters, Order
from service.errors import NotFound
from service.models.scoring import Scoring

_CLAIM_ROUNDS = 4  # a colleague may take what was just seen; then look again


@dataclass(frozen=True, slots=True)
class Item:
    """A comment as moderators see it: its row without contact, and the stretches that say why."""

    row: asyncpg.Record
    spans: Sequence[Span]


@dataclass(frozen=True, slots=True)
class Review:
    """The use cases with the parts they need."""

    pool: Pool
    scoring: Scoring
    lease: timedelta

    async def queue(
        self,
        filters: Filters,
        order: Order,
        after: tuple[float, UUID] | None,
        limit: int,
        *,
        explained: bool = True,
    ) -> tuple[list[Item], tuple[float, UUID] | None]:
        """One page of items, and where the next page begins; `explained` is with their spans."""
        async with self.pool.acquire() as connection:
            rows = await review_db.items(connection, filters, order, after, limit + 1)
        items = [await self._item(row) if explained else Item(row, ()) for row in rows[:limit]]
        last = rows[limit - 1] if len(rows) > limit else None
        return items, (last["risk"], last["id"]) if last else None

    async def item(self, id_: UUID) -> Item:
        """One item, whatever its status.

        Raises:
            NotFound: there is no such comment.
        """
        items, _ = await self.queue(Filters(ids=(id_,)), "oldest", None, 1)
        if not items:
            raise NotFound("There is no such comment.")
        return items[0]

    async def claim(self, staff_id: UUID, filters: Filters, order: Order, limit: int) -> list[Item]:
        """Lease the next unclaimed items; expired leases count as unclaimed."""
        taken: list[UUID] = []
        async with self.pool.acquire() as connection:
            for _ in range(_CLAIM_ROUNDS):
                picked, got = await review_db.claim_next(
                    connection,
                    filters,
                    order,
                    limit=limit - len(taken),
                    staff_id=staff_id,
                    lease=self.lease,
                )
                taken += got
                if len(taken) == limit or picked == len(got):
                    break
            rows = await review_db.items(
                connection, Filters(ids=tuple(taken)), order, None, len(taken)
            )
        return [await self._item(row) for row in rows]

    async def release(self, staff_id: UUID, id_: UUID) -> None:
        """Give one's own claim back.

        Raises:
            NotFound: there is no claim of one's own on it.
        """
        async with self.pool.acquire() as connection:
            if not await review_db.release(connection, id_, staff_id):
                raise NotFound("You have no claim on this comment.")

    async def history(self, id_: UUID) -> list[asyncpg.Record]:
        """Every decision on a comment, oldest first.

        Raises:
            NotFound: there is no such comment.
        """
        async with self.pool.acquire() as connection:
            rows = await review_db.history(connection, id_)
        if not rows:
            raise NotFound("There is no such comment.")
        return rows

    async def summary(self) -> dict[str, Any]:
        """Figures of the queue, decisions since midnight UTC."""
        midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        async with self.pool.acquire() as connection:
            return await review_db.summary(connection, midnight)

    async def _item(self, row: asyncpg.Record) -> Item:
        return Item(row, await self.scoring.explain(row["body"]) if row["body"] else [])
