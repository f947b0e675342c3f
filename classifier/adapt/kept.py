"""Labels that a site judged and did not learn: what they hold there for nothing, they hold no more.

A site without spam has no spam to learn from, and yet its people see day by day what the bundle
holds for it. Where they hardly ever agree, the label's band gives way as far as they have seen; the
promise is then tested with what it lets through.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from classifier.adapt.annotations import Annotation
from classifier.adapt.heads import Bools
from classifier.adapt.inputs import Array
from classifier.policy import PROMISED
from classifier.types import Assessment


@dataclass(frozen=True, slots=True)
class Kept:
    """Scores and bands of labels that were not learnt, a row for each comment, a column for each.

    `judged` says who judged the label, `found` who found a violation of it.
    """

    labels: tuple[str, ...]
    scores: Array
    low: Array
    high: Array
    judged: Bools
    found: Bools

    def of(self, rows: Bools) -> "Kept":
        """Return some of the rows."""
        names = "scores", "low", "high", "judged", "found"
        return Kept(self.labels, *(getattr(self, name)[rows] for name in names))

    @property
    def clear(self) -> Bools:
        """The comments that none of the labels holds."""
        return np.asarray((self.scores < self.low).all(axis=1), dtype=np.bool_)

    def loosened(self, looked: Array) -> "Kept":
        """Return the same with bands that give way, by the comments that count as looked at."""
        low = self.low.copy()
        for at in range(len(self.labels)):
            held = (self.scores[:, at] >= self.low[:, at]) & self.judged[:, at] & (looked > 0)
            wrongly = held & ~self.found[:, at]
            if (held & ~wrongly).sum() + 1 <= PROMISED["approved"] * (held.sum() + 1):
                reached = np.nextafter(self.scores[wrongly, at].max(), 2.0)
                low[:, at] = np.minimum(np.maximum(low[:, at], reached), self.high[:, at])
        return Kept(self.labels, self.scores, low, self.high, self.judged, self.found)

    def with_low(self, other: "Kept") -> "Kept":
        """Return the same with bands that gave way as far as those of the whole site did."""
        low = np.maximum(self.low, other.low.max(axis=0)) if len(other.low) else self.low
        return replace(self, low=np.minimum(low, self.high))

    def bands(self, before: "Kept") -> dict[str, dict[str, float | None]]:
        """Return the bands that gave way since, as a card has them."""
        return {
            label: {
                "approve_below": float(self.low[:, at].max()),
                "reject_at": float(high) if (high := self.high[:, at].max()) <= 1 else None,
            }
            for at, label in enumerate(self.labels)
            if (self.low[:, at] > before.low[:, at]).any()
        }


def kept_of(labels: Sequence[str], said: Sequence[Assessment], rows: Sequence[Annotation]) -> Kept:
    """Return what a stage says of labels that were not learnt."""
    shape = len(rows), len(labels)

    def table(values: Sequence[Sequence[float | bool]]) -> Array:
        return np.array(values, dtype=np.float64).reshape(shape)

    return Kept(
        tuple(labels),
        table([[each.scores[label] for label in labels] for each in said]),
        table([[each.bands[label].approve_below for label in labels] for each in said]),
        table([[each.bands[label].reject_at for label in labels] for each in said]),
        table([[label in row.labels for label in labels] for row in rows]).astype(np.bool_),
        table([[row.labels.get(label, False) for label in labels] for row in rows]).astype(
            np.bool_
        ),
    )
