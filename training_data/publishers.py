"""One function for each form that publishers' files come in; which set has which is catalogued."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from training_data.catalogue import Corpus, File
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


Found = Iterator[tuple[str, Labelled | Bad]]
"""Rows and bad rows, each with the name of its file."""


def local_name(file: File) -> str:
    """Name the local copy of a publisher's file; folders become part of the name."""
    if file.path.endswith("/"):
        owner, repository = file.address.split("/")[3:5]
        return f"{owner}__{repository}.tar.gz"
    return file.path.replace("/", "__")


def read_table(corpus: Corpus, folder: Path) -> Found:
    """Read files of one row a text, by the column mapping in the catalogue."""
    for file in corpus.files:
        for line, row in _rows(corpus, file, folder):
            yield file.path, row if isinstance(row, Bad) else _labelled(corpus, file, row, line)


def read_olid(corpus: Corpus, folder: Path) -> Found:
    """Read OLID: a training table, and a test table whose labels are in a file of their own."""
    training, test, labels = corpus.files
    known = {
        row["id"]: row["label"]
        for _, row in Table(
            path=folder / local_name(labels), format="csv", header=("id", "label")
        ).rows()
        if not isinstance(row, Bad)
    }
    for line, row in _rows(corpus, training, folder):
        yield training.path, row if isinstance(row, Bad) else _olid(row, line, "train")
    for line, row in _rows(corpus, test, folder):
        found = row if isinstance(row, Bad) else {**row, "subtask_a": known.get(row["id"], "")}
        yield test.path, found if isinstance(found, Bad) else _olid(found, line, "test")


def read_paradetox(corpus: Corpus, folder: Path) -> Found:
    """Read ParaDetox: a toxic sentence and up to three paraphrases in each row."""
    file = corpus.files[0]
    for pair, (line, row) in enumerate(_rows(corpus, file, folder)):
        if isinstance(row, Bad):
            yield file.path, row
            continue
        for kind, text in row.items():
            problem = text_problem(text)
            if text and problem:
                yield file.path, Bad(line, problem)
            elif text:
                sublabels = {"pair": pair, "kind": kind}
                yield file.path, Labelled(text, int(kind == "toxic"), sublabels)


def read_toxic_spans(corpus: Corpus, folder: Path) -> Found:
    """Read Toxic Spans: comments, and whether each annotator found a comment not toxic."""
    comments, annotations, _train, _trial, test = corpus.files
    votes: defaultdict[str, list[bool]] = defaultdict(list)
    for _, row in _rows(corpus, annotations, folder):
        if isinstance(row, Bad):
            yield annotations.path, row
        else:
            votes[row["comment_id"]].append(row["not toxic"] == "True")
    tests = {row["text"] for _, row in _rows(corpus, test, folder) if not isinstance(row, Bad)}
    for line, row in _rows(corpus, comments, folder):
        if isinstance(row, Bad):
            yield comments.path, row
            continue
        split = "test" if row["comment_text"] in tests else "train"
        yield comments.path, _judged(row, line, votes[row["comment_id"]], split)


READERS: Final[Mapping[str, Callable[[Corpus, Path], Found]]] = {
    "table": read_table,
    "olid": read_olid,
    "paradetox": read_paradetox,
    "toxic_spans": read_toxic_spans,
}


def _rows(corpus: Corpus, file: File, folder: Path) -> Iterator[tuple[int, Row | Bad]]:
    path = folder / local_name(file)
    if not path.is_file():
        raise UnreadableFileError(f"{corpus.name}: {path.name} is missing")
    return Table(path=path, format=corpus.read.format, header=corpus.read.header).rows()


def _labelled(corpus: Corpus, file: File, row: Row, line: int) -> Labelled | Bad:
    mapping = corpus.read
    text = row.get(mapping.text)
    value = file.label if file.label is not None else row.get(mapping.label)
    label = mapping.values.get(str(value))
    problem = text_problem(text) or ("no label" if label is None else None)
    if problem or label is None:
        return Bad(line, problem or "no label")
    return Labelled(str(text), label, {name: row.get(name) for name in mapping.keep}, file.split)


def _judged(row: Row, line: int, votes: list[bool], split: str) -> Labelled | Bad:
    problem = text_problem(row["comment_text"]) or ("" if votes else "no annotation")
    if problem:
        return Bad(line, problem)
    toxic = sum(votes) * 2 <= len(votes)
    clean = round(sum(votes) / len(votes), 3)
    sublabels = {"comment_id": int(row["comment_id"]), "frac_not_toxic": clean}
    return Labelled(row["comment_text"], int(toxic), sublabels, split)


def _olid(row: Row, line: int, split: str) -> Labelled | Bad:
    problem = text_problem(row["tweet"])
    label = {"OFF": 1, "NOT": 0}.get(row["subtask_a"])
    if problem or label is None:
        return Bad(line, problem or "no label")
    tasks = [name for name in row if name.startswith("subtask_")]
    sublabels = {name: row[name].replace("NULL", "") for name in tasks}
    return Labelled(row["tweet"], label, sublabels, split)
