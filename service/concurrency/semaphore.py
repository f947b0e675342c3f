"""So many threads of all server processes of a machine compute at once: slots are locked files.

A process that ends, however it ends, gives its slot back: the system drops its locks.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import structlog

if sys.platform != "win32":
    import fcntl

_POLL_SECONDS: Final = 0.001
_LOG: Final = structlog.get_logger(__name__)


class Semaphore:
    """`count` slots that all processes with the same `folder` share; for one thread of each.

    Where files cannot be made or locked, processes do not know of each other: no slot is refused.
    """

    def __init__(self, folder: Path, count: int) -> None:
        self._folder: Final = folder
        self._count: Final = count
        self._files: list[int] | None = None

    @contextmanager
    def one(self, deadline: float) -> Iterator[bool]:
        """Hold a slot for the block; False if none was free until `deadline` of time.monotonic."""
        if self._files is None:
            self._files = self._opened()
        if not self._files:
            yield True
            return
        held = self._wait(self._files, deadline)
        try:
            yield held is not None
        finally:
            if held is not None:
                _unlock(held)

    def close(self) -> None:
        """Give the files up, when no thread is in `one`."""
        for file in self._files or ():
            os.close(file)
        self._files = None

    @staticmethod
    def _wait(files: list[int], deadline: float) -> int | None:
        while True:
            for file in files:
                if _lock(file):
                    return file
            if time.monotonic() >= deadline:
                return None
            time.sleep(_POLL_SECONDS)

    def _opened(self) -> list[int]:
        files: list[int] = []
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for number in range(self._count):
                path = self._folder / f"second-opinion-{number}.lock"
                files.append(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            _LOG.warning("slots_unlimited", error=type(error).__name__)
        return files  # those that could be opened: fewer is within what was asked


def _lock(file: int) -> bool:
    if sys.platform != "win32":
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _unlock(file: int) -> None:
    if sys.platform != "win32":
        fcntl.flock(file, fcntl.LOCK_UN)
