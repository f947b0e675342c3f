"""How commands write: JSON for programs, tables for people, and nothing that steers a terminal."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import rich_click as click
from rich.console import Console
from rich.table import Table
from rich.text import Text


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
