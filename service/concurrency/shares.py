"""Who took more than an equal part of something lately, so that the others can go before."""

import time
from collections.abc import Callable, Hashable
from typing import Final

HALF_LIFE: Final = 10.0
"""Seconds after which what was taken counts half."""

_FORGOTTEN: Final = 0.001


class Shares:
    """What each key has taken; who comes and takes nothing counts as present for a while too."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock: Final = clock
        self._halved = clock()
        self._taken: Final[dict[Hashable, float]] = {}

    def took(self, key: Hashable, amount: float) -> None:
        """Note what a key takes."""
        self._fade()
        self._taken[key] = self._taken.get(key, 0.0) + amount

    def has_had_more(self, key: Hashable) -> bool:
        """Note that a key comes; say whether it has taken more than the mean of those present."""
        self._fade()
        mine = self._taken.setdefault(key, 0.0)
        return mine > sum(self._taken.values()) / len(self._taken)

    def _fade(self) -> None:
        halvings = int((self._clock() - self._halved) / HALF_LIFE)
        if not halvings:
            return
        self._halved += halvings * HALF_LIFE
        left = {key: taken * 0.5**halvings for key, taken in self._taken.items()}
        self._taken.clear()
        self._taken.update((key, taken) for key, taken in left.items() if taken > _FORGOTTEN)
