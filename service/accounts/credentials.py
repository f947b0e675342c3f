"""Whose key or token a text is: one query, compared in constant time."""

import hmac
from typing import TypeVar

from service.accounts.secrets import Secrets
from service.db import accounts as db
from service.db.accounts import Database
from service.domain.accounts import (
    SITE_PREFIX,
    STAFF_PREFIX,
    Site,
    Staff,
    is_akismet_key,
    read_credential,
)

Owner = TypeVar("Owner", Site, Staff)
_NO_DIGEST = bytes(32)


async def owner_of(database: Database, secrets: Secrets, text: str) -> Site | Staff | None:
    """Return the site of a bearer key or the holder of a staff token in force.

    An unknown id costs what a wrong secret does.
    """
    credential = read_credential(text)
    if credential is None:
        return None
    given = secrets.digest(credential.secret)
    if credential.prefix == SITE_PREFIX:
        return _matching(given, await db.site_by_key(database, credential.public))
    if credential.prefix == STAFF_PREFIX:
        return _matching(given, await db.staff_by_token(database, credential.public))
    return None


async def site_of_akismet_key(database: Database, secrets: Secrets, text: str) -> Site | None:
    """Return the site of an Akismet key in force."""
    if not is_akismet_key(text):
        return None
    digest = secrets.digest(text)
    return _matching(digest, await db.site_by_akismet_key(database, digest))


def _matching(given: bytes, found: tuple[bytes, Owner] | None) -> Owner | None:
    digest, owner = found or (_NO_DIGEST, None)
    return owner if hmac.compare_digest(given, digest) else None
