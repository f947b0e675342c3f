"""Raw sums to probabilities, and thresholds for stated errors, each on rows of its own."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

WRONG_REJECTIONS: Final = 0.02
"""Aim for wrong ones among automatic rejections; the promise is 5 %, the rest is for chance."""

CERTAIN: Final = 0.97
"""No comment is rejected below this probability, whatever few rows say."""

FEWEST: Final = 150
"""Rows that a threshold must rest on: with 2 % wrong, 5 % are then beyond chance."""


def calibration(
    raw: NDArray[np.float64],
    words: NDArray[np.float64],
    truth: NDArray[np.bool_],
    weight: NDArray[np.float64],
) -> tuple[float, float, float]:
    """Fit slope, intercept and the part of a text's length: Platt's sigmoid with one more term."""
    inputs = np.column_stack([raw, np.log1p(words)])
    model = LogisticRegression(C=100.0, max_iter=1000)
    model.fit(inputs, truth, sample_weight=weight * len(weight) / weight.sum())
    slope, length = model.coef_[0]
    return float(slope), float(model.intercept_[0]), float(length)


def reject_at(
    scores: NDArray[np.float64], bad: NDArray[np.bool_], weight: NDArray[np.float64]
) -> float:
    """Return the least score at and above which few enough are wrong; 1.01 where none is."""
    order = np.argsort(-scores, kind="stable")
    total = np.cumsum(weight[order])
    wrong = np.cumsum(weight[order] * ~bad[order])
    enough = np.arange(1, len(order) + 1) >= FEWEST
    good = np.flatnonzero(enough & (wrong <= WRONG_REJECTIONS * total))
    return max(CERTAIN, float(scores[order][good[-1]])) if len(good) else 1.01


def approve_below(
    scores: NDArray[np.float64],
    bad: NDArray[np.bool_],
    weight: NDArray[np.float64],
    missed: float,
) -> float:
    """Return the greatest score below which at most the share `missed` is violations."""
    order = np.argsort(scores, kind="stable")
    total = np.cumsum(weight[order])
    let_through = np.cumsum(weight[order] * bad[order])
    good = np.flatnonzero(let_through <= missed * total)
    return float(scores[order][good[-1]]) if len(good) else 0.0


def lowest(scores: NDArray[np.float64], weight: NDArray[np.float64], share: float) -> float:
    """Return the score below which at most `share` of the weight lies; 1 where there is none."""
    if not len(scores):
        return 1.0
    order = np.argsort(scores, kind="stable")
    below = np.cumsum(weight[order]) - weight[order]
    return float(scores[order][np.flatnonzero(below <= share * weight.sum())[-1]])
