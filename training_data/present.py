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
    """Write a value as JSON on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write rows for people: a table on a terminal, tab-separated lines otherwise."""
    if not sys.stdout.isatty():
        for row in (columns, *rows):
            click.echo("\t".join(printable(cell) for cell in row))
        return
    drawn = Table(*columns, box=None, header_style="bold")
    for row in rows:
        drawn.add_row(*(Text(printable(cell)) for cell in row))
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
