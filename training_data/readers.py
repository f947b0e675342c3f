"""Publishers' own files into the rows that a mirror has: repeats and contradictions gone."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pandas as pd

from training_data import custom_readers
from training_data.catalogue import Corpus
from training_data.problems import Bad, DataError, Report
from training_data.publishers import Found, Labelled, Left, read_table

Reader = Callable[[Corpus, Path], Found]
READERS: Final[Mapping[str, Reader]] = {
    "table": read_table,
    "olid": custom_readers.read_olid,
    "pairs": custom_readers.read_pairs,
    "toxic_spans": custom_readers.read_toxic_spans,
    "unrewritable": custom_readers.read_unrewritable,
    "escaped": custom_readers.read_escaped,
}
"""One function for each form that publishers' files come in; which set has which is catalogued."""


class NoReaderError(DataError):
    """The publisher's files of a corpus cannot be read here; a mirror has the set."""


def reader_of(corpus: Corpus) -> Reader:
    """Give the reader of a corpus.

    Raises:
        NoReaderError: the catalogue names none.
    """
    if corpus.reader not in READERS:
        raise NoReaderError(f"{corpus.name}: no reader for its publisher's files; use a mirror")
    return READERS[corpus.reader]


def read_publisher(corpus: Corpus, folder: Path) -> tuple[pd.DataFrame, Report]:
    """Read a corpus from its publisher's files.

    Args:
        corpus: its entry in the catalogue.
        folder: where the files lie, under their `local_name`.

    Returns:
        Columns text, label, sublabels (JSON) and split, and what became of the rows.

    Raises:
        NoReaderError: the catalogue names no reader.
        UnreadableFileError: a file is missing or of another format.
    """
    reader = reader_of(corpus)
    report = Report()
    rows: list[Labelled] = []
    for file, found in reader(corpus, folder):
        report.read += 1
        if isinstance(found, Bad):
            report.add_bad(file, found)
        elif isinstance(found, Left):
            report.add_dropped(found.reason)
        else:
            rows.append(found)
    return _tidy(rows, report), report


def _tidy(rows: list[Labelled], report: Report) -> pd.DataFrame:
    frame = pd.DataFrame.from_records(rows, columns=list(Labelled._fields))
    both = frame.groupby("text")["label"].transform("nunique") > 1
    single = frame[~both].drop_duplicates("text").reset_index(drop=True)
    report.dropped["text with both labels"] = int(both.sum())
    report.dropped["exact repeat"] = len(frame) - int(both.sum()) - len(single)
    report.kept = len(single)
    sublabels = single["sublabels"].map(lambda found: json.dumps(found, ensure_ascii=False))
    return single.assign(sublabels=sublabels)
