"""How well spam is found under a video that training never saw: each group of a set in turn."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import sparse

from classifier.evaluation import metrics
from classifier.training import fit, matrix, mix
from classifier.training.corpus import Rows, read
from classifier.training.progress import Clock
from classifier.training.train import LEAST_TEXTS, SPAM, TEXTS, Examples, Say
from training_data.cluster import Crew

SOURCE: Final = "youtube_spam"


def measure(corpora: Path | None, crew: Crew) -> dict[str, Any]:
    """Read the corpora and measure, telling on standard error how far it is."""
    return each_held_out(read(corpora), Clock(), crew)


def each_held_out(rows: Rows, say: Say, crew: Crew, source: str = SOURCE) -> dict[str, Any]:
    """Train the spam label once for each group of `source`, without it; return the AUCs.

    The other rows of training are those of every run: the training part of all English sets.
    Texts that stand under the held-out video too are left out of training. Features are those of
    all these rows together, as they need no label.
    """
    frame = rows.frame
    there = (frame["source"] == source).to_numpy()
    training = (frame["part"] == "train").to_numpy() & (frame["weight_spam"] > 0).to_numpy()
    used = (training | there) & (frame["language"] == "en").to_numpy()
    frame = frame[used & frame["spam"].notna().to_numpy()].reset_index(drop=True)
    say(f"reading {len(frame)} comments")
    examples = Examples(frame.drop(columns=TEXTS, errors="ignore"), _features(frame["text"]))
    groups = sorted(frame.loc[frame["source"] == source, "group"].unique())
    aucs = crew.map(_auc_without, examples, [(source, group) for group in groups], here=1)
    found = {}
    for group in groups:
        say(f"training without {group}")
        found[group.partition(":")[2] or group] = next(aucs)
    return {"held_out": found, "mean": round(float(np.mean(list(found.values()))), 4)}


def _features(texts: "pd.Series[str]") -> sparse.csr_matrix:
    tokens = matrix.tokenise(texts)
    found, counts = matrix.document_counts(tokens)
    kept = fit.features(found, counts, len(texts), LEAST_TEXTS)
    return fit.normalise(matrix.counts(tokens, kept.keys), kept.sizes)


def _auc_without(examples: Examples, left: tuple[str, str]) -> float:
    """Return the AUC of spam in one group of a source by what all other rows teach."""
    frame, features = examples.judged, examples.features
    held = ((frame["source"] == left[0]) & (frame["group"] == left[1])).to_numpy()
    rest = ~frame["key"].isin(frame.loc[held, "key"]).to_numpy()
    truth = (frame["spam"] >= mix.MAJORITY).to_numpy()
    weight = frame["weight_spam"].to_numpy(np.float64)
    weights = fit.fit(
        features[rest], truth[rest].astype(np.int64), weight[rest], frame.loc[rest, "source"], SPAM
    )
    scores = np.asarray(features[held].astype(np.float64) @ weights).ravel()
    return round(metrics.auc(truth[held], scores).value, 4)
