"""`check`: test settings, database, keys and model, and say what is wrong."""

import http.client
import ipaddress
import os
from typing import Final

import rich_click as click

from classifier import BundleError, load_bundle
from service.accounts.accounts import Connection
from service.accounts.resealing import is_unreadable
from service.accounts.secrets import Secrets
from service.commands.base import FAILED, CommandError, json_option, read_settings, with_database
from service.commands.terminal import emit, printable
from service.comments.months import NEEDED
from service.db import contact_keys, locks, models, months
from service.db.reads import why_unread
from service.settings import Settings, unknown_variables

_SECONDS: Final = 3
_IPV4: Final = 4
_SEALED: Final = (
    "some e-mail addresses or kept secrets can be read with no key in force: name the keys before "
    "in MODERATION_CONTACT_KEY or MODERATION_SEALING_KEYS too, until `python -m service reseal` is "
    "done"
)
_OLDER: Final = (
    "some authors have an id of an older contact key: run `python -m service reseal`, and keep the "
    "key before until that is done"
)
_UNREAD: Final = (
    "DATABASE_READ_URL: nothing is read there, since {why}: the primary answers everything"
)
_MONTHS: Final = (
    "comments have tables for {ahead} more months only, and none after: `python -m service months "
    "--make` makes them, as the role that owns the tables"
)
_LOCKS: Final = (
    "PostgreSQL has too little room for locks: sessions that look at every month at once need "
    "max_locks_per_transaction = {wanted} or more; set it and start PostgreSQL anew"
)
_UNSCORED: Final = "every comment waits for a moderator"


@click.command
@click.option("--live", is_flag=True, help="Only ask the running service whether it is ready.")
@click.option(
    "--new-cookie-key", is_flag=True, help="Take this process's cookie key: signs everyone out."
)
@json_option
@click.pass_context
def check(ctx: click.Context, *, live: bool, new_cookie_key: bool, as_json: bool) -> None:
    """Test settings, database, replica, keys and active model; status 1 says: not well."""
    try:
        version, problems = (
            _alive(read_settings())
            if live
            else with_database(_found, new_cookie_key=new_cookie_key)
        )
    except CommandError as error:  # what is wrong with the settings is found, not wrong use
        if not as_json:
            raise CommandError(error.message) from None
        version, problems = None, [error.message]
    notes = unknown_variables(os.environ)
    if as_json:
        emit({"ok": not problems, "model": version, "problems": problems, "notes": notes})
    else:
        for line in (*problems, *notes):
            click.echo(printable(line), err=True)
        if not problems:
            click.echo("ready" if live else f"settings, database, keys and model {version}: ok")
    if problems:
        ctx.exit(FAILED)


def _alive(settings: Settings) -> tuple[str | None, list[str]]:
    connection = http.client.HTTPConnection(
        _reachable(settings.host), settings.port, timeout=_SECONDS
    )
    try:
        connection.request("GET", "/health/ready")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return None, [f"the service does not answer: {type(error).__name__}"]
    finally:
        connection.close()
    return None, [] if status == http.HTTPStatus.OK else [f"the service answers {status}"]


def _reachable(host: str) -> str:
    """Where to ask a service that listens on every address: on the loopback of that family."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if not address.is_unspecified:
        return host
    return "127.0.0.1" if address.version == _IPV4 else "::1"


async def _found(connection: Connection, secrets: Secrets) -> tuple[str | None, list[str]]:
    version, problems = await found_wrong(connection, secrets)
    settings = read_settings()
    if wanted := await locks.wanted(connection, settings.workers * settings.pool_size):
        problems.append(_LOCKS.format(wanted=wanted))
    replica = settings.database_read_url
    if replica and (why := await why_unread(connection, replica)):
        problems.append(_UNREAD.format(why=why))
    return version, problems


async def found_wrong(connection: Connection, secrets: Secrets) -> tuple[str | None, list[str]]:
    """Return the active model's version, and what is wrong in the database."""
    version, problems = await _model(connection)
    if await is_unreadable(connection, secrets):
        problems.append(_SEALED)
    chain, begins = secrets.authors.chain, secrets.authors.newest_begins
    if begins and not chain.is_ahead and await contact_keys.count(connection, begins):
        problems.append(_OLDER)
    if (ahead := await months.ahead(connection)) < NEEDED:
        problems.append(_MONTHS.format(ahead=max(0, ahead)))
    return version, problems


async def _model(connection: Connection) -> tuple[str | None, list[str]]:
    """Load the active model as the service would."""
    active = [one for one in await models.serving(connection) if one.state == "active"]
    if not active:
        return None, [f"no model is active: {_UNSCORED}"]
    version = active[0].version
    stored = await models.bundle(connection, version)
    try:
        if stored is None or load_bundle(*stored).digest != active[0].digest:
            return version, [f"model {version} is not the one that was registered: {_UNSCORED}"]
    except BundleError as error:
        return version, [f"model {version} cannot be used: {error}"]
    return version, []
