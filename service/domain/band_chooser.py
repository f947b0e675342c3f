"""What somebody needs to choose a label's band: how scores lie, and what people found of them.

Pure, over past comments as the preview of settings reads them.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Final

from classifier.policy import PROMISED
from classifier.types import NEVER, Band
from service.domain.annotations import labels_of
from service.domain.preview import Past, Preview
from service.domain.quality import Rate, rate_of
from service.domain.sites import OwnBand, SiteSettings
from service.domain.stored import Rejudge

STEPS: Final = 60
_OUTERMOST: Final = 0.999
_MIDDLE: Final = STEPS // 2


def _place(step: int) -> float:
    if step in {0, STEPS}:
        return float(step == STEPS)
    odds = (step - _MIDDLE) / (_MIDDLE - 1) * log(_OUTERMOST / (1 - _OUTERMOST))
    return round(1 / (1 + exp(-odds)), 4)


AXIS: Final[tuple[float, ...]] = tuple(map(_place, range(STEPS + 1)))
"""The scores at which a handle can stand. They are even in log-odds: most scores lie near 0, and
so do most thresholds, where an even axis has no room to tell 0.01 from 0.03."""


@dataclass(frozen=True, slots=True)
class Bar:
    """So many comments with a score between two places of the axis, by what people said.

    `honest` and `violations` are of this label; of `unheard` nobody has said anything about it.
    """

    low: float
    high: float
    honest: int = 0
    violations: int = 0
    unheard: int = 0

    @property
    def comments(self) -> int:
        """All of them."""
        return self.honest + self.violations + self.unheard


@dataclass(frozen=True, slots=True)
class Chooser:
    """A label's scores on a site, and what a band makes of them.

    `band` is the one that is asked for, each end the site's own or else the model's, as most
    comments were judged; None where no comment has a score. `clear` is of what is below it, of
    which violations are wrong, `violations` of what is beyond it, of which the honest are.
    """

    bars: Sequence[Bar]
    band: Band | None
    clear: Rate | None
    violations: Rate | None
    preview: Preview

    @property
    def comments(self) -> int:
        """Comments that have a score."""
        return sum(bar.comments for bar in self.bars)


def chooser(
    past: Sequence[Past], label: str, settings: SiteSettings, rejudge: Rejudge, seen: Preview
) -> Chooser:
    """Return what is known of a label's scores, under settings that a preview was made of."""
    scored = [each for each in past if label in each.scores]
    bars = spread(scored, label)
    own, model = settings.bands.get(label), _usual_band(scored, label, rejudge)
    if own is None and model is None:
        return Chooser(bars, None, None, None, seen)
    band = (own or OwnBand()).over(model or Band(NEVER, NEVER))
    clear = [each for each in scored if band.is_clear(each.scores[label])]
    violations = [each for each in scored if band.is_violation(each.scores[label])]
    return Chooser(
        bars,
        band,
        _found(clear, label, wrong_is=True),
        _found(violations, label, wrong_is=False),
        seen,
    )


def spread(scored: Iterable[Past], label: str) -> list[Bar]:
    """Return how comments lie along the axis, a bar between each two of its places."""
    counts = Counter((_bin(each.scores[label]), said_of(each, label)) for each in scored)
    return [
        Bar(AXIS[at], AXIS[at + 1], *(counts[at, said] for said in (False, True, None)))
        for at in range(STEPS)
    ]


def said_of(past: Past, label: str) -> bool | None:
    """Say whether people found the label in a comment; None where they said nothing of it."""
    told = labels_of(past.said or "", past.reason, past.scores).get(label)
    return None if told is None else bool(told)


def _bin(score: float) -> int:
    return min(bisect_right(AXIS, score), STEPS) - 1


def _usual_band(scored: Iterable[Past], label: str, rejudge: Rejudge) -> Band | None:
    """Return the model's band that decided about the most of these comments."""
    bands = Counter(
        assessment.bands[label]
        for each in scored
        if (assessment := rejudge.deciding(each.stored)) and label in assessment.bands
    )
    return bands.most_common(1)[0][0] if bands else None


def _found(part: Sequence[Past], label: str, *, wrong_is: bool) -> Rate:
    """Return how much of a part is wrong, each answer by the inverse of its chance to be asked for.

    What was decided without a person and nobody was asked about, such as what an author complained
    of, says nothing of the rest and does not count.
    """
    heard = [
        (1 / each.chance, said == wrong_is)
        for each in part
        if each.chance and (said := said_of(each, label)) is not None
    ]
    promised = PROMISED["approved" if wrong_is else "rejected"]
    return rate_of(len(part), [each[0] for each in heard], [each[1] for each in heard], promised)
