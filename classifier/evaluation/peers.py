"""Scores of others on the same rows: the alt-profanity-check package, and Perspective of 2020."""

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from profanity_check import predict_prob


def profanity(texts: Sequence[str]) -> NDArray[np.float64]:
    """Return alt-profanity-check's probability of profanity, 0 to 1, of each text."""
    return np.asarray(predict_prob(list(texts)), dtype=np.float64)


def perspective(details: "pd.Series[str]") -> "pd.Series[float]":
    """Return Perspective's score of 2020 where the publisher's own fields carry it, else NaN."""
    given = details.map(lambda detail: json.loads(detail).get("perspective_2020"))
    return given.astype(np.float64)
