"""What past comments would have become under other settings: pure, over what was stored of them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Final
from uuid import UUID

from msgspec import structs

from service.domain.intervals import interval
from service.domain.masking import mask_addresses
from service.domain.policy import rules_of
from service.domain.rules import Facts, facts_in
from service.domain.sites import SiteSettings
from service.domain.states import Status
from service.domain.stored import Cards, Rejudge, StoredScores
from service.domain.words import NO_LISTS, Lists

OPPOSITE: Final[Mapping[Status, Status]] = {"approved": "rejected", "rejected": "approved"}
"""What is decided at once, and what a person makes of it who finds that wrong."""

EXAMPLES: Final = 20
"""Comments that would have become something else are shown, the newest."""


@dataclass(frozen=True, slots=True)
class Past:
    """A comment as it came: its text, scores, and the reasons of its first verdict.

    `linear_scores` are those of the linear model where the encoder's took their place; `said` is
    the status that a person has given it since, `reason` theirs for a rejection, and `chance` that
    of having been shown to a person, where that is known.
    """

    body: str
    name: str
    website: str | None
    language: str | None
    model_version: str | None
    scores: Mapping[str, float]
    reasons: tuple[str, ...]
    linear_scores: Mapping[str, float] | None = None
    id: UUID | None = None
    submitted_at: datetime | None = None
    said: Status | None = None
    reason: str | None = None
    chance: float | None = None

    @property
    def stored(self) -> StoredScores:
        """What is kept of its scores."""
        return StoredScores(self.model_version, self.language, self.scores, self.linear_scores)


@dataclass(frozen=True, slots=True)
class Moved:
    """A comment that would have become something else."""

    comment: Past
    now: Status
    then: Status


@dataclass(frozen=True, slots=True)
class Found:
    """What people say of comments with one automatic status: how many they decided otherwise."""

    wrong: int
    people: int

    @property
    def interval(self) -> tuple[float, float]:
        """Where that part lies with a confidence of 90 %, if people looked at random."""
        return interval(self.wrong, self.people)


@dataclass(frozen=True, slots=True)
class Preview:
    """How many comments go from a status under the present settings to one under others.

    `found` says of each automatic status under the others what people make of its comments, where
    they decided some; `examples` are the newest that would change, `days` how far back all reach.
    """

    moves: Mapping[tuple[Status, Status], int]
    found: Mapping[Status, Found]
    examples: Sequence[Moved]
    days: float

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

    def held_a_day(self, *, changed: bool) -> int:
        """Comments a day that wait for people under the present settings or under the others."""
        return round(self.to("pending", changed=changed) / self.days)


@dataclass(frozen=True, slots=True)
class HouseRules:
    """What a site judges by: its settings and its lists of words."""

    settings: SiteSettings
    lists: Lists = NO_LISTS


def preview(comments: Iterable[Past], cards: Cards, now: HouseRules, then: HouseRules) -> Preview:
    """Judge each comment under both.

    Scores, the trap, repeated texts, floods and the author's record are as they were then;
    links and words are looked for anew. The encoder counts where the settings ask for it and it
    was asked then.
    """
    rejudge = Rejudge(cards)
    judged = [_judged(past, rejudge, now, then) for past in comments]
    changed = (each for each in judged if each.now != each.then)
    return Preview(
        Counter((each.now, each.then) for each in judged),
        _found(judged),
        [_masked(each) for each in islice(changed, EXAMPLES)],
        _days([each.comment.submitted_at for each in judged]),
    )


def _masked(moved: Moved) -> Moved:
    """Return a comment as it may be shown to whoever sees the preview."""
    past = moved.comment
    shown = replace(past, name=mask_addresses(past.name), body=mask_addresses(past.body))
    return replace(moved, comment=shown)


def _days(times: Iterable[datetime | None]) -> float:
    known = sorted(filter(None, times))
    return max(1.0, (known[-1] - known[0]) / timedelta(days=1)) if known else 1.0


def _found(judged: Iterable[Moved]) -> dict[Status, Found]:
    said = Counter(
        (each.then, each.comment.said)
        for each in judged
        if each.comment.said in OPPOSITE and each.then in OPPOSITE
    )
    found = {
        status: Found(said[status, other], said[status, other] + said[status, status])
        for status, other in OPPOSITE.items()
    }
    return {status: each for status, each in found.items() if each.people}


def _judged(past: Past, rejudge: Rejudge, now: HouseRules, then: HouseRules) -> Moved:
    """Judge one comment under both; its text is searched once where the lists are the same."""
    seen = facts_in(past.body, past.name, past.website, now.lists)
    again = seen
    if then.lists is not now.lists:
        again = facts_in(past.body, past.name, past.website, then.lists)
    before = _status(past, seen, rejudge, now.settings)
    return Moved(past, before, _status(past, again, rejudge, then.settings))


def _status(past: Past, seen: Facts, rejudge: Rejudge, settings: SiteSettings) -> Status:
    facts = facts_then(seen, past.reasons, settings)
    return rejudge(past.stored, rules_of(facts, settings), settings).status


def facts_then(seen: Facts, reasons: Sequence[str], settings: SiteSettings) -> Facts:
    """Return what rules go by of a past comment: its text now, the rest by its first reasons."""
    return structs.replace(
        seen,
        trap="trap" in reasons,
        repeated="repeated" in reasons,
        flood="flood" in reasons,
        parent_hidden="parent_hidden" in reasons,
        author_record="author_record" in reasons,
        author_new=settings.hold_new_authors and "author_new" in reasons,
        author_proven=bool(settings.trusted_after) and "author_proven" in reasons,
        author_trusted="author_trusted" in reasons,
        author_held="author_held" in reasons,
        author_banned="author_banned" in reasons,
    )
