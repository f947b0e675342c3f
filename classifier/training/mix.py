"""A mix of comments as a website meets them, made of held-out rows by weighting."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SHARES: Final = {
    "blog_comments_ham": 0.30,
    "jigsaw_pool": 0.25,
    "kaggle_insults": 0.15,
    "ruddit": 0.05,
    "wiki_context": 0.05,
    "civil_toxic_spans": 0.02,
    "youtube_scam": 0.08,
    "youtube_spam": 0.05,
    "sms_spam": 0.05,
}
"""Share of each source in the English mix."""

TOXIC: Final = 0.08
"""Share of violations among the comments of a toxicity set, as news sites and wikis report it."""

SPAM: Final = 0.30
"""Share of spam among the comments of a spam set: with `SHARES`, 5 % of the mix."""


MAJORITY: Final = 0.5
"""Share of judges from which on a row counts as having the label."""

ASSUMED: Final = ("spam", "toxicity")
"""Labels whose absence a set of the mix implies where it did not judge them."""


def violation(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which rows are spam or toxic; what was not judged counts as not."""
    known = frame[["spam", "toxicity"]].fillna(0.0).to_numpy()
    return np.asarray((known >= MAJORITY).any(axis=1))


def natural_weights(frame: pd.DataFrame) -> NDArray[np.float64]:
    """Return weights that make English rows a mix of natural rates; 0 for what is not in it."""
    bad = violation(frame)
    weights = np.zeros(len(frame))
    for source, share in SHARES.items():
        here = (frame["source"] == source).to_numpy()
        rate = SPAM if source.startswith(("youtube", "sms")) else TOXIC
        good_rows, bad_rows = here & ~bad, here & bad
        if source == "blog_comments_ham":
            rate = 0.0
        if source == "civil_toxic_spans":
            rate, good_rows = 1.0, np.zeros(len(frame), dtype=bool)
        if bad_rows.any():
            weights[bad_rows] = share * rate / bad_rows.sum()
        if good_rows.any():
            weights[good_rows] = share * (1 - rate) / good_rows.sum()
    return weights
