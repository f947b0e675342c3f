"""Writes what a command exports: to standard output, or to a file that appears when it is whole.

What is there already and is no file, such as `/dev/stdout` or a pipe, is written to and stays.
"""

import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import rich_click as click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from service.commands.base import CommandError
from service.commands.terminal import shown_json


def _read_out(_: click.Context, __: click.Parameter, value: Path | None) -> Path | None:
    return None if value == Path("-") else value


out_option = click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_read_out,
    help="File to write; `-` is standard output.",
)


async def write(out: Path | None, pages: AsyncIterator[tuple[int, bytes]], things: str) -> int:
    """Write all pages, or as many as the reader wants; return how many things they were.

    A page is its number of things and its lines.

    Raises:
        CommandError: the file cannot be written.
    """
    try:
        return await _written(out, pages, things)
    except ConnectionError:
        raise
    except OSError as error:
        raise CommandError(f"the {things} cannot be written: {error.strerror}") from None


async def _written(out: Path | None, pages: AsyncIterator[tuple[int, bytes]], things: str) -> int:
    count = 0
    with _target(out) as target, _progress(things) as (progress, task):
        try:
            async for number, lines in pages:
                target.write(shown_json(lines) if target is sys.stdout.buffer else lines)
                count += number
                progress.update(task, completed=count)
            target.flush()
        except BrokenPipeError:  # whoever reads it has had enough
            _let_go(target)
        except ConnectionError:
            raise
        except OSError:
            _let_go(target)
            raise
    return count


def _let_go(target: BinaryIO) -> None:
    """Send nowhere what standard output still holds: it would fail again at the end."""
    if target is sys.stdout.buffer:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _target(out: Path | None) -> Iterator[BinaryIO]:
    if out is None or _is_stdout(out):
        yield sys.stdout.buffer
        return
    path = out.resolve()  # a link stays, and what it leads to is written
    is_kept = path.exists() and not path.is_file()
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        how = os.O_WRONLY if is_kept else os.O_WRONLY | os.O_CREAT | os.O_EXCL
        handle = os.open(path if is_kept else beside, how, 0o600)
    except OSError as error:
        raise CommandError(f"--out {out}: {error.strerror}") from None
    if is_kept:
        with suppress(BrokenPipeError), os.fdopen(handle, "wb") as there:
            yield there
        return
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _is_stdout(out: Path) -> bool:
    """Say whether a path, such as `/dev/stdout`, leads where standard output goes."""
    try:
        return os.path.samestat(out.stat(), os.fstat(sys.stdout.fileno()))
    except OSError:
        return False


@contextmanager
def _progress(things: str) -> Iterator[tuple[Progress, TaskID]]:
    """A count on stderr, if that is a terminal."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn(f"{{task.completed:,}} {things}"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        yield progress, progress.add_task("export", total=None)
