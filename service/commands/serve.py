"""`serve`: database, migrations, shipped model, first keys, then the HTTP server."""

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from inspect import cleandoc
from textwrap import wrap
from types import FrameType
from typing import Final, NoReturn

import rich_click as click
import uvicorn
from litestar import Litestar

from service import logs
from service.accounts import accounts, members
from service.accounts.installation import confirm_secrets
from service.accounts.secrets import Secrets, load_secrets
from service.app import create_app
from service.commands.base import CommandError, database, guarded, read_settings
from service.commands.sockets import BACKLOG, bound, listen, port_of
from service.commands.workers import Supervisor
from service.comments.demo import DEMO_SITE
from service.db import accounts as accounts_db
from service.db.migrate import migrate
from service.db.pool import connect
from service.errors import Conflict
from service.models import shipping
from service.models.memory import return_large_blocks
from service.settings import SETTINGS_TABLE, WORKERS, Settings
from service.web.protocol import LimitedProtocol

_DSN: Final = "MODERATION_INTERNAL_DSN"  # from the launcher to its workers
FIRST_ADMIN: Final = "admin"
_HELP_WIDTH: Final = 72
_LINK_MINUTES: Final = 24 * 60

IDLE_SECONDS: Final = 75
"""An idle connection is kept so long: longer than load balancers and clients keep theirs, mostly 60
seconds, else a POST may meet its end, and nobody knows whether it was taken."""


def with_settings(command: Callable[..., None]) -> Callable[..., None]:
    """Put the table of settings at the end of a command's help."""
    lines = [
        line
        for each in SETTINGS_TABLE
        for line in (
            f"{each.variable}{f' [{each.default}]' if each.default else ''}",
            *(f"    {part}" for part in wrap(each.help, _HELP_WIDTH, break_on_hyphens=False)),
        )
    ]
    shown = "\n".join(("\b", "Settings, environment variables [when absent]:", *lines))
    command.__doc__ = f"{cleandoc(str(command.__doc__))}\n\n{shown}"
    return command


@click.command
@click.rich_config(help_config={"text_paragraph_linebreaks": "\n\n"})
@click.option("--host", help="Address to listen on; MODERATION_HOST.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; MODERATION_PORT.")
@click.option("--workers", type=click.IntRange(*WORKERS), help="Processes; MODERATION_WORKERS.")
@with_settings
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """Run the service until it is told to stop; then it finishes what it accepted.

    With the demo, the first start prints its address, a site key and the first admin's one-time
    sign-in link, this once.
    """
    settings = read_settings()
    settings = replace(
        settings,
        host=host or settings.host,
        port=settings.port if port is None else port,
        workers=workers or settings.workers,
    )
    guarded(lambda: _serve(settings))


def from_environment() -> Litestar:
    """The application in a worker process, on the database the launcher prepared.

    Garbage is looked for once it runs: what is made until then stays, see `create_app`.
    """
    gc.disable()
    settings = read_settings()
    logs.configure(settings.log_format, settings.log_level)
    return_large_blocks()
    return create_app(settings, dsn=os.environ[_DSN])


def _stop(_: int, __: FrameType | None) -> NoReturn:
    """Leave through every `finally`: uvicorn raises the signal again when it has stopped."""
    sys.exit(0)


def _serve(settings: Settings) -> None:
    logs.configure(settings.log_format, settings.log_level)
    return_large_blocks()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    with bound(settings.host, settings.port) as sockets, database(settings) as dsn:
        settings = replace(settings, port=port_of(sockets))
        asyncio.run(migrate(dsn))
        listen(sockets, settings.host)  # what is shown once is made only where it can be used
        _show(asyncio.run(_prepare(settings, dsn)), once=settings.demo)
        os.environ.update(_for_workers(settings, dsn))
        _answer(_server_config(settings), sockets)


def _show(lines: Sequence[str], *, once: bool) -> None:
    """Say how to begin; where a full disk takes no line it serves all the same.

    Raises:
        OSError: what is shown `once` cannot be.
    """
    try:
        for line in lines:
            click.echo(line)
    except OSError:
        if once:
            raise


def _answer(config: uvicorn.Config, sockets: list[socket.socket]) -> None:
    """Serve until told to stop, in this process or in several that share the sockets.

    Raises:
        CommandError: the application did not start, or no worker did.
    """
    if config.workers > 1:
        Supervisor(config, sockets).run()
        return
    server = uvicorn.Server(config)
    try:
        server.run(sockets)
    except SystemExit as ended:
        if ended.code in {None, 0}:
            raise
    if not server.started:
        raise CommandError("the service did not start; its log says why")


def _server_config(settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        "service.commands.serve:from_environment",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        backlog=BACKLOG,
        loop="uvloop",
        http=LimitedProtocol,
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(settings.forwarded_allow_ips),
        forwarded_allow_ips=list(settings.forwarded_allow_ips),
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=settings.stop_seconds,
    )


def _for_workers(settings: Settings, dsn: str) -> dict[str, str]:
    """What workers read: the database, and host and port, which links to the service name."""
    return {
        _DSN: dsn,
        "MODERATION_HOST": settings.host,
        "MODERATION_PORT": str(settings.port),
    }


async def _prepare(settings: Settings, dsn: str) -> list[str]:
    """Check the keys, add the shipped model; and what a first start shows."""
    secrets = load_secrets(settings)
    connection = await connect(dsn)
    try:
        secrets = await confirm_secrets(connection, secrets)
        takeover = await shipping.ensure_shipped(connection)
        first = await _first_start(connection, secrets, settings)
    finally:
        await connection.close()
    changed = [str(takeover)] if takeover else []
    return [*changed, f"The service answers at {settings.address}", *first]


async def _first_start(
    connection: accounts.Connection, secrets: Secrets, settings: Settings
) -> list[str]:
    """With the demo, add the first admin and the demo's site; without, say how to begin.

    Another process may do the same at the same moment: one of them shows what it added.
    """
    if await accounts_db.list_staff(connection):
        return []
    if not settings.demo:
        return [
            "Nobody can sign in yet. To begin:",
            "  python -m service sites add NAME                  a website, with its key",
            "  python -m service staff add NAME --role admin     a person, with a sign-in link",
        ]
    try:
        admin = await members.add_staff(connection, secrets, FIRST_ADMIN, "admin", _LINK_MINUTES)
    except Conflict:
        return []
    return [
        "First start. Keep these now, they are not shown again:",
        f"  demo website: {settings.address}/demo",
        *await _demo_key(connection, secrets),
        f"  sign in once, within a day: {settings.address}/sign-in#{admin.link}",
    ]


async def _demo_key(connection: accounts.Connection, secrets: Secrets) -> list[str]:
    try:
        site = await accounts.add_site(connection, secrets, DEMO_SITE)
    except Conflict:
        return []  # it was added by hand, and its key shown then
    return [f"  site key of `{DEMO_SITE}`: {site.key}"]
