"""Queries of sites, staff and what they sign in with: one typed function each."""

from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeAlias, cast
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from service.db.rows import all_as
from service.db.sql import load
from service.domain.accounts import (
    KeyKind,
    Member,
    Role,
    SettingsChange,
    Site,
    SiteKey,
    Sites,
    SiteSummary,
    Staff,
)
from service.domain.sites import SiteSettings

Database: TypeAlias = "asyncpg.Connection[Any] | PoolConnectionProxy[Any] | asyncpg.Pool[Any]"
"""What runs one statement: a connection, or a pool that picks one."""

_SQL: Final = load("accounts")


@asynccontextmanager
async def together(database: Database) -> AsyncGenerator[Database]:
    """Have one transaction, of a connection of the pool's if it is one."""
    if isinstance(database, asyncpg.Pool):
        async with database.acquire() as connection, connection.transaction():
            yield connection
    else:
        async with database.transaction():
            yield database


@dataclass(frozen=True, slots=True)
class KnownSession:
    """A session in force; `stale` when its use should be noted again."""

    staff: Staff
    expires_at: datetime
    stale: bool
    second_factor: bool


def _site(row: Mapping[str, Any]) -> Site:
    # A setting that a newer release wrote, or a hand: what can be read counts, the rest defaults.
    return Site(row["id"], row["name"], SiteSettings.read(row["settings"])[0])


def read_staff(row: Mapping[str, Any]) -> Staff:
    """Return a row's person."""
    sites = row["sites"]
    return Staff(
        row["id"], row["name"], row["role"], tuple(sites) if sites else None, row["language"]
    )


async def pin(db: Database, name: str, value: str) -> str:
    """Keep a value for the whole installation unless there is one; return the one kept."""
    await db.execute(_SQL["pin"], name, value)
    return cast("str", await db.fetchval(_SQL["pinned"], name))


async def repin(db: Database, name: str, value: str) -> None:
    """Replace a value of the whole installation."""
    await db.execute(_SQL["repin"], name, value)


async def add_site(db: Database, site: Site) -> None:
    """Insert a site.

    Raises:
        asyncpg.UniqueViolationError: the name is taken.
    """
    await db.execute(_SQL["add_site"], site.id, site.name, site.settings.to_json())


async def site_by_name(db: Database, name: str, *, lock: bool = False) -> Site | None:
    """Find a site, locked until the transaction's end if its settings are to be merged."""
    row = await db.fetchrow(_SQL["lock_site" if lock else "site_by_name"], name)
    return _site(row) if row else None


async def list_sites(db: Database, sites: Sites = None) -> list[SiteSummary]:
    """List every site, or those given, with its keys in force, by name."""
    rows = await db.fetch(_SQL["list_sites"], sites)
    return [
        SiteSummary(**dict(row) | {"keys": [SiteKey(**key) for key in row["keys"]]}) for row in rows
    ]


async def every_site(db: Database) -> list[Site]:
    """Return every site with its settings."""
    return [_site(row) for row in await db.fetch(_SQL["every_site"])]


async def set_site_settings(db: Database, site_id: UUID, settings: SiteSettings) -> None:
    """Replace a site's settings."""
    await db.execute(_SQL["set_site_settings"], site_id, settings.to_json())


async def add_site_change(
    db: Database, id_: UUID, before: Site, after: SiteSettings, staff_id: UUID | None
) -> None:
    """Keep what a site's settings were and became, and who changed them; None: by command."""
    values = before.settings.to_json(), after.to_json()
    await db.execute(_SQL["add_site_change"], id_, before.id, staff_id, *values)


async def site_changes(db: Database, site_id: UUID, limit: int) -> list[SettingsChange]:
    """List a site's last changes, the newest first."""
    return all_as(SettingsChange, await db.fetch(_SQL["site_changes"], site_id, limit))


async def add_site_key(
    db: Database, key_id: str, site_id: UUID, kind: KeyKind, digest: bytes
) -> None:
    """Insert a key of a kind."""
    await db.execute(_SQL["add_site_key"], key_id, site_id, kind, digest)


async def revoke_site_keys(db: Database, site_id: UUID, kind: str, keep: str) -> list[str]:
    """Revoke a site's keys of one kind but one; return the ids of those revoked."""
    return [row["id"] for row in await db.fetch(_SQL["revoke_site_keys"], site_id, kind, keep)]


async def revoke_site_key(db: Database, key_id: str, site_id: UUID) -> bool:
    """Revoke one key of a site; say whether there was one in force."""
    return await db.fetchval(_SQL["revoke_site_key"], key_id, site_id) is not None


async def site_by_key(db: Database, key_id: str) -> tuple[bytes, Site] | None:
    """Return the digest and the site of a bearer, sandbox or public key in force."""
    row = await db.fetchrow(_SQL["site_by_key"], key_id)
    return (row["digest"], replace(_site(row), key=row["kind"])) if row else None


async def open_site(db: Database, name: str) -> Site | None:
    """Return a site that has origins and a public key in force."""
    row = await db.fetchrow(_SQL["open_site"], name)
    return _site(row) if row else None


async def public_origins(db: Database) -> frozenset[str]:
    """Return the origins of every site that has a public key in force."""
    return frozenset(row["origin"] for row in await db.fetch(_SQL["public_origins"]))


async def site_by_akismet_key(db: Database, digest: bytes) -> tuple[bytes, Site] | None:
    """Return the digest and the site of an Akismet key in force."""
    row = await db.fetchrow(_SQL["site_by_akismet_key"], digest)
    return (row["digest"], _site(row)) if row else None


async def close_page(db: Database, site_id: UUID, page_key: bytes, page: str) -> None:
    """Take no more comments on a page."""
    await db.execute(_SQL["close_page"], site_id, page_key, page)


async def open_page(db: Database, site_id: UUID, page_key: bytes) -> None:
    """Take comments on a page again."""
    await db.execute(_SQL["open_page"], site_id, page_key)


async def add_staff(db: Database, staff: Staff) -> None:
    """Insert a member of staff.

    Raises:
        asyncpg.UniqueViolationError: the name is taken, be it by somebody disabled.
    """
    await db.execute(_SQL["add_staff"], staff.id, staff.name, staff.role, staff.sites)


async def staff_by_name(db: Database, name: str) -> tuple[Staff, str | None] | None:
    """Return an enabled member of staff with the password's hash, if one is set."""
    row = await db.fetchrow(_SQL["staff_by_name"], name)
    return (read_staff(row), row["password_hash"]) if row else None


async def staff_by_id(db: Database, staff_id: UUID) -> Staff | None:
    """Return an enabled member of staff."""
    row = await db.fetchrow(_SQL["staff_by_id"], staff_id)
    return read_staff(row) if row else None


async def list_staff(db: Database) -> list[Member]:
    """List everybody, by name."""
    return all_as(Member, await db.fetch(_SQL["list_staff"]))


async def lock_staff(db: Database) -> None:
    """Let one change of who is enabled through at a time, until the transaction ends."""
    await db.execute(_SQL["lock_staff"])


async def disable_staff(db: Database, name: str) -> UUID | None:
    """Disable a member of staff; return the id, or None where nobody enabled has the name."""
    return cast("UUID | None", await db.fetchval(_SQL["disable_staff"], name))


async def enable_staff(db: Database, name: str) -> bool:
    """Enable a member of staff again; False where nobody disabled has the name."""
    return await db.fetchval(_SQL["enable_staff"], name) is not None


async def set_role(db: Database, name: str, role: Role, sites: Sites) -> UUID | None:
    """Give somebody enabled another role; return the id, or None where nobody has the name."""
    return cast("UUID | None", await db.fetchval(_SQL["set_role"], name, role, sites))


async def site_ids(db: Database, names: Collection[str]) -> tuple[UUID, ...]:
    """Return the ids of those of the names that sites have."""
    return tuple(row["id"] for row in await db.fetch(_SQL["site_ids"], names))


async def rename_site(db: Database, site_id: UUID, name: str) -> None:
    """Give a site another name.

    Raises:
        asyncpg.UniqueViolationError: the name is taken.
    """
    await db.execute(_SQL["rename_site"], name, site_id)


async def revoke_every_key(db: Database, site_id: UUID) -> None:
    """Revoke all keys of a site."""
    await db.execute(_SQL["revoke_every_key"], site_id)


async def remove_comments(db: Database, site_id: UUID, most: int) -> int:
    """Remove the next comments of a site with all that is about them; return how many they were."""
    return cast("int", await db.fetchval(_SQL["remove_comments"], site_id, most, timeout=120))


async def remove_site(db: Database, site_id: UUID) -> None:
    """Remove a site with all that is of it.

    Raises:
        asyncpg.ForeignKeyViolationError: it has comments.
    """
    await db.execute(_SQL["remove_site"], site_id, timeout=120)


async def enabled_admins(db: Database) -> int:
    """Count the admins of all sites that can sign in."""
    return cast("int", await db.fetchval(_SQL["enabled_admins"]))


async def set_language(db: Database, staff_id: UUID, language: str | None) -> None:
    """Keep in which language a person reads the pages; None is their browser's."""
    await db.execute(_SQL["set_language"], staff_id, language)


async def set_password(db: Database, staff_id: UUID, password_hash: str) -> None:
    """Replace a password's hash."""
    await db.execute(_SQL["set_password"], staff_id, password_hash)


async def add_staff_token(db: Database, token_id: str, staff_id: UUID, digest: bytes) -> None:
    """Insert a token."""
    await db.execute(_SQL["add_staff_token"], token_id, staff_id, digest)


async def revoke_staff_tokens(db: Database, staff_id: UUID) -> None:
    """Revoke every token of a member of staff."""
    await db.execute(_SQL["revoke_staff_tokens"], staff_id)


async def staff_by_token(db: Database, token_id: str) -> tuple[bytes, Staff] | None:
    """Return the digest and the holder of a token in force."""
    row = await db.fetchrow(_SQL["staff_by_token"], token_id)
    return (row["digest"], read_staff(row)) if row else None


async def add_link(db: Database, digest: bytes, staff_id: UUID, minutes: int) -> datetime:
    """Insert a sign-in link; return when it ends."""
    return cast("datetime", await db.fetchval(_SQL["add_link"], digest, staff_id, minutes))


async def use_link(db: Database, digest: bytes) -> Staff | None:
    """Use a link up and return whose it is; of two that use it at once, one gets None."""
    row = await db.fetchrow(_SQL["use_link"], digest)
    return read_staff(row) if row else None


async def drop_links(db: Database, staff_id: UUID) -> None:
    """Make a member of staff's unused links worthless."""
    await db.execute(_SQL["drop_links"], staff_id)


async def add_session(
    db: Database, digest: bytes, staff_id: UUID, hours: int, *, by_provider: bool = False
) -> datetime:
    """Insert a session; return when it ends at the latest."""
    values = digest, staff_id, hours, by_provider
    return cast("datetime", await db.fetchval(_SQL["add_session"], *values))


async def staff_by_session(db: Database, digest: bytes, idle_hours: int) -> KnownSession | None:
    """Return a session in force."""
    row = await db.fetchrow(_SQL["staff_by_session"], digest, idle_hours)
    if row is None:
        return None
    return KnownSession(read_staff(row), row["expires_at"], row["stale"], row["second_factor"])


async def touch_session(db: Database, digest: bytes) -> None:
    """Note that a session is in use."""
    await db.execute(_SQL["touch_session"], digest)


async def end_session(db: Database, digest: bytes) -> None:
    """End one session."""
    await db.execute(_SQL["end_session"], digest)


async def end_sessions(db: Database, staff_id: UUID) -> None:
    """End every session of a member of staff."""
    await db.execute(_SQL["end_sessions"], staff_id)


async def end_other_sessions(db: Database, staff_id: UUID, digest: bytes) -> None:
    """End every session of a member of staff but one."""
    await db.execute(_SQL["end_other_sessions"], staff_id, digest)


async def end_everything(db: Database) -> None:
    """End every session and link of everyone."""
    await db.execute(_SQL["end_all_sessions"])
    await db.execute(_SQL["drop_all_links"])


async def sweep(db: Database, idle_hours: int) -> None:
    """Forget sessions and links that have ended."""
    await db.execute(_SQL["sweep_sessions"], idle_hours)
    await db.execute(_SQL["sweep_links"])
