"""`coral`: keep the signing secret of a site's external moderation phase in Coral."""

from typing import Final

import rich_click as click

from service.accounts import accounts
from service.accounts.accounts import Connection
from service.accounts.secrets import Secrets
from service.commands.base import WrongUse, json_option, stdin_line, with_database
from service.commands.terminal import emit
from service.db import compat as db

_LENGTH: Final = (16, 500)


@click.command
@click.argument("name")
@click.option(
    "--secret-stdin",
    is_flag=True,
    required=True,
    help="Read the secret from standard input, so that no process list or history has it.",
)
@json_option
def coral(name: str, *, secret_stdin: bool, as_json: bool) -> None:
    """Let Coral's external moderation phase call in: NAME is the site, the secret Coral's own."""
    del secret_stdin
    secret = stdin_line()
    if not _LENGTH[0] <= len(secret) <= _LENGTH[1] or not secret.isascii():
        raise WrongUse("standard input must hold the secret that Coral shows for the phase")

    async def work(connection: Connection, secrets: Secrets) -> None:
        site = await accounts.find_site(connection, name)
        await db.set_coral_secret(connection, site.id, secrets.seal(secret, site.id.bytes))

    with_database(work)
    if as_json:
        emit({"site": name, "path": f"/coral/{name}"})
    else:
        click.echo(f"Coral may call /coral/{name}")
