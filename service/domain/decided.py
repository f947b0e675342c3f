"""What is asked of decided comments and seen of each: filters, rows, where a listing goes on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from service.domain.accounts import Sites
from service.domain.states import ActorKind, Recorded, Status

Place: TypeAlias = tuple[datetime, UUID]
"""Where a listing goes on: a comment's decided_at and id."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to list; None means any. `sites` are the asker's."""

    status: str | None = None
    site_id: UUID | None = None
    pages: tuple[str, ...] | None = None
    language: str | None = None
    reason: str | None = None
    rejected_as: str | None = None
    without_reason: bool = False
    actor: str | None = None
    staff: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    search: str | None = None
    against_classifier: bool = False
    at_random: bool = False  # some of the newest that match, in no order, to look at again
    sites: Sites = None


@dataclass(frozen=True, slots=True)
class DecidedComment:
    """A decided comment without its contact, its newest decision and its first."""

    id: UUID
    site_id: UUID
    page: str
    page_key: bytes
    name: str
    body: str
    status: Status
    version: int
    reasons: Sequence[str]
    scores: Mapping[str, float]
    linear_scores: Mapping[str, float] | None
    language: str | None
    model_version: str | None
    submitted_at: datetime
    decided_at: datetime
    site: str
    actor: ActorKind
    action: Recorded
    reason: str | None
    staff: str | None
    first_status: Status
    first_actor: ActorKind


@dataclass(frozen=True, slots=True)
class Found:
    """Rows that match, and where to go on; `looked_at` comments were looked at."""

    rows: Sequence[DecidedComment]
    next: Place | None
    looked_at: int
    back_to: datetime | None


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What the decided comments can be filtered by."""

    sites: Sequence[str]
    staff: Sequence[str]
