"""What moderators reject as spam, looked at once each, whichever process has the turn.

Up to when was looked is kept in the database: what was decided while no process ran is looked at
afterwards, a part at a time, the oldest first.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from service.accounts import accounts, site_words
from service.db import lately_rejected as db
from service.db.comments import Connection
from service.db.lately_rejected import Rejection, What
from service.domain.learnt_links import Rejected
from service.errors import InvalidFields

MOST: Final = 200
"""Rejections of each person that are looked at together, and those of the last's moment."""

LATE: Final = timedelta(seconds=30)
"""A decision may come to light so much later than it was made: its transaction took as long."""

_NOTED: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Part:
    """What was rejected that had not been looked at, and whether more is there already.

    `seen` are the comments, at their versions, that a late look would come upon again.
    """

    rejected: Sequence[Rejected]
    is_more: bool
    seen: frozenset[tuple[UUID, int]]

    @property
    def by_site(self) -> dict[str, list[Rejected]]:
        """The comments of each site, by its name; whoever locks several does so in this order."""
        found: dict[str, list[Rejected]] = {}
        for each in sorted(self.rejected, key=lambda each: each.site):
            found.setdefault(each.site, []).append(each)
        return found


@dataclass(slots=True)
class LatelyRejected:
    """What one process has looked at for one purpose; who asks has the turn of all processes."""

    what: What
    _seen: frozenset[tuple[UUID, int]] = field(default=frozenset())

    async def next(self, connection: Connection) -> Part:
        """Return what is to be looked at next; who has committed that says so by `looked`."""
        since, now = await db.looked_until(connection, self.what)
        made = await db.rejections(connection, since, MOST)
        reached = max(since, reach(made, now, most=MOST))
        if made or reached - since > _NOTED:
            await db.look_from(connection, self.what, reached)
        seen = frozenset((each.comment_id, each.version) for each in made)
        fresh = [each for each in made if (each.comment_id, each.version) not in self._seen]
        found = await db.still_rejected(connection, fresh) if fresh else []
        return Part(found, since < reached < now - LATE, seen)

    def looked(self, part: Part) -> bool:
        """Take a part for looked at, so that it is not once more; say whether there is another."""
        self._seen = part.seen
        return part.is_more


def reach(made: Sequence[Rejection], now: datetime, *, most: int) -> datetime:
    """Return up to when nothing is left to be seen: as far as everybody's were all read."""
    counts = Counter(each.staff_id for each in made)
    ends = [
        max(each.at for each in made if each.staff_id == person)
        for person, count in counts.items()
        if count >= most
    ]
    return min([now - LATE, *ends])


async def hold(connection: Connection, name: str, entries: Collection[str]) -> list[str]:
    """Put entries on a site's list of held words; return those that there was room for.

    The site is locked until the transaction ends, so this comes last.
    """
    site = await accounts.find_site(connection, name, lock=True)
    held = []
    for entry in entries:
        try:
            async with connection.transaction():
                await site_words.add(connection, site, "held", [entry])
        except InvalidFields:
            continue  # the list is full, or it is no word: its people know what they do
        held.append(entry)
    return held


async def let_go(connection: Connection, name: str, entries: Collection[str]) -> None:
    """Take entries off a site's list of held words, those that are still there."""
    if not entries:
        return
    site = await accounts.find_site(connection, name, lock=True)
    for entry in entries:
        with suppress(InvalidFields):  # somebody has taken it out
            async with connection.transaction():
                await site_words.remove(connection, site, "held", [entry])
