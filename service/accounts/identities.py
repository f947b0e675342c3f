"""Use cases of what people are known by at the organisation's OpenID provider.

Nothing is kept but a keyed digest: their address and subject there are in no page, list or log.
"""

from typing import Final
from uuid import UUID

import asyncpg

from service.accounts.accounts import Connection
from service.accounts.id_token import Identity
from service.accounts.members import find_staff
from service.accounts.secrets import Secrets, fold_email
from service.db import acts
from service.db import identities as db
from service.db.accounts import Database
from service.db.identities import Kind
from service.domain.accounts import Staff
from service.domain.fields import FieldError
from service.errors import Conflict, InvalidFields

_LONGEST: Final = 255  # of a subject, by OpenID Connect Core 2


async def set_identity(
    connection: Connection,
    secrets: Secrets,
    name: str,
    *,
    issuer: str | None,
    kind: Kind,
    value: str,
    by: UUID | None = None,
) -> None:
    """Say who somebody is at the provider, in place of what was said before.

    Raises:
        NotFound: nobody enabled has this name.
        InvalidFields: it is no subject or address, or there is no provider.
        Conflict: somebody else is known by it.
    """
    if issuer is None:
        raise InvalidFields([FieldError(kind, "needs MODERATION_OIDC_ISSUER to be set")])
    if not 1 <= len(value) <= _LONGEST or (kind == "email" and "@" not in value):
        raise InvalidFields([FieldError(kind, "must be as the provider has it")])
    try:
        async with connection.transaction():
            staff = await find_staff(connection, name)
            await db.forget(connection, staff.id)
            await db.add(connection, digest(secrets, issuer, kind, value), staff.id, kind)
            await acts.add(connection, by, "identity_set", name)
    except asyncpg.UniqueViolationError:
        raise Conflict("Somebody else is known by this at the provider.") from None


async def forget_identity(connection: Connection, name: str, by: UUID | None = None) -> None:
    """Know somebody by nothing at the provider.

    Raises:
        NotFound: nobody enabled has this name.
    """
    async with connection.transaction():
        staff = await find_staff(connection, name)
        await db.forget(connection, staff.id)
        await acts.add(connection, by, "identity_forgotten", name)


async def who_is(
    database: Database, secrets: Secrets, issuer: str, identity: Identity
) -> Staff | None:
    """Return who a provider vouches for; who came by an address is known by the subject from then.

    An address may be given to somebody else there one day: a subject never is.
    """
    subject = digest(secrets, issuer, "subject", identity.subject)
    known = await db.staff_by_identity(database, subject, "subject")
    if known is not None or identity.email is None:
        return known
    email = digest(secrets, issuer, "email", identity.email)
    staff = await db.staff_by_identity(database, email, "email")
    if staff is None or not await db.bind(database, subject, staff.id):
        return None
    return staff


def digest(secrets: Secrets, issuer: str, kind: Kind, value: str) -> bytes:
    """Hash what a person is known by at a provider."""
    folded = fold_email(value) if kind == "email" else value
    return secrets.digest(f"identity\0{issuer}\0{kind}\0{folded}")
