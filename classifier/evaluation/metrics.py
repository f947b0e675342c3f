"""Figures of scores against truth, as pure functions of arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

Truth = NDArray[np.bool_]
Values = NDArray[np.float64]

RESAMPLES: Final = 200
BINS: Final = 15


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % interval from resampling rows."""

    value: float
    low: float
    high: float

    def as_list(self) -> list[float]:
        """Return value, low and high, rounded for a card."""
        return [round(self.value, 4), round(self.low, 4), round(self.high, 4)]


def auc(truth: Truth, scores: Values) -> Interval:
    """Return the area under the ROC curve."""
    value = float(roc_auc_score(truth, scores))
    drawn = [_auc_weighted(truth, scores, weight) for weight in resamples(len(truth))]
    return interval(value, drawn)


def auc_difference(truth: Truth, scores: Values, others: Values) -> Interval:
    """Return the AUC of `scores` less that of `others`, resampled in pairs."""
    value = float(roc_auc_score(truth, scores) - roc_auc_score(truth, others))
    drawn = [
        _auc_weighted(truth, scores, weight) - _auc_weighted(truth, others, weight)
        for weight in resamples(len(truth))
    ]
    return interval(value, drawn)


def average_precision(truth: Truth, scores: Values) -> Interval:
    """Return the average precision."""
    value = float(average_precision_score(truth, scores))
    drawn = [
        float(average_precision_score(truth, scores, sample_weight=weight))
        for weight in resamples(len(truth), RESAMPLES // 4)
        if weight[truth].any()
    ]
    return interval(value, drawn)


def average_precision_difference(truth: Truth, scores: Values, others: Values) -> Interval:
    """Return the average precision of `scores` less that of `others`, resampled in pairs."""

    def difference(weight: Values | None) -> float:
        mine = average_precision_score(truth, scores, sample_weight=weight)
        return float(mine - average_precision_score(truth, others, sample_weight=weight))

    drawn = [
        difference(weight)
        for weight in resamples(len(truth), RESAMPLES // 4)
        if weight[truth].any()
    ]
    return interval(difference(None), drawn)


def calibration_error(truth: Truth, scores: Values, weight: Values) -> float:
    """Return the expected calibration error over equal-width bins (Naeini et al., 2015)."""
    place = np.minimum((scores * BINS).astype(int), BINS - 1)
    total = np.bincount(place, weight, BINS)
    said = np.bincount(place, weight * scores, BINS)
    seen = np.bincount(place, weight * truth, BINS)
    return float(np.abs(said - seen).sum() / total.sum())


def precision_recall(truth: Truth, scores: Values, weight: Values, least: float) -> list[float]:
    """Return precision and recall of calling everything at or above `least` positive."""
    called = scores >= least
    hit = weight[called & truth].sum()
    precision = hit / weight[called].sum() if called.any() else float("nan")
    recall = hit / weight[truth].sum() if truth.any() else float("nan")
    return [float(precision), float(recall)]


def subgroup_aucs(truth: Truth, scores: Values, group: Truth) -> dict[str, float | None]:
    """Return subgroup, BPSN and BNSP AUC (Borkan et al., 2019) of rows that name an identity."""
    kept = {
        "subgroup": group,
        "bpsn": (truth & ~group) | (~truth & group),
        "bnsp": (~truth & ~group) | (truth & group),
    }
    return {
        name: round(float(roc_auc_score(truth[rows], scores[rows])), 4)
        if 0 < truth[rows].sum() < rows.sum()
        else None
        for name, rows in kept.items()
    }


def resamples(rows: int, times: int = RESAMPLES) -> list[Values]:
    """Return how often each row is drawn, for each of `times` resamples with replacement."""
    random = np.random.default_rng(2026)
    return [
        np.bincount(random.integers(0, rows, rows), minlength=rows).astype(np.float64)
        for _ in range(times)
    ]


def _auc_weighted(truth: Truth, scores: Values, weight: Values) -> float:
    good, bad = weight[~truth].sum(), weight[truth].sum()
    if not good or not bad:
        return float("nan")
    return float(roc_auc_score(truth, scores, sample_weight=weight))


def interval(value: float, drawn: Sequence[float]) -> Interval:
    """Return a figure with the middle 95 % of what resampling gave."""
    if not drawn:
        return Interval(value, float("nan"), float("nan"))
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return Interval(value, float(low), float(high))
