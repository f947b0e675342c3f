"""Remembers what was true a moment ago, so that a busy caller does not cost a query each time."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class TTLCache(Generic[Key, Value]):
    """A bounded store whose entries end after some seconds; the least used goes first.

    What has changed in the database is seen after at most `seconds`: choose them as long as a
    revoked key may still work.
    """

    def __init__(
        self, seconds: float, size: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._size = size
        self._clock = clock
        self._entries: OrderedDict[Key, tuple[float, Value]] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """Return what is remembered under a key, unless its time is over."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry[0] <= self._clock():
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return entry[1]

    def put(self, key: Key, value: Value, since: float) -> None:
        """Remember a value that was true at `since`, the clock's reading before it was asked."""
        self._entries[key] = (since + self._seconds, value)
        self._entries.move_to_end(key)
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)

    def now(self) -> float:
        """Read the clock, before asking for what is to be remembered."""
        return self._clock()

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
