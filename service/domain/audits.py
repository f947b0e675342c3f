"""With what chance an automatic decision is audited, and how it then looks to moderators.

An audited comment keeps its status; moderators see it as if it waited, dressed as one that had been
held, so that nobody decides by what the model thought of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from classifier.policy import risk_of_scores
from classifier.types import Band

FIRST_SHARE: Final = 0.1
LATER_SHARE: Final = 0.02
ENOUGH: Final = 200
"""So many answers, and a site's audits go on at the smaller share."""

BEGINNING: Final = 100
"""A site's first comments, which its developer writes, are not audited unless it sets a share."""

A_DAY: Final = 20
"""No more audits a day than this, unless the site says so."""

_ALSO: Final = "second_opinion"


@dataclass(frozen=True, slots=True)
class Audited:
    """How many audits a site has had: answered ever and chosen today; and its comments of a day.

    `comments` is of all time, counted no farther than `BEGINNING`.
    """

    answered: int
    today: int
    lately: int
    comments: int


def share_of(own: float | None, a_day: int, known: Audited) -> float:
    """Return the chance that a site's next automatic decision is audited.

    It is so small that the day's audits last for the whole day, or the evening's comments would
    never be looked at.
    """
    if own is None and known.comments < BEGINNING:
        return 0.0
    usual = LATER_SHARE if known.answered >= ENOUGH else FIRST_SHARE
    share = usual if own is None else own
    return min(share, a_day / known.lately) if known.lately else share


@dataclass(frozen=True, slots=True)
class Dress:
    """What moderators see of an audited comment in the place of its own reasons, bands and risk."""

    reasons: tuple[str, ...]
    bands: Mapping[str, Sequence[float]]
    risk: float


def as_held(
    reasons: Sequence[str],
    scores: Mapping[str, float],
    bands: Mapping[str, Sequence[float]],
    chance: float,
) -> Dress:
    """Return how a decided comment looks that had been held; `chance` is any number from 0 to 1.

    Of a clear violation it is one that the model may not reject; any other is held by narrower
    bands for the label that it is nearest to.
    """
    known = {label: Band(*bands[label]) for label in bands if label in scores}
    if not known:
        return Dress(("unscored",), {}, 1.0)
    also = (_ALSO,) if _ALSO in reasons else ()
    violated = [
        each for each in reasons if each in known and known[each].is_violation(scores[each])
    ]
    if violated:
        told = (*violated, "may_not_reject", *also)
        return Dress(told, bands, risk_of_scores(scores, known))
    label = max(known, key=lambda each: risk_of_scores(scores, {each: known[each]}))
    known[label] = _around(scores[label], known[label], chance)
    shown = {each: [band.approve_below, band.reject_at] for each, band in known.items()}
    return Dress((label, *also), {**bands, **shown}, risk_of_scores(scores, known))


def _around(score: float, band: Band, chance: float) -> Band:
    """Return a band that a score lies in, moved no more than it takes and a bit of chance."""
    low, high = band.approve_below, band.reject_at
    return Band(
        low if low <= score else score * (0.4 + 0.55 * chance),
        high if high > score else score + (1 - score) * (0.05 + 0.9 * chance),
    )
