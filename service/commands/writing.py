"""Writes what a command exports: to standard output, or to a file that appears when it is whole."""

import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from service.commands.base import CommandError
from service.commands.terminal import shown_json


async def write(out: Path | None, pages: AsyncIterator[tuple[int, bytes]], things: str) -> int:
    """Write all pages, or as many as the reader wants; return how many things they were.

    A page is its number of things and its lines.

    Raises:
        CommandError: the file cannot be written.
    """
    count = 0
    with _target(out) as target, _progress(things) as (progress, task):
        try:
            async for number, lines in pages:
                target.write(shown_json(lines) if target is sys.stdout.buffer else lines)
                count += number
                progress.update(task, completed=count)
            target.flush()
        except BrokenPipeError:  # whoever reads it has had enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except ConnectionError:
            raise
        except OSError as error:
            if target is sys.stdout.buffer:  # what it still holds would fail again at the end
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise CommandError(f"the {things} cannot be written: {error.strerror}") from None
    return count


@contextmanager
def _target(out: Path | None) -> Iterator[BinaryIO]:
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
def _progress(things: str) -> Iterator[tuple[Progress, TaskID]]:
    """A count on stderr, if that is a terminal."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn(f"{{task.completed:,}} {things}"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        yield progress, progress.add_task("export", total=None)
