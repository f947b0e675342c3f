"""Use cases of the page of staff: who there is, somebody new, a new link, signed out, disabled."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from service.accounts import identities, members
from service.accounts.members import NewStaff
from service.accounts.secrets import Secrets
from service.db import accounts as accounts_db
from service.db.identities import Kind
from service.db.pool import Pool
from service.domain.accounts import Member, Role


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
        async with self.pool.acquire() as connection:
            return await members.add_staff(
                connection, self.secrets, name, role, link_minutes, sites=sites, by=by
            )

    async def change_role(
        self, name: str, role: Role, sites: Collection[str] | None, by: UUID
    ) -> None:
        """Give somebody another role, for all sites or for those named."""
        async with self.pool.acquire() as connection:
            await members.change_role(connection, name, role, sites, by)

    async def new_link(self, name: str, minutes: int, by: UUID) -> str:
        """Give somebody a new sign-in link, in place of those not used; return its secret."""
        async with self.pool.acquire() as connection:
            return await members.new_link(connection, self.secrets, name, minutes, by)

    async def sign_out(self, name: str, by: UUID) -> None:
        """End every session of somebody."""
        async with self.pool.acquire() as connection:
            await members.sign_out_staff(connection, name, by)

    async def reset_second_factor(self, name: str, by: UUID) -> None:
        """Take the second factor of somebody who lost it away."""
        async with self.pool.acquire() as connection:
            await members.reset_second_factor(connection, name, by)

    async def set_identity(
        self, name: str, issuer: str | None, kind: Kind, value: str, by: UUID
    ) -> None:
        """Say who somebody is at the OpenID provider; errors as in `identities`."""
        async with self.pool.acquire() as connection:
            await identities.set_identity(
                connection, self.secrets, name, issuer=issuer, kind=kind, value=value, by=by
            )

    async def forget_identity(self, name: str, by: UUID) -> None:
        """Know somebody by nothing there."""
        async with self.pool.acquire() as connection:
            await identities.forget_identity(connection, name, by)

    async def disable(self, name: str, by: UUID) -> None:
        """Shut somebody out."""
        async with self.pool.acquire() as connection:
            await members.disable_staff(connection, name, by)

    async def enable(self, name: str, by: UUID) -> None:
        """Let somebody in again."""
        async with self.pool.acquire() as connection:
            await members.enable_staff(connection, name, by)
