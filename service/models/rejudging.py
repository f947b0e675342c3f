"""What a version makes of kept comments: judged as new ones are, here or on another machine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import structlog

from classifier import Assessment, Bundle, BundleError, Prior, Scored
from classifier.adapt import Adaptation, Comment
from classifier.policy import asks_encoder, judge, judge_both
from service.db.rescored import Kept, Rescored
from service.domain.policy import in_force, rules_of
from service.domain.preview import HouseRules, facts_then
from service.domain.rules import facts_in
from service.models.scoring import open_bundle

Files = tuple[bytes, dict[str, Any]]
"""Content and card, as they are kept."""

_LOG: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rejudging:
    """A version with what each site judges by and has taught it; `asks`: its encoder, too."""

    bundle: Bundle
    asks: bool
    sites: Mapping[UUID, HouseRules]
    adaptations: Mapping[UUID, Adaptation]

    def judged(self, rows: Sequence[Kept]) -> list[Rescored]:
        """Return what the version says of comments, and the verdict by their sites' settings."""
        return [
            self._judged(row, scored, self.sites[row.site_id])
            for row, scored in zip(rows, self._scored(rows), strict=True)
        ]

    def _scored(self, rows: Sequence[Kept]) -> list[Scored | None]:
        """Score together; where that fails each alone, and a text that cannot be scored is None."""
        texts = [row.body for row in rows]
        sites = [self.sites[row.site_id].settings for row in rows]
        languages = zip(rows, sites, strict=True)
        priors = [Prior(row.language, site.languages) for row, site in languages]
        signed = [(row.name, row.website or "") for row in rows]
        try:
            return [*self.bundle.score_many(texts, priors, signed)]
        except Exception as error:  # noqa: BLE001 - a model may fail in any way at any text
            if len(rows) > 1:
                return [self._scored([row])[0] for row in rows]
            _failed(rows[0], error)
            return [None]

    def _judged(self, row: Kept, scored: Scored | None, by: HouseRules) -> Rescored:
        """Judge by the site's settings of today, its rules, the encoder, and what it has taught."""
        settings = by.settings
        seen = facts_in(row.body, row.name, row.website, by.lists)
        facts = facts_then(seen, row.reasons, settings)
        rules = rules_of(facts, settings)
        linear = in_force(self._linear(row, scored), settings)
        encoder = None
        if scored and linear and self.asks and asks_encoder(linear, judge(linear, rules)):
            encoder = in_force(self._opinion(row, scored), settings)
        verdict = judge_both(linear, encoder, rules)
        stage = encoder or linear
        return Rescored(
            id=row.id,
            fingerprint=row.fingerprint,
            language=scored.language if scored else None,
            scores=stage.scores if stage else {},
            linear_scores=linear.scores if linear and encoder else None,
            verdict=verdict.status,
            risk=verdict.risk,
            violated=verdict.violated,
            borderline=verdict.borderline,
        )

    def _linear(self, row: Kept, scored: Scored | None) -> Assessment | None:
        if scored is None:
            return None
        adaptation = self.adaptations.get(row.site_id)
        try:
            return adaptation.assess(scored, _comment(row)) if adaptation else self._plain(scored)
        except Exception as error:  # noqa: BLE001 - the model alone judges it then
            _failed(row, error)
            return self._plain(scored)

    def _plain(self, scored: Scored) -> Assessment:
        return self.bundle.assess(scored)

    def _opinion(self, row: Kept, scored: Scored) -> Assessment | None:
        second, adaptation = self.bundle.second, self.adaptations.get(row.site_id)
        if second is None or not second.is_open:
            return None
        try:
            if adaptation is None:
                return self.bundle.assess_by_encoder(second.score(row.body, scored))
            opinion = second.wide(row.body, scored)
            return adaptation.assess_by_encoder(opinion, scored, _comment(row))
        except Exception as error:  # noqa: BLE001 - likewise; what is in doubt stays so
            _failed(row, error)
            return None


def _comment(row: Kept) -> Comment:
    return Comment(row.body, row.name, row.website or "")


def _failed(row: Kept, error: Exception) -> None:
    _LOG.warning("rescore_failed", comment_id=str(row.id), error=type(error).__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """A rejudging as it goes to other machines."""

    bundle: Files
    asks: bool
    sites: Mapping[UUID, HouseRules]
    adaptations: Mapping[UUID, Files]

    def opened(self) -> Rejudging:
        """Open the version, with its encoder where that can run, and the adaptations.

        Raises:
            BundleError: this release cannot read the version.
        """
        bundle = open_bundle(*self.bundle)
        if bundle.second is not None and bundle.second.installed():
            bundle.second.open()
        return self.opened_with(bundle)

    def opened_with(self, bundle: Bundle) -> Rejudging:
        """Open the adaptations on the version, which is open; of one that cannot be, it decides."""
        held = {}
        for site, files in self.adaptations.items():
            try:
                held[site] = Adaptation.load(*files, bundle)
            except BundleError as error:
                _LOG.error("adaptation_refused", site=str(site), error=str(error))
        return Rejudging(bundle, self.asks, self.sites, held)


def rejudge(packed: Packed, rows: Sequence[Kept]) -> list[Rescored]:
    """Judge comments on another machine, which opens what it is sent once."""
    return _opened(packed).judged(rows)


@lru_cache(maxsize=1)
def _opened(packed: Packed) -> Rejudging:
    return packed.opened()
