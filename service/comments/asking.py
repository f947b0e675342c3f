"""Whom of those that come together the encoder has time for, known before anything is looked up.

A comment that it has no time for is decided by words at once, instead of when it has waited.
"""

from collections.abc import Collection, Sequence
from typing import Final

from service.comments.incoming import Doubtful, Incoming, Kept
from service.models.scoring import Scoring


class Asking:
    """The places of one batch whose time was taken, and those that there was none for."""

    def __init__(self, scoring: Scoring) -> None:
        self._scoring: Final = scoring
        self._admitted: Final[set[int]] = set()
        self._without: Final[set[int]] = set()

    def without_time(
        self, incoming: Sequence[Incoming], kept: Sequence[Kept]
    ) -> list[tuple[int, Doubtful]]:
        """Return those in doubt whom nobody is asked about; for new ones time is taken first."""
        doubtful = [(place, made) for place, made in enumerate(kept) if isinstance(made, Doubtful)]
        known = self._admitted | self._without
        new = [(place, made) for place, made in doubtful if place not in known]
        if new:
            asking = [(incoming[place].site_id, made.assessed.is_in_doubt) for place, made in new]
            admitted = self._scoring.admit_to_second_opinions(asking)
            for (place, _), has_time in zip(new, admitted, strict=True):
                (self._admitted if has_time else self._without).add(place)
        return [(place, made) for place, made in doubtful if place in self._without]

    def end(self, kept: Collection[Kept]) -> None:
        """Give the time of those back who are not asked about after all."""
        asked = {place for place, made in enumerate(kept) if isinstance(made, Doubtful)}
        self._scoring.let_go(len(self._admitted - asked))
