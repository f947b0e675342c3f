"""Use cases of deciding about all that match: how many, then the decision, then one undo."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from service.comments.moderation import Moderation, Outcome
from service.db import live as live_db
from service.db import review as review_db
from service.db.pool import Pool
from service.domain.accounts import Sites
from service.domain.desk import Filters, QueuedComment
from service.domain.fields import FieldError
from service.domain.states import Action, Actor, Asked
from service.errors import Conflict, InvalidFields, NotFound

MOST: Final = 10_000
"""So many at once: more would hold their rows for seconds."""

_SAMPLE: Final = 5


@dataclass(frozen=True, slots=True)
class Selection:
    """What waited at a moment and matches: how many, and some from the oldest to the newest."""

    count: int
    until: datetime
    sample: Sequence[QueuedComment]


@dataclass(frozen=True, slots=True)
class Done:
    """A bulk that was decided; `at` is the moment that it is undone by, None of an empty one."""

    at: datetime | None
    outcomes: Sequence[Outcome]


@dataclass(frozen=True, slots=True)
class Bulk:
    """The use cases with the parts they need."""

    pool: Pool
    moderation: Moderation
    sites: Sites = None

    async def preview(self, filters: Filters, *, some: int = _SAMPLE) -> Selection:
        """Say what a decision about all that waits and matches would be about; `some` are shown."""
        waits = self._waiting(filters)
        async with self.pool.acquire() as connection:
            until = await live_db.now(connection)
            found = await review_db.selection(connection, waits, until, MOST + 1)
            shown = replace(waits, ids=spread(list(found), some)) if some else None
            sample = await review_db.items(connection, shown, "oldest", None, some) if shown else []
        _check_most(len(found))
        return Selection(len(found), until, sample)

    async def decide(
        self,
        filters: Filters,
        selection: tuple[datetime, int],
        action: Action,
        actor: Actor,
        *,
        reason: str | None = None,
        note: str | None = None,
    ) -> Done:
        """Decide about what a preview counted: `selection` is its moment and number.

        What has come since is left alone; what a colleague has claimed or decided is refused. Who
        sends it again, since the answer was lost, is told as the first time.

        Raises:
            Conflict: another number matches by now.
        """
        until, count = selection
        waits = self._waiting(filters)
        async with self.pool.acquire() as connection:
            found = await review_db.selection(connection, waits, until, MOST + 1)
            if len(found) < count:
                asked = Asked(action, actor, reason)
                found |= await review_db.decided_of(connection, waits, asked, until, MOST + 1)
        if len(found) != count:
            told = f"{len(found)} comments match by now; look again before you decide."
            raise Conflict(told, extra={"code": "count", "count": len(found)})
        _check_most(count)
        outcomes = await self.moderation.decide(
            list(found), action, actor, seen=found, reason=reason, note=note
        )
        return Done(await self._moment(outcomes), outcomes)

    async def undo(self, staff_id: UUID, at: datetime) -> Sequence[Outcome]:
        """Take back all of one's own decisions of a moment, which is a bulk's.

        Raises:
            NotFound: there is none of that moment to take back.
        """
        async with self.pool.acquire() as connection:
            found = await review_db.decided_together(connection, staff_id, at, MOST, self.sites)
        if not found:
            raise NotFound("There is no decision of yours of this moment to undo.")
        actor = Actor("moderator", staff_id)
        return await self.moderation.decide(list(found), "undo", actor, seen=found)

    def _waiting(self, filters: Filters) -> Filters:
        return replace(filters, status="pending", sites=self.sites)

    async def _moment(self, outcomes: Sequence[Outcome]) -> datetime | None:
        newest = sorted(outcomes, key=lambda each: not each.is_new)
        made = next(((each.id, each.change) for each in newest if each.change), None)
        if made is None:
            return None
        async with self.pool.acquire() as connection:
            return await review_db.moment(connection, made[0], made[1].version)


def spread(ids: Sequence[UUID], count: int) -> tuple[UUID, ...]:
    """Return up to so many of these, the first and the last with them, at even steps."""
    if len(ids) <= count:
        return tuple(ids)
    return tuple(ids[number * (len(ids) - 1) // (count - 1)] for number in range(count))


def _check_most(count: int) -> None:
    if count > MOST:
        told = f"let more than {MOST} comments through: narrow them"
        raise InvalidFields([FieldError("filters", told)])
