"""The use case of following an OpenID provider in what role somebody has, at each sign-in there."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Final

import asyncpg
import structlog

from service.accounts import members
from service.accounts.accounts import Connection
from service.db import accounts as db
from service.db.accounts import Database
from service.domain.accounts import Staff
from service.domain.claimed_roles import Grant, granted
from service.errors import Conflict, InvalidFields, Unauthorised

_LOG: Final = structlog.get_logger(__name__)
_NONE: Final = "Your organisation gives you no role here; ask an admin."


async def follow(
    database: Database, staff: Staff, groups: Collection[str], table: Mapping[str, Grant]
) -> Staff:
    """Give somebody the role that their groups are for, and return them with it.

    The last admin of all sites stays one, so that nobody is locked out by a group.

    Raises:
        Unauthorised: their groups are for no role, or for sites that are not there.
    """
    grant = granted(groups, table)
    if grant is None:
        raise Unauthorised(_NONE)
    async with _connection(database) as connection:
        if not await _differs(connection, staff, grant):
            return staff
        try:
            await members.change_role(connection, staff.name, grant.role, grant.sites)
        except Conflict:
            _LOG.warning("last_admin_kept", role=grant.role)
            return staff
        except InvalidFields:
            _LOG.warning("claimed_sites_unknown", role=grant.role)
            raise Unauthorised(_NONE) from None
        return await db.staff_by_id(connection, staff.id) or staff


async def _differs(connection: Connection, staff: Staff, grant: Grant) -> bool:
    sites = None if grant.sites is None else await db.site_ids(connection, grant.sites)
    now = None if staff.sites is None else set(staff.sites)
    return (staff.role, now) != (grant.role, None if sites is None else set(sites))


@asynccontextmanager
async def _connection(database: Database) -> AsyncIterator[Connection]:
    if isinstance(database, asyncpg.Pool):
        async with database.acquire() as connection:
            yield connection
    else:
        yield database
