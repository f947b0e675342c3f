"""The service learns by itself from what a site's people decide, as far as the site lets it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

import structlog

from service.comments import learning
from service.concurrency.background import Background
from service.db import accounts as accounts_db
from service.db import adaptations as db
from service.db.models import Connection
from service.db.pool import connect
from service.domain.accounts import Site
from service.domain.adaptations import switches_on
from service.domain.itself import LEARNT
from service.errors import Conflict

FRESH: Final = 50
"""So many decisions since the last fit make another one worth its time."""

_EVERY: Final = 300.0
_PATIENCE: Final = 5.0
_LOG: Final = structlog.get_logger(__name__)


class SelfLearning:
    """The task of one process; of several, one has the turn.

    It has a connection of its own, since a fit takes seconds that no request is to wait for.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn: Final = dsn

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Learn for as long as the block runs."""
        async with Background("learning", self.learn_once, every=_EVERY, patience=_PATIENCE):
            yield

    async def learn_once(self) -> bool:
        """Learn for the site that has waited longest; say whether one was there."""
        connection = await connect(self._dsn)
        try:
            return await self._turn(connection)
        finally:
            await connection.close()

    async def _turn(self, connection: Connection) -> bool:
        async with connection.transaction():
            if not await db.try_learning(connection):
                return False
            sites = {each.id: each for each in await accounts_db.every_site(connection)}
            due = [sites[each] for each in await db.due(connection, FRESH) if each in sites]
            site = next((each for each in due if each.settings.learning != "off"), None)
            if site is None:
                return False
            await _learn(connection, site)
        return True


async def _learn(connection: Connection, site: Site) -> None:
    """Learn for a site; where nothing new comes of it, that is recorded, so that others have turns.

    Nothing new is fitted while too few of the decisions speak of what a text is.
    """
    may = switches_on(site.settings.learning, await db.steps(connection, site.id))
    try:
        lesson = await learning.learn(connection, site, switch_on=may, by=LEARNT)
    except Conflict as error:
        is_new, why = False, "it could not be fitted"
        _LOG.error("learning_failed", site=str(site.id), error=error.detail)
    else:
        is_new, why = lesson.is_new, lesson.why
        _LOG.info("learnt", site=str(site.id), better=lesson.is_better, active=lesson.is_active)
    if not is_new:
        await db.record(connection, site.id, "fitted", None, by=LEARNT, why=why)
