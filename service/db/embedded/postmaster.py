"""Reads postmaster.pid and tells a living server of a data directory from a reused process id."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_STATUS_LINE, _SOCKET_LINE = 7, 4
_POLL = 0.005


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What a server wrote of itself: process id, socket folder, ready for connections or not."""

    pid: int
    sockets: str
    ready: bool


def parse(text: str) -> Postmaster | None:
    """The content of postmaster.pid; None where the server has not written all of it."""
    lines = [line.strip() for line in text.split("\n")]
    if len(lines) <= _SOCKET_LINE or not lines[0].isdecimal():
        return None
    status = lines[_STATUS_LINE] if len(lines) > _STATUS_LINE else ""
    return Postmaster(int(lines[0]), lines[_SOCKET_LINE], ready=status == "ready")


def alive(data: Path) -> Postmaster | None:
    """The server that runs on this data directory now, if one does."""
    try:
        text = (data / "postmaster.pid").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, PermissionError):
        return None
    found = parse(text)
    return found if found and serves(found.pid, data) else None


def serves(pid: int, data: Path) -> bool:
    """Whether the process is a PostgreSQL server on that data directory.

    A postmaster works in its data directory, and no process of another program that was given
    the same number since does.
    """
    if Path("/proc/self/cwd").exists():
        try:
            here = Path(f"/proc/{pid}/cwd").samefile(data)
            name = Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
        except OSError:
            return False
        return here and name == "postgres"
    shown = subprocess.run(
        ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return "postgres" in shown and str(data) in shown


def until(done: Callable[[], bool], seconds: float) -> bool:
    """Ask every few milliseconds; False when the time is over."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(_POLL)
    return True


def stop(server: Postmaster, data: Path, seconds: float = 30.0) -> bool:
    """Stop a server that nobody watches: fast, then immediately; False if it stays all the same."""
    for number in (signal.SIGINT, signal.SIGQUIT):
        try:
            os.kill(server.pid, number)
        except ProcessLookupError:
            return True
        if until(lambda: not serves(server.pid, data), seconds):
            return True
    return False
