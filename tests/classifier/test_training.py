"""A whole run of training, on small corpora of made-up texts."""

import filecmp
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from classifier.adapt.annotations import write
from classifier.evaluation import metrics, sources
from classifier.parts import LINEAR
from classifier.training import counting, leftout, run
from classifier.types import LABELS
from tests.support.classifier import run as run_command
from tests.support.cluster import Cluster
from tests.support.corpora import SETS, decided, write_corpora
from training_data import synthetic
from training_data.cluster import Here, crew
from training_data.synthetic import signatures

Train = Callable[[str | None], Path]


@pytest.fixture
def train(content: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Train:
    """Trains on the same few rows and returns the bundle's directory."""
    comments, signed = synthetic.rows().iloc[::80], signatures.rows().iloc[::40]
    monkeypatch.setattr(synthetic, "rows", lambda: comments)
    monkeypatch.setattr(signatures, "rows", lambda: signed)
    monkeypatch.setattr(run, "language_table", lambda: content["language"])
    corpora = write_corpora(tmp_path / "corpora")
    said = tmp_path / "annotations.ndjson"
    write(said, [decided(at, at % 2 == 0) for at in range(90)])

    def trained(scheduler: str | None) -> Path:
        out = tmp_path / ("there" if scheduler else "here")
        with crew(scheduler) as workers:
            return run.run(corpora, out, said, "same", crew=workers)

    return trained


def test_a_cluster_makes_the_same_bundle_to_the_byte(
    train: Train,
    cluster: Cluster,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It says what people's words counted for, and is measured by sources left out in turn."""
    here = train(None)
    told = [line.rpartition(": ")[2] for line in capsys.readouterr().err.splitlines()]
    plan = list(run.plan_of(LABELS, is_new=True, has_decisions=True))
    assert [step for step in told if step in plan] == plan
    there = train(cluster.address)
    names = {path.name for path in here.iterdir()}
    assert names == {LINEAR, leftout.FILE, "card.json"}
    assert filecmp.cmpfiles(here, there, names, shallow=False)[1:] == ([], [])
    told = json.loads((here / "card.json").read_bytes())["decisions"]
    found = {(each["label"], each["language"]): each for each in told["counts"]}
    assert {name: each["rows"] for name, each in found.items()} == {
        ("spam", "en"): 72,
        ("toxicity", "en"): 72,
    }
    assert [each["weight"] for each in found["toxicity", "en"]["tried"]] == list(counting.WEIGHTS)
    assert found["spam", "en"]["tried"] == []  # none was rejected for it
    drawn = metrics.resamples
    monkeypatch.setattr(metrics, "resamples", lambda rows, *_: drawn(rows, 3))
    measured = sources.measure(here, tmp_path / "corpora", Here())
    assert measured.pop(sources.BOTH) == {}  # it has no second opinion
    assert set(measured) == set(SETS)
    assert {told["fold"] for told in measured.values()} <= {*leftout.FOLDS, *leftout.OTHERS}
    assert measured["ruddit"]["toxicity"]["auc"][0] > 0.8  # the same words as in the others


def test_a_scheduler_that_is_none_is_told_in_one_line(tmp_path: Path) -> None:
    done = run_command("train", "--corpora", str(tmp_path), "--scheduler", "10.0.0.5")
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)
    assert done.stderr.startswith(b"error: ")
    assert b"such as tcp://" in done.stderr
