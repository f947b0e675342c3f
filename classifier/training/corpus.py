"""The rows that training, calibration and thresholds see, with their weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from classifier.training.mix import MAJORITY, NOT_SPAM
from training_data import normal, splits, synthetic
from training_data.catalogue import catalogue
from training_data.problems import DataError

WEIGHTS: Final = {
    "davidson_tweets": 0.2,
    "paradetox": 0.4,
    "paradetox_unrewritable": 0.3,
    "stormfront": 0.5,
    "edos_sexism": 0.6,
    "hatemoji": 0.4,
    "olid": 0.6,
    "kaggle_insults": 2.5,
    "blog_spam_train": 0.5,
    "synthetic": 0.5,
}
"""Weight of a row by source, for toxicity: sets whose notion of it is narrow count for less,
what readers write under news for more."""

SPAM_WEIGHTS: Final = {
    "youtube_spam": 3.0,
    "blog_spam_train": 3.0,
    "datacamp_blog": 3.0,
    "blog_comments_ham": 0.3,
    "sms_spam": 0.5,
    "judol_id": 0.5,
}
"""Likewise for spam: the first are what readers post. One technical blog's approved comments are
most of blog_comments_ham: its prose must not be what tells honest from spam."""

NOT_SPAM_WEIGHT: Final = 0.3


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of the run, and how many were dropped because a part closer to the test has them.

    `frame` has the normal form's columns, `key`, `part`, and a float column `weight_spam`.
    """

    frame: pd.DataFrame
    dropped: dict[str, Any]


def read(corpora: Path | None) -> Rows:
    """Read every corpus of a folder, of the catalogue and imported, and the synthetic comments.

    Weights are trained on those that the catalogue allows and on imported ones.

    Raises:
        DataError: there is no folder, or no corpus in it.
    """
    frame = splits.assign(normal.load(normal.available(corpora), corpora))
    frame, dropped = splits.without_leaks(frame[splits.judged(frame)])
    frame = _assume_no_spam(splits.without_repeats(frame).reset_index(drop=True))
    barred = [name for name, each in catalogue().items() if not each.weights]
    usable = ~frame["source"].isin(barred) | (frame["part"] == "test")
    whole = pd.concat([frame[usable], _synthetic(frame)], ignore_index=True)
    return Rows(whole, dropped.as_dict())


def _synthetic(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the synthetic comments that no corpus has, for training only."""
    rows = synthetic.rows()
    rows = rows.assign(key=splits.content_keys(rows), part="train", weight_spam=rows["weight"])
    return rows[~rows["key"].isin(frame["key"])].drop_duplicates("key")


def check(frame: pd.DataFrame, columns: Sequence[tuple[str, bool]]) -> None:
    """Refuse corpora from which a label cannot be learnt and calibrated.

    Args:
        frame: the rows of a run.
        columns: label, and whether for English.

    Raises:
        DataError: names what is missing.
    """
    english = frame["language"] == "en"
    lacking = [
        f"{label} of {'English' if wanted else 'other languages'}"
        for label, wanted in columns
        if not _learnable(frame[english == wanted], label)
    ]
    if lacking:
        raise DataError(f"the corpora do not show {', '.join(lacking)}: fetch or import more")


def _learnable(frame: pd.DataFrame, label: str) -> bool:
    parts = [frame.loc[frame["part"] == name, label].dropna() for name in ("train", "calibration")]
    shown = [part >= MAJORITY for part in parts]
    return all(bool(one.any()) for one in shown) and not bool(shown[0].all())


def _assume_no_spam(frame: pd.DataFrame) -> pd.DataFrame:
    assumed = frame["source"].isin(NOT_SPAM) & frame["spam"].isna() & (frame["part"] != "test")
    weight = frame["weight"].where(frame["spam"].notna(), 0.0)
    return frame.assign(
        spam=frame["spam"].mask(assumed, 0.0),
        weight_spam=np.where(
            assumed, NOT_SPAM_WEIGHT, weight * frame["source"].map(SPAM_WEIGHTS).fillna(1.0)
        ),
        weight=frame["weight"] * frame["source"].map(WEIGHTS).fillna(1.0),
    )
