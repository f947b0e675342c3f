"""Chooses which automatic decisions moderators look at without knowing: by chance, not by text."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final
from uuid import UUID

from service.concurrency.ttl_cache import TTLCache
from service.db import audits as db
from service.db.comments import Connection, NewComment
from service.domain.audits import Audited, as_held, share_of
from service.domain.sites import SiteSettings

_SECONDS: Final = 60.0
_SITES: Final = 2_000


class Auditing:
    """The step after comments were written; `draw` gives a number from 0 to 1."""

    def __init__(self, draw: Callable[[], float] = random.random) -> None:
        self._draw: Final = draw
        self._known: Final[TTLCache[UUID, Audited]] = TTLCache(_SECONDS, _SITES)
        self._noted: Final[TTLCache[UUID, float]] = TTLCache(_SECONDS, _SITES)

    async def choose(
        self, connection: Connection, new: Iterable[tuple[NewComment, SiteSettings]]
    ) -> None:
        """Open audits of some of the comments that were decided without a person."""
        chosen: list[db.NewAudit] = []
        places: Counter[UUID] = Counter()
        for row, settings in new:
            share = await self._share(connection, row, settings)
            if self._draw() < share:
                places[row.site_id] += 1
                chosen.append(self._audit(row, share, places[row.site_id], settings))
        if chosen:
            await db.open_audits(connection, chosen)

    def _audit(
        self, row: NewComment, share: float, place: int, settings: SiteSettings
    ) -> db.NewAudit:
        dress = as_held(row.reasons, row.scores, row.bands, self._draw())
        return db.NewAudit(
            row.id, share, dress.reasons, dress.bands, dress.risk, place, settings.audits_a_day
        )

    async def _share(
        self, connection: Connection, row: NewComment, settings: SiteSettings
    ) -> float:
        """Return the share in force of a comment's site, which is noted when it changes."""
        if settings.audit == 0 or row.status == "pending":
            return 0.0
        site = row.site_id
        known, since = self._known.get(site), self._known.now()
        if known is None:
            known = await db.audited(connection, site)
            self._known.put(site, known, since)
        share = share_of(settings.audit, settings.audits_a_day, known)
        if self._noted.get(site) != share:
            await db.note_share(connection, site, share, row.submitted_at)
            self._noted.put(site, share, since)
        return share
