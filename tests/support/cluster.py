"""A Dask scheduler and workers as processes on loopback, and pieces of work that harm them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast

import pytest

from tests.support.ports import free_port
from training_data import cluster as clusters

ROOT: Final = Path(__file__).resolve().parents[2]


class Cluster:
    """A scheduler, and workers of one thread each."""

    def __init__(self, folder: Path, workers: int) -> None:
        self._folder, self._workers, self._port = folder, workers, free_port()
        self._running: list[subprocess.Popen[bytes]] = []
        self.address: Final = f"tcp://127.0.0.1:{self._port}"
        self.start()

    def start(self) -> None:
        """Start scheduler and workers; who connects waits for both."""
        listening = ("--host", "127.0.0.1", "--port", str(self._port))
        self._run("scheduler", *listening)
        for number in range(self._workers):
            own = ("--local-directory", str(self._folder / f"{number}"))
            self._run("worker", self.address, "--nthreads", "1", "--no-nanny", *own)

    def restart(self) -> None:
        """End all processes that are left, and start them anew at the same address."""
        self.stop()
        self.start()

    @property
    def commands(self) -> list[list[str]]:
        """What its processes were started by."""
        return [list(map(str, cast("list[str]", each.args))) for each in self._running]

    @property
    def scheduler(self) -> "subprocess.Popen[bytes]":
        """The scheduler's process."""
        return self._running[0]

    @property
    def workers(self) -> list[int]:
        """The workers' process ids."""
        return [each.pid for each in self._running[1:]]

    def stop(self) -> None:
        """End all processes."""
        for each in self._running:
            each.kill()
            each.wait()
        self._running.clear()

    def _run(self, what: str, *options: str) -> None:
        command = [sys.executable, "-m", "dask", what, *options, "--no-dashboard"]
        log = (self._folder / f"{what}.log").open("ab")
        with log:
            self._running.append(subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log))


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two workers, the same for all tests of a file: who ends one starts them anew.

    For longer they would take a fifth of a core from all other tests, by their heartbeats alone.
    """
    started = Cluster(tmp_path_factory.mktemp("cluster"), 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clusters, "CONNECTING", 120.0)  # a busy machine starts them slowly
        try:
            yield started
        finally:
            started.stop()


def times(factor: int, item: int) -> int:
    """Multiply."""
    return factor * item


def failing(_: None, item: int) -> int:
    """Fail as a connection does."""
    raise ConnectionResetError(item)


def dying(died: Path, item: int) -> int:
    """Kill the worker that does the third piece, once."""
    if item == 3 and not died.exists():
        died.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def beheading(shared: tuple[Path, int], item: int) -> int:
    """Kill the scheduler from the fourth piece, once."""
    died, scheduler = shared
    if item == 4 and not died.exists():
        died.touch()
        os.kill(scheduler, signal.SIGKILL)
    return item
