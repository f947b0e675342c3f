"""How the commands speak: JSON for programs, tables for people, progress on a terminal only."""

import json
import sys
from collections.abc import Sequence
from typing import Any

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table
from rich.text import Text


def emit(value: Any) -> None:
    """Write a value as JSON on stdout; what a terminal would obey is escaped there."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    click.echo("".join(map(_json_character, text)) if sys.stdout.isatty() else text)


def _json_character(char: str) -> str:
    return char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1]


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write rows for people: a table on a terminal, else tab-separated lines with a heading.

    The first column says what a row is about, so it is never cut or wrapped.
    """
    cells = [[printable(cell) for cell in row] for row in rows]
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


def printable(value: object) -> str:
    """Write a value so that a terminal takes nothing in it for a command or a direction."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in str(value))


def progress() -> Progress:
    """Make a display of bytes, speed and time left on stderr; silent where that is no terminal."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
