"""Runs the encoders in a process of their own, which steps back behind requests.

A thread of this process that computed would hold the core at the same priority as the loop, and the
loop would wait for it. The system's scheduler shares better: the process has what others leave.
"""

import json
import subprocess
import sys
import tempfile
import time
import weakref
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from io import BytesIO
from itertools import count
from math import prod
from pathlib import Path
from selectors import EVENT_READ, BaseSelector, DefaultSelector
from threading import Lock
from typing import IO, Any, Final

import numpy as np
import structlog
from numpy.typing import NDArray

from classifier import runtime

PATIENCE_SECONDS: Final = 10.0
"""An answer that takes longer than this never comes: the process is ended."""

PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 60.0
"""When it ended by itself it is begun anew after a pause, which doubles up to this while it lives
shorter than this."""

_ENDING_SECONDS: Final = 5.0
_AT_ONCE: Final = 1 << 16
"""Bytes that are read at once: each call of the system gives the interpreter away for a while."""

_NOT_THERE: Final = ("ImportError", "ModuleNotFoundError")
_PROGRAM: Final = Path(runtime.__file__)
_LOG: Final = structlog.get_logger(__name__)


class Away(Exception):
    """The process has ended, or does not answer, and has not been begun anew yet."""


class EncoderProcess:
    """A process that is begun with the first encoder and ends with the last, or with this one.

    However this one ends: what it reads from ends then. Safe to use from many threads, which take
    turns.
    """

    def __init__(self) -> None:
        self._lock: Final = Lock()
        self._keys: Final = count()
        self._held: Final[set[int]] = set()  # keys of encoders that somebody has
        self._open: Final[set[int]] = set()  # those of them in the process that runs
        self._gone: Final[deque[int]] = deque()  # those that nobody has any more
        self._process: subprocess.Popen[bytes] | None = None
        self.seconds = 0.0  # of a core, that all its processes have computed for texts
        self._begun = self._not_before = float("-inf")
        self._pause = PAUSE_SECONDS

    @property
    def is_away(self) -> bool:
        """Say whether it ended by itself a moment ago and has not been begun anew yet."""
        return self._process is None and time.monotonic() < self._not_before

    def start(self, encoder: bytes) -> "RemoteSession":
        """Open an encoder in it, which is let go when what is returned is.

        Raises:
            ImportError: onnxruntime is not installed.
            ValueError: it refuses the encoder, or there is no such process now.
        """
        session = RemoteSession(self, next(self._keys), encoder)
        with self._lock:
            try:
                self._process_with(session)
            except Away as error:
                raise ValueError(str(error)) from None
        return session

    def run(
        self, session: "RemoteSession", wanted: Sequence[str], ids: NDArray[np.int64]
    ) -> list[NDArray[np.float32]]:
        """Return an encoder's outputs; one that was lost with its process is opened again.

        Raises:
            Away: the process ended, now or a moment ago.
            ValueError: it refuses.
        """
        with self._lock:
            process = self._process_with(session)
            request = {"do": runtime.RUN, "key": session.key, "wanted": wanted}
            told, found = self._answered(process, request, ids.tobytes())
            self.seconds += told["seconds"]
        numbers = np.frombuffer(found, dtype=np.float32)
        shapes = [tuple(shape) for shape in told["shapes"]]
        ends = np.cumsum([prod(shape) for shape in shapes])[:-1]
        return [
            part.reshape(shape) for part, shape in zip(np.split(numbers, ends), shapes, strict=True)
        ]

    def forget(self, key: int, file: IO[bytes]) -> None:
        """Let an encoder go, wherever it was let go: also in a thread that asks just now."""
        file.close()
        self._gone.append(key)
        if self._lock.acquire(blocking=False):
            try:
                self._let_go()
            finally:
                self._lock.release()

    def _process_with(self, session: "RemoteSession") -> "subprocess.Popen[bytes]":
        """Return the process that runs, with an encoder in it."""
        self._let_go()
        self._held.add(session.key)
        process = self._process or self._start()
        if session.key not in self._open:
            request = {"do": runtime.OPEN, "key": session.key}
            self._answered(process, request, session.content())
            self._open.add(session.key)
        return process

    def _let_go(self) -> None:
        while self._gone:
            key = self._gone.popleft()
            self._held.discard(key)
            if key in self._open and self._process and self._ends.alive:
                self._open.discard(key)
                with suppress(Away):
                    self._answered(self._process, {"do": runtime.FORGET, "key": key})
        if not self._held:
            self._end()

    def _start(self) -> "subprocess.Popen[bytes]":
        now = time.monotonic()
        if now < self._not_before:
            raise Away("The process of the encoders ended a moment ago.")
        # A group of its own gets no Ctrl-C. A session of its own would have a share of the cores
        # of its own where Linux groups by sessions, and no priority behind ours.
        group = 0 if sys.platform != "win32" else -1
        command = [sys.executable, "-P", str(_PROGRAM)]
        self._process = process = subprocess.Popen(  # noqa: S603 - ours, without a shell
            command, _AT_ONCE, stdin=-1, stdout=-1, process_group=group
        )
        self._waiting = DefaultSelector()
        self._waiting.register(_streams(process)[1], EVENT_READ)
        # With the interpreter too.
        self._ends = weakref.finalize(self, _end, process, self._waiting)
        self._begun = now
        return process

    def _answered(
        self, process: "subprocess.Popen[bytes]", request: Mapping[str, Any], given: bytes = b""
    ) -> tuple[dict[str, Any], bytes]:
        try:
            whole = {**request, "size": len(given)}
            told, found = _exchange(process, self._waiting, whole, given)
        except (OSError, ValueError) as error:
            self._end()
            lived = time.monotonic() - self._begun
            self._not_before = time.monotonic() + self._pause
            _LOG.error("encoder_process_ended", code=process.returncode, seconds=self._pause)
            steady = lived > LONGEST_PAUSE_SECONDS
            self._pause = PAUSE_SECONDS if steady else min(LONGEST_PAUSE_SECONDS, 2 * self._pause)
            raise Away("The process of the encoders has ended.") from error
        if refused := told.get("error"):
            raise (ImportError if refused.endswith(_NOT_THERE) else ValueError)(refused)
        return told, found

    def _end(self) -> None:
        if self._process is not None:
            self._ends()
            self._process = None
            self._open.clear()


class RemoteSession:
    """An encoder in the process; what it was opened from is kept in a file, to be opened again."""

    def __init__(self, process: EncoderProcess, key: int, encoder: bytes) -> None:
        self.key: Final = key
        self._process: Final = process
        self._file: Final = _kept(encoder)
        weakref.finalize(self, process.forget, key, self._file)

    def content(self) -> bytes:
        """Return the encoder's file."""
        self._file.seek(0)
        return self._file.read()

    def run(
        self, wanted: Sequence[str], given: Mapping[str, NDArray[np.int64]], /
    ) -> list[NDArray[np.float32]]:
        """Return the outputs that are wanted, as onnxruntime's own sessions do.

        Raises:
            Away: the process ended, now or a moment ago.
            ValueError: it refuses.
        """
        return self._process.run(self, wanted, given["ids"])


def _kept(encoder: bytes) -> IO[bytes]:
    """Return a file with these bytes: on a disk, if there is one, they are in nobody's way."""
    try:
        file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it is let go
        file.write(encoder)
        file.flush()
    except OSError:
        return BytesIO(encoder)
    return file


def _streams(process: "subprocess.Popen[bytes]") -> tuple[IO[bytes], IO[bytes]]:
    """Return where requests go, and where answers come from."""
    requests, answers = process.stdin, process.stdout
    if requests is None or answers is None:
        raise TypeError("The process was begun without its streams.")
    return requests, answers


def _exchange(
    process: "subprocess.Popen[bytes]",
    waiting: BaseSelector,
    request: Mapping[str, Any],
    given: bytes,
) -> tuple[dict[str, Any], bytes]:
    """Return what is answered to a request; `waiting` is for what the process says.

    Raises:
        OSError: the process has ended, or does not answer.
        ValueError: it answers with anything else.
    """
    requests, answers = _streams(process)
    requests.write(json.dumps(request).encode() + b"\n" + given)
    requests.flush()
    if not waiting.select(PATIENCE_SECONDS):
        raise TimeoutError
    told: dict[str, Any] = json.loads(answers.readline())
    return told, answers.read(told["size"])


def _end(process: "subprocess.Popen[bytes]", waiting: BaseSelector) -> None:
    """End a process: at once if it waits for requests, else by force."""
    waiting.close()
    for stream in _streams(process):
        with suppress(OSError):  # what was not sent yet
            stream.close()
    try:
        process.wait(_ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


ENCODERS: Final = EncoderProcess()
"""What this process has open, for all bundles and adaptations in it."""
