"""What becomes of a comment: scores, bands, rules and the site's settings -> status and reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from service.domain.rules import Evidence
from service.domain.sites import Limits, SiteSettings
from service.domain.states import Status

_REJECTED_BEFORE = 2  # that many rejected comments and none approved: the author's next is held

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "clear": "clear of every label",
        "unscored": "the classifier gave no score in time",
        "language": "no evidence that automatic decisions are right in this language",
        "may_not_reject": "the model may not reject for this label by itself",
        "spam": "spam score",
        "toxicity": "toxicity score",
        "severe_toxicity": "severe toxicity score",
        "obscene": "obscenity score",
        "threat": "threat score",
        "insult": "insult score",
        "identity_attack": "identity attack score",
        "trap": "the trap field was filled in",
        "blocked_word": "a word that this site blocks",
        "held_word": "a word that this site holds",
        "links": "more links than this site lets through",
        "author_record": "the author's earlier comments were rejected",
        "repeated": "the same text was posted before",
        "flood": "many comments in a short time",
        "held_by_site": "this site holds every comment",
        "second_opinion": "a second model, which reads sentences, was asked",
    }
)
"""Every reason a verdict can carry, in words."""


@dataclass(frozen=True, slots=True)
class Model:
    """What the active model brings for a comment: its scores, bands, and what it may decide.

    `is_second` says that all of it is of the model's second opinion; `asked_from` are the scores
    from which that is asked, a little below the bands.
    """

    scores: Mapping[str, float]
    bands: Mapping[str, Limits]
    may_approve: bool
    may_reject: frozenset[str]
    is_second: bool = False
    asked_from: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Status and reasons for a new comment; risk orders the queue, 1 is the most urgent."""

    status: Status
    reasons: tuple[str, ...]
    risk: float
    actor: Literal["classifier", "rule"]


def judge(model: Model | None, evidence: Evidence, settings: SiteSettings) -> Verdict:
    """Decide about a new comment.

    Rules of the site come first, since they are certain; then clear violations; a comment is
    approved only when nothing speaks against it and the model has evidence for its language.
    """
    verdict = _judge(model, evidence, settings)
    if model is None or not model.is_second or verdict.actor == "rule":
        return verdict
    return replace(verdict, reasons=(*verdict.reasons, "second_opinion"))


def doubtful(model: Model, verdict: Verdict, settings: SiteSettings) -> bool:
    """Say whether a second opinion is wanted.

    It is where only labels between their thresholds hold a comment, and where one that would be
    approved is near a threshold that is not the site's own.
    """
    if settings.second_opinion == "off" or model.is_second:
        return False
    if verdict.status == "pending":
        return verdict.reasons == _by_band(model, settings)[1]
    return verdict.status == "approved" and any(
        model.scores[label] >= low
        for label, low in model.asked_from.items()
        if label not in settings.bands
    )


def bands_in_force(model_bands: Mapping[str, Limits], settings: SiteSettings) -> dict[str, Limits]:
    """The model's bands, with those that the site sets itself in their place."""
    return {label: settings.bands.get(label, band) for label, band in model_bands.items()}


def _judge(model: Model | None, evidence: Evidence, settings: SiteSettings) -> Verdict:
    risk = _risk(model, settings)
    if blocking := _blocking(evidence):
        return Verdict("rejected", blocking, 1.0, "rule")
    holding = _holding(evidence, settings)
    if model is None:
        return Verdict("pending", ("unscored", *holding), 1.0, "rule" if holding else "classifier")
    violated, borderline = _by_band(model, settings)
    certain = tuple(label for label in violated if label in model.may_reject)
    if certain and not settings.hold_everything:
        return Verdict("rejected", certain, risk, "classifier")
    rights = _missing_rights(model, all_certain=len(certain) == len(violated))
    doubts = (*violated, *borderline, *rights, *holding)
    if doubts:
        by_rule = bool(holding) and not (violated or borderline or rights)
        return Verdict("pending", doubts, risk, "rule" if by_rule else "classifier")
    return Verdict("approved", ("clear",), risk, "classifier")


def _missing_rights(model: Model, *, all_certain: bool) -> tuple[str, ...]:
    """Say what the model has no evidence for: its decisions in this language, or a rejection."""
    if not all_certain and (model.may_approve or model.may_reject):
        return ("may_not_reject",)
    return () if model.may_approve else ("language",)


def _blocking(evidence: Evidence) -> tuple[str, ...]:
    return tuple(name for name in ("trap", "blocked_word") if getattr(evidence, name))


def _holding(evidence: Evidence, settings: SiteSettings) -> tuple[str, ...]:
    held = {
        "held_by_site": settings.hold_everything,
        "held_word": evidence.held_word,
        "links": evidence.links > settings.max_links,
        "author_record": evidence.author_rejected >= _REJECTED_BEFORE
        and not evidence.author_approved,
        "repeated": evidence.repeated,
        "flood": evidence.flood,
    }
    return tuple(name for name, holds in held.items() if holds)


def _by_band(model: Model, settings: SiteSettings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Labels in their violation band, and labels between their two thresholds."""
    bands = bands_in_force(model.bands, settings)
    violated = [label for label, band in bands.items() if model.scores[label] >= band.reject_at]
    borderline = [
        label
        for label, band in bands.items()
        if band.approve_below <= model.scores[label] < band.reject_at
    ]
    return tuple(violated), tuple(borderline)


def _risk(model: Model | None, settings: SiteSettings) -> float:
    """How near the worst label is to its violation band, 0 to 1; unscored is the most urgent.

    Piecewise linear: 0 at score 0, 0.5 at the band's lower threshold, 0.9 at its upper, 1 at 1.
    """
    if model is None:
        return 1.0
    bands = bands_in_force(model.bands, settings)
    return max((_place(model.scores[label], band) for label, band in bands.items()), default=0.0)


def _place(score: float, band: Limits) -> float:
    if score < band.approve_below:
        return 0.5 * score / band.approve_below
    if score < band.reject_at:
        return 0.5 + 0.4 * (score - band.approve_below) / (band.reject_at - band.approve_below)
    return 0.9 + 0.1 * (score - band.reject_at) / max(1 - band.reject_at, 1e-9)
