"""`python -m tests.load.emoji --corpora FOLDER`: what is decided about English with emoji.

Only rows that nothing was trained on, of each set with enough of both kinds: how they are ranked,
how many clean ones and violations are approved, and what that makes of a site of which a tenth are
violations.
"""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from classifier import Bundle, Scored
from classifier.shipped import shipped_bundle
from classifier.training import corpus, mix
from classifier.training.promises import LEAST, missed
from classifier.types import LABELS
from training_data.console import table

EMOJI: Final = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")
MOST: Final = 600
"""Rows of a set, drawn by chance."""

KIND: Final = {"hateval_en": "identity_attack"}
"""The label by which a set is ranked that does not judge toxicity."""


def rows_of(corpora: Path) -> pd.DataFrame:
    """Return English rows with emoji that no model was trained on."""
    frame = corpus.read(corpora).frame
    there = (frame["part"] != "train") & (frame["language"] == "en")
    frame = frame[there & frame["text"].str.contains(EMOJI)]
    return frame.sample(frac=1, random_state=1).groupby("source").head(MOST)


def judged(bundle: Bundle, texts: list[str]) -> tuple[list[Scored], NDArray[np.bool_]]:
    """Return what both stages say of texts, and which of them are approved."""
    linear = bundle.score_many(texts, ["en"] * len(texts))
    second = bundle.second
    asked = [
        second.score(text, first) if second else None
        for text, first in zip(texts, linear, strict=True)
    ]
    pairs = list(zip(linear, asked, strict=True))
    status = [bundle.verdict(first, opinion).status for first, opinion in pairs]
    return [opinion or first for first, opinion in pairs], np.array(status) == "approved"


def figures(frame: pd.DataFrame, bundle: Bundle) -> Iterator[tuple[str, ...]]:
    """Yield a line of each set with enough violations and clean rows."""
    for source, own in frame.groupby("source"):
        known = own[[label for label in LABELS if label != "spam"]].fillna(0.0)
        bad = (known >= mix.MAJORITY).any(axis=1).to_numpy()
        if min(bad.sum(), (~bad).sum()) < LEAST:
            continue
        said, approved = judged(bundle, own["text"].tolist())
        label = KIND.get(str(source), "toxicity")
        area = roc_auc_score(bad, [each.scores[label] for each in said])
        wrong = missed(float(approved[bad].mean()), float(approved[~bad].mean()))
        shares = (f"{approved[kind].sum()} of {kind.sum()}" for kind in (~bad, bad))
        yield str(source), f"{area:.3f}", *shares, f"{wrong:.1%}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True)
    given = parser.parse_args()
    headings = ("set", "AUC", "clean approved", "violations approved", "of approvals, at a tenth")
    table(headings, list(figures(rows_of(given.corpora), shipped_bundle())))


if __name__ == "__main__":
    main()
