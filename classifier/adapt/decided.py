"""How much an adaptation decides without a person, beside the bundle alone, by who looked.

Each comment is decided by scores of a fit that did not see it, by the bands and rights that would
serve, and by the one policy that decides.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from classifier.adapt import bands
from classifier.adapt.adaptation import Adaptation
from classifier.adapt.bands import Share
from classifier.adapt.fit import Learned
from classifier.adapt.heads import Bools
from classifier.adapt.inputs import Array, Inputs
from classifier.adapt.testimony import Heard
from classifier.bundle import Bundle
from classifier.evaluation.metrics import Interval, interval, resamples
from classifier.policy import judge_both

MUCH_MORE: Final = 0.1
"""Where so much of all comments waits besides, nobody switches that on without being told."""


@dataclass(frozen=True, slots=True)
class Decided:
    """Shares of a site's comments that no person needs to see, of `rows` that somebody saw.

    `wrong_before` and `wrong_after` are the violations among what is approved of these, and
    `is_broken` says whether people found more wrong of what the bundle approves, on the site or in
    a language, than is promised, beyond chance.
    """

    rows: int
    before: float
    after: float
    gain: Interval
    wrong_before: Share
    wrong_after: Share
    is_broken: bool

    @property
    def lets_much_more_wait(self) -> bool:
        """Whether by the whole interval so much more waits than by the bundle alone."""
        return self.gain.high < -MUCH_MORE

    def as_dict(self) -> dict[str, Any]:
        """Return it as a card has it."""
        return {
            "rows": self.rows,
            "before": round(self.before, 4),
            "after": round(self.after, 4),
            "gain": self.gain.as_list(),
            "wrong_before": self.wrong_before.as_list(),
            "wrong_after": self.wrong_after.as_list(),
            "broken": self.is_broken,
            "much_more_waits": self.lets_much_more_wait,
        }


def decided(
    inputs: Inputs,
    learned: Sequence[Learned],
    adaptation: Adaptation,
    bundle: Bundle,
    said: tuple[Bools, Array, Array],
) -> Decided | None:
    """Compare what is decided without a person; None where nobody looked or nothing was learnt.

    Args:
        inputs: what both stages of the bundle say of each comment.
        learned: what was learnt, with what fits that did not see a comment say of it.
        adaptation: bands and rights that would serve.
        bundle: the bundle.
        said: which comments are violations, what each counts for, and what it stands for where
            a person looked, 0 where none did.
    """
    bad, weight, looked = said
    seen = np.flatnonzero(looked)
    if not len(seen) or not learned:
        return None
    before = np.array([inputs.status[row] for row in seen])
    after = np.array(_by_itself(inputs, learned, adaptation, bundle, seen.tolist()))
    heavy = looked[seen]
    decides = [each != "pending" for each in (before, after)]
    shares = [float(heavy[each].sum() / heavy.sum()) for each in decides]
    wrong = [_wrong(bad[seen], heavy, each == "approved") for each in (before, after)]
    return Decided(
        len(seen),
        shares[0],
        shares[1],
        _gain(decides[1].astype(float) - decides[0], heavy),
        wrong[0],
        wrong[1],
        any(_broken(inputs, bad, np.where(looked > 0, weight, 0.0))),
    )


def _wrong(bad: Bools, weight: Array, approved: Bools) -> Share:
    return bands.share(bad[approved], weight[approved])


def _broken(inputs: Inputs, bad: Bools, weight: Array) -> Iterator[bool]:
    """Yield whether the promise is broken on the whole site, and in each language with bands."""
    passed = np.array([status == "approved" for status in inputs.status], dtype=np.bool_)
    yield bands.is_broken(Heard(bad, weight, passed))
    languages = np.array(inputs.languages)
    for name in np.unique(languages):
        own = languages == name
        if (weight[own] > 0).sum() >= bands.FEWEST:
            yield bands.is_broken(Heard(bad[own], weight[own], passed[own]))


def _by_itself(
    inputs: Inputs,
    learned: Sequence[Learned],
    adaptation: Adaptation,
    bundle: Bundle,
    rows: Sequence[int],
) -> list[str]:
    """Return what the adaptation makes of comments, each scored by a fit that did not see it."""
    odds = {
        stage: np.column_stack([each.out_of_fold[stage] for each in learned]).tolist()
        for stage in ("linear", "encoder")
    }
    found: list[str] = []
    for row in rows:
        first, second = inputs.scored[row]
        language = inputs.languages[row]
        words = adaptation.said("linear", bundle.assess(first), odds["linear"][row], language)
        known = bundle.assess_by_encoder(second)
        read = known and adaptation.said("encoder", known, odds["encoder"][row], language)
        found.append(judge_both(words, read).status)
    return found


def _gain(gained: Array, weight: Array) -> Interval:
    drawn = weight * np.array(resamples(len(gained)))
    means = drawn @ gained / drawn.sum(axis=1)
    return interval(float(weight @ gained / weight.sum()), means.tolist())
