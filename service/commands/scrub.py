"""`scrub`: what was erased leaves the database's files too."""

import asyncpg
import rich_click as click

from service.accounts.secrets import Secrets
from service.commands.base import CommandError, json_option, with_database
from service.commands.terminal import emit
from service.db import scrub as db
from service.db.models import Connection

_KEPT = (
    "The write-ahead log is not ours to clear here: it and backups hold what was erased until they"
    " are replaced; ask whoever runs the server."
)

_STILL_READ = (
    "Nothing is done: a transaction, a replica or a replication slot from before still reads what"
    " was erased. pg_stat_activity, pg_prepared_xacts and pg_replication_slots tell which; end it,"
    " and run this again."
)


@click.command
@json_option
def scrub(*, as_json: bool) -> None:
    """Take what was erased out of the files of the database, beside the running service.

    A database keeps deleted rows in free space of its files, in statistics and in its write-ahead
    log. Tables are written anew one after the other, and each is locked meanwhile: some seconds for
    a hundred thousand comments. Transactions that began before, as of an export or of a replica's
    readers, are waited for, at most ten minutes; exit status 1 if one stays. It needs as much free
    disk as the largest table. The embedded server's log is cleared too; of another server only
    where it lets us. Backups are yours.
    """

    async def work(connection: Connection, _: Secrets) -> tuple[int, bool]:
        count = await db.tables(connection)
        try:
            await db.logs(connection)
        except asyncpg.InsufficientPrivilegeError:
            return count, False
        return count, True

    try:
        count, cleared = with_database(work)
    except db.StillReadError:
        raise CommandError(_STILL_READ) from None
    if as_json:
        emit({"tables": count, "write_ahead_log": cleared})
        return
    click.echo(f"{count} tables are written anew" + (", and the log is cleared" if cleared else ""))
    if not cleared:
        click.echo(_KEPT, err=True)
