"""What a site checks its notices' signatures with: the secret in force, and the next one."""

from uuid import UUID

from service.accounts.accounts import Connection, find_site
from service.accounts.secrets import Secrets
from service.db import receivers


async def newest(connection: Connection, secrets: Secrets, site_id: UUID) -> str:
    """Return the newest secret in force that a site checks its notices' signatures with."""
    found = await receivers.receiver(connection, site_id)
    return secrets.webhook_secret(site_id, found.secrets[0])


async def rotate(connection: Connection, secrets: Secrets, name: str) -> str:
    """Put a new secret of a site's notices in force, and the one before for a day; return it.

    Raises:
        NotFound: there is no such site.
    """
    site = await find_site(connection, name)
    number = await receivers.rotate(connection, site.id, secrets.least_webhook_number)
    return secrets.webhook_secret(site.id, number)
