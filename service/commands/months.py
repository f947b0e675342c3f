"""`months`: the tables that comments are kept in, one a month."""

import rich_click as click

from service.accounts.secrets import Secrets
from service.commands.base import json_option, read_settings, with_database
from service.commands.terminal import emit, table
from service.comments import months as use_cases
from service.db import months as db
from service.db.models import Connection


@click.command
@click.option("--make", is_flag=True, help="Make the months ahead that are missing.")
@json_option
def months(*, make: bool, as_json: bool) -> None:
    """List the months that comments are kept by, the first first.

    The service makes them three ahead by itself. Where it runs as another role than the one that
    owns the tables it cannot: let that role call this with --make now and then, as with `migrate`.
    The number of comments is PostgreSQL's estimate, bytes are those of comments, their decisions
    and indexes. With MODERATION_KEEP_MONTHS one that is due goes, with all about its comments: dump
    it before that if it is to be kept elsewhere, as with `pg_dump -t comment_2026_01 -t
    decision_2026_01`.
    """
    keep = read_settings().keep_months

    async def work(connection: Connection, _: Secrets) -> list[db.Month]:
        if make:
            await use_cases.make(connection)
        return await db.listed(connection, keep)

    found = with_database(work)
    if as_json:
        emit(found)
    else:
        table(("part", "from", "until", "comments", "MB", "due"), [_row(each) for each in found])


def _row(month: db.Month) -> tuple[object, ...]:
    begins = f"{month.begins:%Y-%m-%d}" if month.begins else "-"
    room = f"{month.bytes / 1e6:.1f}"
    return month.part, begins, f"{month.ends:%Y-%m-%d}", month.comments, room, month.due
