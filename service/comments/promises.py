"""Use cases of promises: bands are tightened where audits find one broken; people set them back."""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog

from service.accounts import accounts
from service.concurrency.background import Background
from service.db import audits as audits_db
from service.db import quality as db
from service.db.comments import Connection
from service.db.pool import Pool
from service.domain.accounts import Site, Sites
from service.domain.itself import ADAPTATION, VERSION
from service.domain.promises import (
    DECISIONS,
    Decision,
    NewEvent,
    figures_of,
    superseded,
    tightened,
)
from service.domain.quality import Answer, Rate, quality_of
from service.domain.sites import SiteSettings, own_bands
from service.errors import Conflict

_EVERY: Final = 30.0
_PATIENCE: Final = 5.0
_EVENTS: Final = 100
_WINDOW: Final = timedelta(days=30)
_SECOND_FROM: Final = timedelta(hours=1)
_SECOND_UNTIL: Final = timedelta(hours=25)
"""A decision gets its second look when whoever made it will hardly take it back any more."""

_LOG: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Promises:
    """The use cases with the part they need, and the task that looks after promises."""

    pool: Pool
    sites: Sites = None

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Look after promises for as long as the block runs; of several processes one does."""
        async with Background("promises", self.look_once, every=_EVERY, patience=_PATIENCE):
            yield

    async def look_once(self) -> bool:
        """Tighten bands where audits found a promise broken; ask for second looks at decisions.

        Bands that were tightened for the scores of a version before the active one are set back.
        """
        now = datetime.now(UTC)
        async with self.pool.acquire() as connection, connection.transaction():
            if not await db.try_promises(connection):
                return False
            await audits_db.open_second_looks(connection, now - _SECOND_UNTIL, now - _SECOND_FROM)
            for name in await db.outlived(connection):
                await _set_back(connection, name, None, by=VERSION)
            answers = await db.answers(connection, now - _WINDOW, None, fresh=True)
            for found in quality_of((), answers):
                own = [each for each in answers if each.kind.site == found.site]
                for decision in DECISIONS:
                    rate = getattr(found, decision)
                    if rate.broken:
                        await _tighten(connection, found.site, decision, own, rate)
        return False

    async def restore(self, name: str, *, by: str) -> None:
        """Set the bands back to what they were before they were last tightened.

        Raises:
            NotFound: there is no such site.
            Conflict: they were not tightened, or are set back already.
        """
        async with self.pool.acquire() as connection, connection.transaction():
            site = await accounts.find_site(connection, name, lock=True, sites=self.sites)
            last = next(iter(await db.events(connection, site.id, 1)), None)
            if last is None or last.action != "tightened":
                raise Conflict("No band of this site was tightened that is not set back by now.")
            await accounts.change_site(connection, name, {"bands": dict(last.before)})
            event = NewEvent("restored", last.decision, last.after, last.before, {}, by)
            await db.add_event(connection, site.id, event)


async def supersede(
    connection: Connection, site: Site, card: Mapping[str, Any], *, by: str | None
) -> None:
    """Set back bands that were tightened for scores which an adaptation replaces from now on.

    It was fitted to the same audits, and on its scores a threshold of before means nothing.
    """
    await _set_back(connection, site.name, card.get("labels", ()), by=by or ADAPTATION)


async def _set_back(
    connection: Connection, name: str, labels: Iterable[str] | None, *, by: str
) -> None:
    """Set back bands of some labels, or of all, that are as audits have tightened them."""
    site = await accounts.find_site(connection, name, lock=True)
    events, own = await db.events(connection, site.id, _EVENTS), own_bands(site.settings)
    before = superseded(events, own, labels)
    if before:
        await accounts.change_site(connection, name, {"bands": before})
        was = {label: own[label] for label in before}
        event = NewEvent("restored", events[0].decision, was, before, {}, by)
        await db.add_event(connection, site.id, event)


async def _tighten(
    connection: Connection, name: str, decision: Decision, answers: Sequence[Answer], rate: Rate
) -> None:
    site = await accounts.find_site(connection, name, lock=True)
    bands = tightened(decision, answers, site.settings.bands)
    if not bands:
        return
    before, after = own_bands(site.settings), own_bands(SiteSettings(bands=bands))
    await accounts.change_site(connection, name, {"bands": after})
    figures = figures_of(rate)
    was = {label: before.get(label) for label in after}
    event = NewEvent("tightened", decision, was, after, figures, None)
    await db.add_event(connection, site.id, event)
    _LOG.error("promise_broken", site=str(site.id), decision=decision, **figures)
