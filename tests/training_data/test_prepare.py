"""Corpora are prepared a piece at a time, and training sees in them what it saw before."""

import filecmp
import json
from pathlib import Path

import pandas as pd
import pytest

from classifier.training import corpus
from tests.support.cluster import Cluster
from tests.support.corpora import write_corpora
from tests.support.training_data import Run
from training_data import preparing, store, synthetic
from training_data.cluster import Here, crew
from training_data.problems import DataError


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    """Small sets with repeats, texts of two parts, unjudged rows, and one as a mirror has it."""
    folder = write_corpora(tmp_path / "corpora")
    first = store.read(folder / "jigsaw_pool.parquet")
    odd = first.head(4).assign(toxicity=None, insult=None, obscene=None, threat=None)
    odd = odd.assign(severe_toxicity=None, identity_attack=None)
    tested = first.iloc[20:30].assign(split="test")
    store.write(pd.concat([first, first.head(9), odd]), folder / "jigsaw_pool.parquet")
    store.write(tested.assign(source="mine"), folder / "mine.parquet")
    mirrored = {"label": [0, 1] * 20, "sublabels": None, "split": None, "lang": "en"}
    texts = [f"Good morning to number {number}" for number in range(40)]
    pd.DataFrame({"text": texts, **mirrored}).to_parquet(folder / "sms_spam.parquet")
    return folder


def test_training_reads_what_it_would_have_read(
    corpora: Path, tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However rows lie in pieces, and whoever splits them."""
    comments = synthetic.rows().head(5)
    monkeypatch.setattr(synthetic, "rows", lambda: comments)
    here, there = tmp_path / "here", tmp_path / "there"
    monkeypatch.setattr(preparing, "PIECE", 40)
    done = preparing.prepare(corpora, here, Here())
    assert (done.unjudged, done.repeats > 0, done.leaks > 0) == (4, True, True)
    assert done.read == done.kept + done.unjudged + done.repeats + done.leaks
    assert sum(sum(parts.values()) for parts in done.parts.values()) == done.kept
    whole, prepared = corpus.read(corpora), corpus.read(here)
    pd.testing.assert_frame_equal(prepared.frame, whole.frame)
    assert prepared.dropped["rows"] == 0
    assert whole.dropped["rows"] == done.leaks
    with crew(cluster.address) as workers:
        assert preparing.prepare(corpora, there, workers) == done
    names = {path.name for path in here.iterdir()}
    assert {"mine.parquet", "sms_spam.parquet"} < names
    assert filecmp.cmpfiles(here, there, names, shallow=False)[1:] == ([], [])


def test_the_command_says_what_became_of_rows(run_data: Run, corpora: Path, tmp_path: Path) -> None:
    made = str(tmp_path / "made")
    done = run_data("prepare", "--corpora", str(corpora), "--out", made, "--json")
    told = json.loads(done.stdout)
    assert told["parts"]["mine"] == {"test": 10}
    with pytest.raises(DataError, match="name another"):
        preparing.run(corpora, corpora, None, as_json=True)
