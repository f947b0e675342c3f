"""Use cases of the review queue that change no status: list, claim, history, summary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final
from uuid import UUID

from classifier import Span
from service.accounts import accounts
from service.comments.learnt_links import links_of
from service.comments.learnt_phrases import phrases_of
from service.db import live as live_db
from service.db import review as review_db
from service.db.comments import Connection
from service.db.pool import Pool
from service.domain.accounts import Sites
from service.domain.desk import (
    Batch,
    Changes,
    Choices,
    Conversation,
    Filters,
    Order,
    OwnDecision,
    PastDecision,
    Place,
    QueuedComment,
    QueueFigures,
    Sibling,
    View,
    Waiting,
    batches,
    conversation,
    place_of,
)
from service.domain.learnt_links import LearntLink
from service.domain.learnt_phrases import LearntPhrase
from service.errors import NotFound
from service.models.scoring import Scoring

_CLAIM_ROUNDS: Final = 4  # a colleague may take what was just seen; then look again
_DECISIONS: Final = 200  # told at once: more than moderators make between two calls of a page
_CLAIMS: Final = 500  # likewise: a page marks what colleagues hold
_ARRIVED: Final = 500  # likewise: a page offers what is new
COUNTED: Final = 10_000
"""What filters let through is counted so far: every few seconds for each page that is filtered."""

_ALL: Final = Filters()


@dataclass(frozen=True, slots=True)
class Item:
    """A comment as moderators see it, the stretches that say why, hosts and phrases learnt."""

    row: QueuedComment
    spans: Sequence[Span]
    links: Sequence[LearntLink] = ()
    phrases: Sequence[LearntPhrase] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around the list of the queue."""

    waiting: Waiting
    matching: int
    views: Mapping[View, int]
    choices: Choices
    scores: Sequence[int]


@dataclass(frozen=True, slots=True)
class Review:
    """The use cases with the parts they need, for comments of the sites that one may see."""

    pool: Pool
    scoring: Scoring
    lease: timedelta
    sites: Sites = None

    async def queue(
        self,
        filters: Filters,
        order: Order,
        after: Place | None,
        limit: int,
        *,
        explained: bool = True,
    ) -> tuple[list[Item], Place | None]:
        """One page of items, and where the next page begins; `explained` is with their spans."""
        async with self.pool.acquire() as connection:
            rows = await review_db.items(connection, self._of(filters), order, after, limit + 1)
            links = await links_of(connection, rows)
            phrases = await phrases_of(connection, rows)
        items = [
            replace(
                await self._item(row) if explained else Item(row, ()),
                links=links[row.id],
                phrases=phrases[row.id],
            )
            for row in rows[:limit]
        ]
        last = rows[limit - 1] if len(rows) > limit else None
        return items, place_of(last, order) if last else None

    async def item(self, id_: UUID) -> Item:
        """One item, whatever its status.

        Raises:
            NotFound: there is no such comment.
        """
        items, _ = await self.queue(Filters(ids=(id_,)), "oldest", None, 1)
        if not items:
            raise NotFound("There is no such comment.")
        return items[0]

    async def claim(
        self,
        staff_id: UUID,
        filters: Filters,
        order: Order,
        limit: int,
        *,
        take_over: bool = False,
    ) -> list[Item]:
        """Lease the next unclaimed items; expired leases count as unclaimed.

        With `take_over` a colleague's claims on the comments that `filters` name end.
        """
        taken: list[UUID] = []
        async with self.pool.acquire() as connection:
            for _ in range(_CLAIM_ROUNDS):
                picked, got = await review_db.claim_next(
                    connection,
                    self._of(filters),
                    order,
                    limit=limit - len(taken),
                    staff_id=staff_id,
                    lease=self.lease,
                    take_over=take_over,
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

    async def history(self, id_: UUID) -> list[PastDecision]:
        """Every decision on a comment, oldest first.

        Raises:
            NotFound: there is no such comment.
        """
        async with self.pool.acquire() as connection:
            await self._check(connection, id_)
            return await review_db.history(connection, id_)

    async def summary(self, zone: tzinfo = UTC) -> QueueFigures:
        """Figures of the queue, decisions since midnight where whoever asks is."""
        midnight = datetime.combine(datetime.now(zone).date(), time(), zone)
        async with self.pool.acquire() as connection:
            return await review_db.summary(connection, midnight, self.sites)

    async def waiting(self) -> Waiting:
        """How much waits, and since when."""
        async with self.pool.acquire() as connection:
            return await live_db.waiting(connection, self.sites)

    async def changes(
        self,
        staff_id: UUID,
        since: datetime,
        filters: Filters = _ALL,
        arrived_since: datetime | None = None,
    ) -> Changes:
        """The queue as it is, and what moderators did since a moment; `own` is `staff_id`'s.

        What has begun to wait is told of the comments that `filters` let through.
        """
        async with self.pool.acquire() as connection:
            waiting = await live_db.waiting(connection, self.sites)
            return Changes(
                waiting,
                await self._matching(connection, filters, waiting.pending),
                await review_db.arrived(connection, self._of(filters), arrived_since, _ARRIVED)
                if arrived_since
                else [],
                await live_db.decided_since(connection, since, staff_id, _DECISIONS, self.sites),
                await live_db.claims(connection, staff_id, _CLAIMS, self.sites),
            )

    async def own_decisions(self, staff_id: UUID, limit: int) -> list[OwnDecision]:
        """One's own last decisions that can be undone, newest first."""
        async with self.pool.acquire() as connection:
            return await live_db.own_decisions(connection, staff_id, limit, self.sites)

    async def around(self, id_: UUID, each_way: int) -> list[Sibling]:
        """The nearest published comments around one, in the order they were written.

        Raises:
            NotFound: there is no such comment.
        """
        async with self.pool.acquire() as connection:
            await self._check(connection, id_)
            return await live_db.siblings(connection, id_, each_way)

    async def conversation(self, id_: UUID, each_way: int) -> Conversation:
        """What stands around a comment as readers see it, with what waits there.

        Raises:
            NotFound: there is no such comment.
        """
        async with self.pool.acquire() as connection:
            await self._check(connection, id_)
        return (await self.conversations([id_], each_way))[id_]

    async def conversations(
        self, ids: Sequence[UUID], each_way: int
    ) -> Mapping[UUID, Conversation]:
        """What stands around each of some comments, which whoever asks has seen already."""
        async with self.pool.acquire() as connection:
            around = await live_db.turns(connection, ids, each_way)
        return {id_: conversation(id_, turns) for id_, turns in around.items()}

    async def own_batches(
        self, staff_id: UUID, limit: int, before: datetime | None = None
    ) -> list[Batch]:
        """One's own last decisions that can be undone, newest first, those of a bulk together."""
        async with self.pool.acquire() as connection:
            return batches(
                await live_db.own_batches(connection, staff_id, limit, before, self.sites)
            )

    async def at_the_desk(self, filters: Filters) -> Surroundings:
        """What stands around the list: how much waits and matches, its parts, what to filter by."""
        async with self.pool.acquire() as connection:
            waiting = await live_db.waiting(connection, self.sites)
            return Surroundings(
                waiting,
                await self._matching(connection, filters, waiting.pending),
                await review_db.counts(connection, self._of(filters), COUNTED),
                await live_db.choices(connection, self.sites),
                await self._scores(connection, filters),
            )

    async def parts(self, filters: Filters) -> Mapping[View, int]:
        """How many wait in each part of what the filters let through, counted up to 10,000."""
        async with self.pool.acquire() as connection:
            return await review_db.counts(connection, self._of(filters), COUNTED)

    async def scores(self, filters: Filters) -> Sequence[int]:
        """How many that the filters let through have a score in each part of 0 to 1.

        The label is that of the range in `filters`, which itself counts for nothing here.
        """
        async with self.pool.acquire() as connection:
            return await self._scores(connection, filters)

    async def _scores(self, connection: Connection, filters: Filters) -> Sequence[int]:
        if filters.scores is None:
            return ()
        others = replace(self._of(filters), scores=None)
        return await review_db.scores(connection, others, filters.scores.label, COUNTED)

    async def _matching(self, connection: Connection, filters: Filters, pending: int) -> int:
        """How many wait that the filters let through: counting is spared where there are none."""
        if replace(filters, viewer=None) == _ALL:
            return pending
        return await review_db.matching(connection, self._of(filters), COUNTED)

    async def site_id(self, name: str) -> UUID:
        """The id of a site.

        Raises:
            NotFound: there is no such site.
        """
        return (await accounts.find_site(self.pool, name, sites=self.sites)).id

    def _of(self, filters: Filters) -> Filters:
        return replace(filters, sites=self.sites)

    async def _check(self, connection: Connection, id_: UUID) -> None:
        if not await live_db.exists(connection, id_, self.sites):
            raise NotFound("There is no such comment.")

    async def _item(self, row: QueuedComment) -> Item:
        signed = (row.name or "", row.website or "")
        return Item(row, await self.scoring.explain(row.body, signed) if row.body else [])
