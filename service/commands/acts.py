"""`acts`: what admins and commands did, with whom or what it was about."""

from dataclasses import asdict

import rich_click as click

from service.accounts.secrets import Secrets
from service.commands.base import json_option, with_database
from service.commands.terminal import emit, table
from service.db import acts as db
from service.db.models import Connection
from service.domain.accounts import Act
from service.domain.wording import ACT_NAMES


@click.command
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="How many."
)
@json_option
def acts(limit: int, *, as_json: bool) -> None:
    """Say what admins did, the newest first: sites, keys, settings, staff, models, standings.

    What a command did has no person, nor what the service did of its own accord. Nothing can be
    changed or removed.
    """

    async def work(connection: Connection, _: Secrets) -> list[Act]:
        return await db.newest(connection, limit)

    found = with_database(work)
    if as_json:
        emit([{k: v for k, v in asdict(each).items() if k != "id"} for each in found])
    else:
        table(("at", "who", "did", "about"), [_row(each) for each in found])


def _row(act: Act) -> list[object]:
    who = "the service" if act.itself else act.staff or "a command"
    return [act.at, who, ACT_NAMES.get(act.act, act.act), act.about]
