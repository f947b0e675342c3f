"""What all commands share: settings, a connection beside a running service, and how they speak."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeAlias, TypeVar

import rich_click as click

from service import logs
from service.accounts.accounts import Connection
from service.accounts.installation import confirm_secrets, take_cookie_key
from service.accounts.secrets import Secrets, load_secrets
from service.commands.failures import sentence
from service.db import migrate
from service.db.embedded import server as embedded
from service.db.pool import connect
from service.errors import InvalidFields
from service.settings import Settings, SettingsError

T = TypeVar("T")
Work: TypeAlias = Callable[[Connection, Secrets], Awaitable[T]]
FAILED: Final = 1
WRONG_USE: Final = 2
_LONGEST: Final = 1000

json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON, for programs.")


class CommandError(click.ClickException):
    """What went wrong, in one sentence for stderr; the exit status is 1."""

    exit_code = FAILED


class WrongUse(CommandError):
    """The command was called wrongly; the exit status is 2."""

    exit_code = WRONG_USE


def read_settings() -> Settings:
    """Read the settings of this process's environment.

    Raises:
        WrongUse: some cannot be used; it names them all.
    """
    try:
        return Settings.read(os.environ)
    except SettingsError as error:
        raise WrongUse(str(error)) from None


def stdin_line() -> str:
    """Read the one line of standard input, which no history and no list of processes has.

    Raises:
        WrongUse: there are several, or it is too long, or not in UTF-8.
    """
    raw = sys.stdin.buffer.read(_LONGEST)
    if len(raw) == _LONGEST:
        raise WrongUse(f"standard input must hold one line of less than {_LONGEST} bytes")
    try:
        line = raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise WrongUse("standard input is not in UTF-8") from None
    if len(line.splitlines()) > 1:
        raise WrongUse("standard input must hold one line")
    return line


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """Give the database's address; the embedded server runs at least as long as the block."""
    if settings.database_url:
        yield settings.database_url
        return
    with embedded.running(settings.data_dir) as dsn:
        yield dsn


def with_database(work: Work[T], *, new_cookie_key: bool = False) -> T:
    """Run `work` on a connection to the migrated database, with the installation's keys.

    `new_cookie_key` makes this process's cookie key the installation's, which signs everyone out.

    Raises:
        CommandError: the settings, the database, the keys or the work itself; in one sentence.
    """
    settings = read_settings()
    return guarded(lambda: _in_database(settings, work, new_cookie_key=new_cookie_key))


def guarded(run: Callable[[], T]) -> T:
    """Run something and turn every error that a person can act on into one sentence.

    Raises:
        WrongUse: what was given is not valid, with that sentence.
        CommandError: anything else, with that sentence.
    """
    try:
        return run()
    except Exception as error:
        told = sentence(error)
        if told is None:
            raise
        kind = WrongUse if isinstance(error, InvalidFields) else CommandError
        raise kind(told) from error


def _in_database(settings: Settings, work: Work[T], *, new_cookie_key: bool) -> T:
    quiet_logs(settings)
    with database(settings) as dsn:
        return asyncio.run(_connected(settings, dsn, work, new_cookie_key=new_cookie_key))


async def _connected(settings: Settings, dsn: str, work: Work[T], *, new_cookie_key: bool) -> T:
    await bring_up(settings, dsn)
    secrets = load_secrets(settings)
    connection = await connect(dsn)
    try:
        if new_cookie_key:
            await take_cookie_key(connection, secrets)
        return await work(connection, await confirm_secrets(connection, secrets))
    finally:
        await connection.close()


async def bring_up(settings: Settings, dsn: str) -> None:
    """Migrate our own server; a database that others run is migrated only when they say so."""
    if not settings.database_url:
        await migrate.migrate(dsn)
    elif await migrate.missing(dsn):
        raise CommandError("the database lacks migrations: run `python -m service migrate`")


def quiet_logs(settings: Settings) -> None:
    """Send log lines to stderr, so that stdout holds what was asked for and nothing else."""
    logs.configure(settings.log_format, "warning", sys.stderr)
