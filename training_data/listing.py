"""`list`: the catalogue, and what of it is in a folder."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from training_data.catalogue import Corpus, catalogue
from training_data.normal import imported
from training_data.present import emit, table
from training_data.problems import DataError


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
        (each["name"], "imported", each["language"], "", "", "", "", f"{each['rows']:,}")
        for each in own
    ]
    table(
        ("name", "label 1 means", "lang", "domain", "licence", "weights", "from", "fetched"), shown
    )


def entry(corpus: Corpus, folder: Path) -> dict[str, Any]:
    """Describe a set: what the catalogue knows, and the rows that were fetched (None: not yet)."""
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
        "fetched_rows": _rows(folder, corpus.name),
    }


def _shown(found: dict[str, Any]) -> tuple[str, ...]:
    rows = found["fetched_rows"]
    names = ("name", "label_1", "language", "domain", "licence", "weights")
    origin = "publisher" if found["reader"] else "mirror"
    return (*(str(found[name]) for name in names), origin, "" if rows is None else f"{rows:,}")


def _imported(folder: Path) -> list[dict[str, Any]]:
    found = []
    for name in imported(folder):
        first = next(
            pq.ParquetFile(folder / f"{name}.parquet").iter_batches(1, columns=["language"])
        )
        language = first.to_pylist()[0]["language"]
        found.append({"name": name, "language": language, "rows": _rows(folder, name)})
    return found


def _rows(folder: Path, name: str) -> int | None:
    path = folder / f"{name}.parquet"
    if not path.is_file():
        return None
    try:
        return int(pq.read_metadata(path).num_rows)
    except (OSError, ValueError) as error:
        raise DataError(f"{path.name}: not a Parquet file") from error
