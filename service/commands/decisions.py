"""`decisions export`: decisions with their texts as JSON lines, for training and for audits."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import rich_click as click

from service.accounts.secrets import Secrets
from service.commands.base import json_option, with_database
from service.commands.terminal import emit
from service.commands.writing import out_option, write
from service.comments import export as exporting
from service.db.exports import ExportFilter
from service.db.models import Connection

_FORMATS: Final = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z")


@click.group
def decisions() -> None:
    """What the classifier, rules and moderators decided."""


@decisions.command
@click.option("--since", type=click.DateTime(_FORMATS), help="Made at this time (UTC) or later.")
@click.option("--site", help="Of one site only.")
@out_option
@json_option
def export(since: datetime | None, site: str | None, out: Path | None, *, as_json: bool) -> None:
    """Write every decision with its text, a JSON object a line, oldest first, without contacts.

    Goes to standard output unless --out names a file, which only its owner may then read; --json
    says there how many lines it has. Erased comments are left out.
    """
    if since is not None and since.tzinfo is None:
        since = since.replace(tzinfo=UTC)

    async def work(connection: Connection, _: Secrets) -> int:
        what = await exporting.chosen(connection, since=since, site=site)
        return await write(out, _pages(connection, what), "decisions")

    count = with_database(work)
    if out is not None and as_json:
        emit({"decisions": count})


async def _pages(connection: Connection, what: ExportFilter) -> AsyncIterator[tuple[int, bytes]]:
    async for rows in exporting.from_connection(connection, what):
        yield len(rows), exporting.lines(rows)
