"""Runs a private PostgreSQL in the data directory, for machines without a server.

The first process that needs the server starts it, the others attach to it, and it stops after
the last: each of them holds a shared lock for as long as it uses the server (db/watchdog.py).

    data directory/postgres/cluster/       the data
                            run/           the socket, for this user alone
                            server.log     what PostgreSQL has to say; errors of statements are
                                           left out, since they repeat what readers sent
"""

import fcntl
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from service.db.embedded import binaries, cluster, postmaster, watchdog
from service.db.embedded.runner import Account, EmbeddedError, account

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "max_connections": "100",
    "max_locks_per_transaction": "512",  # of tables and indexes of many months
    "shared_buffers": "128MB",
    "jit": "off",  # compiles for longer than our statements run
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_min_messages": "log",  # an error of a statement repeats its values; FATAL stays
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
_START_SECONDS = 120.0  # crash recovery of much data takes its time
_STOP_SECONDS = 60.0
_PATIENCE = 5
"""Starts in a row that may fail before a first start is given up; the watchdog goes on."""
_PASSING = "still in use"  # PostgreSQL's words while a backend of the server before is at work
_LOOK_SECONDS = 2.0
"""How often a user of the server sees to it that the watchdog still watches."""
_TAKEN_OVER_SECONDS = 1.0  # within which the watchdog notices that the last user has gone


@contextmanager
def running(data_dir: Path, settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """The address of the server on `data_dir`, started if need be, for as long as the block runs.

    `settings` adds to PostgreSQL's settings if the server is started here. A process that is
    forked inside the block keeps the server too; one that is spawned does not.

    Raises:
        EmbeddedError: the server cannot run there; the message says why in one line.
    """
    try:
        server = _Home.at(data_dir)
        users = server.join()
    except OSError as error:
        raise EmbeddedError(
            f"the embedded PostgreSQL cannot use {data_dir}: {error.strerror}"
        ) from error
    try:
        wanted = {**SETTINGS, **(settings or {})}
        address = server.start(wanted)
        with _looked_after(server, wanted):
            yield address
    finally:
        server.leave(users)


@contextmanager
def _looked_after(server: "_Home", settings: Mapping[str, str]) -> Iterator[None]:
    """Have a watchdog that was killed replaced, with the server that it leaves unwatched."""
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(_LOOK_SECONDS):
            with suppress(EmbeddedError, OSError, subprocess.SubprocessError):
                server.watch_again(settings)

    thread = threading.Thread(target=look, name="embedded-server", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


class _Home:
    """The folder of one embedded server, and the locks by which processes share it."""

    def __init__(self, folder: Path, runner: Account | None) -> None:
        self.folder = folder
        self.runner = runner
        self.cluster = folder / "cluster"
        self.log = folder / "server.log"

    @classmethod
    def at(cls, data_dir: Path) -> "_Home":
        """Make the folder, where the server's account can reach it."""
        data_dir.mkdir(parents=True, exist_ok=True)
        folder = data_dir.resolve() / "postgres"
        runner = account(folder / "cluster")
        return cls(cluster.home(folder, runner), runner)

    def join(self) -> int:
        """Become a user of the server; waits while an earlier one is being stopped."""
        return self._lock("users", fcntl.LOCK_SH)

    def start(self, settings: Mapping[str, str]) -> str:
        """Start the server unless it runs, and wait until it takes connections."""
        with _kept(self._lock("start", fcntl.LOCK_EX)):
            self._launch_unless_watched(settings)
            failed = self._failures()
            if not postmaster.until(lambda: self._settled(failed), _START_SECONDS):
                raise EmbeddedError(f"PostgreSQL is not ready after {_START_SECONDS:.0f} s")
        found = postmaster.alive(self.cluster)
        if found is None:
            raise EmbeddedError(f"PostgreSQL does not start: {self._last_words()}")
        return f"postgresql://postgres@/postgres?host={quote(found.sockets)}"

    def watch_again(self, settings: Mapping[str, str]) -> None:
        """Launch a watchdog and server anew if the watchdog is gone; for a user of the server."""
        start = _try(self._file("start"), fcntl.LOCK_EX)
        if start is not None:  # else somebody sees to it already
            with _kept(start):
                self._launch_unless_watched(settings)

    def leave(self, users: int) -> None:
        """Give up the server; where we are its last user, wait until it has stopped."""
        last = _flock(users, fcntl.LOCK_EX)
        os.close(users)
        if not last and _free(self._file("users"), fcntl.LOCK_SH):
            return  # others use it
        if not postmaster.until(self._stopped, _TAKEN_OVER_SECONDS):
            if _free(self._file("users"), fcntl.LOCK_SH):
                return  # somebody came in just then
            postmaster.until(self._stopped, _STOP_SECONDS)

    def _settled(self, failed: int) -> bool:
        """Whether waiting is over: it takes connections, or fails again and again for good.

        `failed` counts the failures of before, which are none of this start's.
        """
        found = postmaster.alive(self.cluster)
        if found is not None:
            return found.ready
        hopeless = self._failures() - failed > _PATIENCE and _PASSING not in self._last_words()
        return hopeless or self._unwatched()

    def _stopped(self) -> bool:
        start = _try(self._file("start"), fcntl.LOCK_EX)
        if start is None:
            return True  # somebody is starting it again already
        with _kept(start):
            return self._unwatched()

    def _unwatched(self) -> bool:
        """Only for who holds the start lock: the question takes the lock for a moment."""
        return _free(self._file("watchdog"), fcntl.LOCK_EX)

    def _launch_unless_watched(self, settings: Mapping[str, str]) -> None:
        watched = _try(self._file("watchdog"), fcntl.LOCK_EX)
        if watched is not None:
            with _kept(watched):
                self._launch(settings, watched)

    def _failures(self) -> int:
        return self._said().count(watchdog.ENDED)

    def _said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def _launch(self, settings: Mapping[str, str], lock: int) -> None:
        orphan = postmaster.alive(self.cluster)
        if orphan is not None and not postmaster.stop(orphan, self.cluster):
            raise EmbeddedError(f"a PostgreSQL that nobody watches does not stop: pid {orphan.pid}")
        programs = binaries.programs(self.runner)
        if not self.cluster.exists():
            cluster.create(self.cluster, programs / "initdb", self.runner)
        cluster.check_version(self.cluster)
        sockets = cluster.sockets(self.folder / "run", self.runner)
        options = [f"--{name}={value}" for name, value in settings.items()]
        options.append(f"--unix_socket_directories={sockets}")
        self._watch(sockets, [str(programs / "postgres"), "-D", str(self.cluster), *options], lock)

    def _watch(self, sockets: Path, server: list[str], lock: int) -> None:
        owner = f"{self.runner.uid}:{self.runner.gid}" if self.runner else ""
        watched = [str(self._file("users")), str(self.cluster), str(sockets), owner]
        with _kept(os.open(self.log, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)) as log:
            subprocess.run(
                [sys.executable, "-I", "-S", watchdog.__file__, *watched, *server],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=cluster.environment(),
                pass_fds=[lock],
                start_new_session=True,
                check=True,
            )

    def _last_words(self) -> str:
        """What the log says of the failure, in one line."""
        lines = self._said().splitlines()
        fatal = [n for n, line in enumerate(lines) if re.search("FATAL|PANIC", line)][-1:]
        last = lines[fatal[0] :] if fatal else lines[-1:]
        said = [line for line in last if not fatal or re.search("FATAL|PANIC|HINT", line)]
        return " ".join(said) or f"see {self.log}"

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.lock"

    def _lock(self, name: str, kind: int) -> int:
        held: list[int] = []

        def attempt() -> bool:
            lock = _try(self._file(name), kind)
            held.extend([] if lock is None else [lock])
            return bool(held)

        if not postmaster.until(attempt, _START_SECONDS):
            raise EmbeddedError(f"another process holds {self._file(name)} for too long")
        return held[0]


def _flock(lock: int, kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _try(path: Path, kind: int) -> int | None:
    """An open file that holds the lock, or None where others hold it."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    if _flock(lock, kind):
        return lock
    os.close(lock)
    return None


def _free(path: Path, kind: int) -> bool:
    """Whether the lock could be had at this moment."""
    lock = _try(path, kind)
    if lock is not None:
        os.close(lock)
    return lock is not None


@contextmanager
def _kept(file: int) -> Iterator[int]:
    """An open file that is closed at the end; its lock stays where a child has it too."""
    try:
        yield file
    finally:
        os.close(file)
