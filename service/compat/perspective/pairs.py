"""Reads pairs of a text and its old Perspective scores: CSV, TSV or JSON lines, row by row."""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from service.compat.perspective.words import LABEL_OF, MAX_TEXT_BYTES

Format = Literal["csv", "tsv", "jsonl"]
TEXT_COLUMNS: Final = ("text", "comment", "comment_text")
_DELIMITERS: Final = {"csv": ",", "tsv": "\t"}
_VERSION: Final = re.compile(r"@[\w.-]{1,20}\Z", re.ASCII)
_LINE_CHARS: Final = 1_000_000


class PairsError(Exception):
    """The file as a whole cannot be used; one sentence."""


@dataclass(frozen=True, slots=True, repr=False)
class Pair:
    """One text with what Perspective said of it: scores from 0 to 1 by attribute."""

    line: int
    text: str
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is left out: the line that it begins on, and why; no value of it."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds the text, and which column each attribute's score."""

    text: str
    scores: Mapping[str, str]
    ignored: tuple[str, ...] = ()


def columns_of(
    names: Sequence[str], text: str | None = None, renamed: Mapping[str, str] | None = None
) -> Columns:
    """Find the columns by name; `renamed` says which column an attribute is in.

    Raises:
        PairsError: there is no text, or no attribute that we have evidence for.
    """
    renamed = renamed or {}
    found = next((name for name in ([text] if text else TEXT_COLUMNS) if name in names), None)
    if found is None:
        raise PairsError(f"no column {text or ', '.join(TEXT_COLUMNS)}; name it by --text")
    missing = [f"{name}={column}" for name, column in renamed.items() if column not in names]
    if missing:
        raise PairsError(f"no such column: {', '.join(missing)}")
    scores = {_attribute(name): name for name in names if _attribute(name) in LABEL_OF}
    scores.update(renamed)
    if not scores:
        raise PairsError(f"no column is an attribute that is known here: {', '.join(LABEL_OF)}")
    used = {found, *scores.values()}
    return Columns(found, scores, tuple(name for name in names if name not in used))


def read_pairs(
    lines: Iterable[str],
    kind: Format,
    text: str | None = None,
    renamed: Mapping[str, str] | None = None,
) -> Iterator[Columns | Pair | BadRow]:
    """Yield the columns, then a pair or a bad row for each row; of JSON lines, the first decides.

    Raises:
        PairsError: as for `columns_of`, or there is no row at all.
    """
    rows = _objects(lines) if kind == "jsonl" else _table(lines, _DELIMITERS[kind])
    columns: Columns | None = None
    for line, row in rows:
        if columns is None and isinstance(row, Mapping):
            columns = columns_of(list(row), text, renamed)
            yield columns
        yield BadRow(line, row) if isinstance(row, str) else _pair(line, row, columns)
    if columns is None:
        raise PairsError("the file holds no row")


def _attribute(column: str) -> str:
    return _VERSION.sub("", column.strip()).upper()


def _table(lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """Yield line and cells by column, or what is wrong with the row."""
    reader = csv.reader(lines, delimiter=delimiter)
    header: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            yield line, "cannot be read; is a quotation mark missing?"
            continue
        if cells is None:
            return
        if header is None:
            header = [name.removeprefix("\ufeff").strip() for name in cells]
        elif len(cells) != len(header):
            if cells:
                yield line, f"has {len(cells)} cells where the header has {len(header)}"
        else:
            yield line, dict(zip(header, cells, strict=True))


def _objects(lines: Iterable[str]) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line.removeprefix("\ufeff")) if len(line) < _LINE_CHARS else None
        except (ValueError, RecursionError):
            found = None
        yield number, _flat(found) if isinstance(found, dict) else "is no JSON object"


def _flat(found: dict[str, Any]) -> dict[str, Any]:
    """Take the scores out of an answer of Perspective's that was kept as it came."""
    nested = found.get("attributeScores")
    if not isinstance(nested, dict):
        return found
    values = {
        name: score["summaryScore"].get("value")
        for name, score in nested.items()
        if isinstance(score, dict) and isinstance(score.get("summaryScore"), dict)
    }
    return {**found, **values}


def _pair(line: int, row: Mapping[str, Any], columns: Columns | None) -> Pair | BadRow:
    text = row.get(columns.text) if columns else None
    if columns is None or not isinstance(text, str) or not text.strip():
        return BadRow(line, "has no text")
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        return BadRow(line, "is not UTF-8")
    if size > MAX_TEXT_BYTES:
        return BadRow(line, f"has more than {MAX_TEXT_BYTES:,} bytes of text")
    scores = {}
    for name, column in columns.scores.items():
        cell = row.get(column)
        if cell is None or cell == "":
            continue
        value = _score(cell)
        if value is None:
            return BadRow(line, f"{name} is no number from 0 to 1")
        scores[name] = value
    return Pair(line, text, scores) if scores else BadRow(line, "has no score")


def _score(cell: object) -> float | None:
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return None
    try:
        value = float(cell)
    except (ValueError, OverflowError):
        return None
    return value if 0 <= value <= 1 else None
