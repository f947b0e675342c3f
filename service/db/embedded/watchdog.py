"""Keeps one PostgreSQL server running for as long as somebody uses it; a program of its own.

Every user of the server holds a shared lock on one file, and the kernel gives it back when that
process ends, kill -9 included. The watchdog waits for the exclusive lock on the same file: once
it has it, nobody is left, and it stops the server. Until then it starts a fallen server again, and
never gives up: how long a user waits for that is the user's own business.

Run as a file with Python's -I -S switches, so it imports the standard library only.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0
"""Seconds between two starts; doubled with each that fails, so that a long outage costs nothing."""
SETTLED = 2.0
"""Seconds after which a start counts as good."""
ENDED = "watchdog: the server ended with status"
"""Begins the line that the log gets for each; service processes count the failures by it."""
GRACE = 30.0
"""Seconds for a fast shutdown, before an immediate one."""


def claim_pid_file(data: Path) -> None:
    """Put our own pid into a left-over postmaster.pid.

    PostgreSQL refuses to start while the pid in there is alive, be it of another program that got
    the number since; but it ignores its own parent. Deleting the file instead would also delete
    the shared memory key, by which it finds backends of the last server that are still writing.
    """
    path = data / "postmaster.pid"
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return
    lines[0] = str(os.getpid()).encode()
    with path.open("r+b") as file:
        file.write(b"\n".join(lines))
        file.truncate()


def clear_sockets(folder: Path) -> None:
    """Remove the sockets a killed server left behind; the folder is ours alone."""
    for left in folder.glob(".s.PGSQL.*"):
        left.unlink(missing_ok=True)


def end_orphans(data: Path) -> None:
    """End what a killed server left at work in its data directory, on Linux.

    A backend notices the loss when it next waits for something; one that computes does not wait,
    and until it is gone no other server may start. Its work is lost in any case.
    """
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile, or is none of ours
            if (process / "cwd").samefile(data) and (process / "comm").read_text() == "postgres\n":
                os.kill(int(process.name), signal.SIGKILL)


def pause(failures: int) -> float:
    """Seconds to wait after so many starts in a row that failed."""
    doublings = min(max(failures - 1, 0), 16)  # more would only be capped
    return min(FIRST_PAUSE * 2.0**doublings, LONGEST_PAUSE)


class Supervisor:
    """One server process at a time, started again until `leave` is called."""

    def __init__(self, start: Callable[[], "subprocess.Popen[bytes]"]) -> None:
        self._start = start
        self._server: subprocess.Popen[bytes] | None = None
        self._leaving = threading.Event()

    def leave(self) -> None:
        """Stop the server, fast and then immediately, and start it no more."""
        self._leaving.set()
        self._signal(signal.SIGINT)
        timer = threading.Timer(GRACE, self._signal, [signal.SIGQUIT])
        timer.daemon = True
        timer.start()

    def run(self) -> None:
        """Serve until told to leave."""
        failures = 0
        while not self._leaving.is_set():
            begun = time.monotonic()
            ended = self._serve_once()
            if self._leaving.is_set():
                break
            failures = 0 if time.monotonic() - begun > SETTLED else failures + 1
            _tell(f"{ENDED} {ended}")
            self._leaving.wait(pause(failures))

    def _serve_once(self) -> str:
        """Serve until the server ends; return its status, or why it could not even be started."""
        try:
            self._server = self._start()
        except OSError as error:  # no process, no memory, no space: in a while there may be
            return error.strerror or type(error).__name__
        if self._leaving.is_set():  # told between the check and the start
            self._signal(signal.SIGINT)
        return str(self._server.wait())

    def _signal(self, number: signal.Signals) -> None:
        if self._server is not None:
            self._server.send_signal(number)


def _tell(line: str) -> None:
    """Write to the log, which may lie on a full disk."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


def wait_for_last_user(users: Path, then: Callable[[], None]) -> None:
    """Call `then` when no process holds the shared lock; the exclusive one is kept until exit."""
    lock = os.open(users, os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    then()


def starter(
    data: Path, sockets: Path, owner: tuple[int, int] | None, command: list[str]
) -> Callable[[], "subprocess.Popen[bytes]"]:
    """A function that starts the server, as `owner` (uid, gid) where one is given."""
    uid, gid = owner or (None, None)
    groups: list[int] | None = None if owner is None else []

    def start() -> "subprocess.Popen[bytes]":
        end_orphans(data)
        claim_pid_file(data)
        if not sockets.exists():  # somebody tidied /tmp
            sockets.mkdir(mode=0o700)
            os.chown(sockets, -1 if uid is None else uid, -1 if gid is None else gid)
        clear_sockets(sockets)
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, cwd="/", user=uid, group=gid, extra_groups=groups
        )

    return start


def main(users: str, data: str, sockets: str, owner: str, *command: str) -> int:
    """Run in the background until the last user has gone.

    `owner` is the `UID:GID` to run the server as, or empty for the current user.
    """
    if os.fork():  # the caller waits for this half only, and has no child to look after
        return 0
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: None)  # only the lock ends us
    uid, _, gid = owner.partition(":")
    pair = (int(uid), int(gid)) if owner else None
    supervisor = Supervisor(starter(Path(data), Path(sockets), pair, list(command)))
    threading.Thread(
        target=wait_for_last_user, args=(Path(users), supervisor.leave), daemon=True
    ).start()
    supervisor.run()
    with contextlib.suppress(OSError):
        clear_sockets(Path(sockets))
        Path(sockets).rmdir()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
