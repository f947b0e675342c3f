"""`reseal`: what an older key has made of readers' addresses is made anew with the newest."""

import rich_click as click

from service.accounts.moving_authors import MovingAuthors
from service.accounts.resealing import Resealing
from service.accounts.secrets import Secrets
from service.commands.base import CommandError, json_option, with_database
from service.commands.terminal import emit, progress
from service.db.models import Connection


@click.command
@json_option
def reseal(*, as_json: bool) -> None:
    """Go over to another contact key or sealing key, beside the running service.

    First MODERATION_CONTACT_KEY, or MODERATION_SEALING_KEYS, names the new key last on every
    replica: "OLD,NEW"; then first: "NEW,OLD"; then this runs; then the old one may go: "NEW".
    Author ids are made anew with the contact key, and readers' e-mail addresses and kept secrets
    are encrypted anew with the first sealing key. Broken off, it goes on where it was. Exit status
    1 where something can be read by no key in force; that is left as it is.
    """

    async def work(connection: Connection, secrets: Secrets) -> tuple[MovingAuthors, Resealing]:
        with progress("author ids") as tell:
            moving = MovingAuthors(connection, secrets, tell)
            await moving.run()
        with progress("sealing anew") as tell:
            resealing = Resealing(connection, secrets, tell)
            await resealing.run()
        return moving, resealing

    moved, done = with_database(work)
    if as_json:
        told = {"moved": moved.count, "resealed": done.count, "unreadable": done.unreadable}
        emit(told)
    else:
        click.echo(f"{moved.count:,} authors have an id of the newest contact key now")
        click.echo(f"{done.count:,} sealed anew; the newest key has sealed all that can be read")
    if done.unreadable:
        raise CommandError(
            f"{done.unreadable:,} can be read by no key in force: name theirs in"
            " MODERATION_CONTACT_KEY or MODERATION_SEALING_KEYS too"
        )
