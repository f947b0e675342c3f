"""Use cases of the pages of sites' names, keys, secrets, closed pages, and of what admins did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from service.accounts import accounts, webhook_secrets
from service.accounts.accounts import Connection, NewSite
from service.accounts.secrets import Secrets
from service.db import acts
from service.db.pool import Pool
from service.domain.accounts import Act, KeyKind, Site, Sites
from service.errors import ForAllSites

_ACTS: Final = 100


@dataclass(frozen=True, slots=True)
class Keys:
    """The use cases with the parts they need; each is one transaction, errors as in `accounts`.

    Whoever may see some sites only adds none, and does not read what was done to others.
    """

    pool: Pool
    secrets: Secrets
    sites: Sites = None

    async def add_site(self, name: str, by: UUID) -> NewSite:
        """Add a website; its keys are shown this once.

        Raises:
            ForAllSites: the role is for some sites only.
        """
        self._for_all()
        async with self.pool.acquire() as connection, connection.transaction():
            return await accounts.add_site(connection, self.secrets, name, by=by)

    async def rename_site(self, name: str, new: str, by: UUID) -> None:
        """Give a website another name; its comments and keys stay."""
        async with self.pool.acquire() as connection, connection.transaction():
            await self._find(connection, name)
            await accounts.rename_site(connection, name, new, by=by)

    async def new_key(self, name: str, kind: KeyKind, by: UUID, *, revoke_others: bool) -> str:
        """Give a website one more key, shown this once, or one in place of the others."""
        async with self.pool.acquire() as connection, connection.transaction():
            await self._find(connection, name)
            key, _ = await accounts.new_site_key(
                connection, self.secrets, name, kind, revoke_others=revoke_others, by=by
            )
        return key

    async def close_page(self, name: str, url: str, by: UUID, *, reopen: bool) -> None:
        """Take no more comments on a page of a website, or take them again."""
        async with self.pool.acquire() as connection, connection.transaction():
            await self._find(connection, name)
            await accounts.close_page(connection, self.secrets, name, url, reopen=reopen, by=by)

    async def revoke_key(self, name: str, key_id: str, by: UUID) -> None:
        """End one key of a website."""
        async with self.pool.acquire() as connection, connection.transaction():
            await self._find(connection, name)
            await accounts.revoke_site_key(connection, name, key_id, by=by)

    async def webhook_secret(self, name: str, by: UUID) -> str:
        """Return what a website checks its notices with; that it was shown is kept."""
        async with self.pool.acquire() as connection, connection.transaction():
            site = await self._find(connection, name)
            await acts.add(connection, by, "secret_shown", name)
            return await webhook_secrets.newest(connection, self.secrets, site.id)

    async def acts(self, last: tuple[datetime, UUID] | None) -> tuple[list[Act], bool]:
        """Return the newest acts of admins, or behind the last seen, and whether there are earlier.

        Raises:
            ForAllSites: the role is for some sites only.
        """
        self._for_all()
        found = await acts.newest(self.pool, _ACTS + 1, last)
        return found[:_ACTS], len(found) > _ACTS

    async def _find(self, connection: Connection, name: str) -> Site:
        return await accounts.find_site(connection, name, sites=self.sites)

    def _for_all(self) -> None:
        if self.sites is not None:
            raise ForAllSites
