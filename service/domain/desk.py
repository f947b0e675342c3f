"""What moderators ask of the queue and see in it: filters, items, decisions, the queue as it is.

Each shape is frozen, and filled by one function of `service.db`: a column that is renamed is an
error of types there, never a change of what is answered.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, get_args
from uuid import UUID

from classifier.types import LABELS
from service.domain.accounts import Sites
from service.domain.authors import Standing
from service.domain.states import ActorKind, Recorded, Status

Order = Literal["risk", "oldest", "newest", "uncertain"]
ORDERS: Final[tuple[Order, ...]] = ("risk", "oldest", "newest", "uncertain")
"""`uncertain` begins with what a decision teaches most about: violations at even odds."""

View = Literal["spam", "abuse", "language", "links", "new", "reported", "skipped", "late"]
VIEWS: Final[tuple[View, ...]] = get_args(View)
"""Parts of the queue that somebody may work by themselves; a comment may be in several.

`skipped` is what the viewer left to colleagues, `late` what waits longer than its site wants.
"""

ABUSE: Final = tuple(label for label in LABELS if label != "spam")

Place: TypeAlias = tuple[float, UUID]
"""Where a listing of the queue goes on: what it is ordered by, and the id, of its last item."""

NO_BANDS: Final[Mapping[str, Sequence[float]]] = MappingProxyType({})


BINS: Final = 20
"""So many equal parts a label's scores are counted in."""


@dataclass(frozen=True, slots=True)
class ScoreRange:
    """A label's scores from one number to another, both with it."""

    label: str
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True, slots=True)
class Filters:
    """What to list; None means any. Of `reasons` a comment has all; `sites` are the asker's.

    To a `viewer` nothing is listed that is for others to look at a second time.
    """

    status: str = "pending"
    site_id: UUID | None = None
    pages: tuple[str, ...] | None = None
    language: str | None = None
    reasons: tuple[str, ...] = ()
    search: str | None = None
    author: UUID | None = None
    view: View | None = None
    scores: ScoreRange | None = None
    claimed_by: UUID | None = None
    ids: tuple[UUID, ...] | None = None
    sites: Sites = None
    viewer: UUID | None = None


def place_of(item: "QueuedComment", order: Order) -> Place:
    """Return where a listing in an order goes on after an item."""
    return (item.uncertainty if order == "uncertain" else item.risk), item.id


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of an author on one site: counts and standing, never who it is.

    `author` is what moderators' calls know the author by; None of who left no address.
    """

    author: UUID | None
    standing: Standing
    until: datetime | None
    approved: int
    rejected: int
    pending: int
    first_seen: datetime | None


@dataclass(frozen=True, slots=True)
class Answered:
    """The comment that another one answers."""

    id: UUID
    name: str
    body: str
    status: Status


@dataclass(frozen=True, slots=True)
class QueuedComment:
    """A comment as moderators see it: with claim, parent and its author's record, no contact.

    `bands` are those of its first verdict, (approve_below, reject_at) a label; none where it had
    no scores.
    """

    id: UUID
    site_id: UUID
    site: str
    page: str
    page_title: str | None
    name: str
    website: str | None
    body: str
    status: Status
    version: int
    reasons: Sequence[str]
    scores: dict[str, float]
    linear_scores: dict[str, float] | None
    bands: Mapping[str, Sequence[float]]
    risk: float
    uncertainty: float  # how far spam or toxicity, whichever is likelier, is from even odds
    language: str | None
    model_version: str | None
    submitted_at: datetime
    decided_at: datetime
    author: Record
    parent: Answered | None
    claimed_by: str | None
    claim_expires_at: datetime | None
    reports: Mapping[str, int]  # readers', by reason, since it was last approved


@dataclass(frozen=True, slots=True)
class PastDecision:
    """One decision of a comment's history, with what it was made on."""

    version: int
    from_status: Status | None
    to_status: Status
    action: Recorded
    actor: ActorKind
    staff: str | None
    person: str | None
    reason: str | None
    note: str | None
    reasons: Sequence[str]
    scores: dict[str, float]
    linear_scores: dict[str, float] | None
    bands: Mapping[str, Sequence[float]]
    model_version: str | None
    undoes: int | None
    at: datetime
    body_before: str | None  # an edit's: what the comment said until then


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits, since when, and from when to ask for changes the next time.

    `late` is how much waits longer than its site wants.
    """

    pending: int
    late: int
    oldest_at: datetime | None
    until: datetime


@dataclass(frozen=True, slots=True)
class ColleaguesDecision:
    """A decision that a moderator made; `own` is the reader's."""

    id: UUID
    version: int
    status: Status
    action: Recorded
    staff: str
    own: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class LiveClaim:
    """A claim in force; `own` is the reader's."""

    id: UUID
    staff: str
    own: bool
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OwnDecision:
    """A decision of one's own that can be undone; those of one bulk have the same `at`.

    `together` is how many of its bulk can be.
    """

    id: UUID
    version: int
    name: str
    excerpt: str
    status: Status
    action: Recorded
    reason: str | None
    at: datetime
    together: int = 1


Batch: TypeAlias = Sequence[OwnDecision]
"""Decisions that were made at once, by one bulk, and are undone at once; mostly one."""


def batches(decisions: Iterable[OwnDecision]) -> list[Batch]:
    """Return decisions, given newest first, as they were made together."""
    return [list(together) for _, together in groupby(decisions, key=lambda each: each.at)]


@dataclass(frozen=True, slots=True)
class Sibling:
    """A published comment near another."""

    id: UUID
    name: str
    body: str
    submitted_at: datetime


Station = Literal["above", "beside", "below"]
"""Where a comment of a conversation stands: what this one answers, beside it, its answers."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One comment of a conversation around another; those that readers do not see say so.

    `height` is how far above it stands, of what is answered.
    """

    id: UUID
    station: Station
    height: int
    name: str
    body: str
    language: str | None
    status: Status
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """A comment among the others, as readers see them, with those that wait.

    `above` begins with the first comment of the thread; `before`, `after` stand beside it.
    """

    above: Sequence[Turn]
    before: Sequence[Turn]
    after: Sequence[Turn]
    below: Sequence[Turn]


def conversation(id_: UUID, turns: Iterable[Turn]) -> Conversation:
    """Return the turns around a comment in the order in which readers meet them."""
    by_time = sorted(turns, key=lambda turn: turn.id)
    beside = [turn for turn in by_time if turn.station == "beside"]
    return Conversation(
        above=sorted((t for t in by_time if t.station == "above"), key=lambda t: -t.height),
        before=[turn for turn in beside if turn.id < id_],
        after=[turn for turn in beside if turn.id > id_],
        below=[turn for turn in by_time if turn.station == "below"],
    )


@dataclass(frozen=True, slots=True)
class Changes:
    """The queue as it is, and what moderators have done lately.

    Of the comments that the reader's filters let through: how many wait, and which have begun to.
    """

    waiting: Waiting
    matching: int
    arrived: Sequence[UUID]
    decisions: Sequence[ColleaguesDecision]
    claims: Sequence[LiveClaim]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the queue can be filtered by."""

    sites: Sequence[str]
    languages: Sequence[str]


@dataclass(frozen=True, slots=True)
class SiteQueue:
    """What waits on one site."""

    site: str
    comments: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """Figures of the queue, and of the decisions since a moment by who made them."""

    pending: int
    oldest: datetime | None
    claimed: int
    by_moderators: int
    automatic: int
    by_reason: Mapping[str, int]
    by_site: Sequence[SiteQueue]


@dataclass(frozen=True, slots=True)
class SavedView:
    """Filters and an order that a person keeps under a name; one may be what they begin with."""

    name: str
    query: str
    first: bool
