"""Use cases about whoever writes: what they wrote on a site, and their standing there."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from service.db import standings as db
from service.db.pool import Pool
from service.domain.accounts import Sites
from service.domain.authors import (
    Author,
    AuthorComment,
    Standing,
    StandingRefusal,
    changed,
    taken_back,
)
from service.domain.fields import FieldError
from service.domain.masking import mask_addresses
from service.errors import Conflict, InvalidFields, NotFound


@dataclass(frozen=True, slots=True)
class Authors:
    """The use cases with the part they need."""

    pool: Pool
    sites: Sites = None

    async def one(self, id_: UUID) -> Author:
        """Return an author.

        Raises:
            NotFound: there is none of this id, or not any more.
        """
        async with self.pool.acquire() as connection:
            found = await db.find(connection, id_, self.sites)
        if found is None:
            raise _unknown()
        return found

    async def comments(
        self, id_: UUID, status: str | None, before: UUID | None, limit: int
    ) -> tuple[list[AuthorComment], UUID | None]:
        """Return a page of an author's comments, newest first, and where the next one begins."""
        async with self.pool.acquire() as connection:
            found = await db.comments(connection, id_, status, before, limit + 1, sites=self.sites)
        return found[:limit], found[limit - 1].id if len(found) > limit else None

    async def give_standing(
        self,
        id_: UUID,
        standing: Standing,
        staff_id: UUID,
        *,
        until: datetime | None = None,
        note: str | None = None,
        seen: int | None = None,
    ) -> Author:
        """Give an author a standing for what comes from now on; addresses in the note are masked.

        Raises:
            NotFound: there is no such author.
            InvalidFields: the end lies behind, or `normal` is given one.
            Conflict: it has changed since the version that was seen.
        """
        _check_end(standing, until)
        async with self.pool.acquire() as connection, connection.transaction():
            state = await db.lock(connection, id_, self.sites)
            if state is None:
                raise _unknown()
            try:
                made = changed(state, standing, until, seen)
            except StandingRefusal as refusal:
                raise _refused(refusal) from None
            masked = mask_addresses(note) if note else None
            await db.change(connection, id_, made, staff_id, masked)
        return await self.one(id_)

    async def undo(self, id_: UUID, staff_id: UUID, seen: int | None = None) -> Author:
        """Restore the standing that was before one's own newest change.

        Raises:
            NotFound: there is no such author.
            Conflict: somebody has changed it since, or there is nothing to take back.
        """
        async with self.pool.acquire() as connection, connection.transaction():
            state = await db.lock(connection, id_, self.sites)
            if state is None:
                raise _unknown()
            try:
                made = taken_back(state, staff_id, seen)
            except StandingRefusal as refusal:
                raise _refused(refusal) from None
            await db.change(connection, id_, made, staff_id, None)
        return await self.one(id_)


def _check_end(standing: Standing, until: datetime | None) -> None:
    if until is None:
        return
    if standing == "normal":
        raise InvalidFields([FieldError("until", "goes with another standing than `normal`")])
    if until <= datetime.now(UTC):
        raise InvalidFields([FieldError("until", "must lie ahead")])


def _unknown() -> NotFound:
    return NotFound("There is no such author; one whose last comment is erased is forgotten.")


def _refused(refusal: StandingRefusal) -> Conflict:
    return Conflict(str(refusal), extra={"code": refusal.code})
