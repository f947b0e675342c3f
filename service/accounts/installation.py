"""What all processes of an installation must agree on: that they hold the same keys."""

from typing import Final

from service.accounts.contact_keys import Chain
from service.accounts.sealing import Sealing, Unreadable
from service.accounts.secrets import Secrets, SecretsError, fingerprint, of_contact_key
from service.db import accounts as db
from service.db import contact_keys as keys_db
from service.db.accounts import Database
from service.db.contact_keys import TakenKey

_CONTACT: Final = "contact_key_fingerprint"
_COOKIE: Final = "cookie_key_fingerprint"
_EARLIER: Final = b"contact keys"

_ANOTHER: Final = (
    "the contact key is not the one this database was set up with: restore "
    "secrets/contact.key in the data directory, or set the same MODERATION_CONTACT_KEY "
    "on every replica"
)
_CHANGED: Final = (
    "the contact key of this database was changed: name the new one first in "
    "MODERATION_CONTACT_KEY, or in secrets/contact.key in the data directory"
)
_TOO_MANY: Final = (
    "MODERATION_CONTACT_KEY names a key too many: take one new key at a time, with "
    "`python -m service reseal` between, and name no other than it and the one before"
)


async def confirm_secrets(database: Database, secrets: Secrets) -> Secrets:
    """Check the keys against the fingerprints in the database, which the first start writes.

    Returns them with the earlier contact keys, where that was changed.

    Raises:
        SecretsError: a key is another than the one that the database was set up with.
    """
    found = await with_earlier_keys(database, secrets)
    if await db.pin(database, _CONTACT, found.contact_fingerprint) != found.contact_fingerprint:
        raise SecretsError(_ANOTHER)
    if await db.pin(database, _COOKIE, secrets.cookie_fingerprint) != secrets.cookie_fingerprint:
        raise SecretsError(
            "the cookie key is not the one this database was set up with: set the same "
            "MODERATION_COOKIE_KEY on every replica, or sign everyone out and take the new one "
            "by `python -m service check --new-cookie-key`"
        )
    return found


async def with_earlier_keys(database: Database, secrets: Secrets) -> Secrets:
    """Return the keys in the order in which they were taken, with those before that are kept.

    Raises:
        SecretsError: they are not this database's, or too many are named.
    """
    taken, given = await keys_db.newest(database), secrets.keys.contact
    if taken is None and len(given) == 1:
        return secrets
    before = await _first(database, given) if taken is None else _unsealed(taken, given)
    new = [key for key in given if key not in before]
    if len(new) > 1 or (new and taken is not None and not taken.is_done):
        raise SecretsError(_TOO_MANY)
    keys = (*before, *new)
    current = keys.index(given[0])
    is_moved = taken is not None and taken.is_done and not new and current == len(keys) - 1
    return Secrets.of(secrets.keys, Chain(keys, current, is_moving=not is_moved))


async def take_contact_key(database: Database, secrets: Secrets) -> None:
    """Keep the contact keys before the newest one, sealed with it: the settings may drop them."""
    *earlier, newest = secrets.authors.chain.keys
    text = ",".join(key.hex() for key in earlier)
    sealed = Sealing([of_contact_key(newest)]).seal(text, _EARLIER)
    await keys_db.begin(database, fingerprint(newest), sealed)


async def _first(database: Database, given: tuple[bytes, ...]) -> tuple[bytes, ...]:
    pinned = await db.pin(database, _CONTACT, fingerprint(given[0]))
    found = tuple(key for key in given if fingerprint(key) == pinned)
    if not found:
        raise SecretsError(_ANOTHER)
    return found


def _unsealed(taken: TakenKey, given: tuple[bytes, ...]) -> tuple[bytes, ...]:
    for key in given:
        if fingerprint(key) == taken.fingerprint:
            try:
                text = Sealing([of_contact_key(key)]).unseal(taken.earlier, _EARLIER)
            except Unreadable:
                break
            return (*map(bytes.fromhex, text.split(",")), key)
    raise SecretsError(_CHANGED)


async def take_cookie_key(database: Database, secrets: Secrets) -> None:
    """Go on with another cookie key: every session and link ends."""
    await db.repin(database, _COOKIE, secrets.cookie_fingerprint)
    await db.end_everything(database)
