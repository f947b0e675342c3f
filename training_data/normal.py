"""The one normal form of all corpora, and reading a mirror into it.

Columns: text (str, verbatim). One float a label: the fraction 0 to 1 of judges who saw it, NaN for
"not judged". language: two-letter code. source: name of the corpus. split: `train`, `test`, `dev`
as the publisher had it, or "". group: rows of one group must stay on one side of a split, "" for
none. weight: float, of the row in training (0: measure with it only). detail: JSON object of the
publisher's other columns (perspective_2020 of wiki_context, text_form of jigsaw_pool ...).
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from training_data import store
from training_data.catalogue import MANY, Corpus, catalogue
from training_data.labels import LABELS
from training_data.problems import DataError
from training_data.spam_sites import promoted_sites
from training_data.store import COLUMNS

MIRROR_VARIABLE: Final = "TRAINING_DATA_MIRROR"

_BESIDE: Final = {"name": "name", "website": "website", "blog": "blog"}


class MissingCorpusError(DataError):
    """A corpus is in no place where it was looked for."""


def load(names: Sequence[str], mirror: Path | None = None) -> pd.DataFrame:
    """Read corpora from a mirror folder into one frame in the normal form.

    Args:
        names: corpora of the catalogue or own files that were imported, read in this order.
        mirror: folder with NAME.parquet, as mirrored or as `fetch` writes it; the variable
            TRAINING_DATA_MIRROR where None.

    Returns:
        A frame with the columns `COLUMNS` and a fresh index.

    Raises:
        MissingCorpusError: no mirror is known, or a name has no file there.
    """
    folder = mirror_folder(mirror)
    frames = [_load_one(name, folder) for name in names]
    return pd.concat(frames, ignore_index=True) if frames else empty()


def mirror_folder(mirror: Path | None = None) -> Path:
    """Say where the mirror is: the argument, else the environment variable.

    Raises:
        MissingCorpusError: neither is set, or it is no folder.
    """
    named = mirror or Path(os.environ.get(MIRROR_VARIABLE, ""))
    if not str(named) or str(named) == "." or not named.is_dir():
        raise MissingCorpusError("no folder with corpora is known")
    return named


def imported(folder: Path) -> list[str]:
    """Name the files of the folder that are in the normal form and not of the catalogue."""
    own = sorted(path for path in folder.glob("*.parquet") if path.stem not in catalogue())
    return [path.stem for path in own if store.is_normal(path)]


def available(mirror: Path | None = None) -> list[str]:
    """Name what a folder holds: sets of the catalogue in its order, then imported ones.

    Raises:
        MissingCorpusError: no folder is known, or nothing in it is a corpus.
    """
    folder = mirror_folder(mirror)
    found = [name for name in catalogue() if (folder / f"{name}.parquet").is_file()]
    found += imported(folder)
    if not found:
        raise MissingCorpusError(
            "no corpus in the folder: `python -m training_data fetch` brings some"
        )
    return found


def empty() -> pd.DataFrame:
    """Make a frame of the normal form without rows."""
    kinds = dict.fromkeys((*LABELS, "weight"), "float64")
    return pd.DataFrame({name: pd.Series(dtype=kinds.get(name, "str")) for name in COLUMNS})


def normalise(corpus: Corpus, rows: pd.DataFrame) -> pd.DataFrame:
    """Bring labelled rows of a corpus into the normal form.

    Args:
        corpus: the entry whose rules apply.
        rows: columns text, label (0 or 1), sublabels (JSON object or None), split (or None), as a
            mirror has them and as the readers of publishers' files make them.
    """
    columns = _publisher_columns(rows)
    values: dict[str, Any] = {"text": rows["text"].astype("str")}
    for name in LABELS:
        known = corpus.labels.get(name)
        values[name] = known.apply(columns) if known else np.nan
    split = rows["split"].fillna("").astype("str")
    values["language"] = rows["lang"] if corpus.language == MANY else corpus.language
    values["source"] = corpus.name
    values["split"] = split.replace(dict(corpus.split_values))
    values["group"] = _groups(corpus, rows["text"], columns, split)
    values["weight"] = np.where(rows["label"] == 1, corpus.weight, corpus.negative_weight)
    values["detail"] = _details(rows)
    return pd.DataFrame(values)[list(COLUMNS)].reset_index(drop=True)


def _load_one(name: str, folder: Path) -> pd.DataFrame:
    path = folder / f"{name}.parquet"
    if not path.is_file():
        raise MissingCorpusError(f"{name}: no {path.name} in the mirror folder")
    if store.is_normal(path):
        return store.read(path)
    if name not in catalogue():
        raise MissingCorpusError(f"{name}: neither in the catalogue nor imported")
    return normalise(catalogue()[name], as_mirrored(path))


def as_mirrored(path: Path) -> pd.DataFrame:
    """Read a file of a mirror, which `normalise` takes."""
    return _with_blog(pd.read_parquet(path))


def _with_blog(rows: pd.DataFrame) -> pd.DataFrame:
    """Call a mirror's blogs so: of sets that name authors `source` is the blog, else the set."""
    return rows.rename(columns={"source": "blog"}) if "name" in rows else rows


def _publisher_columns(rows: pd.DataFrame) -> pd.DataFrame:
    records = [json.loads(text) for text in rows["sublabels"].fillna("{}").replace("", "{}")]
    columns = pd.DataFrame.from_records(records, index=rows.index)
    columns["label"] = rows["label"].to_numpy()
    return columns.assign(**{name: rows[column] for column, name in _more(rows).items()})


def _details(rows: pd.DataFrame) -> "pd.Series[Any]":
    """Return the publisher's other columns as JSON: sublabels, and what stands beside them."""
    told = rows["sublabels"].fillna("{}").astype("str")
    more = _more(rows)
    if not more:
        return told
    given = rows[list(more)].rename(columns=more).fillna("").to_dict("records")
    return pd.Series(
        [
            json.dumps(json.loads(one or "{}") | other, ensure_ascii=False)
            for one, other in zip(told, given, strict=True)
        ],
        index=rows.index,
    )


def _more(rows: pd.DataFrame) -> dict[str, str]:
    """Return the columns of an author's name and website and of the blog, where a set has them."""
    return {column: name for column, name in _BESIDE.items() if column in rows}


def _groups(
    corpus: Corpus, texts: "pd.Series[Any]", columns: pd.DataFrame, split: "pd.Series[Any]"
) -> "pd.Series[Any]":
    if not corpus.group:
        return pd.Series("", index=texts.index)
    if corpus.group == "promoted_site":
        named = pd.Series(promoted_sites(texts), index=texts.index)
    else:
        named = split if corpus.group == "split" else columns[corpus.group]
    named = named.fillna("").astype("str")
    return named.where(named == "", corpus.name + ":" + named)
