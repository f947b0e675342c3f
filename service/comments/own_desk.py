"""What a moderator keeps of their own at the desk: what they skipped, and views under a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from service.db import own_desk as db
from service.db.pool import Pool
from service.domain.accounts import Sites
from service.domain.desk import SavedView
from service.errors import Conflict, NotFound

MOST_VIEWS: Final = 30
_MOST_SKIPPED: Final = 500  # as many as a page marks


@dataclass(frozen=True, slots=True)
class OwnDesk:
    """The use cases with the pool they need, for comments of the sites that one may see."""

    pool: Pool
    sites: Sites = None

    async def skip(self, staff_id: UUID, id_: UUID) -> None:
        """Leave a comment to colleagues, until it changes or is taken up again.

        Raises:
            NotFound: there is no such comment.
        """
        async with self.pool.acquire() as connection:
            if not await db.skip(connection, staff_id, id_, self.sites):
                raise NotFound("There is no such comment.")

    async def unskip(self, staff_id: UUID, id_: UUID) -> None:
        """Take a comment up again.

        Raises:
            NotFound: one had not left it to colleagues.
        """
        async with self.pool.acquire() as connection:
            if not await db.unskip(connection, staff_id, id_):
                raise NotFound("You have not skipped this comment.")

    async def skipped(self, staff_id: UUID) -> Sequence[UUID]:
        """Return what one left to colleagues and waits as it did then."""
        async with self.pool.acquire() as connection:
            return await db.skipped(connection, staff_id, _MOST_SKIPPED)

    async def views(self, staff_id: UUID) -> Sequence[SavedView]:
        """Return a person's views by their names."""
        async with self.pool.acquire() as connection:
            return await db.views(connection, staff_id)

    async def save(self, staff_id: UUID, view: SavedView) -> None:
        """Keep a view, in place of one of its name.

        Raises:
            Conflict: the person has as many as one may.
        """
        async with self.pool.acquire() as connection, connection.transaction():
            if not await db.save(connection, staff_id, view, MOST_VIEWS):
                raise Conflict(f"You have {MOST_VIEWS} views; remove one first.")

    async def remove(self, staff_id: UUID, name: str) -> None:
        """Forget a view; one that is not there is no error."""
        async with self.pool.acquire() as connection:
            await db.remove(connection, staff_id, name)
