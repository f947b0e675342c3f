"""Publishers' own files into the rows that a mirror has: repeats and contradictions gone."""

import json
from pathlib import Path

import pandas as pd

from training_data.catalogue import Corpus
from training_data.problems import Bad, DataError, Report
from training_data.publishers import READERS, Labelled


class NoReaderError(DataError):
    """The publisher's files of a corpus cannot be read here; a mirror has the set."""


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
    if corpus.reader not in READERS:
        raise NoReaderError(f"{corpus.name}: no reader for its publisher's files; use a mirror")
    report = Report()
    rows: list[Labelled] = []
    for file, found in READERS[corpus.reader](corpus, folder):
        report.read += 1
        if isinstance(found, Bad):
            report.add_bad(file, found)
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
