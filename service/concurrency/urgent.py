"""One thread that does what is most urgent first, and what is equally so in the order it came."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from heapq import heappop, heappush
from itertools import count
from typing import Any, Final, TypeVar

_T = TypeVar("_T")
_Turn = tuple[int, int, "Future[Any]", Callable[[], Any]]


class UrgentFirst:
    """Runs what it is given in its thread; safe to use from many."""

    def __init__(self, name: str) -> None:
        self._thread: Final = ThreadPoolExecutor(1, name)
        self._numbers: Final = count()
        self._waiting: Final[list[_Turn]] = []

    def submit(self, urgency: int, work: Callable[[], _T]) -> "Future[_T]":
        """Have `work` done after all of a lower number; cancelled, it is not begun.

        Raises:
            RuntimeError: it has been stopped.
        """
        future: Future[_T] = Future()
        # Two threads may do so at once: neither call lets go of the interpreter, as numbers alone
        # are compared, and each finds the list in order.
        heappush(self._waiting, (urgency, next(self._numbers), future, work))
        self._thread.submit(self._take_turn)
        return future

    def stop(self) -> None:
        """Begin nothing more, and wait until what was begun has ended."""
        self._thread.shutdown(cancel_futures=True)
        while self._waiting:
            heappop(self._waiting)[2].cancel()

    def _take_turn(self) -> None:
        _, _, future, work = heappop(self._waiting)
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is the caller's to handle
            future.set_exception(error)
