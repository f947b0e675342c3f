"""`reseal`: what an older sealing key has encrypted is encrypted with the newest."""

import rich_click as click

from service.accounts.resealing import Resealing
from service.accounts.secrets import Secrets
from service.commands.base import CommandError, json_option, with_database
from service.commands.terminal import emit, progress
from service.db.models import Connection


@click.command
@json_option
def reseal(*, as_json: bool) -> None:
    """Encrypt readers' e-mail addresses and kept secrets anew, with the first sealing key.

    First MODERATION_SEALING_KEYS names the new key last on every replica, then first, the one
    before behind it; then this runs, beside the service; then the old one may go. Broken off, it
    goes on where it was. Exit status 1 where something can be read by no key in force.
    """

    async def work(connection: Connection, secrets: Secrets) -> Resealing:
        with progress("sealing anew") as tell:
            resealing = Resealing(connection, secrets, tell)
            await resealing.run()
        return resealing

    done = with_database(work)
    if as_json:
        emit({"resealed": done.count, "unreadable": done.unreadable})
    else:
        click.echo(f"{done.count:,} sealed anew; the newest key has sealed all that can be read")
    if done.unreadable:
        raise CommandError(
            f"{done.unreadable:,} can be read by no key in force: name theirs in"
            " MODERATION_SEALING_KEYS too"
        )
