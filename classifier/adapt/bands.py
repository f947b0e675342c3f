"""A site's own bands and rights, chosen so that what is promised holds there with confidence.

Thresholds are tested from the strict end on, each by the exact interval of Clopper and Pearson
(1934), and the first that fails ends the search: so testing many costs no confidence ("learn then
test", Angelopoulos et al. 2021). Rows count by the inverse of their chance to be looked at, as so
many as they are worth by how much the share varies (Korn and Graubard 1998). What is not proven so
is not decided: there the model as it is shipped sets how much passes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import beta

from classifier.adapt.heads import Bools
from classifier.adapt.inputs import Array
from classifier.adapt.testimony import Heard, worth
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

FEWEST_ALIKE: Final = 20
"""The same of a language for which the whole site's proof speaks."""

BESIDE: Final = 0.05
"""Of what was rejected before so much is rejected no more: what is least like the rest."""

LEAST_SURE: Final = 0.9
"""What is less likely a violation is rejected only by proof."""

EVEN: Final = 0.5
"""Odds that are even, as a chance."""

FEWEST_REJECTED: Final = 60
STARTS: Final[Mapping[float, float]] = {0.0: 0.5, 1 / 3: 0.3, 0.6: 0.2}
"""Shares of the comments that have their own part of the doubt: one mistake early on is chance."""

PLACES: Final = 160
"""Places that are tested at the most: with few, a threshold stops short of where scores part."""


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
    value, rows = float(weight[hits].sum()) / total, worth(hits, weight)
    count, tail = value * rows, 1 - confidence
    low = float(beta.ppf(tail, count, rows - count + 1)) if count else 0.0
    high = float(beta.ppf(1 - tail, count + 1, rows - count)) if count < rows else 1.0
    return Share(value, low, high, rows)


def approve_below(risk: Array, told: Heard, able: Bools) -> float | None:
    """Return the greatest risk under which approvals keep the promise; None if none is proven.

    Args:
        risk: what is compared with the threshold.
        told: what people said of the comments.
        able: what no other label holds.
    """
    return _tested(risk, able & (told.weight > 0), told.smoothed(risk), fewest=FEWEST, most=MISSED)


def beyond(risk: Array, told: Heard, able: Bools) -> float | None:
    """Return the greatest risk under which what people were asked about keeps the promise alone.

    So it may be approved beside what the model as it is shipped approves, for which no audit has
    spoken yet; none if by audits both together would err more than is promised.
    """
    looked = able & (told.weight > 0)
    found = approve_below(risk, told, looked & ~told.passed)
    if found is None:
        return None
    chosen = looked & (risk < found)
    return found if share(told.bad[chosen], told.weight[chosen]).value <= MISSED else None


def reject_at(risk: Array, bad: Bools, weight: Array) -> float | None:
    """Return the least risk from which rejections keep the promise; None if none is proven."""
    told = Heard(~bad, weight, np.zeros(len(bad), dtype=np.bool_))
    found = _tested(-risk, weight > 0, told, fewest=FEWEST_REJECTED, most=WRONG, even=-EVEN)
    honest = weight[~bad].sum()
    while found is not None and weight[~bad & (-risk < found)].sum() > HONEST * honest:
        lower = -risk[(-risk < found)]
        found = float(np.quantile(lower, 0.95)) if len(lower) > FEWEST_REJECTED else None
    return None if found is None else -found


def reject_alike(risk: Array, bad: Bools, weight: Array, rejected: Bools) -> float | None:
    """Return the risk from which comments are as bad as what was rejected before.

    None if people found that wrong beyond chance, or looked at none of it. By what they looked at,
    more than is promised is wrong of nothing that is rejected so.

    Args:
        risk: what is compared with the threshold.
        bad: the violations.
        weight: what each row counts for; 0 for who did not look.
        rejected: what the model as it is shipped rejects.
    """
    looked = rejected & (weight > 0)
    if not looked.any() or is_overturned(bad, weight, rejected):
        return None
    order = np.argsort(-risk, kind="stable")
    through, wrong = np.cumsum(weight[order]), np.cumsum((weight * ~bad)[order])
    least = max(float(np.quantile(risk[looked], BESIDE)), LEAST_SURE)
    most = np.minimum(WRONG * through, HONEST * weight[~bad].sum())
    found = np.flatnonzero((wrong <= most) & (risk[order] >= least) & (weight[order] > 0))
    if not len(found):
        return None
    last = int(found[-1])
    beside = risk[order][last : last + 2]  # the middle of the gap in which none is
    return max(float(beside.mean()), LEAST_SURE)


def is_overturned(bad: Bools, weight: Array, rejected: Bools) -> bool:
    """Say whether people found more honest comments among what is rejected than is promised.

    Beyond chance, that is: where nobody looked, nothing is known against it.
    """
    looked = rejected & (weight > 0)
    return share(~bad[looked], weight[looked]).low > WRONG


def _tested(
    risk: Array, able: Bools, told: Heard, *, fewest: int, most: float, even: float = EVEN
) -> float | None:
    """Return the greatest threshold under which wrong ones are proven to be few.

    The doubt is dealt out to places on the way from the strict end. What one place was proven with
    is there for the next, and after one that fails those of its own go on ("fallback", Wiens 2003).
    """
    order = np.flatnonzero(able)[np.argsort(risk[able], kind="stable")]
    if len(order) < fewest:
        return None
    ordered, passing = risk[order], np.cumsum(told.weight[order])
    proven, doubt = 0, 0.0
    for place, own in _places(passing / passing[-1], fewest):
        doubt += own * (1 - CONFIDENCE)
        chosen = order[ordered < _between(ordered, place)]
        if not doubt or not len(chosen):
            continue
        if told.at_most(chosen, 1 - doubt) <= most:
            proven = place
        else:
            doubt = 0.0
    return _as_far_as_seen(ordered, told.bad[order], proven, even)


def _between(ordered: Array, place: int) -> float:
    """Return a threshold under which so many are, in the middle of the gap in which none is."""
    if place == len(ordered):
        return float(ordered[-1]) + 1e-9
    return float(ordered[place - 1 : place + 1].mean())


def _as_far_as_seen(ordered: Array, bad: Bools, place: int, even: float) -> float | None:
    """Return the threshold that lets through the last honest comment of so many, and no more.

    What is worse, and proven only since few violations are let through beside so many, gains nobody
    anything. It stands in the middle of the gap to the next comment, and there not beyond even
    odds: what nobody has seen is not let through though it is more likely a violation than not.
    None of it is tested: a place that is chosen by who is honest would be proven by its choice.
    """
    honest = np.flatnonzero(~bad[:place])
    if not len(honest):
        return None
    last = int(honest[-1])
    beside = min(_between(ordered, last + 1), even)
    return max(float(np.nextafter(ordered[last], np.inf)), beside)


def _places(passing: Array, fewest: int) -> Iterable[tuple[int, float]]:
    """Yield how many are decided at each place of the way, and its own part of the doubt."""
    found = dict.fromkeys(np.linspace(fewest, len(passing), PLACES).astype(int).tolist(), 0.0)
    for part, own in STARTS.items():
        place = max(fewest, int(passing.searchsorted(part)))
        found[place] = found.get(place, 0.0) + own
    return sorted(found.items())


def is_broken(told: Heard) -> bool:
    """Say whether people found more wrong of what was approved before than is promised.

    Beyond chance, that is: a few annotations are no reason to let more wait.
    """
    here = told.passed & (told.weight > 0)
    return share(told.bad[here], told.weight[here]).low > MISSED


def as_much(risk: Array, counted: Heard, able: Bools, less: Heard | None) -> float:
    """Return the risk under which as much is approved as before, proven or not.

    Args:
        risk: what is compared with the threshold.
        counted: what became of the comments, each by what it counts for.
        able: what no other label holds.
        less: who looked, to approve no more than keeps the promise by them; None where as much may
            pass as before.
    """
    if not len(risk):
        return 0.0
    order = np.argsort(risk, kind="stable")
    through = np.cumsum(np.where(able, counted.weight, 0.0)[order])
    allowed = through <= counted.weight[counted.passed].sum()
    if less is not None:
        told = np.where(able, less.weight, 0.0)[order]
        missed = np.cumsum(np.where(less.bad[order], told, 0.0))
        allowed &= missed <= MISSED * np.maximum(np.cumsum(told), 1e-12)
    found = np.flatnonzero(allowed)
    place = int(found[-1]) + 1 if len(found) else 0
    return _as_far_as_seen(risk[order], counted.bad[order], place, EVEN) or 0.0
