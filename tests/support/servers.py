"""Starts the service and the bare handlers as processes of their own on one PostgreSQL server."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 180  # a busy machine takes long to open the bundle


class Port(int):
    """A port, and the process that serves it."""

    pid: int

    def processor_seconds(self) -> float:
        """Time that processors have spent on the process."""
        return processor_seconds(self.pid)

    def memory(self) -> float:
        """Memory that the process holds, in MB; Linux only."""
        pages = Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6


def processor_seconds(pid: int) -> float:
    """Time that processors have spent on a process; Linux only.

    Of a busy machine it tells more than the clock does.
    """
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")  # user's and system's


@contextmanager
def process(command: list[str], env: Mapping[str, str], port: int) -> Iterator[Port]:
    """The port of a server that runs for the block; its output goes nowhere."""
    started = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **env},
        stdout=subprocess.DEVNULL,
    )
    try:
        _await(port, started)
        served = Port(port)
        served.pid = started.pid
        yield served
    finally:
        started.terminate()
        started.wait(_SECONDS)


@contextmanager
def service(dsn: str, data_dir: Path, **settings: str) -> Iterator[Port]:
    """The service as `serve` runs it, with one worker unless told otherwise."""
    port = free_port()
    env = {
        "DATABASE_URL": dsn,
        "MODERATION_DATA_DIR": str(data_dir),
        "MODERATION_PORT": str(port),
        "MODERATION_LOG_LEVEL": "warning",
    }
    with process(["-m", "service", "serve"], {**env, **settings}, port) as ready:
        yield ready


@contextmanager
def bare(dsn: str, create: str = "tests.load.bare:create") -> Iterator[Port]:
    """The bare handlers, or others made of them, run by the same server program in the same way."""
    port = free_port()
    options = ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--factory"]
    command = ["-m", "uvicorn", create, *options, "--port", str(port)]
    with process([*command, "--log-level", "warning"], {"BARE_DSN": dsn}, port) as ready:
        yield ready


def _await(port: int, started: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline and started.poll() is None:
        try:
            httpx.get(f"http://127.0.0.1:{port}/", timeout=2)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("a server did not start")
