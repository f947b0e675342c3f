"""Use cases of the page of staff: who there is, somebody new, a new link, signed out, disabled."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from service.accounts import accounts
from service.accounts.accounts import NewStaff
from service.accounts.secrets import Secrets
from service.db import accounts as accounts_db
from service.db import acts
from service.db.pool import Pool
from service.domain.accounts import Member, Role

_ABOUT: Final = 200  # characters of what an act is about


@dataclass(frozen=True, slots=True)
class People:
    """The use cases with the parts they need; each is one transaction, errors as in `accounts`."""

    pool: Pool
    secrets: Secrets

    async def everybody(self) -> list[Member]:
        """Return everybody, by name, those disabled too."""
        return await accounts_db.list_staff(self.pool)

    async def site_names(self) -> list[str]:
        """Return what sites there are to give a role for."""
        return [site.name for site in await accounts_db.list_sites(self.pool)]

    async def add(
        self,
        name: str,
        role: Role,
        link_minutes: int,
        by: UUID,
        sites: Collection[str] | None = None,
    ) -> NewStaff:
        """Add somebody with a token and a sign-in link, for all sites or for those named."""
        async with self.pool.acquire() as connection, connection.transaction():
            made = await accounts.add_staff(
                connection, self.secrets, name, role, link_minutes, sites=sites
            )
            await acts.add(connection, by, "person_added", _with_role(name, role, sites))
        return made

    async def change_role(
        self, name: str, role: Role, sites: Collection[str] | None, by: UUID
    ) -> None:
        """Give somebody another role, for all sites or for those named."""
        async with self.pool.acquire() as connection, connection.transaction():
            await accounts.change_role(connection, name, role, sites)
            await acts.add(connection, by, "role_changed", _with_role(name, role, sites))

    async def new_link(self, name: str, minutes: int, by: UUID) -> str:
        """Give somebody a new sign-in link, in place of those not used; return its secret."""
        async with self.pool.acquire() as connection, connection.transaction():
            made = await accounts.new_link(connection, self.secrets, name, minutes)
            await acts.add(connection, by, "link_made", name)
        return made

    async def sign_out(self, name: str, by: UUID) -> None:
        """End every session of somebody."""
        async with self.pool.acquire() as connection, connection.transaction():
            await accounts.sign_out_staff(connection, name)
            await acts.add(connection, by, "person_signed_out", name)

    async def disable(self, name: str, by: UUID) -> None:
        """Shut somebody out."""
        async with self.pool.acquire() as connection, connection.transaction():
            await accounts.disable_staff(connection, name)
            await acts.add(connection, by, "person_disabled", name)

    async def enable(self, name: str, by: UUID) -> None:
        """Let somebody in again."""
        async with self.pool.acquire() as connection, connection.transaction():
            await accounts.enable_staff(connection, name)
            await acts.add(connection, by, "person_enabled", name)


def _with_role(name: str, role: Role, sites: Collection[str] | None) -> str:
    where = "all sites" if sites is None else " ".join(sorted(sites))
    return f"{name}, {role}, {where}"[:_ABOUT]
