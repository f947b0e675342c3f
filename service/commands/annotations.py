"""`annotations export`: what people, clients and silence say of texts, to learn from."""

from collections.abc import AsyncIterator
from pathlib import Path

import rich_click as click

from service.accounts.secrets import Secrets
from service.commands.base import json_option, with_database
from service.commands.terminal import emit
from service.commands.writing import out_option, write
from service.comments import annotations as exporting
from service.db.models import Connection


@click.group
def annotations() -> None:
    """What people, clients and silence say of texts."""


@annotations.command
@click.option("--site", help="Of one site only.")
@click.option(
    "--silence-days",
    default=exporting.SILENCE_DAYS,
    show_default=True,
    type=click.IntRange(0, 3650),
    help="Days after which a published comment that nobody took back is a weak approval.",
)
@click.option("--no-silence", is_flag=True, help="Leave out what was only never taken back.")
@out_option
@json_option
def export(
    site: str | None, silence_days: int, out: Path | None, *, no_silence: bool, as_json: bool
) -> None:
    """Write every annotation, a JSON object a line, without contacts.

    Each has `text`, `name`, `website`, `labels` (1 or 0 by label), `provenance` (moderator, bulk,
    audit, client, import, silence), `propensity`, the chance that the text was looked at, and
    `first_time`, whether its author had no comment on the site before (null: not known).
    `python -m classifier adapt` learns from it. Goes to standard output unless --out names a file,
    which only its owner may then read; --json says there how many lines it has.
    """

    async def work(connection: Connection, _: Secrets) -> int:
        days = None if no_silence else silence_days
        what = await exporting.chosen(connection, site=site, silence_days=days)
        return await write(out, _pages(connection, what), "annotations")

    count = with_database(work)
    if out is not None and as_json:
        emit({"annotations": count})


async def _pages(
    connection: Connection, what: exporting.Chosen
) -> AsyncIterator[tuple[int, bytes]]:
    async for page in exporting.pages(connection, what):
        yield len(page), exporting.lines(page)
