"""Whose key or token a text is: one query, compared in constant time; failures are counted."""

import hmac
from dataclasses import dataclass
from typing import Literal, TypeVar

from service.accounts import throttle
from service.accounts.secrets import Secrets, fold_address
from service.db import accounts as db
from service.db.accounts import Database
from service.domain.accounts import (
    PUBLIC_PREFIX,
    SITE_PREFIX,
    STAFF_PREFIX,
    Site,
    Staff,
    is_akismet_key,
    read_credential,
)
from service.errors import Unauthorised

Owner = TypeVar("Owner", Site, Staff)
Kind = Literal["bearer", "akismet"]
"""A key of one kind is no key of the other."""

_NO_DIGEST = bytes(32)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Keys and tokens of an installation."""

    database: Database
    secrets: Secrets

    async def owner(self, kind: Kind, text: str) -> Site | Staff | None:
        """Return whose key or token a text is, if it is one of this kind and in force."""
        find = owner_of if kind == "bearer" else site_of_akismet_key
        return await find(self.database, self.secrets, text)

    async def origins(self) -> frozenset[str]:
        """Return the origins whose pages may call with a public key of some site."""
        return await db.public_origins(self.database)

    async def refuse(self, address: str) -> Unauthorised:
        """Count a wrong one of an address, and return what to raise.

        Raises:
            TooMany: it sent more of them than the limit.
        """
        source = self.secrets.source("key", fold_address(address))
        await throttle.count(self.database, source, throttle.KEYS)
        return Unauthorised("The key or token is not valid; send one that is in force.")


async def owner_of(database: Database, secrets: Secrets, text: str) -> Site | Staff | None:
    """Return the site of a bearer key or the holder of a staff token in force.

    An unknown id costs what a wrong secret does.
    """
    credential = read_credential(text)
    if credential is None:
        return None
    given = secrets.digest(credential.secret)
    if credential.prefix in {SITE_PREFIX, PUBLIC_PREFIX}:
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
