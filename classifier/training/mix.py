"""A mix of comments as a website meets them, made of held-out rows by weighting."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.types import LABELS

SOURCES: Final = {
    # source: (share of the mix, share of violations in it)
    "blog_comments_ham": (0.15, 0.0),
    "blog_spam_train": (0.15, 0.20),
    "jigsaw_pool": (0.33, 0.10),
    "kaggle_insults": (0.05, 0.20),
    "ruddit": (0.07, 0.10),
    "wiki_context": (0.05, 0.015),
    "civil_toxic_spans": (0.02, 1.0),
    "youtube_scam": (0.08, 0.30),
    "youtube_spam": (0.05, 0.30),
    "sms_spam": (0.05, 0.13),
}
"""The English mix. Violations are as frequent as where the comments come from: a tenth of talk
pages' in the Jigsaw data, more on news sites, none among what a blog's owner published. In
kaggle_insults 0 means only that no participant is insulted, so it counts for little here."""

OTHER_RATE: Final = 0.08
"""Share of violations assumed in languages whose sets have no natural rate."""

MAJORITY: Final = 0.5
"""Share of judges from which on a row counts as having the label."""

NOT_SPAM: Final = [
    "jigsaw_pool",
    "jigsaw_toxic_only",
    "jigsaw_toxic_only2",
    "civil_toxic_spans",
    "ruddit",
    "kaggle_insults",
    "olid",
    "toldbr_pt",
    "germeval2018_de",
    "russian_detox",
    "tinkoff_pulse_ru",
    "korean_hate_news",
    "cold_zh",
    "lhsab_ar",
    "tupye_pt",
    "mlma_fr",
    "jigsaw_es",
    "jigsaw_it",
    "jigsaw_tr",
    "goldtox_es",
    "poleval2019_pl",
]
"""Sets that were not judged for spam and hold hardly any: they stand in as its absence."""

ASSUMED: Final = ("spam", "toxicity")
"""Labels whose absence a set of the mix implies where it did not judge them."""


def other_weights(frame: pd.DataFrame, label: str) -> NDArray[np.float64]:
    """Return weights of the rows that judge `label` in other languages, each at the same rate."""
    weights = np.zeros(len(frame))
    judged = (frame["language"] != "en").to_numpy() & frame[label].notna().to_numpy()
    bad = judged & (frame[label] >= MAJORITY).to_numpy()
    for language in frame.loc[judged, "language"].unique():
        here = (frame["language"] == language).to_numpy()
        for rows, part in ((here & bad, OTHER_RATE), (here & judged & ~bad, 1 - OTHER_RATE)):
            if rows.any():
                weights[rows] = part / rows.sum()
    return weights


def violation(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which rows are spam, toxic or of a kind of it; what was not judged counts as not."""
    known = frame[list(LABELS)].fillna(0.0).to_numpy()
    return np.asarray((known >= MAJORITY).any(axis=1))


def witnesses(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which rows can tell that a rejection is wrong: those that were judged.

    kaggle_insults cannot: its 0 means only that no participant of the conversation is insulted.
    """
    judged = frame["toxicity"].notna() | frame["spam"].notna()
    return np.asarray(judged & (frame["source"] != "kaggle_insults"))


def unknown_spam(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which rows were not judged for spam, by sets that hold some."""
    return np.asarray(frame["spam"].isna() & ~frame["source"].isin(NOT_SPAM))


def natural_weights(frame: pd.DataFrame) -> NDArray[np.float64]:
    """Return weights that make English rows a mix of natural rates; 0 for what is not in it."""
    bad = violation(frame)
    weights = np.zeros(len(frame))
    for source, (share, rate) in SOURCES.items():
        here = (frame["source"] == source).to_numpy()
        for rows, part in ((here & bad, rate), (here & ~bad, 1 - rate)):
            if rows.any():
                weights[rows] = share * part / rows.sum()
    return weights
