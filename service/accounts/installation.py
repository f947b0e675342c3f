"""What all processes of an installation must agree on: that they hold the same keys."""

from service.accounts.secrets import Secrets, SecretsError
from service.db import accounts as db
from service.db.accounts import Database

_CONTACT = "contact_key_fingerprint"
_COOKIE = "cookie_key_fingerprint"


async def confirm_secrets(database: Database, secrets: Secrets) -> None:
    """Check the keys against the fingerprints in the database, which the first start writes.

    Raises:
        SecretsError: a key is another than the one that the database was set up with.
    """
    if await db.pin(database, _CONTACT, secrets.contact_fingerprint) != secrets.contact_fingerprint:
        raise SecretsError(
            "the contact key is not the one this database was set up with: restore "
            "secrets/contact.key in the data directory, or set the same MODERATION_CONTACT_KEY "
            "on every replica"
        )
    if await db.pin(database, _COOKIE, secrets.cookie_fingerprint) != secrets.cookie_fingerprint:
        raise SecretsError(
            "the cookie key is not the one this database was set up with: set the same "
            "MODERATION_COOKIE_KEY on every replica, or sign everyone out and take the new one "
            "by `python -m service check --new-cookie-key`"
        )


async def take_cookie_key(database: Database, secrets: Secrets) -> None:
    """Go on with another cookie key: every session and link ends."""
    await db.repin(database, _COOKIE, secrets.cookie_fingerprint)
    await db.end_everything(database)
