"""What past comments would have become under other settings: pure, over what was stored of them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from service.domain.policy import Model, doubtful, judge
from service.domain.rules import evidence_in
from service.domain.sites import SiteSettings
from service.domain.states import Status


@dataclass(frozen=True, slots=True)
class Past:
    """A comment as it came: its text, scores, and the reasons of its first verdict.

    `linear_scores` are those of the first model where a second opinion took their place.
    """

    body: str
    name: str
    website: str | None
    language: str | None
    model_version: str | None
    scores: Mapping[str, float]
    reasons: tuple[str, ...]
    linear_scores: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """How many comments go from a status under the present settings to one under others."""

    moves: Mapping[tuple[Status, Status], int]

    @property
    def comments(self) -> int:
        """All that were looked at."""
        return sum(self.moves.values())

    @property
    def changed(self) -> int:
        """Those that would become something else."""
        return sum(count for (now, then), count in self.moves.items() if now != then)

    def to(self, status: Status, *, changed: bool) -> int:
        """Those with this status under the present settings or, changed, under the others."""
        return sum(n for pair, n in self.moves.items() if pair[1 if changed else 0] == status)


Stage = Literal["first", "second"]
FindModel = Callable[[str, str | None, Stage], Model | None]
"""Version, language, first model or its second opinion -> bands and rights, without scores."""


def preview(
    comments: Iterable[Past], find: FindModel, now: SiteSettings, then: SiteSettings
) -> Preview:
    """Judge each comment under both settings.

    Scores, the trap, repeated texts, floods and the author's record are as they were then;
    links and words are looked for anew. A second opinion counts where the settings ask for one and
    the comment has one.
    """
    moves: Counter[tuple[Status, Status]] = Counter()
    for past in comments:
        models = _models(past, find)
        moves[_status(past, models, now), _status(past, models, then)] += 1
    return Preview(moves)


_Models = tuple[Model | None, Model | None]


def _models(past: Past, find: FindModel) -> _Models:
    """Return what the first model and what its second opinion made of a comment."""
    if past.linear_scores is None:
        return _model(past, past.scores, find, "first"), None
    first = _model(past, past.linear_scores, find, "first")
    return first, _model(past, past.scores, find, "second")


def _model(past: Past, scores: Mapping[str, float], find: FindModel, stage: Stage) -> Model | None:
    known = find(past.model_version, past.language, stage) if past.model_version else None
    if known is None or not scores:
        return None
    bands = {label: band for label, band in known.bands.items() if label in scores}
    return replace(known, scores=scores, bands=bands)


def _status(past: Past, models: _Models, settings: SiteSettings) -> Status:
    evidence = replace(
        evidence_in(past.body, past.name, past.website, settings),
        trap="trap" in past.reasons,
        repeated="repeated" in past.reasons,
        flood="flood" in past.reasons,
        author_rejected=2 if "author_record" in past.reasons else 0,
    )
    first, second = models
    verdict = judge(first, evidence, settings)
    if first and second and doubtful(first, verdict, settings):
        verdict = judge(second, evidence, settings)
    return verdict.status
