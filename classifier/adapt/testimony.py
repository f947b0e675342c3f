"""How often approvals are wrong at most, by all that speaks of them: the queue, audits, the card.

What a model decides hangs on scores alone. So comments of about the same risk speak for each other,
however they came to be looked at: among them all count alike, and together for as many as they
stand for ("weight smoothing", Elliott and Little 2000). Otherwise one audit in ten would outweigh
the hundred comments beside it that people had decided before there were audits.

What the bundle approves by itself is seen by audits only. It was measured on sources that were left
out of training, and these count beside the site's own audits, as so many as they are worth for a
source that nobody measured (a beta prior of past studies, Spiegelhalter et al. 2004).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.stats import beta

from classifier.adapt.heads import Bools
from classifier.adapt.inputs import Array
from classifier.types import SECOND_OPINION

TOGETHER: Final = 20
"""Comments of about the same risk that speak for each other."""

MOST_BEFORE: Final = 60.0
"""Audits that other sources stand for at the most: as many find out who differs from them."""

FEWEST_SOURCES: Final = 2
RATE: Final = 0.1
"""Violations among the comments that a card's shares are told for."""


@dataclass(frozen=True, slots=True)
class Before:
    """What is known before anybody looked, as audits: so many wrong of so many."""

    wrong: float
    rows: float


EXACT: Final = Before(1.0, 1.0)
"""Nothing is known: the bound is that of Clopper and Pearson, who reckon with one more mistake."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What people said of comments: violations, how many each speaks for, 0 for who did not look.

    `passed` is what the bundle approves by itself, and `before` what is known of that.
    """

    bad: Bools
    weight: Array
    passed: Bools
    before: Before = EXACT

    def smoothed(self, risk: Array) -> "Heard":
        """Return the same with equal weights among what has about the same risk."""
        weight = self.weight.copy()
        for kind in (self.passed, ~self.passed):
            rows = np.flatnonzero(kind & (weight > 0))
            rows = rows[np.argsort(risk[rows], kind="stable")]
            for part in np.array_split(rows, max(1, len(rows) // TOGETHER)):
                weight[part] = weight[part].mean() if len(part) else 0.0
        return Heard(self.bad, weight, self.passed, self.before)

    def at_most(self, chosen: Any, confidence: float) -> float:
        """Return the share of violations among some comments that is not exceeded so surely."""
        total, mean, varied = float(self.weight[chosen].sum()), 0.0, 0.0
        for kind, known in ((self.passed, self.before), (~self.passed, EXACT)):
            rows = chosen[kind[chosen]]
            part = float(self.weight[rows].sum()) / total if total else 0.0
            if part:
                own = _posterior(self.bad[rows], self.weight[rows], known)
                mean += part * own[0]
                varied += part**2 * own[1]
        if not varied:
            return 1.0
        size = mean * (1 - mean) / varied - 1
        return float(beta.ppf(confidence, mean * size, (1 - mean) * size))


def worth(hits: Bools, weight: Array) -> float:
    """Return how many rows of one weight would know a share as well as these, at most as many.

    One more hit of the greatest weight is reckoned with, or a share of 0 would seem certain.
    """
    heavy = float(weight.max())
    total = float(weight.sum()) + heavy
    value = (float(weight[hits].sum()) + heavy) / total
    varied = weight**2 @ (hits - value) ** 2 + heavy**2 * (1 - value) ** 2
    rows = float((weight > 0).sum())
    return min(total**2 * value * (1 - value) / float(varied), rows) if varied else rows


def _posterior(bad: Bools, weight: Array, known: Before) -> tuple[float, float]:
    """Return mean and variance of a share, by some rows and what was known before."""
    rows = worth(bad, weight)
    wrong = float(weight[bad].sum() / weight.sum()) * rows + known.wrong
    size = rows + known.rows
    value = wrong / size
    return value, value * (1 - value) / (size + 1)


def before_of(card: Mapping[str, Any], rate: float) -> Before:
    """Return what a bundle's card says of its approvals where so many comments are violations.

    By the sources that are promised something: their mean, for so many audits as tell a source
    apart from others. Where violations are more than the card reckons with, more are missed: there
    the same mistakes are of fewer.
    """
    part = card.get(SECOND_OPINION) or card
    told = [
        float(source["missed"])
        for entry in part.get("languages", {}).values()
        for source in entry.get("chosen_on", {}).values()
        if source.get("promised")
    ]
    if len(told) < FEWEST_SOURCES:
        return EXACT
    mean, varied = float(np.mean(told)), float(np.var(told, ddof=1))
    rows = min(mean * (1 - mean) / varied - 1, MOST_BEFORE) if varied else MOST_BEFORE
    odds = max(1.0, rate / max(1 - rate, 1e-9) * (1 - RATE) / RATE)
    return Before(mean * rows, max(rows / odds, 1.0))
