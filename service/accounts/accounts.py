"""Use cases of sites and staff: add, keys and tokens, settings, disable.

Functions that write several rows open a transaction, so they take a connection.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from service.accounts import site_words
from service.accounts.secrets import Secrets
from service.db import accounts as db
from service.domain import accounts as words
from service.domain.accounts import Role, Site, Sites, Staff
from service.domain.fields import FieldError, Refused
from service.domain.masking import mask_addresses
from service.domain.pages import read_page, without_tracking
from service.domain.sites import WORD_LISTS, SiteSettings
from service.errors import Conflict, InvalidFields, NotFound
from service.ids import new_id

Connection: TypeAlias = "asyncpg.Connection[Any] | PoolConnectionProxy[Any]"
KeyKind = Literal["bearer", "akismet", "sandbox"]
_AT_ONCE: Final = 500
"""Comments that are removed in one transaction."""

LINK_MINUTES: Final = (15, 24 * 60)
"""A sign-in link holds at least and at most so long."""


_NO_SITES: Final = "must each be the name of a site; `sites list` shows them"


@dataclass(frozen=True, slots=True, repr=False)
class NewSite:
    """A site and its keys, which are shown this once."""

    site: Site
    key: str
    akismet_key: str


@dataclass(frozen=True, slots=True, repr=False)
class NewStaff:
    """A member of staff, and the token and the link's secret, which are shown this once."""

    staff: Staff
    token: str
    link: str


async def add_site(
    connection: Connection, secrets: Secrets, name: str, settings: SiteSettings | None = None
) -> NewSite:
    """Add a site with a bearer key and an Akismet key.

    Raises:
        InvalidFields: the name has another form than a site's.
        Conflict: the name is taken.
    """
    site = Site(new_id(), _named("name", words.read_site_name, name), settings or SiteSettings())
    try:
        async with connection.transaction():
            await db.add_site(connection, site)
            key = await _add_key(connection, secrets, site.id, "bearer")
            akismet_key = await _add_key(connection, secrets, site.id, "akismet")
    except asyncpg.UniqueViolationError:
        raise Conflict("There is a site with this name; choose another.") from None
    return NewSite(site, key[1], akismet_key[1])


async def rename_site(connection: Connection, name: str, new: str) -> None:
    """Give a site another name.

    Raises:
        NotFound: there is no such site.
        InvalidFields: the new name has another form than a site's.
        Conflict: the name is taken.
    """
    site = await find_site(connection, name)
    try:
        async with connection.transaction():
            await db.rename_site(connection, site.id, _named("name", words.read_site_name, new))
    except asyncpg.UniqueViolationError:
        raise Conflict("There is a site with this name; choose another.") from None


async def remove_site(connection: Connection, name: str) -> int:
    """Remove a site with its comments and all that is about them; return how many these were.

    What is broken off goes on the next time.

    Raises:
        NotFound: there is no such site.
    """
    site, count = await find_site(connection, name), 0
    await db.revoke_every_key(connection, site.id)
    while True:
        before = count
        while gone := await db.remove_comments(connection, site.id, _AT_ONCE):
            count += gone
        try:
            await db.remove_site(connection, site.id)
        except asyncpg.ForeignKeyViolationError:
            if count == before:
                raise
            continue  # a comment came, for five seconds with a key that was just revoked
        return count


async def new_site_key(
    connection: Connection, secrets: Secrets, name: str, kind: KeyKind, *, revoke_others: bool
) -> tuple[str, list[str]]:
    """Give a site one more key; return it and the ids of the keys revoked for it.

    Raises:
        NotFound: there is no such site.
    """
    async with connection.transaction():
        site = await find_site(connection, name)
        key_id, key = await _add_key(connection, secrets, site.id, kind)
        revoked = []
        if revoke_others:
            revoked = await db.revoke_site_keys(connection, site.id, kind, key_id)
    return key, revoked


async def revoke_site_key(connection: Connection, name: str, key_id: str) -> None:
    """Revoke one key by its public id; within 5 seconds no process takes it any more.

    Raises:
        NotFound: the site has no such key in force.
    """
    site = await find_site(connection, name)
    if not await db.revoke_site_key(connection, key_id, site.id):
        raise NotFound("The site has no key with this id in force; `sites list` shows them.")


async def change_site(connection: Connection, name: str, changes: dict[str, Any]) -> Site:
    """Change some of a site's settings; None sets one back to its default.

    `bands` is merged label by label, every other setting is replaced, a list of words too.

    Raises:
        NotFound: there is no such site.
        InvalidFields: what the settings would become is not valid; nothing is changed.
    """
    async with connection.transaction():
        site = await find_site(connection, name, lock=True)
        own = {key: value for key, value in changes.items() if key not in WORD_LISTS}
        settings, errors = SiteSettings.read(merged(site.settings.to_json(), own))
        if errors:
            raise InvalidFields(errors)
        await db.set_site_settings(connection, site.id, settings)
        await db.add_site_change(connection, new_id(), site, settings, None)
        for setting in WORD_LISTS.keys() & changes.keys():
            await site_words.replace(connection, site, WORD_LISTS[setting], changes[setting] or ())
    return Site(site.id, site.name, settings)


def merged(before: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Lay changes over settings: a label's band of None goes back to the model's band."""
    after = {**before, **changes}
    if isinstance(changes.get("bands"), dict):
        bands = {**before.get("bands", {}), **changes["bands"]}
        after["bands"] = {label: band for label, band in bands.items() if band is not None}
    return {name: value for name, value in after.items() if value is not None}


async def close_page(
    connection: Connection, secrets: Secrets, name: str, url: str, *, reopen: bool = False
) -> str:
    """Take no more comments on a page, or take them again; return the page's normal form.

    Raises:
        NotFound: there is no such site.
        InvalidFields: the page is no http(s) address.
    """
    sent = _named("page", read_page, url)
    site = await find_site(connection, name)
    page = without_tracking(sent, site.settings.tracking)
    key, shown = secrets.page_key(page), mask_addresses(page)
    if reopen:
        await db.open_page(connection, site.id, key)
    else:
        await db.close_page(connection, site.id, key, shown)
    return shown


async def find_site(
    connection: db.Database, name: str, *, lock: bool = False, sites: Sites = None
) -> Site:
    """Return a site by its name, if it is one of those that whoever asks may see.

    Raises:
        NotFound: there is no such site.
    """
    site = await db.site_by_name(connection, name, lock=lock)
    if site is None or (sites is not None and site.id not in sites):
        raise NotFound("There is no site with this name; `sites list` shows them.")
    return site


async def add_staff(
    connection: Connection,
    secrets: Secrets,
    name: str,
    role: Role,
    link_minutes: int,
    *,
    sites: Collection[str] | None = None,
) -> NewStaff:
    """Add a member of staff, for all sites or for those named, with a token and a sign-in link.

    Raises:
        InvalidFields: the name has another form, a site is unknown, or the link is to hold too
            long.
        Conflict: the name is taken, be it by somebody disabled.
    """
    name = _named("name", words.read_staff_name, name)
    staff = Staff(new_id(), name, role, await _site_ids(connection, sites))
    try:
        async with connection.transaction():
            await db.add_staff(connection, staff)
            token = await _add_token(connection, secrets, staff.id)
            link = await _add_link(connection, secrets, staff.id, link_minutes)
    except asyncpg.UniqueViolationError:
        raise Conflict("This name is taken, perhaps by somebody disabled.") from None
    return NewStaff(staff, token, link)


async def disable_staff(connection: Connection, name: str) -> None:
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


async def change_role(
    connection: Connection, name: str, role: Role, sites: Collection[str] | None
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


async def enable_staff(connection: Connection, name: str) -> None:
    """Let somebody in again who was disabled: with a new link, for all that they had has ended.

    Raises:
        NotFound: nobody disabled has this name.
    """
    if not await db.enable_staff(connection, name):
        raise NotFound("Nobody disabled has this name; `staff list` shows them.")


async def sign_out_staff(connection: Connection, name: str) -> None:
    """End every session of somebody.

    Raises:
        NotFound: nobody enabled has this name.
    """
    staff = await find_staff(connection, name)
    await db.end_sessions(connection, staff.id)


async def new_link(connection: Connection, secrets: Secrets, name: str, minutes: int) -> str:
    """Give somebody a new sign-in link, in place of those not used; return its secret.

    Raises:
        NotFound: nobody enabled has this name.
        InvalidFields: the link is to hold too short or too long.
    """
    async with connection.transaction():
        staff = await find_staff(connection, name)
        await db.drop_links(connection, staff.id)
        return await _add_link(connection, secrets, staff.id, minutes)


async def new_token(connection: Connection, secrets: Secrets, name: str) -> str:
    """Give somebody a new token in place of all former ones.

    Raises:
        NotFound: nobody enabled has this name.
    """
    async with connection.transaction():
        staff = await find_staff(connection, name)
        await db.revoke_staff_tokens(connection, staff.id)
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


def _named(field: str, read: Callable[[str], str], text: str) -> str:
    try:
        return read(text)
    except Refused as refusal:
        raise InvalidFields([FieldError(field, str(refusal))]) from None


async def _add_key(
    connection: Connection, secrets: Secrets, site_id: UUID, kind: KeyKind
) -> tuple[str, str]:
    if kind != "akismet":
        made = words.new_credential(words.SITE_PREFIX)
        key_id, key, secret = made.public, made.text, made.secret
    else:
        key_id, key = words.new_public_id(), words.new_akismet_key()
        secret = key
    await db.add_site_key(connection, key_id, site_id, kind, secrets.digest(secret))
    return key_id, key


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
