"""How much each annotation counts: by who said it, by how it came to be looked at.

What was queued and what was overturned is not what readers write. Reversals are found where
somebody looked, so on their own they teach that what scores low is bad. Here each row counts by the
inverse of its chance to be seen, and reversals by what in the same place was seen and stood.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from classifier.adapt.annotations import Annotation, Provenance

WEIGHT: Final[Mapping[Provenance, float]] = {
    "audit": 1.0,
    "moderator": 1.0,
    "import": 1.0,
    "bulk": 0.5,
    "client": 0.5,
    "silence": 0.25,
}
"""What one word counts for: nobody looked closely at a bulk, nor at all at what is silent."""

MOST: Final = 5.0
"""The greatest inverse of a propensity: one row must not stand for a hundred."""

MOST_SPOKEN_FOR: Final = 50.0
"""The same where a promise is tested, which knows what few rows of great weight are worth."""

REVERSED: Final = 0.5
"""What was overturned counts at most so much of what was decided alike, was seen and stood."""

TESTIFIES: Final = frozenset({"audit", "moderator", "import", "bulk"})
"""Whose word a promise may rest on: people who looked at the comment."""


def weights_of(
    rows: Sequence[Annotation], approved: NDArray[np.bool_], rejected: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return how much each row counts.

    Args:
        rows: annotations.
        approved: those that the model as it is shipped approves without a person.
        rejected: those that it rejects without one.
    """
    weight = np.array([weight_of(row) for row in rows])
    bad = np.array([row.is_violation for row in rows], dtype=np.bool_)
    blind = np.array([row.provenance in {"audit", "import"} for row in rows], dtype=np.bool_)
    for decided, against in ((approved, bad), (rejected, ~bad)):
        turned, stood = decided & against & ~blind, decided & ~against
        heavy, most = weight[turned].sum(), REVERSED * weight[stood].sum()
        if heavy > most:
            weight[turned] *= most / heavy
    return weight * _worth(weight)


def weight_of(row: Annotation) -> float:
    """Return what one row counts by itself, by whose word it is and its chance to be seen."""
    return WEIGHT[row.provenance] * _inverse(row)


def _worth(weight: NDArray[np.float64]) -> float:
    """Return what brings the rows' sum down to what they are worth: a few that count much err much.

    It is Kish's effective size (1965) by their sum, at most 1.
    """
    squares = float((weight**2).sum())
    return min(1.0, float(weight.sum()) / squares) if squares else 1.0


def testimony_of(rows: Sequence[Annotation]) -> NDArray[np.float64]:
    """Return for how many comments each row speaks where a promise rests on it; 0 for no person's.

    Whoever errs by taking one in fifty for five errs on the side of what was queued.
    """
    told = [row.provenance in TESTIFIES and _inverse(row, MOST_SPOKEN_FOR) for row in rows]
    return np.array(told, dtype=np.float64)


def _inverse(row: Annotation, most: float = MOST) -> float:
    if row.propensity is None or row.provenance == "silence":
        return 1.0
    return min(1.0 / max(row.propensity, 1e-9), most)
