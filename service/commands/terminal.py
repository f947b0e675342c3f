"""How commands write: JSON for programs, tables for people, and nothing that steers a terminal."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import msgspec
import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

SAID_EVERY: Final = 60.0
"""Seconds between lines about work that goes on, where no terminal shows a bar."""


def emit(value: Any) -> None:
    """Write a value as one line of JSON on stdout."""
    click.echo(shown_json(msgspec.json.encode(value)))


def shown_json(raw: bytes) -> bytes:
    """Return JSON lines as stdout may have them: on a terminal what it would obey is escaped."""
    if not sys.stdout.isatty():
        return raw
    return "".join(map(_json_character, raw.decode())).encode()


def _json_character(char: str) -> str:
    return char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1]


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write rows for people: a table on a terminal, else tab-separated lines with a heading.

    The first column says what a row is about, so it is never cut or wrapped.
    """
    cells = [[printable(words(cell)) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in (columns, *cells):
            click.echo("\t".join(row))
        return
    drawn = Table(box=None, header_style="bold", pad_edge=False, collapse_padding=True)
    widest = max((Text(row[0]).cell_len for row in cells), default=0)
    for place, name in enumerate(columns):
        least = None if place else max(widest, len(name))
        drawn.add_column(name, no_wrap=not place, overflow="fold", min_width=least)
    for row in cells:
        drawn.add_row(*map(Text, row))
    Console().print(drawn)


def words(value: object) -> str:
    """Write a value as people read it: a time to the minute, a switch as yes or no."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def printable(text: str) -> str:
    """Write a text so that a terminal takes nothing in it for a command or a direction."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


@contextmanager
def progress(doing: str) -> Iterator[Callable[[int, int], None]]:
    """Show on stderr how far work is and how long it will take: a bar, or a line each minute.

    What the block gets is told how many things are done, of how many.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Said(doing)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task(doing, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


class _Said:
    """Writes lines about work for whoever reads them in a log."""

    def __init__(self, doing: str) -> None:
        self._doing: Final = doing
        self._began: Final = time.monotonic()
        self._next = self._began + SAID_EVERY

    def __call__(self, done: int, total: int) -> None:
        """Write a line, if it is time for one."""
        now = time.monotonic()
        if now < self._next or not done:
            return
        self._next = now + SAID_EVERY
        left = (now - self._began) * (total - done) / done / 60
        click.echo(f"{self._doing}: {done:,} of {total:,}, {left:.0f} min left", err=True)
