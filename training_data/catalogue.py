"""The catalogue of corpora, read from catalogue.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from training_data.labels import LABELS, Rule, rule
from training_data.tables import Format

CATALOGUE: Final = Path(__file__).with_name("catalogue.toml")
MANY: Final = "mul"
"""Language of a set in many: ISO 639-2's code for it; each row names its own."""


@dataclass(frozen=True, kw_only=True)
class File:
    """One file as its publisher offers it.

    Attributes:
        address: where it is downloaded from; it names a fixed commit.
        path: its path in the publisher's repository; a folder ends in "/" and comes as an archive.
        sha256: digest of the bytes, or "" where nobody has fetched and noted it yet.
        split: the split that all its rows are of, or "".
        label: the publisher's label of all its rows, where the file says it; else None.
        read: whether the set has its rows; False for what is kept to judge with.
    """

    address: str
    path: str
    sha256: str = ""
    split: str = ""
    label: str | None = None
    read: bool = True


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """How the publisher's tables are read.

    Attributes:
        format: how the files are written.
        header: names of the columns, where the files have no heading.
        text: column of the text.
        label: column of the label.
        values: the label 0 or 1 that each of the publisher's words stands for.
        votes: numeric columns, where the label is 1 when the largest is at least `at_least`.
        at_least: that number.
        split: column of the publisher's split, "" where files are of one split each or of none.
        deleted: what stands in place of a text that its writer deleted.
        keep: columns kept as sublabels.
    """

    format: Format = "csv"
    header: tuple[str, ...] = ()
    text: str = "text"
    label: str = "label"
    values: Mapping[str, int] = field(default_factory=dict)
    votes: tuple[str, ...] = ()
    at_least: float = 1.0
    split: str = ""
    deleted: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """One labelled set, with what a person needs to know before trusting it.

    Attributes:
        name: short name, also the file name in a mirror.
        data_set: what the publisher calls it.
        task: what it was labelled for.
        language: two-letter code, or MANY where each row has its own.
        label_meaning: what the label 1 means.
        domain: where the comments come from.
        licence: as stated by the publisher.
        weights: whether the shipped weights may be trained on it.
        remarks: known flaws.
        rows: rows in the mirror, duplicates gone.
        positive: rows with label 1.
        reader: name of the reader of the publisher's files, "" where there is none.
        read: formats and columns for that reader.
        mirror_sha256: digest of the mirror's Parquet file.
        files: the publisher's files, none where only a mirror has the set.
        labels: a rule for each label that the set judges.
        weight: weight of a row in training.
        negative_weight: weight of a row with label 0, where 0 is not surely clean.
        test_fraction: share kept for tests beside the publisher's own test split (1: all of it).
        group: column whose value rows must share a side by; "split" or "promoted_site" are made.
        split_values: the publisher's words for train, test and dev.
    """

    name: str
    data_set: str
    task: Literal["toxicity", "spam"]
    language: str
    label_meaning: str
    domain: str
    licence: str
    weights: bool
    remarks: str
    rows: int
    positive: int
    reader: str
    mirror_sha256: str
    files: tuple[File, ...]
    labels: Mapping[str, Rule]
    weight: float = 1.0
    negative_weight: float = 1.0
    test_fraction: float = 0.1
    group: str = ""
    split_values: Mapping[str, str] = field(default_factory=dict)
    read: Mapped = field(default_factory=Mapped)


@cache
def catalogue() -> dict[str, Corpus]:
    """Read every corpus of the catalogue, by name.

    Raises:
        ValueError: an entry names a label that the classifier does not know.
    """
    with CATALOGUE.open("rb") as file:
        entries = tomllib.load(file)["corpus"]
    return {entry["name"]: _corpus(entry) for entry in entries}


def _corpus(entry: dict[str, Any]) -> Corpus:
    unknown = set(entry["labels"]) - set(LABELS)
    if unknown:
        raise ValueError(f"{entry['name']}: unknown labels {sorted(unknown)}")
    made = {
        "files": tuple(File(**file) for file in entry.get("files", ())),
        "labels": {name: rule(given) for name, given in entry["labels"].items()},
    }
    mapped = {name: _fixed(value) for name, value in entry.get("read", {}).items()}
    return Corpus(**{**entry, **made, "read": Mapped(**mapped)})


def _fixed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
