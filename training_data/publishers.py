"""Publishers' files of one row a text, read by the column mapping in the catalogue."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from training_data.catalogue import Corpus, File, Mapped
from training_data.problems import Bad
from training_data.tables import Row, Table, UnreadableFileError, text_problem


class Labelled(NamedTuple):
    """One row of a set, as every reader gives it.

    Attributes:
        text: verbatim.
        label: 1 for what the set looks for, else 0.
        sublabels: the publisher's other columns that are worth keeping.
        split: the publisher's own split, or "".
    """

    text: str
    label: int
    sublabels: Mapping[str, Any]
    split: str = ""


class Left(NamedTuple):
    """A good row that is left out on purpose, and why."""

    reason: str


Entry = Labelled | Bad | Left
Found = Iterator[tuple[str, Entry]]
"""Rows, bad rows and those left out, each with the name of its file."""

DELETED = Left("text deleted by its writer")


def local_name(file: File) -> str:
    """Name the local copy of a publisher's file; folders become part of the name."""
    if file.path.endswith("/"):
        owner, repository = file.address.split("/")[3:5]
        return f"{owner}__{repository}.tar.gz"
    return file.path.replace("/", "__")


def read_files(corpus: Corpus) -> list[File]:
    """Name the files that are read: some publishers' files are kept for judging only."""
    return [file for file in corpus.files if file.read]


def file_rows(corpus: Corpus, file: File, folder: Path) -> Iterator[tuple[int, Row | Bad]]:
    """Read the rows of one file.

    Raises:
        UnreadableFileError: it is missing or of another format.
    """
    path = folder / local_name(file)
    if not path.is_file():
        raise UnreadableFileError(f"{corpus.name}: {path.name} is missing")
    return Table(path=path, format=corpus.read.format, header=corpus.read.header).rows()


def read_table(corpus: Corpus, folder: Path) -> Found:
    """Read files of one row a text."""
    for file in read_files(corpus):
        for line, row in file_rows(corpus, file, folder):
            yield file.path, row if isinstance(row, Bad) else labelled(corpus, file, row, line)


def labelled(corpus: Corpus, file: File, row: Row, line: int) -> Entry:
    """Read one row by the mapping of its corpus."""
    mapping = corpus.read
    text = row.get(mapping.text)
    if text in mapping.deleted:
        return DELETED
    label = _label(mapping, file, row)
    problem = text_problem(text) or ("no label" if label is None else None)
    if problem or label is None:
        return Bad(line, problem or "no label")
    sublabels = {name: row[name] for name in mapping.keep if name in row}
    split = str(row.get(mapping.split, "")) if mapping.split else file.split
    return Labelled(str(text), label, sublabels, split)


def _label(mapping: Mapped, file: File, row: Row) -> int | None:
    if mapping.votes:
        return _majority([row.get(name) for name in mapping.votes], mapping.at_least)
    value = file.label if file.label is not None else row.get(mapping.label)
    return mapping.values.get(str(value))


def _majority(votes: list[Any], least: float) -> int | None:
    try:
        return int(max(float(vote) for vote in votes) >= least)
    except (TypeError, ValueError):
        return None
