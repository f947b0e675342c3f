"""`annotations export`: what people, clients and silence say of texts, to learn from."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeAlias

import rich_click as click

from service.accounts.secrets import Secrets
from service.commands.base import CommandError, WrongUse, json_option, with_database
from service.commands.terminal import emit
from service.commands.writing import out_option, write
from service.comments import annotations as exporting
from service.db.models import Connection
from service.domain.annotations import Annotation

Pages: TypeAlias = Callable[[AsyncIterator[list[Annotation]]], AsyncIterator[tuple[int, bytes]]]
"""Makes parts of a file of pages of annotations, each with how many it has."""


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
@click.option(
    "--format",
    "how",
    type=click.Choice(("ndjson", "parquet")),
    help="How to write it; as the name of --out ends, else NDJSON. Parquet needs --out.",
)
@out_option
@json_option
def export(
    site: str | None,
    silence_days: int,
    how: str | None,
    out: Path | None,
    *,
    no_silence: bool,
    as_json: bool,
) -> None:
    """Write every annotation, a JSON object a line or a row of Parquet, without contacts.

    Each has `text`, `name`, `website`, `labels` (1 or 0 by label), `provenance` (moderator, bulk,
    audit, client, import, silence), `propensity`, the chance that the text was looked at, and
    `first_time`, whether its author had no comment on the site before (null: not known).
    `python -m classifier adapt` learns from it. Goes to standard output unless --out names a file,
    which only its owner may then read; --json says there how many lines it has.

    Example: python -m service annotations export --site blog --out blog.parquet
    """
    as_pages = _written_as(how, out)

    async def work(connection: Connection, _: Secrets) -> int:
        days = None if no_silence else silence_days
        what = await exporting.chosen(connection, site=site, silence_days=days)
        return await write(out, as_pages(exporting.pages(connection, what)), "annotations")

    count = with_database(work)
    if out is not None and as_json:
        emit({"annotations": count})


def _written_as(how: str | None, out: Path | None) -> Pages:
    """Return what makes bytes of annotations.

    Raises:
        WrongUse: Parquet would go to standard output.
        CommandError: Parquet is asked for where nothing writes it.
    """
    if how != "parquet" and (how or out is None or out.suffix != ".parquet"):
        return _lines
    if out is None:
        raise WrongUse("--format parquet needs --out FILE: it is no text")
    try:
        from service.commands.annotations_parquet import parquet  # noqa: PLC0415 - see below
    except ImportError:  # pyarrow is of the group `train`, which serving does without
        said = "Parquet needs pyarrow, of the dependency group `train`; NDJSON needs nothing"
        raise CommandError(said) from None
    return parquet


async def _lines(pages: AsyncIterator[list[Annotation]]) -> AsyncIterator[tuple[int, bytes]]:
    async for page in pages:
        yield len(page), exporting.lines(page)
