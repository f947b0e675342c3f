"""What waits, taken one of each key in turn: a key with much that waits delays no other."""

from collections import Counter, OrderedDict, deque
from collections.abc import Hashable
from typing import Final, Generic, TypeVar

IN_COMPANY: Final = 4
"""Where several keys wait, each gets at most this part of what is taken at once."""

REMEMBERED: Final = 64
"""So often one key alone is taken from before it counts as alone: the others come back."""

Item = TypeVar("Item")


class Full(Exception):
    """More waits than may; whoever sends it is to come again later."""


class FairQueue(Generic[Item]):
    """Items in lines by key; within a line they stay in order.

    When `holds` wait, a key that has less than an equal part still may add to it: a flood takes
    nothing from those who send little. Past twice that nobody may.
    """

    def __init__(self, holds: int | None = None) -> None:
        """Without `holds` any number may wait."""
        self._holds: Final = holds
        self._count = 0
        self._alone = REMEMBERED
        self._lines: Final[OrderedDict[Hashable, deque[Item]]] = OrderedDict()

    def __bool__(self) -> bool:
        """Say whether anything waits."""
        return self._count > 0

    def add(self, key: Hashable, item: Item) -> None:
        """Put an item at the end of its key's line.

        Raises:
            Full: so many wait that this key is to send less.
        """
        if self._holds is not None and self._count >= self._holds and not self._is_light(key):
            raise Full
        self._count += 1
        self._lines.setdefault(key, deque()).append(item)

    def take(self, most: int) -> list[Item]:
        """Remove and return up to `most` items, the longest not served key first.

        In company a key gets a part of that: who comes next waits for less of what is under way.
        """
        self._alone = 0 if len(self._lines) > 1 else self._alone + 1
        share = most if self._alone > REMEMBERED else max(1, most // IN_COMPANY)
        taken: list[Item] = []
        served: dict[Hashable, deque[Item]] = {}
        had: Counter[Hashable] = Counter()
        while self._lines and len(taken) < most:
            key, line = self._lines.popitem(last=False)
            # Who waits alone is not taken in turns with itself.
            count = 1 if self._lines else min(share - had[key], most - len(taken), len(line))
            taken += [line.popleft() for _ in range(count)]
            had[key] += count
            if line:  # its next turn comes after that of all others
                (self._lines if had[key] < share else served)[key] = line
        self._lines.update(served)
        self._count -= len(taken)
        return taken

    def _is_light(self, key: Hashable) -> bool:
        line = self._lines.get(key, ())
        keys = len(self._lines) + (not line)
        holds = self._holds or 0
        return len(line) < holds // keys and self._count < 2 * holds
