"""`list`: the catalogue, and what of it is in a folder."""

from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from training_data import store
from training_data.catalogue import Corpus, catalogue
from training_data.console import emit, table
from training_data.problems import DataError

DAMAGED: Final = "damaged"


def run(language: str | None, folder: Path, *, as_json: bool) -> None:
    """List the sets of a language, or all.

    Raises:
        DataError: no set is in this language.
    """
    found = [each for each in catalogue().values() if language in (None, each.language)]
    own = [each for each in _imported(folder) if language in (None, each["language"])]
    if not found and not own:
        raise DataError(f"no set in {language}")
    entries = [entry(corpus, folder) for corpus in found]
    if as_json:
        emit({"sets": entries, "imported": own})
        return
    shown = [_shown(each) for each in entries] + [
        (each["name"], "imported", each["language"], "", "", "", "", _count(each["rows"]))
        for each in own
    ]
    table(
        ("name", "label 1 means", "lang", "domain", "licence", "weights", "from", "fetched"), shown
    )


def entry(corpus: Corpus, folder: Path) -> dict[str, Any]:
    """Describe a set: what the catalogue knows, and the rows that were fetched (None: not yet)."""
    path = folder / f"{corpus.name}.parquet"
    rows = _rows(path) if path.is_file() else None
    return {
        "name": corpus.name,
        "data_set": corpus.data_set,
        "task": corpus.task,
        "label_1": corpus.label_meaning,
        "labels": list(corpus.labels),
        "language": corpus.language,
        "domain": corpus.domain,
        "licence": corpus.licence,
        "weights": "yes" if corpus.weights else "eval",
        "remarks": corpus.remarks,
        "rows": corpus.rows,
        "positive": corpus.positive,
        "reader": bool(corpus.reader),
        "files": [{"address": file.address, "sha256": file.sha256} for file in corpus.files],
        "fetched_rows": rows,
        "damaged": rows is None and path.is_file(),
    }


def _shown(found: dict[str, Any]) -> tuple[str, ...]:
    rows = found["fetched_rows"]
    names = ("name", "label_1", "language", "domain", "licence", "weights")
    origin = "publisher" if found["reader"] else "mirror"
    fetched = "" if rows is None and not found["damaged"] else _count(rows)
    return (*(str(found[name]) for name in names), origin, fetched)


def _count(rows: int | None) -> str:
    return DAMAGED if rows is None else f"{rows:,}"


def _imported(folder: Path) -> list[dict[str, Any]]:
    """Describe the files that are not of the catalogue; a damaged one has no count of rows."""
    found: list[dict[str, Any]] = []
    for path in sorted(folder.glob("*.parquet")):
        if path.stem in catalogue():
            continue
        try:
            if store.is_normal(path):
                first = next(pq.ParquetFile(path).iter_batches(1, columns=["language"]))
                language = first.to_pylist()[0]["language"]
                found.append({"name": path.stem, "language": language, "rows": _rows(path)})
        except (DataError, OSError, ValueError, StopIteration):
            found.append({"name": path.stem, "language": "", "rows": None})
    return found


def _rows(path: Path) -> int | None:
    """Count the rows of a file; None where it is damaged."""
    try:
        return int(pq.read_metadata(path).num_rows)
    except (OSError, ValueError):
        return None
