"""What `perspective-map` tells: a line per attribute, and the texts where the two disagree most."""

import csv
import os
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Final, TextIO

import rich_click as click
from jinja2 import Environment

from service.commands.terminal import printable
from service.compat.perspective.mapping import THRESHOLDS, Compared, Fitted
from service.compat.perspective.pairs import BadRow

COLUMNS: Final = (
    "attribute",
    "pairs",
    "error",
    "mapped",
    "rank",
    "mapped",
    *(name for at in THRESHOLDS for name in (f"same at {at}", "mapped")),
)
"""Of each figure what it is without a map, and with it."""

_GAPS: Final = ("attribute", "line", "perspective", "ours", "mapped", "gap", "text")
_SHOWN: Final = 20
_FORMULA: Final = ("=", "+", "-", "@")


def row(attribute: str, figures: Mapping[str, Any]) -> tuple[object, ...]:
    """Return the cells of an attribute's line."""
    return (
        attribute,
        figures["pairs"],
        *_both(figures["error"]),
        *_both(figures["rank"]),
        *(
            f"{figures['thresholds'][str(at)][when]['same']:.2%}"
            for at in THRESHOLDS
            for when in ("before", "after")
        ),
    )


def _both(figure: Mapping[str, float | None]) -> tuple[str, str]:
    before, after = (
        "-" if figure[when] is None else f"{figure[when]:.4f}" for when in ("before", "after")
    )
    return before, after


def tell(sentence: str) -> None:
    """Write a line on stderr; whatever is in it, a terminal takes it for text."""
    click.echo(printable_line(sentence), err=True)


def printable_line(sentence: str) -> str:
    """Return a sentence that may repeat words of a file, safe to print and not endless."""
    return printable(sentence)[:1000]


def tell_bad_rows(bad: Sequence[BadRow]) -> None:
    """Name the first rows that were left out, and count all."""
    for each in bad[:_SHOWN]:
        tell(f"line {each.line} {each.why}")
    if bad:
        tell(f"rows left out: {len(bad):,}")


def widest(fitted: Fitted, count: int) -> list[Compared]:
    """Return the texts of an attribute whose mapped scores are farthest from Perspective's."""
    return sorted(fitted.rows, key=lambda each: (-abs(each.gap), each.line))[:count]


def write_csv(file: Path, fits: Sequence[Fitted], count: int) -> None:
    """Write them as CSV that only the owner may read and no spreadsheet takes for formulas."""
    with _private(file) as out:
        writer = csv.writer(out)
        writer.writerow(_GAPS)
        writer.writerows(
            (*cells[:-1], _cell(str(cells[-1]))) for each in fits for cells in _cells(each, count)
        )


def write_html(file: Path, fits: Sequence[Fitted], count: int) -> None:
    """Write them as a page without scripts that only the owner may read."""
    template = resources.files("service.commands").joinpath("perspective_report.html")
    page = Environment(autoescape=True).from_string(template.read_text("utf-8"))
    parts = [(each.attribute, list(_cells(each, count))) for each in fits]
    lines = [row(each.attribute, each.figures) for each in fits]
    with _private(file) as out:
        out.write(page.render(columns=COLUMNS, lines=lines, gaps=_GAPS[1:], parts=parts))


def _cells(fitted: Fitted, count: int) -> Iterator[tuple[object, ...]]:
    for each in widest(fitted, count):
        scores = (each.theirs, each.ours, each.mapped, each.gap)
        yield (
            fitted.attribute,
            each.line,
            *(f"{score:.4f}" for score in scores),
            "\n".join(printable(line) for line in each.text.splitlines()),
        )


def _cell(text: str) -> str:
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def _private(file: Path) -> TextIO:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    file.chmod(0o600)  # it may have been there before
    return os.fdopen(handle, "w", encoding="utf-8", newline="")
