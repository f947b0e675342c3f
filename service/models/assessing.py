"""Turns a bundle's scores into what policy decides by: scores, bands, and what evidence allows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from weakref import WeakKeyDictionary

from classifier import LABELS, Bundle, Scored, automatic
from classifier.second import CONTENT as SECOND
from service.domain.policy import Model, Verdict, doubtful, judge
from service.domain.rules import Evidence
from service.domain.sites import Limits, SiteSettings
from service.models.scoring import Scoring

_LANGUAGES: Final = 100
_Known = dict[tuple[str | None, bool], Model]
_KNOWN: Final[WeakKeyDictionary[Bundle, _Known]] = WeakKeyDictionary()
"""What a bundle's card says of a language, read once: it is asked for with every comment."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One text as a bundle sees it; scores, bands and version belong together.

    `linear_scores` are those of the linear model where a second opinion took their place.
    """

    model: Model
    language: str | None
    version: str
    bundle: Bundle
    linear_scores: Mapping[str, float] | None = None


async def judged(scoring: Scoring, text: str, language: str | None = None) -> Judged | None:
    """Score a text; None when there is no model, it failed or took too long."""
    bundle = scoring.bundle
    scored = await scoring.score_with(bundle, text, language) if bundle else None
    return _judged(bundle, scored) if bundle else None


async def judged_together(scoring: Scoring, texts: Sequence[str]) -> list[Judged | None]:
    """Score texts that came at once, each as by `judged`."""
    bundle = scoring.bundle
    if bundle is None:
        return [None] * len(texts)
    return [_judged(bundle, scored) for scored in await scoring.score_together(bundle, texts)]


async def judged_again(scoring: Scoring, text: str, first: Judged) -> Judged:
    """Ask for a second opinion on a judged text; the first where that cannot be had."""
    bundle, linear = first.bundle, dict(first.model.scores)
    second = await scoring.second_opinion(bundle, text, Scored(linear, first.language))
    if second is None:
        return first
    model = _model(bundle, second, is_second=True)
    return replace(first, model=model, linear_scores=linear)


async def decided(
    scoring: Scoring,
    text: str,
    evidence: Evidence,
    settings: SiteSettings,
    language: str | None = None,
) -> tuple[Judged | None, Verdict]:
    """Judge a text that is not kept, with a second opinion where the first is in doubt."""
    seen = await judged(scoring, text, language)
    verdict = judge(seen.model if seen else None, evidence, settings)
    if seen is None or not doubtful(seen.model, verdict, settings):
        return seen, verdict
    again = await judged_again(scoring, text, seen)
    return again, judge(again.model, evidence, settings)


def _judged(bundle: Bundle, scored: Scored | None) -> Judged | None:
    if scored is None:
        return None
    model = _model(bundle, scored, is_second=False)
    return Judged(model, scored.language, bundle.version, bundle)


def _model(bundle: Bundle, scored: Scored, *, is_second: bool) -> Model:
    known, key = _KNOWN.setdefault(bundle, {}), (scored.language, is_second)
    model = known.get(key) or _without_scores(bundle, scored.language, is_second=is_second)
    if len(known) < _LANGUAGES:  # callers may name any
        known[key] = model
    return replace(model, scores=scored.scores)


def _without_scores(bundle: Bundle, language: str | None, *, is_second: bool) -> Model:
    if is_second and bundle.second is not None:
        return replace(model_of(bundle.second.card, language), is_second=True)
    return model_of(bundle.card, language)


def model_of(card: Mapping[str, Any], language: str | None) -> Model:
    """Return what a bundle's card says of a language: bands and rights, without scores."""
    bands = {label: Limits(**band) for label, band in card["bands"].items() if label in LABELS}
    rights = {label: automatic(card, language, label) for label in bands}
    return Model(
        scores={},
        bands=bands,
        may_approve=all(right.approve for right in rights.values()),
        may_reject=frozenset(label for label, right in rights.items() if label in right.reject),
        asked_from=card.get(SECOND, {}).get("asked_from", {}),
    )
