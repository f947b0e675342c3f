"""What a version would make of kept comments: sums by site, month, label and move; pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from classifier.types import LABELS
from service.domain.states import Status

EXAMPLES: Final = 3
"""Of each move so many comments are shown, each with a text of its own."""

CANDIDATES: Final = 12
"""Of each move so many of the riskiest are noted: the same text may have come often."""

WAITS: Final[Status] = "pending"
SHOWN: Final[Status] = "approved"


@dataclass(frozen=True, slots=True)
class Group:
    """Comments that are alike; `ids` are the riskiest, with their `risks`.

    `by_people`: a person or their website decided last. `violated` and `borderline` are labels.
    """

    site: str
    month: str
    status: Status
    verdict: Status
    by_people: bool
    violated: Sequence[str]
    borderline: Sequence[str]
    comments: int
    ids: Sequence[UUID]
    risks: Sequence[float]

    @property
    def is_changed(self) -> bool:
        """Whether they would have another status; what people decided stays as it is."""
        return not self.by_people and self.verdict != self.status

    @property
    def is_against_people(self) -> bool:
        """Whether a person decided the opposite of the verdict."""
        return self.by_people and self.verdict not in {self.status, WAITS}

    @property
    def is_published_violation(self) -> bool:
        """Whether they are shown and a clear violation."""
        return self.status == SHOWN and bool(self.violated)


@dataclass(frozen=True, slots=True)
class Part:
    """The comments of one site or one month: how many, and what of them would be otherwise."""

    name: str
    comments: int
    changed: int
    against_people: int
    published_violations: int


@dataclass(frozen=True, slots=True)
class LabelPart:
    """The comments by their band of one label; `shown_…` are those that readers see."""

    label: str
    clear: int
    borderline: int
    violations: int
    shown_borderline: int
    shown_violations: int


@dataclass(frozen=True, slots=True)
class Move:
    """Comments that would have another status, with ids of the riskiest.

    `who`: whether people had decided about them, against whom it would be, or the service alone.
    """

    status: Status
    verdict: Status
    who: Literal["people", "service"]
    comments: int
    examples: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class Summary:
    """All sums of a version; no text is in them."""

    comments: int
    changed: int
    against_people: int
    published_violations: int
    moves: Sequence[Move]
    by_site: Sequence[Part]
    by_month: Sequence[Part]
    by_label: Sequence[LabelPart]


@dataclass(frozen=True, slots=True)
class KeptSummary:
    """The sums of a version as of a moment."""

    at: datetime
    summary: Summary


@dataclass(slots=True)
class Sums:
    """Adds groups up, a window of comments at a time."""

    _sites: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _months: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _labels: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _moves: Counter[tuple[Status, Status, bool]] = field(default_factory=Counter)
    _riskiest: dict[tuple[Status, Status, bool], list[tuple[float, UUID]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, groups: Iterable[Group]) -> None:
        """Count what a window has."""
        for group in groups:
            self._count(self._sites[group.site], group)
            self._count(self._months[group.month], group)
            self._count_labels(group)
            self._note_move(group)

    def summary(self) -> Summary:
        """Return the sums: sites by name, the newest month first, the greatest move first."""
        sites = [_part(name, self._sites[name]) for name in sorted(self._sites)]
        comments = sum(part.comments for part in sites)
        return Summary(
            comments=comments,
            changed=sum(part.changed for part in sites),
            against_people=sum(part.against_people for part in sites),
            published_violations=sum(part.published_violations for part in sites),
            moves=[self._move(*move) for move in self._moves.most_common()],
            by_site=sites,
            by_month=[_part(name, self._months[name]) for name in sorted(self._months)[::-1]],
            by_label=[_label(name, self._labels[name], comments) for name in LABELS],
        )

    @staticmethod
    def _count(counter: Counter[str], group: Group) -> None:
        counter["comments"] += group.comments
        counter["changed"] += group.comments * group.is_changed
        counter["against_people"] += group.comments * group.is_against_people
        counter["published_violations"] += group.comments * group.is_published_violation

    def _count_labels(self, group: Group) -> None:
        for kind, labels in (("violations", group.violated), ("borderline", group.borderline)):
            for label in labels:
                self._labels[label][kind] += group.comments
                self._labels[label][f"shown_{kind}"] += group.comments * (group.status == SHOWN)

    def _note_move(self, group: Group) -> None:
        if not (group.is_changed or group.is_against_people):
            return
        move = (group.status, group.verdict, group.by_people)
        self._moves[move] += group.comments
        known = [*self._riskiest[move], *zip(group.risks, group.ids, strict=True)]
        self._riskiest[move] = sorted(known, reverse=True)[:CANDIDATES]

    def _move(self, move: tuple[Status, Status, bool], comments: int) -> Move:
        status, verdict, by_people = move
        who: Literal["people", "service"] = "people" if by_people else "service"
        examples = [id_ for _, id_ in self._riskiest[move]]
        return Move(status, verdict, who, comments, examples)


@dataclass(frozen=True, slots=True)
class Example:
    """One comment with what the version says of it; no contact is in it."""

    id: UUID
    site: str
    name: str
    body: str
    status: Status
    verdict: Status
    violated: Sequence[str]
    borderline: Sequence[str]
    scores: Mapping[str, float]
    risk: float

    @property
    def found(self) -> Sequence[str]:
        """Return the labels that speak against it, the clear violations first."""
        return [*self.violated, *self.borderline]


def readable(examples: Iterable[Example]) -> list[Example]:
    """Return of each move the first few that have a text of their own."""
    chosen: dict[tuple[Status, Status], dict[str, Example]] = defaultdict(dict)
    for each in examples:
        of_move = chosen[each.status, each.verdict]
        if len(of_move) < EXAMPLES:
            of_move.setdefault(each.body, each)
    return [each for of_move in chosen.values() for each in of_move.values()]


def _part(name: str, counter: Counter[str]) -> Part:
    return Part(name, *(counter[each] for each in Part.__slots__[1:]))


def _label(name: str, counter: Counter[str], comments: int) -> LabelPart:
    borderline, violations = counter["borderline"], counter["violations"]
    return LabelPart(
        label=name,
        clear=comments - borderline - violations,
        borderline=borderline,
        violations=violations,
        shown_borderline=counter["shown_borderline"],
        shown_violations=counter["shown_violations"],
    )
