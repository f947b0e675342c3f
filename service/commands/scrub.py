"""`scrub`: what was erased leaves the database's files too."""

import asyncpg
import rich_click as click

from service.accounts.secrets import Secrets
from service.commands.base import json_option, with_database
from service.commands.terminal import emit
from service.db import scrub as db
from service.db.models import Connection

_KEPT = (
    "The write-ahead log is not ours to clear here: it and backups hold what was erased until they"
    " are replaced; ask whoever runs the server."
)


@click.command
@json_option
def scrub(*, as_json: bool) -> None:
    """Take what was erased out of the files of the database, beside the running service.

    A database keeps deleted rows in free space of its files, in statistics and in its write-ahead
    log. Tables are written anew one after the other, and each is locked meanwhile: some seconds for
    a hundred thousand comments. It needs as much free disk as the largest table. The embedded
    server's log is cleared too; of another server only where it lets us. Backups are yours.
    """

    async def work(connection: Connection, _: Secrets) -> tuple[int, bool]:
        count = await db.tables(connection)
        try:
            await db.logs(connection)
        except asyncpg.InsufficientPrivilegeError:
            return count, False
        return count, True

    count, cleared = with_database(work)
    if as_json:
        emit({"tables": count, "write_ahead_log": cleared})
        return
    click.echo(f"{count} tables are written anew" + (", and the log is cleared" if cleared else ""))
    if not cleared:
        click.echo(_KEPT, err=True)
