"""What of its comments a website lists, in which order, and where a listing goes on."""

import hashlib
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from service.domain.states import STATUSES, Status

Order = Literal["oldest", "newest"]
ORDERS: Final[tuple[Order, ...]] = ("oldest", "newest")


@dataclass(frozen=True, slots=True)
class Listing:
    """Which comments; None means any. `of_readers` is the page as readers see it."""

    page_key: bytes | None = None
    external_id: str | None = None
    statuses: tuple[Status, ...] = STATUSES
    order: Order = "oldest"
    of_readers: bool = False

    @property
    def mark(self) -> bytes:
        """Tell this listing from others: a place in one means nothing in another."""
        told = (self.page_key, self.external_id, sorted(self.statuses), self.order, self.of_readers)
        return hashlib.sha256(repr(told).encode()).digest()[:8]


@dataclass(frozen=True, slots=True)
class After:
    """A place in a listing: the last comment that was listed."""

    mark: bytes
    id: UUID
