"""Puts into the queue what is published and a clear violation to a later model; takes that back.

What a person has decided about stays as it is, and nothing is queued twice for one version.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from service.comments.moderation import Found, decide
from service.db import rescored as db
from service.db.models import Connection
from service.db.rescored import Publishing
from service.domain.states import Actor, Asked
from service.domain.wording import LABEL_NAMES
from service.ids import NOWHERE
from service.models.rescoring import END

AT_ONCE: Final = 200
"""Comments of one transaction, which holds their rows."""

_SYSTEM: Final = Actor("system")
_HOLD: Final = Asked("hold", _SYSTEM)
_TAKE_BACK: Final = Asked("undo", _SYSTEM)


@dataclass(frozen=True, slots=True)
class Requeue:
    """The use cases for one version and the comments of a site, or of all."""

    version: str
    site_id: UUID | None = None

    async def queue(self, connection: Connection, most: int) -> int:
        """Queue the newest that are clear violations, at most so many on one day of UTC.

        The day's number counts what any version has queued. Return how many these were.
        """
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        left = most - await db.queued_since(connection, today)
        below, done = END, 0
        while done < left:
            limit = min(AT_ONCE, left - done)
            rows = await db.to_queue(connection, self.version, self.site_id, below, limit)
            if not rows:
                break
            done += await self._queue(connection, rows)
            below = rows[-1].id
        return done

    async def take_back(self, connection: Connection) -> int:
        """Publish again what was queued and nobody has decided about; return how many."""
        after, done = NOWHERE, 0
        while True:
            rows = await db.queued(connection, self.version, self.site_id, after, AT_ONCE)
            if not rows:
                return done
            async with connection.transaction():
                outcomes = await decide(
                    connection,
                    [row.id for row in rows],
                    _TAKE_BACK,
                    seen={row.id: row.version for row in rows},
                    found={row.id: Found(reasons=row.reasons) for row in rows},
                )
                made = [outcome.id for outcome in outcomes if outcome.change]
                await db.unmark_queued(connection, self.version, made)
            after, done = rows[-1].id, done + len(made)

    async def _queue(self, connection: Connection, rows: Sequence[Publishing]) -> int:
        async with connection.transaction():
            outcomes = await decide(
                connection,
                [row.id for row in rows],
                _HOLD,
                seen={row.id: row.version for row in rows},
                found={row.id: self._found(row) for row in rows},
            )
            made = {each.id: each.change.version for each in outcomes if each.change}
            await db.mark_queued(connection, self.version, made)
        return len(made)

    def _found(self, row: Publishing) -> Found:
        """Say why; the scores that the comment came with stay with it."""
        labels = ", ".join(LABEL_NAMES[label] for label in row.violated)
        reasons = [reason for reason in row.reasons if reason not in {"clear", "rescored"}]
        note = f"Model {self.version} finds a clear violation: {labels}."
        return Found(reasons=["rescored", *reasons], risk=row.risk, note=note)
