"""Some labels of a linear model fitted anew, on the features that it has.

What a kind of comment teaches about one label need not move the others: their weights, their
calibration and all that was measured of them stay, and training takes a minute instead of ten.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.policy import ENGLISH
from classifier.training import fit, matrix, mix
from classifier.training.train import COLUMNS, Say, calibrate_column, fit_column, fitting, quantise

MOST_ASSUMED: Final = 4_000
"""Rows of a set that stands in as absence of spam; more of them would teach its topic only."""


def renewed(
    content: Mapping[str, Any], labels: Collection[str], frame: pd.DataFrame, say: Say
) -> dict[str, Any]:
    """Return a linear model's content with some labels fitted and calibrated anew."""
    numbers = [number for number, column in enumerate(COLUMNS) if column[0] in labels]
    rows = frame[_useful(frame, labels)].reset_index(drop=True)
    say("splitting texts into tokens")
    texts = matrix.tokenise(rows["text"])
    features = fit.normalise(matrix.counts(texts, content["keys"]), content["sizes"])
    idf = np.sqrt(content["sizes"].astype(np.float64))
    english = (rows["language"] == ENGLISH).to_numpy()
    training = (rows["part"] == "train").to_numpy()
    found = dict(content)
    for name in ("weights", "scales", "calibration"):
        found[name] = np.array(content[name])
    for number in numbers:
        say(fitting(COLUMNS[number][0], english=COLUMNS[number][1]))
        used = training & (english == COLUMNS[number][1])
        fitted = fit_column(COLUMNS[number], rows, used, features)
        weights, scales = quantise((fitted * idf)[:, None])
        found["weights"][:, number], found["scales"][number] = weights[:, 0], scales[0]
        raw = features @ (weights[:, 0] * scales[0] / idf)
        lengths = texts.words.astype(np.float64)
        found["calibration"][:, number] = calibrate_column(number, rows, raw, lengths)
    return found


def _useful(frame: pd.DataFrame, labels: Collection[str]) -> NDArray[np.bool_]:
    """Say which rows train or calibrate one of the labels; of a set that judges none, some."""
    judged = frame[list(labels)].notna().any(axis=1)
    weighs = frame["weight_spam" if set(labels) == {"spam"} else "weight"] > 0
    training = (frame["part"] == "train") & judged & weighs
    assumed = training & (frame["source"].isin(mix.NOT_SPAM)) & (set(labels) == {"spam"})
    drawn = frame[assumed].sample(frac=1.0, random_state=0)
    some = frame.index.isin(drawn.index[drawn.groupby("source").cumcount() < MOST_ASSUMED])
    calibrating = (frame["part"] == "calibration") & (judged | frame["source"].isin(mix.SOURCES))
    return np.asarray((training & (~assumed | some)) | calibrating)
