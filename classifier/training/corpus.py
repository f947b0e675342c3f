"""The rows that training, calibration and thresholds see, with their weights."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from classifier.types import LABELS
from training_data import normal, splits
from training_data.catalogue import catalogue

WEIGHTS: Final = {
    "davidson_tweets": 0.2,
    "paradetox": 0.4,
    "paradetox_unrewritable": 0.3,
    "stormfront": 0.5,
    "edos_sexism": 0.6,
    "hatemoji": 0.4,
    "olid": 0.6,
    "kaggle_insults": 2.5,
}
"""Weight of a row by source, for toxicity: sets whose notion of it is narrow count for less,
what readers write under news for more."""

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
]
"""Sets that were not judged for spam and hold hardly any: they stand in as its absence."""

NOT_SPAM_WEIGHT: Final = 0.3


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of the run, and how many were dropped because a part closer to the test has them.

    `frame` has the normal form's columns, `key`, `part`, and a float column `weight_spam`.
    """

    frame: pd.DataFrame
    dropped: dict[str, Any]


def read(corpora: Path | None) -> Rows:
    """Read every corpus that weights may be trained on, and the sets that only measure."""
    frame = splits.assign(normal.load(list(catalogue()), corpora))
    judged = frame[list(LABELS)].notna().any(axis=1)
    frame = frame[judged & (frame["text"].str.strip() != "")]
    frame, dropped = splits.without_leaks(frame)
    training = frame["part"] != "test"
    repeated = training & frame[training].duplicated(["key", *DECISIVE]).reindex(
        frame.index, fill_value=False
    )
    frame = _assume_no_spam(frame[~repeated].reset_index(drop=True))
    allowed = frame["source"].map({name: each.weights for name, each in catalogue().items()})
    usable = allowed.astype(bool) | (frame["part"] == "test")
    return Rows(frame[usable].reset_index(drop=True), dropped.as_dict())


DECISIVE: Final = ["spam", "toxicity"]


def _assume_no_spam(frame: pd.DataFrame) -> pd.DataFrame:
    assumed = frame["source"].isin(NOT_SPAM) & frame["spam"].isna() & (frame["part"] != "test")
    weight = frame["weight"].where(frame["spam"].notna(), 0.0)
    return frame.assign(
        spam=frame["spam"].mask(assumed, 0.0),
        weight_spam=np.where(assumed, NOT_SPAM_WEIGHT, weight),
        weight=frame["weight"] * frame["source"].map(WEIGHTS).fillna(1.0),
    )
