"""Assesses texts by a bundle's two stages, and decides about those that are not kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import structlog

from classifier import UNSIGNED, Assessment, Bundle, Prior, Scored, Signed, Verdict
from classifier.adapt import Adaptation, Comment
from classifier.policy import asks_encoder, is_clear, judge, judge_both
from classifier.types import Rules
from service.domain.policy import in_force
from service.domain.sites import SiteSettings
from service.models.scoring import Scoring
from service.models.second_opinion import Opinion

_LOG: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Assessed:
    """One text as a bundle's linear model sees it, and its encoder where that was asked.

    Of the bundle and of the site's adaptation of one moment, so that scores, bands and version
    belong together.
    """

    bundle: Bundle
    scored: Scored
    linear: Assessment
    comment: Comment
    adaptation: Adaptation | None = None
    encoder: Assessment | None = None

    @property
    def version(self) -> str:
        """What it was scored by: a model version, and after a `+` the site's adaptation."""
        return self.adaptation.version if self.adaptation else self.bundle.version

    @property
    def language(self) -> str | None:
        """The language that it was scored in."""
        return self.scored.language

    @property
    def is_in_doubt(self) -> bool:
        """Say whether words alone do not find it clear: those are asked about before others."""
        return not is_clear(self.linear)

    @property
    def alone(self) -> tuple[Bundle, Scored] | None:
        """The bundle and what its linear model said by itself, where an adaptation scored it."""
        return (self.bundle, self.scored) if self.adaptation else None

    def by(self, verdict: Verdict) -> Assessment:
        """Return the stage that a verdict goes by."""
        return self.encoder if self.encoder and verdict.by_encoder else self.linear


async def assess(
    scoring: Scoring,
    text: str,
    language: str | Prior | None = None,
    signed: Signed = UNSIGNED,
    *,
    site_id: UUID | None = None,
) -> Assessed | None:
    """Score a text with who signed it; None when there is no model, it failed or took too long.

    By what the site has taught the model, if it has.
    """
    bundle = scoring.bundle
    if bundle is None:
        return None
    adaptation = scoring.adaptations.of(site_id, bundle)
    scored = await scoring.score_with(bundle, text, language, signed)
    return _assessed(bundle, scored, Comment(text, *signed), adaptation)


async def assess_together(
    scoring: Scoring,
    texts: Sequence[str],
    priors: Sequence[Prior],
    signed: Sequence[Signed],
    sites: Sequence[UUID],
) -> list[Assessed | None]:
    """Score texts that came at once, each as by `assess` for its site."""
    bundle = scoring.bundle
    if bundle is None:
        return [None] * len(texts)
    adaptations = [scoring.adaptations.of(site, bundle) for site in sites]
    found = await scoring.score_together(bundle, texts, priors, signed)
    comments = [Comment(text, *each) for text, each in zip(texts, signed, strict=True)]
    return [_assessed(bundle, *each) for each in zip(found, comments, adaptations, strict=True)]


def ask_encoder(
    scoring: Scoring, text: str, first: Assessed, *, site_id: UUID | None = None
) -> Opinion | None:
    """Begin to ask the encoder about an assessed text; None if it has no time, shared by site."""
    return scoring.begin_second_opinion(
        first.bundle,
        text,
        first.scored,
        wide=first.adaptation is not None,
        doubt=first.is_in_doubt,
        site_id=site_id,
    )


async def reassess(
    scoring: Scoring,
    text: str,
    first: Assessed,
    *,
    site_id: UUID | None = None,
    opinion: Opinion | None = None,
) -> Assessed:
    """Return an assessed text with the encoder's view; the same where that cannot be had.

    It is asked now, unless its `opinion` has been asked for before.
    """
    opinion = opinion or ask_encoder(scoring, text, first, site_id=site_id)
    found, adaptation = await opinion if opinion else None, first.adaptation
    if adaptation is None:
        return replace(first, encoder=first.bundle.assess_by_encoder(found))
    try:
        second = adaptation.assess_by_encoder(found, first.scored, first.comment)
    except Exception as error:  # noqa: BLE001 - no way of an adaptation to fail may lose a comment
        _LOG.error("adaptation_failed", adaptation=first.version, error=type(error).__name__)
        return first
    return replace(first, encoder=second)


def verdict_of(assessed: Assessed | None, rules: Rules, settings: SiteSettings) -> Verdict:
    """Decide about an assessed text under a site's settings; None has no scores."""
    if assessed is None:
        return judge(None, rules)
    linear, encoder = (in_force(each, settings) for each in (assessed.linear, assessed.encoder))
    return judge_both(linear, encoder, rules)


def wants_encoder(assessed: Assessed, rules: Rules, settings: SiteSettings) -> bool:
    """Say whether the encoder is to be asked about a text that it has not seen."""
    linear = in_force(assessed.linear, settings)
    return assessed.encoder is None and asks_encoder(linear, judge(linear, rules))


async def decide(
    scoring: Scoring,
    text: str,
    rules: Rules,
    settings: SiteSettings,
    language: str | None = None,
    *,
    signed: Signed = UNSIGNED,
    site_id: UUID | None = None,
) -> tuple[Assessed | None, Verdict]:
    """Decide about a text that is not kept, by the encoder too where that is asked."""
    prior = Prior(language, settings.languages)
    seen = await assess(scoring, text, prior, signed, site_id=site_id)
    if seen is not None and wants_encoder(seen, rules, settings):
        seen = await reassess(scoring, text, seen, site_id=site_id)
    return seen, verdict_of(seen, rules, settings)


def _assessed(
    bundle: Bundle, scored: Scored | None, comment: Comment, adaptation: Adaptation | None
) -> Assessed | None:
    if scored is None:
        return None
    if adaptation is None:
        return Assessed(bundle, scored, bundle.assess(scored), comment)
    try:
        return Assessed(bundle, scored, adaptation.assess(scored, comment), comment, adaptation)
    except Exception as error:  # noqa: BLE001 - likewise; the model alone judges it then
        _LOG.error("adaptation_failed", adaptation=adaptation.version, error=type(error).__name__)
        return Assessed(bundle, scored, bundle.assess(scored), comment)
