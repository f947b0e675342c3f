"""Judges comments anew by the scores that are kept of them: for previews and for the shadow."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from classifier.policy import adapted, assessed, assessed_by_encoder, judge_both
from classifier.types import Assessment, Rules, Verdict
from service.domain.policy import in_force
from service.domain.sites import SiteSettings

Cards = Mapping[str, Mapping[str, Any]]
"""The card of each model version that is still known; of one with a site's adaptation the model's,
with what the adaptation decides by under `adaptation`."""


@dataclass(frozen=True, slots=True)
class StoredScores:
    """What a model version made of a text in a language.

    `linear_scores` are those of the linear model where the encoder's took their place.
    """

    version: str | None
    language: str | None
    scores: Mapping[str, float]
    linear_scores: Mapping[str, float] | None


_Key = tuple[str | None, str | None, bool, bool]


class Rejudge:
    """Judges by stored scores; what cards say of a language is read once."""

    def __init__(self, cards: Cards) -> None:
        self._cards: Final = cards
        self._known: Final[dict[_Key, Assessment | None]] = {}

    def __call__(self, stored: StoredScores, rules: Rules, settings: SiteSettings) -> Verdict:
        """Return the verdict under these settings; of a version that is gone, as without scores."""
        linear, encoder = stored.linear_scores, None
        if linear is not None:
            encoder = self._assessment(stored, stored.scores, by_encoder=True)
        first = self._assessment(stored, linear or stored.scores, by_encoder=False)
        return judge_both(in_force(first, settings), in_force(encoder, settings), rules)

    def deciding(self, stored: StoredScores) -> Assessment | None:
        """Return what the model said of the scores that decided, by its own bands."""
        is_by_encoder = stored.linear_scores is not None
        return self._assessment(stored, stored.scores, by_encoder=is_by_encoder)

    def _assessment(
        self, stored: StoredScores, scores: Mapping[str, float], *, by_encoder: bool
    ) -> Assessment | None:
        card = self._cards.get(stored.version) if stored.version else None
        if card is None or not scores:
            return None
        was_asked = stored.linear_scores is not None
        key = (stored.version, stored.language, by_encoder, was_asked)
        if key not in self._known:
            read = assessed_by_encoder if by_encoder else assessed
            known = read(card, stored.language, {})
            own = card.get("adaptation")
            self._known[key] = (
                _adapted(known, own, stored.language, was_asked=was_asked)
                if known and own
                else known
            )
        found = self._known[key]
        return found and _of_labels(found, scores)


def _adapted(
    known: Assessment, own: Mapping[str, Any], language: str | None, *, was_asked: bool
) -> Assessment:
    if not own["labels"]:
        return known
    part = own["stages"]["encoder" if known.by_encoder else "linear"]
    asks = was_asked and not known.by_encoder
    return adapted(known, part, own["labels"], language, asks=asks)


def _of_labels(known: Assessment, scores: Mapping[str, float]) -> Assessment:
    """Give an assessment its scores; labels that an older version did not score have no band."""
    if len(scores) == len(known.bands):
        return replace(known, scores=scores)
    low = known.asked_from
    return replace(
        known,
        scores=scores,
        bands={label: band for label, band in known.bands.items() if label in scores},
        asked_from=low and {label: each for label, each in low.items() if label in scores},
        witness={label: each for label, each in known.witness.items() if label in scores},
    )
