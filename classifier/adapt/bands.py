"""A site's own bands and rights, chosen so that what is promised holds there with confidence.

Thresholds are tested from the strict end on, each by the exact interval of Clopper and Pearson
(1934), and the first that fails ends the search: so testing many costs no confidence ("learn then
test", Angelopoulos et al. 2021). Rows count by their weights, as so many as they are worth. What is
not proven so is not decided: there the model as it is shipped sets how much passes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import beta

from classifier.adapt.heads import Bools
from classifier.adapt.inputs import Array
from classifier.policy import PROMISED

CONFIDENCE: Final = 0.9
MISSED: Final = PROMISED["approved"]
"""Violations among what is approved without a person that are promised not to be exceeded."""

WRONG: Final = PROMISED["rejected"]
"""Honest comments among what is rejected without a person, likewise."""

HONEST: Final = 0.005
"""Honest comments of all that may be rejected at all."""

FEWEST: Final = 100
"""Comments that people looked at, in what is to be decided, without which nothing is earned."""

FEWEST_REJECTED: Final = 60
STARTS: Final = 2
"""Places from which thresholds are tested; each has its share of the doubt."""

PLACES: Final = 40


@dataclass(frozen=True, slots=True)
class Share:
    """How often something happened among so many, with its interval."""

    value: float
    low: float
    high: float
    rows: float

    def as_list(self) -> list[float]:
        """Return value, low and high, rounded for a card."""
        return [round(float(each), 4) for each in (self.value, self.low, self.high)]


def share(hits: Bools, weight: Array, confidence: float = CONFIDENCE) -> Share:
    """Return a weighted share with one-sided bounds, each of the confidence."""
    total = float(weight.sum())
    if not total:
        return Share(0.0, 0.0, 1.0, 0.0)
    value = float(weight[hits].sum()) / total
    rows = total**2 / float((weight**2).sum())
    count, tail = value * rows, 1 - confidence
    low = float(beta.ppf(tail, count, rows - count + 1)) if count else 0.0
    high = float(beta.ppf(1 - tail, count + 1, rows - count)) if count < rows else 1.0
    return Share(value, low, high, rows)


def approve_below(risk: Array, able: Bools, bad: Bools, weight: Array) -> float | None:
    """Return the greatest risk under which approvals keep the promise; None if none is proven.

    Args:
        risk: what is compared with the threshold.
        able: what no other label holds.
        bad: the violations.
        weight: what each row counts for; 0 for who did not look.
    """
    return _tested(risk, able & (weight > 0), bad, weight, fewest=FEWEST, most=MISSED)


def reject_at(risk: Array, bad: Bools, weight: Array) -> float | None:
    """Return the least risk from which rejections keep the promise; None if none is proven."""
    found = _tested(-risk, weight > 0, ~bad, weight, fewest=FEWEST_REJECTED, most=WRONG)
    honest = weight[~bad].sum()
    while found is not None and weight[~bad & (-risk < found)].sum() > HONEST * honest:
        lower = -risk[(-risk < found)]
        found = float(np.quantile(lower, 0.95)) if len(lower) > FEWEST_REJECTED else None
    return None if found is None else -found


def _tested(
    risk: Array, able: Bools, wrong: Bools, weight: Array, *, fewest: int, most: float
) -> float | None:
    """Return the greatest threshold under which wrong ones are proven to be few."""
    ordered = np.sort(risk[able])
    best = None
    confidence = 1 - (1 - CONFIDENCE) / STARTS
    for start in (fewest, max(fewest, len(ordered) // 3)):
        for place in _places(start, len(ordered)):
            limit = float(ordered[place]) if place < len(ordered) else float(ordered[-1]) + 1e-9
            chosen = able & (risk < limit)
            if share(wrong[chosen], weight[chosen], confidence).high > most:
                break
            best = limit if best is None else max(best, limit)
    return best


def _places(start: int, count: int) -> Iterable[int]:
    if count < start:
        return []
    places: list[int] = np.unique(np.linspace(start, count, PLACES).astype(int)).tolist()
    return places


def as_much(risk: Array, able: Bools, bad: Bools, weight: Array, passed: Bools) -> float:
    """Return the risk under which as much is approved as before, or less where that errs more.

    Args:
        risk: what is compared with the threshold.
        able: what no other label holds.
        bad: the violations.
        weight: what each row counts for.
        passed: what the model as it is shipped approves.
    """
    if not len(risk):
        return 0.0
    order = np.argsort(risk, kind="stable")
    through = np.cumsum(np.where(able, weight, 0.0)[order])
    missed = np.cumsum(np.where(able & bad, weight, 0.0)[order])
    allowed = (through <= weight[passed].sum()) & (missed <= MISSED * np.maximum(through, 1e-12))
    found = np.flatnonzero(allowed)
    return float(risk[order[found[-1]]]) if len(found) else 0.0
