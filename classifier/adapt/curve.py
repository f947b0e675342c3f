"""How a site's ranking and queue changed with what its people said, and what more of it may bring.

Adaptations are fitted anew to nested parts of the annotations that are drawn, and each is measured
on all comments, by fits that did not see them. So every point of the curve is of the same comments,
and the last is the adaptation itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from classifier.adapt.adaptation import Adaptation
from classifier.adapt.annotations import Annotation
from classifier.adapt.decided import Decided, decided
from classifier.adapt.deciding import stages
from classifier.adapt.fit import Design, Learned, learn, learnable
from classifier.adapt.folding import content_of
from classifier.adapt.heads import Bools
from classifier.adapt.inputs import Array, part_of
from classifier.adapt.judging import ENOUGH, aucs
from classifier.adapt.weighing import testimony_of
from classifier.bundle import Bundle
from classifier.evaluation.metrics import interval, resamples
from classifier.types import LABELS

COUNTS: Final = (50, 100, 250, 500, 1000)
"""Annotations that are fitted to, beside all of them."""

APART: Final = 0.8
"""A part of more than this of all annotations says what all of them say."""

DRAWS: Final = 2
MANY: Final = 250
"""Annotations beyond which one draw is like another, and costs more."""

MORE: Final = 250
"""Annotations more, of which it is said what they may bring."""

FEWEST_POINTS: Final = 3
POWERS: Final = np.arange(0.1, 2.01, 0.1)
"""Among these is the power of the number of annotations by which the error falls."""


Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Site:
    """What an adaptation was fitted to: the inputs of its regressions and what people said."""

    made: Design
    rows: Sequence[Annotation]
    weight: Array
    bundle: Bundle


@dataclass(frozen=True, slots=True)
class Point:
    """What was found at one number of annotations: AUCs by label, resampled, and the queue."""

    annotations: int
    ranked: dict[str, Array]
    queue: float | None

    def as_dict(self) -> dict[str, Any]:
        """Return it as a card has it."""
        told = {
            label: interval(float(found[0]), found[1:].tolist()).as_list()
            for label, found in self.ranked.items()
        }
        queue = None if self.queue is None else round(self.queue, 4)
        return {"annotations": self.annotations, "auc": told, "queue": queue}


def curve(site: Site, learned: Sequence[Learned], more: Decided | None) -> dict[str, Any]:
    """Return the curve as a card has it; without points where too little was judged.

    `more` is what all annotations decide. The first point, of none, is the bundle alone.
    """
    known = [each for each in learned if _is_told(site, each.label)]
    if not known:
        return {"points": [], "more": None}
    count, encoder = len(site.rows), site.made.inputs.encoder
    alone = {each.label: encoder[:, LABELS.index(each.label)] for each in known}
    parts = [
        Point(0, _ranked(site, alone), 1 - more.before if more else None),
        *(_point(site, part, known) for part in COUNTS if part <= APART * count),
        Point(count, _ranked(site, _said(known)), 1 - more.after if more else None),
    ]
    return {"points": [each.as_dict() for each in parts], "more": _more(parts[1:])}


def foreseen(counts: Sequence[int], errors: Array, at: int) -> Array:
    """Return what errors at growing numbers of annotations are likely to be at another number.

    They are taken to fall as a power of it towards what no annotation mends, never to rise; the
    last counts as it was found. Errors have a row for each number, and a column for each curve.
    """
    numbers = np.array(counts, dtype=np.float64)
    heavy = np.sqrt(numbers)[:, None]
    least, found = np.full(errors.shape[1], np.inf), np.zeros(errors.shape[1])
    for power in POWERS:
        fallen = numbers[:, None] ** -power
        floor, slope = _line(fallen, errors, heavy)
        missed = (heavy * (floor + slope * fallen - errors) ** 2).sum(axis=0)
        falls = slope * (fallen[-1] - at**-power)
        found, least = np.where(missed < least, falls, found), np.minimum(missed, least)
    likely: Array = errors[-1] - found
    return likely


def _line(across: Array, up: Array, heavy: Array) -> tuple[Array, Array]:
    """Return height at 0 and slope, neither below 0, of the line of least squares a column."""
    total = heavy.sum()
    middle, mean = (heavy * across).sum() / total, (heavy * up).sum(axis=0) / total
    spread = (heavy * (across - middle) ** 2).sum()
    slope = np.maximum((heavy * (across - middle) * (up - mean)).sum(axis=0) / spread, 0.0)
    through = (heavy * across * up).sum(axis=0) / (heavy * across**2).sum()
    floor = mean - slope * middle
    return np.maximum(floor, 0.0), np.where(floor < 0, through, slope)


def _more(points: Sequence[Point]) -> dict[str, Any] | None:
    """Return what more annotations are likely to bring; None where the curve says too little."""
    if len(points) < FEWEST_POINTS:
        return None
    counts = [each.annotations for each in points]
    told = {}
    for label in points[-1].ranked:
        errors = 1 - np.array([each.ranked[label] for each in points])
        found = 1 - foreseen(counts, errors, counts[-1] + MORE)
        told[label] = interval(float(found[0]), found[1:].tolist()).as_list()
    return {"annotations": MORE, "auc": told}


def _is_told(site: Site, label: str) -> bool:
    truth, weight = _judged(site, label)
    return min(int((weight[each] > 0).sum()) for each in (truth, ~truth)) >= ENOUGH


def _judged(site: Site, label: str) -> tuple[Bools, Array]:
    """Return what people said of a label, and how much each comment counts."""
    truth = np.array([row.labels.get(label, False) for row in site.rows], dtype=np.bool_)
    judged = np.array([label in row.labels for row in site.rows])
    return truth, site.weight * judged * site.made.inputs.spoken


def _said(learned: Sequence[Learned]) -> dict[str, Array]:
    return {each.label: each.out_of_fold["encoder"] for each in learned}


def _ranked(site: Site, odds: Mapping[str, Array]) -> dict[str, Array]:
    """Return the AUC of each label, and after it those of resampled comments."""
    found = {}
    for label, said in odds.items():
        truth, weight = _judged(site, label)
        drawn = np.vstack([weight, weight * np.array(resamples(len(weight)))])
        found[label] = aucs(truth, said, drawn)
    return found


def _point(site: Site, count: int, known: Sequence[Learned]) -> Point:
    """Measure at one number of annotations: the mean of parts that are drawn."""
    encoder = site.made.inputs.encoder
    ranked, queues = [], []
    for draw in range(DRAWS if count <= MANY else 1):
        # The same draw gives the same order, so that a smaller part lies within a greater one.
        part = np.sort(np.random.default_rng(draw).permutation(len(site.rows))[:count])
        learned = _learned(site, part, known)
        alone = {each.label: encoder[:, LABELS.index(each.label)] for each in known}
        ranked.append(_ranked(site, alone | _said(learned)))
        queues.append(_queue(site, part, learned))
    means = {label: np.mean([each[label] for each in ranked], axis=0) for label in ranked[0]}
    waits = [each for each in queues if each is not None]
    return Point(count, means, float(np.mean(waits)) if waits else None)


def _learned(site: Site, part: Places, known: Sequence[Learned]) -> list[Learned]:
    """Learn of a part what is known of all; scores out of fold are of all comments.

    How strongly it is held is what all chose, since choosing takes most of the time; how far it is
    trusted it must earn itself.
    """
    weight = np.zeros(len(site.rows))
    weight[part] = site.weight[part]
    enough = learnable(site.rows, weight)
    return [
        learn(site.made, site.rows, weight, each.label, penalties=each.chosen)
        for each in known
        if each.label in enough
    ]


def _queue(site: Site, part: Places, learned: Sequence[Learned]) -> float | None:
    """Return what share of all comments would wait by the bands that a part proves."""
    rows, inputs = [site.rows[at] for at in part], part_of(site.made.inputs, part.tolist())
    own = [
        replace(each, out_of_fold={name: odds[part] for name, odds in each.out_of_fold.items()})
        for each in learned
    ]
    told = stages(rows, inputs, own, site.weight[part], site.bundle)
    adaptation = Adaptation(content_of(site.made, learned), {"stages": told}, site.bundle)
    looked = testimony_of(site.rows) * site.made.inputs.spoken
    bad = np.array([row.is_violation for row in site.rows], dtype=np.bool_)
    said = bad, site.weight, looked
    found = decided(site.made.inputs, learned, adaptation, site.bundle, said)
    return None if found is None else 1 - found.after
