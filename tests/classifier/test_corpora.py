"""Training takes the folder that `training_data` makes, and says what it lacks."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from classifier.training import corpus
from classifier.training.train import COLUMNS
from tests.support.classifier import run
from training_data import normal, store, synthetic
from training_data.labels import LABELS
from training_data.problems import DataError


def own(count: int, language: str = "en") -> pd.DataFrame:
    """Rows as `import` writes them; every second one shows every label."""
    shown = [float(number % 2) for number in range(count)]
    values: dict[str, Any] = {
        "text": [f"{language} comment {number}" for number in range(count)],
        **dict.fromkeys(LABELS, shown),
        "language": language,
        "weight": 1.0,
        "detail": "{}",
    }
    return normal.empty().reindex(range(count)).assign(**values, source="own", split="", group="")


def test_imported_rows_are_trained_on(tmp_path: Path) -> None:
    store.write(own(400), tmp_path / "own.parquet")
    store.write(own(400, "de"), tmp_path / "own_de.parquet")
    rows = corpus.read(tmp_path).frame
    assert (rows["source"] == "own").sum() == 800
    assert set(rows["part"]) == {"train", "calibration", "threshold", "test"}
    corpus.check(rows, COLUMNS)


def test_made_comments_are_trained_on_and_never_measured(tmp_path: Path) -> None:
    store.write(own(400), tmp_path / "own.parquet")
    rows = corpus.read(tmp_path).frame
    there = rows[rows["source"] == synthetic.SOURCE]
    assert set(there["part"]) == {"train"}
    assert there["key"].is_unique


def test_what_cannot_be_learnt_is_refused_by_name(tmp_path: Path) -> None:
    store.write(own(400).assign(threat=0.0, spam=float("nan")), tmp_path / "own.parquet")
    with pytest.raises(DataError, match="spam of English, threat of English, spam of other"):
        corpus.check(corpus.read(tmp_path).frame, COLUMNS)


def test_a_folder_without_corpora_is_told_in_one_line(tmp_path: Path) -> None:
    done = run("train", "--corpora", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.splitlines()[-1].startswith(b"error: no corpus in the folder")
    assert b"Traceback" not in done.stderr
