"""Rows of CSV, TSV, JSON lines and Parquet files, one at a time, with their line numbers."""

import codecs
import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from training_data.problems import Bad, DataError, Report

Format = Literal["csv", "tsv", "plain-tsv", "jsonl", "parquet", "lines"]
Row = Mapping[str, Any]

MAX_FIELD: Final = 1024 * 1024
"""Longest field of a CSV file in characters: a stray quote must not swallow the file."""
MAX_LINE: Final = 64 * 1024 * 1024
"""Longest line in bytes: what is longer is no table of comments, and would fill the memory."""
BATCH: Final = 4096
DELIMITERS: Final = (",", ";", "\t", "|")
"""What may stand between two columns of a CSV file."""
SUFFIXES: Final[Mapping[str, Format]] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}


_QUOTED: Final = re.compile(r'"[^"]*"')


class UnreadableFileError(DataError):
    """A file is not what it was said to be; the sentence is for the user."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A file of rows.

    Attributes:
        path: the file.
        format: how it is written; `plain-tsv` has no quoting, `lines` is one text a line.
        header: names of the columns, where the file has no heading of its own.
        delimiter: what stands between two columns of `csv`; found out where empty.
        progress: told how many bytes of the file have been read (of Parquet: about how many).
    """

    path: Path
    format: Format
    header: tuple[str, ...] = ()
    delimiter: str = ""
    progress: Callable[[int], None] | None = None

    def columns(self) -> tuple[str, ...]:
        """Name the columns: the heading, or the keys of the first object of JSON lines.

        Raises:
            UnreadableFileError: the file is empty or of another format.
        """
        if self.header:
            return self.header
        if self.format == "parquet":
            return tuple(_parquet(self.path).schema_arrow.names)
        report = Report()
        for _, row in self.rows():
            if not isinstance(row, Bad):
                return tuple(row)
            report.add_bad(self.path.name, row)
        said = "; ".join(report.bad_sentences()) or f"{self.path.name}: no rows"
        raise UnreadableFileError(said + self._hint())

    def _hint(self) -> str:
        """Say what to try where rows have other columns than the heading."""
        return "; --delimiter says what stands between columns" if self.format == "csv" else ""

    def rows(self) -> Iterator[tuple[int, Row | Bad]]:
        """Read the rows in order, each with the line it begins at.

        Raises:
            UnreadableFileError: the file is of another format.
        """
        readers = {"parquet": self._parquet_rows, "jsonl": self._json_rows, "lines": self._lines}
        yield from readers.get(self.format, self._separated_rows)()

    def _separated_rows(self) -> Iterator[tuple[int, Row | Bad]]:
        reader = csv.reader(
            self._text(newline=""),
            delimiter=self._delimiter(),
            quoting=csv.QUOTE_NONE if self.format == "plain-tsv" else csv.QUOTE_MINIMAL,
            strict=True,  # a quote in the wrong place is a bad row, not a guess at what was meant
        )
        header = self.header
        while True:
            line = reader.line_num + 1
            try:
                cells = _next_cells(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield line, Bad(line, _csv_reason(error), max(line, reader.line_num))
                continue
            if not header:
                header = self._heading(cells)
            elif cells:
                yield line, _row(header, cells, line, reader.line_num)

    def _delimiter(self) -> str:
        """What is between columns: as told, else what the heading has most of outside quotes."""
        if self.format != "csv":
            return "\t"
        if self.delimiter or self.header:
            return self.delimiter or ","
        heading = _QUOTED.sub("", next(self._text(), ""))
        return max(DELIMITERS, key=heading.count)  # the comma comes first, so it wins a tie

    def _heading(self, cells: list[str]) -> tuple[str, ...]:
        twice = sorted({name for name in cells if name and cells.count(name) > 1})
        if twice:
            raise UnreadableFileError(f"{self.path.name}: two columns are called {twice[0][:30]}")
        return tuple(cells)

    def _json_rows(self) -> Iterator[tuple[int, Row | Bad]]:
        for line, text in enumerate(self._text(), 1):
            if text.strip():
                yield line, _object(text, line)

    def _lines(self) -> Iterator[tuple[int, Row | Bad]]:
        for line, text in enumerate(self._text(), 1):
            if text.strip():
                yield line, {"text": text.rstrip("\r\n")}

    def _text(self, newline: str = "\n") -> Iterator[str]:
        """Give the lines of the file; bytes that are no UTF-8 become lone surrogates.

        So a row with broken bytes stays countable instead of ending the file there.
        """
        with self.path.open("rb") as raw:
            if raw.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
                raise UnreadableFileError(f"{self.path.name}: not UTF-8 but UTF-16: convert it")
            raw.seek(0)
            file = TextIOWrapper(raw, "utf-8-sig", errors="surrogateescape", newline=newline)
            for number, line in enumerate(iter(lambda: file.readline(MAX_LINE + 1), ""), 1):
                if len(line) > MAX_LINE:
                    raise UnreadableFileError(f"{self.path.name}: line {number} has no end")
                if self.progress is not None:
                    self.progress(raw.tell())
                yield line

    def _parquet_rows(self) -> Iterator[tuple[int, Row | Bad]]:
        line = 0
        for batch in self._batches():
            for row in _dictionaries(batch):
                line += 1
                yield line, Bad(line, "cannot be read") if row is None else row

    def _batches(self) -> Iterator[Any]:
        file = _parquet(self.path)
        size, rows, done = self.path.stat().st_size, file.metadata.num_rows, 0
        try:
            for batch in file.iter_batches(batch_size=BATCH):
                yield batch
                done += batch.num_rows
                if self.progress is not None:
                    self.progress(size * done // rows)
        except (OSError, pa.ArrowException) as error:
            raise UnreadableFileError(f"{self.path.name}: damaged") from error


def guess_format(path: Path) -> Format:
    """Tell a file's format from its name.

    Raises:
        UnreadableFileError: the ending is not known.
    """
    known = SUFFIXES.get(path.suffix.lower())
    if known is None:
        raise UnreadableFileError(f"{path.name}: say its format with --format")
    return known


def text_problem(text: Any) -> str | None:
    """Say why a text cannot be used, or None where it can."""
    if not isinstance(text, str) or not text.strip():
        return "no text"
    if "\0" in text:
        return "text holds a NUL"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "not UTF-8"
    return None


def _next_cells(reader: Iterator[list[str]]) -> list[str]:
    """Read a row; the limit of a field is the whole process's, so what others have comes back."""
    before = csv.field_size_limit(MAX_FIELD)
    try:
        return next(reader)
    finally:
        csv.field_size_limit(before)


def _csv_reason(error: csv.Error) -> str:
    return "a field is too long" if "field larger" in str(error) else "wrong quoting"


def _row(header: tuple[str, ...], cells: list[str], line: int, last: int) -> Row | Bad:
    if len(cells) != len(header):
        reason = "too many columns" if len(cells) > len(header) else "too few columns"
        return Bad(line, reason, last)
    return dict(zip(header, cells, strict=True))


def _object(text: str, line: int) -> Row | Bad:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return Bad(line, "not JSON")
    return value if isinstance(value, dict) else Bad(line, "not a JSON object")


def _parquet(path: Path) -> Any:
    try:
        return pq.ParquetFile(path)
    except (OSError, ValueError) as error:
        raise UnreadableFileError(f"{path.name}: not a Parquet file") from error


def _dictionaries(batch: Any) -> Iterator[Row | None]:
    """Give the rows of a batch; None for one of broken UTF-8 or of a day that no calendar has."""
    try:
        yield from batch.to_pylist()
    except (ValueError, OverflowError):
        for place in range(batch.num_rows):
            yield _dictionary(batch.slice(place, 1))


def _dictionary(batch: Any) -> Row | None:
    try:
        found: Row = batch.to_pylist()[0]
    except (ValueError, OverflowError):
        return None
    return found
