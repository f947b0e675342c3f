"""`migrate`: bring the database to this release and stop."""

import asyncio

import rich_click as click

from service.commands.base import database, guarded, json_option, quiet_logs, read_settings
from service.commands.terminal import emit
from service.db.migrate import migrate as apply


@click.command
@json_option
def migrate(*, as_json: bool) -> None:
    """Bring the database to this release. Safe beside a running service, and to repeat."""
    settings = read_settings()

    def run() -> list[str]:
        quiet_logs(settings)
        with database(settings) as dsn:
            return list(asyncio.run(apply(dsn)))

    applied = guarded(run)
    if as_json:
        emit({"applied": applied})
        return
    for name in applied:
        click.echo(f"applied {name}")
    if not applied:
        click.echo("nothing to do: the database is at this release")
