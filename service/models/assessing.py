"""Assesses texts by a bundle's two stages, and decides about those that are not kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from classifier import UNSIGNED, Assessment, Bundle, Prior, Scored, Signed, Verdict
from classifier.policy import asks_encoder, judge, judge_both
from classifier.types import Rules
from service.domain.policy import in_force
from service.domain.sites import SiteSettings
from service.models.scoring import Scoring


@dataclass(frozen=True, slots=True)
class Assessed:
    """One text as a bundle's linear model sees it, and its encoder where that was asked.

    Of the bundle of one moment, so that scores, bands and version belong together.
    """

    bundle: Bundle
    scored: Scored
    linear: Assessment
    encoder: Assessment | None = None

    @property
    def language(self) -> str | None:
        """The language that it was scored in."""
        return self.scored.language

    def by(self, verdict: Verdict) -> Assessment:
        """Return the stage that a verdict goes by."""
        return self.encoder if self.encoder and verdict.by_encoder else self.linear


async def assess(
    scoring: Scoring, text: str, language: str | Prior | None = None, signed: Signed = UNSIGNED
) -> Assessed | None:
    """Score a text with who signed it; None when there is no model, it failed or took too long."""
    bundle = scoring.bundle
    scored = await scoring.score_with(bundle, text, language, signed) if bundle else None
    return _assessed(bundle, scored) if bundle else None


async def assess_together(
    scoring: Scoring, texts: Sequence[str], priors: Sequence[Prior], signed: Sequence[Signed]
) -> list[Assessed | None]:
    """Score texts that came at once, each as by `assess`."""
    bundle = scoring.bundle
    if bundle is None:
        return [None] * len(texts)
    found = await scoring.score_together(bundle, texts, priors, signed)
    return [_assessed(bundle, scored) for scored in found]


async def reassess(scoring: Scoring, text: str, first: Assessed) -> Assessed:
    """Ask the encoder about an assessed text; the same where its opinion cannot be had."""
    found = await scoring.second_opinion(first.bundle, text, first.scored)
    return replace(first, encoder=first.bundle.assess_by_encoder(found))


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
) -> tuple[Assessed | None, Verdict]:
    """Decide about a text that is not kept, by the encoder too where that is asked."""
    seen = await assess(scoring, text, Prior(language, settings.languages), signed)
    if seen is not None and wants_encoder(seen, rules, settings):
        seen = await reassess(scoring, text, seen)
    return seen, verdict_of(seen, rules, settings)


def _assessed(bundle: Bundle, scored: Scored | None) -> Assessed | None:
    return Assessed(bundle, scored, bundle.assess(scored)) if scored else None
