"""`decisions export`: decisions with their texts as JSON lines, for training and for audits."""

import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

import rich_click as click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from service.accounts.secrets import Secrets
from service.commands.base import CommandError, json_option, with_database
from service.commands.terminal import emit, shown_json
from service.comments import export as exporting
from service.db.exports import Rows
from service.db.models import Connection

_FORMATS: Final = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z")


@click.group
def decisions() -> None:
    """What the classifier, rules and moderators decided."""


@decisions.command
@click.option("--since", type=click.DateTime(_FORMATS), help="Made at this time (UTC) or later.")
@click.option("--site", help="Of one site only.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
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
        with _target(out) as target:
            return await _written(target, exporting.from_connection(connection, what))

    count = with_database(work)
    if out is not None and as_json:
        emit({"decisions": count})


async def _written(target: BinaryIO, pages: AsyncIterator[Rows]) -> int:
    """Write all pages, or as many as the reader wants; return how many decisions it were."""
    count = 0
    with _progress() as (progress, task):
        try:
            async for rows in pages:
                lines = exporting.lines(rows)
                target.write(shown_json(lines) if target is sys.stdout.buffer else lines)
                count += len(rows)
                progress.update(task, completed=count)
            target.flush()
        except BrokenPipeError:  # whoever reads it has had enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except ConnectionError:
            raise
        except OSError as error:
            if target is sys.stdout.buffer:  # what it still holds would fail again at the end
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise CommandError(f"the decisions cannot be written: {error.strerror}") from None
    return count


@contextmanager
def _target(out: Path | None) -> Iterator[BinaryIO]:
    """Standard output, or a file that appears when it is whole."""
    if out is None:
        yield sys.stdout.buffer
        return
    beside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CommandError(f"--out {out}: {error.strerror}") from None
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def _progress() -> Iterator[tuple[Progress, TaskID]]:
    """A count on stderr, if that is a terminal."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.completed:,} decisions"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        yield progress, progress.add_task("export", total=None)
