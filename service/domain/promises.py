"""A promise that audits find broken: which thresholds it takes for the answers to keep it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import floor, inf
from typing import Any, Final, Literal

from classifier.policy import PROMISED
from service.domain.quality import Answer, Rate
from service.domain.sites import OwnBand

Decision = Literal["approved", "rejected"]
DECISIONS: Final[tuple[Decision, ...]] = ("approved", "rejected")
LEAST_LEFT: Final = 0.5
"""Of what was approved so much stays with the machine at one time: the queue must not drown by one
comment that the model is blind to. If that is not enough, the next answers tighten it again."""

_STEPS: Final = 1_000_000  # a threshold is told in six digits

Own = Mapping[str, Mapping[str, float | None] | None]
"""A site's own bands as its settings have them; None is the model's band."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What became of a promise: bands that were tightened or set back, why and by whom."""

    action: Literal["tightened", "restored"]
    decision: Decision
    before: Own
    after: Own
    figures: Mapping[str, float]
    by: str | None


@dataclass(frozen=True, slots=True)
class PromiseEvent:
    """The same as it was recorded on a site."""

    site: str
    action: Literal["tightened", "restored"]
    decision: Decision
    before: Own
    after: Own
    figures: Mapping[str, float]
    by: str | None
    at: datetime


def figures_of(rate: Rate) -> dict[str, float]:
    """Return what audits found, as an event keeps it."""
    told = {name: getattr(rate, name) for name in ("audited", "wrong", "low", "high", "promised")}
    return {**told, "rate": rate.rate or 0.0}


def superseded(
    events: Iterable[PromiseEvent], own: Own, labels: Iterable[str] | None = None
) -> dict[str, Any]:
    """Return what tightened bands of some labels, or of all, were before, by events newest first.

    What people set since stays: no band is set back that is not as it was tightened.
    """
    newest: dict[str, Any] = {}
    before: dict[str, Any] = {}
    for event in events:
        is_tighter = event.action == "tightened"
        for label in event.after:
            known = newest.setdefault(label, event.after[label] if is_tighter else None)
            if is_tighter and known is not None:
                before[label] = event.before.get(label)
    wanted = before.keys() if labels is None else set(labels)
    return {
        label: band
        for label, band in before.items()
        if label in wanted and own.get(label) == newest[label]
    }


def tightened(
    decision: Decision, answers: Iterable[Answer], own: Mapping[str, OwnBand]
) -> dict[str, OwnBand]:
    """Return the bands by which the answers would have kept the promise, of the labels it takes.

    They only ever decide less: no end of a band that was in force, or is the site's, is loosened.
    """
    looked = [
        each for each in answers if each.kind.status == decision and each.kind.stage != "rule"
    ]
    found = {}
    for label, cut in _cuts(decision, looked).items():
        band = own.get(label, OwnBand())
        ends = [each.bands[label][decision == "rejected"] for each in looked if label in each.bands]
        if decision == "approved":
            low = min([cut, *ends, 1.0 if band.approve_below is None else band.approve_below])
            found[label] = replace(band, approve_below=floor(low * _STEPS) / _STEPS)
        else:
            high = max([cut, *(end for end in ends if end <= 1), band.reject_at or 0.0])
            found[label] = replace(band, reject_at=min(1.0, (floor(high * _STEPS) + 1) / _STEPS))
    return found


def _cuts(decision: Decision, answers: Sequence[Answer]) -> dict[str, float]:
    """Return thresholds that take the nearest mistakes out, until the rest keeps the promise."""
    cuts: dict[str, float] = {}
    left = list(answers)
    while _wrong(left) > PROMISED[decision]:
        mistakes = [
            (nearness, label, each.scores[label])
            for each in left
            for label, nearness in _nearness(decision, each, cuts)
        ]
        if not mistakes:  # of what has no score no threshold helps
            break
        _, label, cut = max(mistakes)
        tried = {**cuts, label: cut}
        left = [each for each in left if _is_decided(decision, each, tried)]
        if decision == "approved" and _weight(left) < LEAST_LEFT * _weight(answers):
            return cuts or {label: _median(label, answers)}
        cuts = tried
    return cuts


def _median(label: str, answers: Sequence[Answer]) -> float:
    """Return the score of a label below which half of the answers are, by their weights."""
    ordered = sorted(answers, key=lambda each: each.scores.get(label, 0.0))
    half, passed = LEAST_LEFT * _weight(answers), 0.0
    for each in ordered:
        passed += 1 / each.propensity
        if passed > half:
            return each.scores.get(label, 0.0)
    return 0.0


def _wrong(answers: Sequence[Answer]) -> float:
    """Return the share that is wrong; of nothing it is none."""
    total = _weight(answers)
    return _weight([each for each in answers if each.wrong]) / total if total else 0.0


def _weight(answers: Iterable[Answer]) -> float:
    return sum(1 / each.propensity for each in answers)


def _nearness(
    decision: Decision, answer: Answer, cuts: Mapping[str, float]
) -> list[tuple[str, float]]:
    """Return how near a wrong decision was to being left to people, by the labels that decide it.

    A mistake about no label with a score is taken out by all of them.
    """
    if not answer.wrong:
        return []
    known = {label: answer.bands[label] for label in answer.bands if label in answer.scores}
    if decision == "rejected":
        return [
            (label, known[label][1] - answer.scores[label])
            for label in answer.kind.labels
            if label in known and answer.scores[label] > cuts.get(label, -inf)
        ]
    named = [label for label in answer.wrong if label in known] or list(known)
    return [(label, answer.scores[label] / max(known[label][0], 1e-9)) for label in named]


def _is_decided(decision: Decision, answer: Answer, cuts: Mapping[str, float]) -> bool:
    """Say whether thresholds leave a decision to the machine."""
    if decision == "approved":
        return all(answer.scores.get(label, 0.0) < cut for label, cut in cuts.items())
    return any(
        answer.scores.get(label, 0.0) > cuts.get(label, -inf) for label in answer.kind.labels
    )
