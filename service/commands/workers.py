"""Several processes that serve one port: each is started again, and none outlives its launcher.

uvicorn's own supervisor stops all of them, with status 0, when one cannot start; and its workers
stay on the port when it is killed.
"""

import contextlib
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection, wait
from typing import Final

import structlog
import uvicorn

from service.commands.base import CommandError

PATIENCE: Final = 5
"""Failed starts in a row of every worker before giving up; one that serves is never given up."""

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 15.0
"""Seconds between two starts of a worker; doubled with each that fails."""

SETTLED: Final = 5.0
"""Seconds after which one that served and ended is started again at once."""

SILENT_SECONDS: Final = 60.0
"""A worker that has served and whose loop has not turned for so long serves nobody."""

STARTING_SECONDS: Final = 600.0
"""Likewise of one that starts: a busy machine is no reason to begin again and again."""

_TICK: Final = 0.25
_MARGIN: Final = 5.0  # beyond uvicorn's own time for a graceful stop
_LOG: Final = structlog.get_logger(__name__)


class Supervisor:
    """Keeps the workers of a configuration at work until this process is told to stop."""

    def __init__(self, config: uvicorn.Config, sockets: Sequence[socket.socket]) -> None:
        self._grace: Final = (config.timeout_graceful_shutdown or 0) + _MARGIN
        self._workers: Final = [Worker(config, sockets) for _ in range(config.workers)]

    def run(self) -> None:
        """Serve; ends by the exception that a signal's handler raises.

        Raises:
            CommandError: no worker can be started.
        """
        try:
            while True:
                for worker in self._workers:
                    worker.look()
                if all(worker.failures > PATIENCE for worker in self._workers):
                    raise CommandError("no worker process starts; the log says why")
                time.sleep(_TICK)
        finally:
            self._stop()

    def _stop(self) -> None:
        deadline = time.monotonic() + self._grace
        for worker in self._workers:
            worker.stop()
        for worker in self._workers:
            worker.join(deadline - time.monotonic())


class Worker:
    """One place for a worker process: the one that is there, or when the next is started."""

    def __init__(self, config: uvicorn.Config, sockets: Sequence[socket.socket]) -> None:
        self._config: Final = config
        self._sockets: Final = sockets
        self._process: multiprocessing.context.SpawnProcess | None = None
        self._beats: Connection | None = None
        self._heard = self._begun = self._next = 0.0
        self._has_served = False
        self.failures = 0

    def look(self) -> None:
        """Start a process if it is time, and see whether the one that runs is well."""
        now = time.monotonic()
        if self._process is None:
            if now >= self._next:
                self._start(now)
            return
        if self._hears():
            self._heard, self._has_served, self.failures = now, True, 0
        if now - self._heard > (SILENT_SECONDS if self._has_served else STARTING_SECONDS):
            self._process.kill()
            self._process.join()
        if not self._process.is_alive():
            self._end(now, self._process.exitcode)

    def stop(self) -> None:
        """Ask the process to stop."""
        if self._process is not None:
            self._process.terminate()

    def join(self, seconds: float) -> None:
        """Wait for its end, and make it end."""
        if self._process is not None:
            self._process.join(max(seconds, 0))
            self._process.kill()
            self._process.join()

    def _start(self, now: float) -> None:
        context = multiprocessing.get_context("spawn")  # a fork would have our threads' locks
        self._beats, beats = context.Pipe(duplex=False)
        self._process = context.Process(
            target=work, args=(self._config, list(self._sockets), beats), name="worker"
        )
        self._process.start()
        beats.close()
        self._begun = self._heard = now
        self._has_served = False

    def _hears(self) -> bool:
        """Whether the process has given a sign of life since the last look."""
        heard = False
        with contextlib.suppress(EOFError, OSError):
            while self._beats is not None and self._beats.poll():
                self._beats.recv_bytes()
                heard = True
        return heard

    def _end(self, now: float, status: int | None) -> None:
        """Note that the process has ended, and when the next one is to come."""
        if self._beats is not None:
            self._beats.close()
        self._process = self._beats = None
        self.failures = 0 if self._has_served else self.failures + 1
        at_once = self._has_served and now - self._begun > SETTLED
        self._next = now + (0 if at_once else pause(self.failures))
        _LOG.error("worker_ended", status=status, failures=self.failures)


def pause(failures: int) -> float:
    """Seconds to wait after so many starts in a row that failed."""
    doublings = min(max(failures - 1, 0), 16)  # more would only be capped
    return min(FIRST_PAUSE * 2.0**doublings, LONGEST_PAUSE)


class _Server(uvicorn.Server):
    """uvicorn's server that gives a sign of life with each second of its loop."""

    def __init__(self, config: uvicorn.Config, beats: Connection) -> None:
        super().__init__(config)
        self._beats = beats
        os.set_blocking(beats.fileno(), False)  # a launcher that does not read delays nobody

    async def on_tick(self, counter: int) -> bool:
        """Do what uvicorn does every tenth of a second."""
        if counter % 10 == 0:
            with contextlib.suppress(OSError):  # full, or the launcher has gone: see end_with
                self._beats.send_bytes(b".")
        return await super().on_tick(counter)


def work(config: uvicorn.Config, sockets: list[socket.socket], beats: Connection) -> None:
    """Serve in a process of its own for as long as its launcher lives."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        grace = (config.timeout_graceful_shutdown or 0) + _MARGIN
        threading.Thread(target=end_with, args=(parent.sentinel, grace), daemon=True).start()
    _Server(config, beats).run(sockets)


def end_with(sentinel: int, grace: float) -> None:
    """Stop this process when its parent has ended, and end it where that takes too long."""
    wait([sentinel])
    signal.raise_signal(signal.SIGTERM)
    time.sleep(grace)
    os._exit(1)
