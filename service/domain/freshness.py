"""Whether a replica has what a website wrote: pure bookkeeping over times and log positions.

Clocks of two machines never agree, so none is compared: that a replica has replayed the log up to
where the primary's stood at some moment of ours says that it has all that was committed by then.
"""

from collections import deque
from collections.abc import Hashable
from typing import Final

_NEVER: Final = float("-inf")


class Freshness:
    """What one process knows of the replica; all times are of its own clock, in seconds."""

    def __init__(self, most: float) -> None:
        """Past `most` seconds of lag nobody reads there."""
        self._most: Final = most
        self._marks: Final[deque[tuple[int, float]]] = deque()
        self._wrote: Final[dict[Hashable, float]] = {}
        self._as_of = _NEVER

    def mark(self, position: int, at: float) -> None:
        """Note that all that was committed by `at` stands before a position of the primary's log.

        It may stand lower than before: another server is the primary now.
        """
        while self._marks and self._marks[0][1] < at - self._most:
            self._marks.popleft()  # too old to be of use
        while self._marks and self._marks[-1][0] >= position:
            self._marks.pop()
        self._marks.append((position, at))

    def replayed(self, position: int) -> None:
        """Note how far the replica is."""
        while self._marks and self._marks[0][0] <= position:
            self._as_of = self._marks.popleft()[1]

    def wrote(self, key: Hashable, at: float) -> None:
        """Note that by `at` something of a website was written; its answer is not out yet."""
        self._wrote[key] = max(at, self._wrote.get(key, _NEVER))

    def lost(self) -> None:
        """Forget what the replica had: it has failed."""
        self._as_of = _NEVER

    def lag(self, now: float) -> float:
        """How many seconds the replica may be behind; infinite where that is not known."""
        return now - self._as_of

    def trusts(self, key: Hashable, now: float) -> bool:
        """Say whether a website may read there: not much is missing, and nothing of its own."""
        return self.lag(now) <= self._most and self._as_of >= self._wrote.get(key, _NEVER)
