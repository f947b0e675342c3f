"""Where a site's moderators let nothing link to: learnt from what became of comments that did."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

FEWEST: Final = 5
"""So many rejections of comments that link to one place make it known."""

SHARE: Final = 0.9
"""Of what people decided and what has long stood, so much must have been rejected."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A comment that a person rejected as spam, and its site's name."""

    id: UUID
    site: str
    body: str
    website: str | None


@dataclass(frozen=True, slots=True)
class Linking:
    """A comment that may link to a place, what became of it, and whether a person said so."""

    body: str
    website: str | None
    status: str
    by_person: bool


@dataclass(frozen=True, slots=True)
class LearntLink:
    """A host, and how many of those that link there were rejected of so many decided."""

    host: str
    rejected: int
    decided: int

    @property
    def is_rejected(self) -> bool:
        """Whether moderators reject nearly whatever links there."""
        return self.rejected >= FEWEST and self.rejected >= SHARE * self.decided

    @property
    def told(self) -> str:
        """What was found, as a reason."""
        return (
            f"this site's moderators rejected {self.rejected} of {self.decided} comments that link"
            f" to {self.host}"
        )


def learnt(comments: Iterable[tuple[Collection[str], str]]) -> list[LearntLink]:
    """Return the hosts that nearly nothing may link to, by each comment's hosts and its status."""
    rejected: Counter[str] = Counter()
    decided: Counter[str] = Counter()
    for hosts, status in comments:
        decided.update(hosts)
        if status == "rejected":
            rejected.update(hosts)
    found = [LearntLink(host, count, decided[host]) for host, count in rejected.items()]
    return sorted((each for each in found if each.is_rejected), key=lambda each: each.host)
