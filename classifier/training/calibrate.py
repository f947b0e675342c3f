"""Raw sums to probabilities."""

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression


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
