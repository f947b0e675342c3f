"""Turns a bundle's scores into what policy decides by: scores, bands, and what evidence allows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from weakref import WeakKeyDictionary

from classifier import LABELS, Bundle, Scored, automatic
from service.domain.policy import Model
from service.domain.sites import Limits
from service.scoring import Scoring

_LANGUAGES: Final = 100
_KNOWN: Final[WeakKeyDictionary[Bundle, dict[str | None, Model]]] = WeakKeyDictionary()
"""What a bundle's card says of a language, read once: it is asked for with every comment."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One text as the active model sees it; scores, bands and version belong together."""

    model: Model
    language: str | None
    version: str


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


def _judged(bundle: Bundle, scored: Scored | None) -> Judged | None:
    if scored is None:
        return None
    return Judged(_model(bundle, scored.scores, scored.language), scored.language, bundle.version)


def _model(bundle: Bundle, scores: dict[str, float], language: str | None) -> Model:
    known = _KNOWN.setdefault(bundle, {})
    model = known.get(language) or _without_scores(bundle, language)
    if len(known) < _LANGUAGES:  # callers may name any
        known[language] = model
    return replace(model, scores=scores)


def _without_scores(bundle: Bundle, language: str | None) -> Model:
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
    )
