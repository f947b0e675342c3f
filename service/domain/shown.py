"""Comments as their website gets them: one by one, and as a page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.states import Status


class Answer(msgspec.Struct, frozen=True):
    """A comment as its website gets it; a decision that names its `version` is refused if stale."""

    id: UUID
    status: Status
    reasons: Sequence[str]
    scores: dict[str, float]
    language: str | None
    page: str
    parent_id: UUID | None
    name: str
    website: str | None
    body: str
    submitted_at: datetime
    external_id: str | None = None
    version: int = 1
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """A comment of an idempotency key with the verdict it was first given.

    `status_now` is what has become of it; `request` a keyed digest of what was sent with the key.
    """

    answer: Answer
    status_now: Status
    request: bytes | None


class Shown(msgspec.Struct, frozen=True):
    """An approved comment as a page shows it.

    Without `parent_shown` it is a reply to what is held, rejected or erased. A struct is made in a
    tenth of the time of a dataclass, which counts where an answer has fifty.
    """

    id: UUID
    parent_id: UUID | None
    name: str
    website: str | None
    body: str
    submitted_at: datetime
    edited_at: datetime | None
    parent_shown: bool


@dataclass(frozen=True, slots=True)
class PageState:
    """What a page is called, if its website told, and whether it takes no more comments.

    `moved_to` is where it is by now, if it has moved: then all of the answer is of that page.
    """

    title: str | None
    closed: bool
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class PageHead:
    """How many comments a page shows, and its state.

    `version` rises with every change of these and of the comments; 0 if there never was any.
    """

    count: int
    version: int
    page: PageState


@dataclass(frozen=True, slots=True)
class PagePart:
    """Some of a page's comments in order; `next` is where to go on."""

    head: PageHead
    comments: Sequence[Shown]
    next: UUID | None
