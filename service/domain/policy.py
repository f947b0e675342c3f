"""What a site's settings and rules add to the policy of `classifier.policy`, which decides."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, overload

from classifier.types import Assessment, Rules
from service.domain.rules import Facts
from service.domain.sites import SiteSettings

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "imported": "came from another system, where it waited",
        "clear": "clear of every label",
        "unscored": "no score came in time",
        "language": "this language needs a person",
        "may_not_reject": "a rejection for this needs a person",
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
        "parent_hidden": "the comment that it answers is not shown",
        "author_record": "the author's earlier comments were rejected",
        "author_new": "no comment of its author was approved before",
        "author_proven": "every comment of its author was approved, as often as this site wants",
        "author_trusted": "a moderator trusts its author",
        "author_held": "a moderator wants to see whatever its author writes",
        "author_banned": "a moderator has banned its author",
        "repeated": "the same text was posted before",
        "flood": "many comments in a short time",
        "held_by_site": "this site holds every comment",
        "rescored": "a later model finds a clear violation in it",
        "held_by_person": "a person wanted to decide about it before it was edited",
        "reported": "readers reported it",
        "second_opinion": "a second model, which reads sentences, was asked",
    }
)
"""Every reason a verdict can carry, in words."""

_TRUSTING: Final = ("author_trusted", "author_proven")
_BLOCKING: Final = ("trap", "blocked_word", "author_banned")


@overload
def in_force(assessment: Assessment, settings: SiteSettings) -> Assessment: ...
@overload
def in_force(assessment: Assessment | None, settings: SiteSettings) -> Assessment | None: ...
def in_force(assessment: Assessment | None, settings: SiteSettings) -> Assessment | None:
    """Return an assessment with what the site sets itself in the place of what was shipped.

    Where the site sets what is clear of a label, that is clear: the encoder is asked below
    shipped bands only, since it knows what those let through by mistake.
    """
    if assessment is None:
        return None
    asked_from = None if settings.second_opinion == "off" else assessment.asked_from
    own = settings.bands
    if not own and asked_from is assessment.asked_from:
        return assessment
    return replace(
        assessment,
        bands={
            label: own[label].over(band) if label in own else band
            for label, band in assessment.bands.items()
        },
        asked_from=asked_from
        and {
            label: low
            for label, low in asked_from.items()
            if label not in own or own[label].approve_below is None
        },
        witness={
            label: own[label].as_witness(told) if label in own else told
            for label, told in assessment.witness.items()
        },
    )


def rules_of(facts: Facts, settings: SiteSettings) -> Rules:
    """Return what a site's rules make of what is known of a comment."""
    holding = {
        "held_by_site": settings.hold_everything,
        "held_word": facts.held_word,
        "links": facts.links > settings.max_links,
        "parent_hidden": facts.parent_hidden,
        "author_held": facts.author_held,
        "author_new": facts.author_new and not facts.author_trusted,
        "author_record": facts.author_record and not facts.author_trusted,
        "repeated": facts.repeated,
        "flood": facts.flood,
    }
    return Rules(
        blocking=tuple(name for name in _BLOCKING if getattr(facts, name)),
        holding=tuple(name for name, holds in holding.items() if holds),
        hold_everything=settings.hold_everything or facts.author_held,
        trusted=tuple(name for name in _TRUSTING if getattr(facts, name)),
    )
