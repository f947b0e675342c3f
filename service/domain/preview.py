"""What past comments would have become under other settings: pure, over what was stored of them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from service.domain.policy import Model, judge
from service.domain.rules import evidence_in
from service.domain.sites import SiteSettings
from service.domain.states import Status


@dataclass(frozen=True, slots=True)
class Past:
    """A comment as it came: its text, scores, and the reasons of its first verdict."""

    body: str
    name: str
    website: str | None
    language: str | None
    model_version: str | None
    scores: Mapping[str, float]
    reasons: tuple[str, ...]


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


FindModel = Callable[[str, str | None], Model | None]
"""Version and language -> bands and rights, without scores."""


def preview(
    comments: Iterable[Past], find: FindModel, now: SiteSettings, then: SiteSettings
) -> Preview:
    """Judge each comment under both settings.

    Scores, the trap, repeated texts, floods and the author's record are as they were then;
    links and words are looked for anew.
    """
    moves: Counter[tuple[Status, Status]] = Counter()
    for past in comments:
        model = _model(past, find)
        moves[_status(past, model, now), _status(past, model, then)] += 1
    return Preview(moves)


def _model(past: Past, find: FindModel) -> Model | None:
    known = find(past.model_version, past.language) if past.model_version and past.scores else None
    if known is None:
        return None
    bands = {label: band for label, band in known.bands.items() if label in past.scores}
    return replace(known, scores=past.scores, bands=bands)


def _status(past: Past, model: Model | None, settings: SiteSettings) -> Status:
    evidence = replace(
        evidence_in(past.body, past.name, past.website, settings),
        trap="trap" in past.reasons,
        repeated="repeated" in past.reasons,
        flood="flood" in past.reasons,
        author_rejected=2 if "author_record" in past.reasons else 0,
    )
    return judge(model, evidence, settings).status
