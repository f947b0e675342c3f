"""`check`: test settings, database, keys and model, and say what is wrong."""

import rich_click as click

from service import registry
from service.accounts import Connection
from service.commands.base import FAILED, emit, json_option, with_database
from service.secrets import Secrets


@click.command
@json_option
@click.pass_context
def check(ctx: click.Context, *, as_json: bool) -> None:
    """Test the settings, the database and its keys, and whether a model is active."""

    async def work(connection: Connection, _: Secrets) -> str | None:
        found = [row for row in await registry.versions(connection) if row["state"] == "active"]
        return str(found[0]["version"]) if found else None

    version = with_database(work)
    problems = [] if version else ["no model is active: every comment waits for a moderator"]
    if as_json:
        emit({"ok": not problems, "model": version, "problems": problems})
    else:
        click.echo("settings, database and keys: ok")
        click.echo(f"model: {version}" if version else problems[0])
    if problems:
        ctx.exit(FAILED)
