"""The use cases of what sites have taught the model, for calls: by a site's name, in the pool."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.accounts import accounts
from service.comments import promises
from service.db.models import Connection
from service.db.pool import Pool
from service.domain.accounts import Site, Sites
from service.domain.adaptations import AdaptationSummary, Step, SwitchedOff
from service.domain.learning_curve import Curve
from service.models import adaptations


async def activate(
    connection: Connection, site: Site, version: str, *, by: str | None = None, why: str | None
) -> str:
    """Let an adaptation score a site's comments, by bands that no promise has tightened before."""
    async with connection.transaction():
        on = await adaptations.activate(connection, site, version, by=by, why=why)
        summary, _ = await adaptations.shown(connection, site, version)
        await promises.supersede(connection, site, summary.card, by=by)
    return on


@dataclass(frozen=True, slots=True)
class Taught:
    """The use cases with the part they need; errors as in `adaptations`, and for an unknown site.

    Each change names who makes it and returns the version in force then, None for the model alone.
    """

    pool: Pool
    sites: Sites = None

    async def all(self, site: str | None) -> list[AdaptationSummary]:
        """Return the adaptations of one site, or of all, the newest first."""
        async with self.pool.acquire() as connection:
            found = None
            if site:
                found = await accounts.find_site(connection, site, sites=self.sites)
            return await adaptations.listed(connection, found, self.sites)

    async def curves(self) -> dict[str, Curve]:
        """Return what each site has learnt by the number of annotations, if enough was judged."""
        async with self.pool.acquire() as connection:
            found = await adaptations.curves(connection, self.sites)
        return {each.site: each for each in found if each.points}

    async def switched_off(self) -> list[SwitchedOff]:
        """Return the sites whose adaptation had aged and was switched off by itself."""
        async with self.pool.acquire() as connection:
            return await adaptations.switched_off(connection, self.sites)

    async def one(self, site: str, version: str) -> tuple[AdaptationSummary, Sequence[Step]]:
        """Return one adaptation and all that was done on its site."""
        async with self.pool.acquire() as connection:
            found = await accounts.find_site(connection, site, sites=self.sites)
            return await adaptations.shown(connection, found, version)

    async def activate(self, site: str, version: str, *, by: str, why: str | None) -> str:
        """Let an adaptation score a site's comments."""
        async with self.pool.acquire() as connection:
            found = await accounts.find_site(connection, site, sites=self.sites)
            return await activate(connection, found, version, by=by, why=why)

    async def deactivate(self, site: str, *, by: str, why: str | None) -> None:
        """Let the model alone score a site's comments."""
        async with self.pool.acquire() as connection:
            found = await accounts.find_site(connection, site, sites=self.sites)
            await adaptations.deactivate(connection, found, by=by, why=why)

    async def rollback(self, site: str, *, by: str, why: str | None) -> str | None:
        """Go back to what scored before the last change that stands."""
        async with self.pool.acquire() as connection:
            found = await accounts.find_site(connection, site, sites=self.sites)
            return await adaptations.rollback(connection, found, by=by, why=why)
