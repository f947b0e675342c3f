"""Use cases of sites: add, rename, remove, keys, settings, closed pages.

Functions that write several rows open a transaction, so they take a connection.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from service.accounts import site_words
from service.accounts.secrets import Secrets
from service.db import accounts as db
from service.db import acts, receivers
from service.domain import accounts as words
from service.domain.accounts import KeyKind, Site, Sites
from service.domain.fields import FieldError, Refused
from service.domain.masking import mask_addresses
from service.domain.pages import read_page, without_tracking
from service.domain.sites import WORD_LISTS, SiteSettings
from service.errors import Conflict, InvalidFields, NotFound
from service.ids import new_id

Connection: TypeAlias = "asyncpg.Connection[Any] | PoolConnectionProxy[Any]"
_AT_ONCE: Final = 500
"""Comments that are removed in one transaction."""


@dataclass(frozen=True, slots=True, repr=False)
class NewSite:
    """A site and its keys, which are shown this once."""

    site: Site
    key: str
    akismet_key: str


async def add_site(
    connection: Connection,
    secrets: Secrets,
    name: str,
    settings: SiteSettings | None = None,
    *,
    by: UUID | None = None,
) -> NewSite:
    """Add a site with a bearer key and an Akismet key.

    Raises:
        InvalidFields: the name has another form than a site's.
        Conflict: the name is taken.
    """
    site = Site(new_id(), named("name", words.read_site_name, name), settings or SiteSettings())
    try:
        async with connection.transaction():
            await db.add_site(connection, site)
            key = await _add_key(connection, secrets, site.id, "bearer")
            akismet_key = await _add_key(connection, secrets, site.id, "akismet")
            await acts.add(connection, by, "site_added", name)
    except asyncpg.UniqueViolationError:
        raise Conflict("There is a site with this name; choose another.") from None
    return NewSite(site, key[1], akismet_key[1])


async def rename_site(
    connection: Connection, name: str, new: str, *, by: UUID | None = None
) -> None:
    """Give a site another name.

    Raises:
        NotFound: there is no such site.
        InvalidFields: the new name has another form than a site's.
        Conflict: the name is taken.
    """
    site = await find_site(connection, name)
    try:
        async with connection.transaction():
            await db.rename_site(connection, site.id, named("name", words.read_site_name, new))
            await acts.add(connection, by, "site_renamed", f"{name} to {new}")
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
        await acts.add(connection, None, "site_removed", name)
        return count


async def new_site_key(
    connection: Connection,
    secrets: Secrets,
    name: str,
    kind: KeyKind,
    *,
    revoke_others: bool,
    by: UUID | None = None,
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
        act = "keys_rotated" if revoke_others else "key_added"
        await acts.add(connection, by, act, f"{name}, {kind}")
    return key, revoked


async def revoke_site_key(
    connection: Connection, name: str, key_id: str, *, by: UUID | None = None
) -> None:
    """Revoke one key by its public id; within 5 seconds no process takes it any more.

    Raises:
        NotFound: the site has no such key in force.
    """
    async with connection.transaction():
        site = await find_site(connection, name)
        if not await db.revoke_site_key(connection, key_id, site.id):
            raise NotFound("The site has no key with this id in force; `sites list` shows them.")
        await acts.add(connection, by, "key_revoked", f"{name}, {key_id}")


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
        if changes.get("webhook_url"):  # though it be the same
            await receivers.enable(connection, site.id)
    return Site(site.id, site.name, settings)


def merged(before: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Lay changes over settings: a label's band of None goes back to the model's band."""
    after = {**before, **changes}
    if isinstance(changes.get("bands"), dict):
        bands = {**before.get("bands", {}), **changes["bands"]}
        after["bands"] = {label: band for label, band in bands.items() if band is not None}
    return {name: value for name, value in after.items() if value is not None}


async def close_page(
    connection: Connection,
    secrets: Secrets,
    name: str,
    url: str,
    *,
    reopen: bool = False,
    by: UUID | None = None,
) -> str:
    """Take no more comments on a page, or take them again; return the page's normal form.

    Raises:
        NotFound: there is no such site.
        InvalidFields: the page is no http(s) address.
    """
    sent = named("page", read_page, url)
    site = await find_site(connection, name)
    page = without_tracking(sent, site.settings.tracking)
    key, shown = secrets.page_key(page), mask_addresses(page)
    async with connection.transaction():
        if reopen:
            await db.open_page(connection, site.id, key)
        else:
            await db.close_page(connection, site.id, key, shown)
        await acts.add(connection, by, "page_opened" if reopen else "page_closed", name)
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


def named(field: str, read: Callable[[str], str], text: str) -> str:
    """Return a name as it is kept.

    Raises:
        InvalidFields: it has another form.
    """
    try:
        return read(text)
    except Refused as refusal:
        raise InvalidFields([FieldError(field, str(refusal))]) from None


async def _add_key(
    connection: Connection, secrets: Secrets, site_id: UUID, kind: KeyKind
) -> tuple[str, str]:
    if kind == "akismet":
        key_id, key = words.new_public_id(), words.new_akismet_key()
        secret = key
    else:
        is_public = kind == "public"
        made = words.new_public_key() if is_public else words.new_credential(words.SITE_PREFIX)
        key_id, key, secret = made.public, made.text, made.secret
    await db.add_site_key(connection, key_id, site_id, kind, secrets.digest(secret))
    return key_id, key
