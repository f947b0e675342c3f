"""The use case of a reader's report: past the site's number a published comment goes to people."""

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from service.accounts import throttle
from service.accounts.secrets import Secrets
from service.comments.moderation import Found, decide
from service.db import reports as reports_db
from service.db import review as review_db
from service.db.comments import Connection
from service.db.pool import Pool
from service.domain.accounts import Site
from service.domain.states import Actor, Asked, State, Status
from service.errors import NotFound

_OF_ONE: Final = throttle.Limit(20, 60, "Too many reports of this reporter")
_HOLD: Final = Asked("hold", Actor("site"))
_NONE: Final = "There is no such comment on this site."
_RISK: Final = 0.9
"""Where a score's upper threshold is: what several readers report is looked at early."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A comment as a report left it; `reports` are those since it was last approved."""

    id: UUID
    status: Status
    version: int
    reports: int


@dataclass(frozen=True, slots=True)
class Reporting:
    """The use case with the parts it needs."""

    pool: Pool
    secrets: Secrets

    async def report(self, site: Site, id_: UUID, reporter: str, reason: str) -> Reported:
        """Keep a report of a comment that is published or waits; each reporter counts once.

        Raises:
            NotFound: the site has no such comment, it is erased, or the caller may not know of it.
            TooMany: the reporter reports too fast.
        """
        who = self.secrets.source("report", str(site.id), reporter)
        async with self.pool.acquire() as connection, connection.transaction():
            # In the same transaction: what fails and is sent again is no second attempt.
            await throttle.count(connection, who, _OF_ONE)
            made = await self._kept(connection, site, id_, who, reason)
        if made is None:  # raised behind the transaction: a guess at an id is an attempt
            raise NotFound(_NONE)
        return made

    async def _kept(
        self, connection: Connection, site: Site, id_: UUID, who: bytes, reason: str
    ) -> Reported | None:
        """Keep a report and do what follows from it; None if the caller may not know of the id."""
        state = await _locked(connection, site.id, id_)
        if state is None or (site.public and state.status != "approved"):
            return None
        if state.status != "rejected":
            await reports_db.add(connection, id_, who, state.version, reason)
        told = await reports_db.unanswered(connection, id_)
        found = Reported(id_, state.status, state.version, told.count)
        enough = site.settings.reports_to_hold and told.count >= site.settings.reports_to_hold
        if not enough or state.status != "approved":
            return found
        news = {id_: Found(reasons=("reported",), risk=max(told.risk, _RISK))}
        (outcome,) = await decide(connection, [id_], _HOLD, sites=(site.id,), found=news)
        change = outcome.change
        return replace(found, status=change.to_status, version=change.version) if change else found


async def _locked(connection: Connection, site_id: UUID, id_: UUID) -> State | None:
    await review_db.lock(connection, [id_])
    found = (await review_db.lock(connection, [id_])).get(id_)
    if found is None or found.site_id != site_id or found.state.status == "erased":
        return None
    return found.state
