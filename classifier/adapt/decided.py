"""How much an adaptation decides without a person, beside the bundle alone, by who looked.

Each comment is decided by scores of a fit that did not see it, by the bands and rights that would
serve, and by the one policy that decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from classifier.adapt.adaptation import Adaptation
from classifier.adapt.fit import Learned
from classifier.adapt.heads import Bools
from classifier.adapt.inputs import Array, Inputs
from classifier.bundle import Bundle
from classifier.evaluation.metrics import Interval, interval, resamples
from classifier.policy import judge_both


@dataclass(frozen=True, slots=True)
class Decided:
    """Shares of a site's comments that no person needs to see, of `rows` that somebody saw."""

    rows: int
    before: float
    after: float
    gain: Interval

    def as_dict(self) -> dict[str, Any]:
        """Return it as a card has it."""
        return {
            "rows": self.rows,
            "before": round(self.before, 4),
            "after": round(self.after, 4),
            "gain": self.gain.as_list(),
        }


def decided(
    inputs: Inputs,
    learned: Sequence[Learned],
    adaptation: Adaptation,
    bundle: Bundle,
    looked: Array,
) -> Decided | None:
    """Compare what is decided without a person; None where nobody looked or nothing was learnt."""
    seen = np.flatnonzero(looked)
    if not len(seen) or not learned:
        return None
    before = np.array([inputs.status[row] != "pending" for row in seen], dtype=np.bool_)
    after = _by_itself(inputs, learned, adaptation, bundle, seen.tolist())
    weight = looked[seen]
    shares = [float(weight[each].sum() / weight.sum()) for each in (before, after)]
    return Decided(len(seen), shares[0], shares[1], _gain(after.astype(float) - before, weight))


def _by_itself(
    inputs: Inputs,
    learned: Sequence[Learned],
    adaptation: Adaptation,
    bundle: Bundle,
    rows: Sequence[int],
) -> Bools:
    """Say which comments the adaptation decides, each scored by a fit that did not see it."""
    odds = {
        stage: np.column_stack([each.out_of_fold[stage] for each in learned]).tolist()
        for stage in ("linear", "encoder")
    }
    found = []
    for row in rows:
        first, second = inputs.scored[row]
        language = inputs.languages[row]
        words = adaptation.said("linear", bundle.assess(first), odds["linear"][row], language)
        known = bundle.assess_by_encoder(second)
        read = known and adaptation.said("encoder", known, odds["encoder"][row], language)
        found.append(judge_both(words, read).status != "pending")
    return np.array(found, dtype=np.bool_)


def _gain(gained: Array, weight: Array) -> Interval:
    drawn = weight * np.array(resamples(len(gained)))
    means = drawn @ gained / drawn.sum(axis=1)
    return interval(float(weight @ gained / weight.sum()), means.tolist())
