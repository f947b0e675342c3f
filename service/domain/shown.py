"""What a page shows of its comments: the shapes that the website and the demo get."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec


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
    parent_shown: bool


@dataclass(frozen=True, slots=True)
class PagePart:
    """Some of a page's comments, oldest first; `count` is of all, `next` where to go on.

    `version` rises with every change of what the page shows; 0 if it never showed anything.
    """

    count: int
    comments: Sequence[Shown]
    next: UUID | None
    version: int
