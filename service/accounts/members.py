"""Use cases of staff: add, roles, links and tokens, sign out, disable, enable; each is recorded.

Functions that write several rows open a transaction, so they take a connection; `by` is the admin
who does it on a page, None for a command.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import asyncpg

from service.accounts.accounts import Connection, named
from service.accounts.secrets import Secrets
from service.db import accounts as db
from service.db import acts, second_factors
from service.domain import accounts as words
from service.domain.accounts import Role, Sites, Staff
from service.domain.fields import FieldError
from service.errors import Conflict, InvalidFields, NotFound
from service.ids import new_id

LINK_MINUTES: Final = (15, 24 * 60)
"""A sign-in link holds at least and at most so long."""

_NO_SITES: Final = "must each be the name of a site; `sites list` shows them"
_ABOUT: Final = 200  # characters of what an act is about


@dataclass(frozen=True, slots=True, repr=False)
class NewStaff:
    """A member of staff, and the token and the link's secret, which are shown this once."""

    staff: Staff
    token: str
    link: str


async def add_staff(
    connection: Connection,
    secrets: Secrets,
    name: str,
    role: Role,
    link_minutes: int,
    *,
    sites: Collection[str] | None = None,
    by: UUID | None = None,
) -> NewStaff:
    """Add a member of staff, for all sites or for those named, with a token and a sign-in link.

    Raises:
        InvalidFields: the name has another form, a site is unknown, or the link is to hold too
            long.
        Conflict: the name is taken, be it by somebody disabled.
    """
    name = named("name", words.read_staff_name, name)
    staff = Staff(new_id(), name, role, await _site_ids(connection, sites))
    try:
        async with connection.transaction():
            await db.add_staff(connection, staff)
            token = await _add_token(connection, secrets, staff.id)
            link = await _add_link(connection, secrets, staff.id, link_minutes)
            await acts.add(connection, by, "person_added", _with_role(name, role, sites))
    except asyncpg.UniqueViolationError:
        raise Conflict("This name is taken, perhaps by somebody disabled.") from None
    return NewStaff(staff, token, link)


async def disable_staff(connection: Connection, name: str, by: UUID | None = None) -> None:
    """Shut somebody out: tokens, sessions and links end, decisions keep their name.

    Raises:
        NotFound: nobody enabled has this name.
        Conflict: it is the last admin of all sites, without whom nobody could add another on the
            page.
    """
    async with connection.transaction():
        await db.lock_staff(connection)  # of two admins who disable each other, one stays
        staff_id = await db.disable_staff(connection, name)
        if staff_id is None:
            raise NotFound("Nobody enabled has this name; `staff list` shows them.")
        await _keep_an_admin(connection)
        await db.revoke_staff_tokens(connection, staff_id)
        await db.end_sessions(connection, staff_id)
        await db.drop_links(connection, staff_id)
        await acts.add(connection, by, "person_disabled", name)


async def change_role(
    connection: Connection,
    name: str,
    role: Role,
    sites: Collection[str] | None,
    by: UUID | None = None,
) -> None:
    """Give somebody another role, for all sites or for those named; within 5 seconds it counts.

    Raises:
        NotFound: nobody enabled has this name.
        InvalidFields: a site is unknown, or none is named.
        Conflict: it is the last admin of all sites.
    """
    async with connection.transaction():
        await db.lock_staff(connection)
        ids = await _site_ids(connection, sites)
        if await db.set_role(connection, name, role, ids) is None:
            raise NotFound("Nobody enabled has this name; `staff list` shows them.")
        await _keep_an_admin(connection)
        await acts.add(connection, by, "role_changed", _with_role(name, role, sites))


async def _keep_an_admin(connection: Connection) -> None:
    if not await db.enabled_admins(connection):
        raise Conflict("This is the last admin of all sites; add another first.")


async def _site_ids(connection: Connection, names: Collection[str] | None) -> Sites:
    if names is None:
        return None
    ids = await db.site_ids(connection, names)
    if not ids or len(ids) != len(set(names)):
        raise InvalidFields([FieldError("sites", _NO_SITES if names else "must be one at least")])
    return ids


async def enable_staff(connection: Connection, name: str, by: UUID | None = None) -> None:
    """Let somebody in again who was disabled: with a new link, for all that they had has ended.

    Raises:
        NotFound: nobody disabled has this name.
    """
    async with connection.transaction():
        if not await db.enable_staff(connection, name):
            raise NotFound("Nobody disabled has this name; `staff list` shows them.")
        await acts.add(connection, by, "person_enabled", name)


async def sign_out_staff(connection: Connection, name: str, by: UUID | None = None) -> None:
    """End every session of somebody.

    Raises:
        NotFound: nobody enabled has this name.
    """
    async with connection.transaction():
        staff = await find_staff(connection, name)
        await db.end_sessions(connection, staff.id)
        await acts.add(connection, by, "person_signed_out", name)


async def reset_second_factor(connection: Connection, name: str, by: UUID | None = None) -> None:
    """Take the second factor of somebody who lost it away, and end every session of theirs.

    Raises:
        NotFound: nobody enabled has this name, or they have no second factor.
    """
    async with connection.transaction():
        staff = await find_staff(connection, name)
        if not await second_factors.remove(connection, staff.id):
            raise NotFound("This person has no second factor; `staff list` shows who has.")
        await db.end_sessions(connection, staff.id)
        await acts.add(connection, by, "second_factor_reset", name)


async def new_link(
    connection: Connection, secrets: Secrets, name: str, minutes: int, by: UUID | None = None
) -> str:
    """Give somebody a new sign-in link, in place of those not used; return its secret.

    Raises:
        NotFound: nobody enabled has this name.
        InvalidFields: the link is to hold too short or too long.
    """
    async with connection.transaction():
        staff = await find_staff(connection, name)
        await db.drop_links(connection, staff.id)
        await acts.add(connection, by, "link_made", name)
        return await _add_link(connection, secrets, staff.id, minutes)


async def new_token(connection: Connection, secrets: Secrets, name: str) -> str:
    """Give somebody a new token in place of all former ones.

    Raises:
        NotFound: nobody enabled has this name.
    """
    async with connection.transaction():
        staff = await find_staff(connection, name)
        await db.revoke_staff_tokens(connection, staff.id)
        await acts.add(connection, None, "token_made", name)
        return await _add_token(connection, secrets, staff.id)


async def find_staff(connection: Connection, name: str) -> Staff:
    """Return an enabled member of staff by name.

    Raises:
        NotFound: nobody enabled has this name.
    """
    found = await db.staff_by_name(connection, name)
    if found is None:
        raise NotFound("Nobody enabled has this name; `staff list` shows them.")
    return found[0]


async def _add_token(connection: Connection, secrets: Secrets, staff_id: UUID) -> str:
    made = words.new_credential(words.STAFF_PREFIX)
    digest = secrets.digest(made.secret)
    await db.add_staff_token(connection, made.public, staff_id, digest)
    return made.text


async def _add_link(connection: Connection, secrets: Secrets, staff_id: UUID, minutes: int) -> str:
    shortest, longest = LINK_MINUTES
    if not shortest <= minutes <= longest:
        error = FieldError("minutes", f"must be between {shortest} and {longest}")
        raise InvalidFields([error])
    secret = words.new_secret()
    await db.add_link(connection, secrets.session_digest(secret), staff_id, minutes)
    return secret


def _with_role(name: str, role: Role, sites: Collection[str] | None) -> str:
    where = "all sites" if sites is None else " ".join(sorted(sites))
    return f"{name}, {role}, {where}"[:_ABOUT]
