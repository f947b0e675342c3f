"""The use case of a website that polls: its comments' changes, in an order that never changes.

An event has no number when it is written: two transactions may commit in another order than they
began, and who has read past a number would never see what comes before it. So whoever reads gives
numbers to what is committed, one reader of a site at a time. The events of one comment are in the
order of its changes: the comment's row is locked while each is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from service.db import events as db
from service.db.events import Event
from service.db.pool import Pool
from service.domain.fields import FieldError
from service.errors import InvalidFields


@dataclass(frozen=True, slots=True)
class Feed:
    """The use case with the parts it needs."""

    pool: Pool

    async def read(self, site_id: UUID, place: int, most: int) -> tuple[Sequence[Event], bool]:
        """Return the events after a place, up to `most`, and whether there are more by now.

        Raises:
            InvalidFields: the site has no such place yet; a backup may have been put back.
        """
        async with self.pool.acquire() as connection, connection.transaction():
            last = await db.hold(connection, site_id)
            if place > last:
                told = "is of no event of this site; read again from the beginning, without it"
                raise InvalidFields([FieldError("after", told)])
            if place + most >= last:
                await db.number(connection, site_id, last, place + most + 1 - last)
            found = await db.after(connection, site_id, place, most + 1)
        return found[:most], len(found) > most
