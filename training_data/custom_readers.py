"""Readers of publishers' files that no column mapping describes."""

import json
import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Final

from training_data.catalogue import Corpus, File
from training_data.problems import Bad
from training_data.publishers import Entry, Found, Labelled, Left, file_rows, labelled, read_files
from training_data.tables import Row, text_problem

UNCLEAR: Final = Left("unclear to its annotator")
_REASONS: Final = {"toxic_content": 1, "not_toxic": 0}
_ESCAPE: Final = re.compile(r"(?:\\x[0-9a-fA-F]{2})+|\\u[0-9a-fA-F]{4}|\\[nrt]")


def read_olid(corpus: Corpus, folder: Path) -> Found:
    """Read OLID: a training table, and a test table whose labels are in a file of their own."""
    training, test, labels = corpus.files
    known = {
        row["id"]: row["label"]
        for _, row in _separate(corpus, labels, folder)
        if not isinstance(row, Bad)
    }
    for line, row in file_rows(corpus, training, folder):
        yield training.path, row if isinstance(row, Bad) else _olid(row, line, "train")
    for line, row in file_rows(corpus, test, folder):
        found = row if isinstance(row, Bad) else {**row, "subtask_a": known.get(row["id"], "")}
        yield test.path, found if isinstance(found, Bad) else _olid(found, line, "test")


def read_pairs(corpus: Corpus, folder: Path) -> Found:
    """Read a toxic sentence and up to three paraphrases in each row, toxic first."""
    for file in read_files(corpus):
        for pair, (line, row) in enumerate(file_rows(corpus, file, folder)):
            if isinstance(row, Bad):
                yield file.path, row
                continue
            for place, (kind, text) in enumerate(row.items()):
                problem = text_problem(text)
                if text and problem:
                    yield file.path, Bad(line, problem)
                elif text:
                    named = f"{file.split}{pair}" if file.split else pair
                    sublabels = {"pair": named, "kind": kind}
                    yield file.path, Labelled(text, int(not place), sublabels, file.split)


def read_toxic_spans(corpus: Corpus, folder: Path) -> Found:
    """Read Toxic Spans: comments, and whether each annotator found a comment not toxic."""
    comments, annotations, _train, _trial, test = corpus.files
    votes: defaultdict[str, list[bool]] = defaultdict(list)
    for _, row in file_rows(corpus, annotations, folder):
        if isinstance(row, Bad):
            yield annotations.path, row
        else:
            votes[row["comment_id"]].append(row["not toxic"] == "True")
    found = (row for _, row in file_rows(corpus, test, folder) if not isinstance(row, Bad))
    tests = {row["text"] for row in found}
    for line, row in file_rows(corpus, comments, folder):
        if isinstance(row, Bad):
            yield comments.path, row
            continue
        split = "test" if row["comment_text"] in tests else "train"
        yield comments.path, _judged(row, line, votes[row["comment_id"]], split)


def read_unrewritable(corpus: Corpus, folder: Path) -> Found:
    """Read sentences that an annotator could not rewrite: quoted, with the reason as JSON."""
    for file in read_files(corpus):
        for line, row in file_rows(corpus, file, folder):
            yield file.path, row if isinstance(row, Bad) else _unrewritable(corpus, row, line)


def read_escaped(corpus: Corpus, folder: Path) -> Found:
    """Read tables whose texts are quoted and written with Python's escapes, once or twice."""
    for file in read_files(corpus):
        for line, row in file_rows(corpus, file, folder):
            if isinstance(row, Bad):
                yield file.path, row
                continue
            text = unescaped(str(row.get(corpus.read.text)))
            yield file.path, labelled(corpus, file, {**row, corpus.read.text: text}, line)


def unescaped(text: str) -> str:
    r"""Undo quotes around a text, doubled backslashes, and escapes as \n, \xa0 and \u2019."""
    inner = _unquoted(text).replace("\\\\", "\\")
    return _ESCAPE.sub(lambda found: _character(found[0]), inner)


def _character(escape: str) -> str:
    if escape.startswith("\\x"):
        raw = bytes.fromhex(escape.replace("\\x", ""))
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return raw.decode("latin-1")
    return escape.encode("ascii").decode("unicode_escape")


def _unquoted(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] == '"'
    return text[1:-1] if quoted else text


def _unrewritable(corpus: Corpus, row: Row, line: int) -> Entry:
    try:
        reasons = list(json.loads(row[corpus.read.label]))
    except (KeyError, TypeError, ValueError):
        return Bad(line, "no label")
    text = _unquoted(str(row.get(corpus.read.text) or ""))
    problem = text_problem(text)
    if problem:
        return Bad(line, problem)
    if len(reasons) != 1 or reasons[0] not in _REASONS:
        return UNCLEAR
    return Labelled(text, _REASONS[reasons[0]], {"reason": reasons[0]})


def _separate(corpus: Corpus, file: File, folder: Path) -> list[tuple[int, Row | Bad]]:
    mapping = replace(corpus.read, format="csv", header=("id", "label"))
    return list(file_rows(replace(corpus, read=mapping), file, folder))


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
