"""kill -9 of launcher, worker, postmaster and backend, alone and together, under load.

Two workers on the embedded server. After each round the service answers again by itself, or where
its launcher was killed it ends, leaves the port and can be started again, as whatever supervises it
does. What was answered with 2xx is there, once, and nothing was answered with 500. Linux only.

KILL_ROUNDS=20 kills every combination twenty times (`make kills`); without it each process alone
and two combinations are killed once.
"""

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import combinations
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest
import uvicorn
from structlog.testing import capture_logs

from service.commands import workers
from service.db.embedded import postmaster
from service.db.embedded import server as embedded
from tests.support.ports import free_port
from tests.support.waiting import until

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("launcher", "worker", "postmaster", "backend")
ROUNDS = int(os.environ.get("KILL_ROUNDS", "0"))
ALL = [set(some) for size in range(1, 5) for some in combinations(KINDS, size)]
FEW = [*({kind} for kind in KINDS), {"worker", "postmaster"}, {"worker", "backend"}]
CALLERS = 4
PATIENCE = 300.0
"""Seconds in which the service answers again, on a machine that is busy."""

STOPPING = 120.0
"""Seconds for an ordinary end: a worker that just starts has 25, and then the database ends."""

UNREADY = 20
"""Connections in a row that find no database, so that it has gone for both workers."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")


class Running:
    """A service as it is started from a command line, started again by who watches over it."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.data = folder / "data"
        self._settings = settings
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.out = folder / "out"
        self.process = self._start("wb")

    def _start(self, mode: str) -> "subprocess.Popen[bytes]":
        given = {
            "MODERATION_DATA_DIR": str(self.data),
            "MODERATION_PORT": str(self.port),
            "MODERATION_WORKERS": "2",
            "MODERATION_SECOND_OPINION_MS": "0",
        }
        with self.out.open(mode) as out:
            return subprocess.Popen(
                [sys.executable, "-m", "service", "serve"],
                cwd=ROOT,
                env=os.environ | given | self._settings,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def watch(self) -> None:
        """Start it again where it has ended; that must not look like an ordinary end."""
        if self.process.poll() is not None:
            assert self.process.returncode != 0
            self.process = self._start("ab")

    def key(self) -> str:
        """The site key that the first start shows."""
        found = re.search(r"cmsite_\w{12}_[\w-]{43}", self.out.read_text())
        assert found, self.out.read_text()
        return found[0]

    def pids(self, kind: str) -> list[int]:
        """The processes of a kind; none where they are just being started again."""
        if kind == "launcher":
            return [self.process.pid]
        if kind == "worker":
            children = _children(self.process.pid)
            return [pid for pid in children if b"spawn_main" in _command(pid)][:1]
        server = postmaster.alive(self.data.resolve() / "postgres" / "cluster")
        if server is None or kind == "postmaster":
            return [] if server is None else [server.pid]
        return [pid for pid in _children(server.pid) if b"[local]" in _command(pid)][:1]

    def kill(self, kinds: set[str]) -> None:
        """Kill one process of each kind, all at the same moment."""
        for pid in [pid for kind in kinds for pid in self.pids(kind)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if "launcher" in kinds:
            self.process.wait()


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _children(parent: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError):
            if int(status.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(status.parent.name))
    return found


@contextlib.contextmanager
def started(folder: Path, **settings: str) -> Iterator[Running]:
    running = Running(folder, **settings)
    try:
        yield running
    finally:
        running.process.terminate()
        try:
            running.process.wait(STOPPING)
        finally:
            running.process.kill()
            running.process.wait()


async def ready(running: Running) -> None:
    """Wait until it answers that it can do its work."""
    deadline = time.monotonic() + PATIENCE
    async with httpx.AsyncClient(timeout=5) as http:
        while time.monotonic() < deadline:
            running.watch()
            with contextlib.suppress(httpx.TransportError):
                if (await http.get(f"{running.url}/health/ready")).status_code == 200:
                    return
            await asyncio.sleep(0.05)
    raise AssertionError(f"it does not answer again: {running.out.read_text()[-3000:]}")


class Load:
    """Callers that post comments until they are told to stop, each until it was taken."""

    def __init__(self, url: str, key: str) -> None:
        self.answered: dict[str, str] = {}
        self.strange: list[str] = []
        self._url = url
        self._headers = {"Authorization": f"Bearer {key}"}
        self._stopping = asyncio.Event()

    @contextlib.asynccontextmanager
    async def on(self) -> AsyncIterator[None]:
        """Have the callers post for as long as the block runs."""
        async with asyncio.TaskGroup() as group:
            for _ in range(CALLERS):
                group.create_task(self._call())
            try:
                yield
            finally:
                self._stopping.set()

    async def goes_on(self) -> None:
        """Wait until as many comments more were taken as there are callers."""
        before = len(self.answered)

        async def are_taken() -> bool:
            return len(self.answered) >= before + CALLERS

        await until(are_taken, PATIENCE)

    async def _call(self) -> None:
        while not self._stopping.is_set():
            await self._post(uuid4().hex)

    async def _post(self, name: str) -> None:
        comment = {
            "name": "Reader",
            "email": f"{name}@example.org",
            "body": f"Remark {name}",
            "page": "https://news.example/a",
        }
        headers = self._headers | {"Idempotency-Key": name}
        while not self._stopping.is_set():
            try:
                async with httpx.AsyncClient(timeout=20) as http:
                    answer = await http.post(
                        f"{self._url}/v1/comments", json=comment, headers=headers
                    )
            except httpx.TransportError:
                await asyncio.sleep(0.02)
                continue
            if answer.status_code in {200, 201}:
                self.answered[name] = answer.json()["id"]
                return
            if answer.status_code != 503 or "Retry-After" not in answer.headers:
                self.strange.append(f"{answer.status_code} {answer.text}")
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    "kinds", ALL if ROUNDS else FEW, ids=lambda kinds: "+".join(sorted(kinds, key=KINDS.index))
)
async def test_it_answers_again_and_nothing_is_lost(reachable: Path, kinds: set[str]) -> None:
    with started(reachable) as running:
        await ready(running)
        load = Load(running.url, running.key())
        async with load.on():
            for _ in range(ROUNDS or 1):
                await load.goes_on()
                running.kill(kinds)
                await ready(running)
                await load.goes_on()
        assert load.strange == []
    with embedded.running(reachable / "data") as dsn:
        connection = await asyncpg.connect(dsn)
        rows = await connection.fetch("select id::text as id, body from comment")
        await connection.close()
    kept = {row["id"] for row in rows}
    assert set(load.answered.values()) <= kept
    assert len({row["body"] for row in rows}) == len(rows)


async def test_a_killed_launcher_leaves_no_worker_on_the_port(reachable: Path) -> None:
    with started(reachable) as running:
        await ready(running)
        children = _children(running.process.pid)
        assert len(children) > 1
        os.kill(running.process.pid, signal.SIGKILL)
        running.process.wait()
        deadline = time.monotonic() + PATIENCE
        while any(_command(pid) for pid in children):
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", running.port)


async def test_without_a_database_workers_answer_503_and_wait_for_it(reachable: Path) -> None:
    """One that dies meanwhile is replaced, the others serve on, and the launcher stays."""
    home = reachable / "database"
    home.mkdir()
    with embedded.running(home) as dsn:
        pass
    with contextlib.ExitStack() as stack:
        with embedded.running(home):
            running = stack.enter_context(started(reachable, DATABASE_URL=dsn))
            await ready(running)
        launcher = running.process
        old = running.pids("worker")
        deadline = time.monotonic() + PATIENCE
        unready = 0
        while unready < UNREADY:  # until it has gone for each worker: a connection is one's
            assert time.monotonic() < deadline
            async with httpx.AsyncClient(timeout=20, base_url=running.url) as http:
                ready_now = (await http.get("/health/ready")).status_code == 200
            unready = 0 if ready_now else unready + 1
            await asyncio.sleep(0.05)
        os.kill(old[0], signal.SIGKILL)
        statuses = set[int]()
        async with httpx.AsyncClient(timeout=20, base_url=running.url) as http:
            while running.pids("worker") in ([], old) or len(statuses) < 1:
                assert time.monotonic() < deadline
                statuses.add((await http.get("/health/ready")).status_code)
                answer = await http.get("/v1/comments", headers={"Authorization": "Bearer x"})
                statuses.add(answer.status_code)
                await asyncio.sleep(0.05)
        assert statuses <= {503, 401}
        assert 503 in statuses
        assert launcher.poll() is None
        with embedded.running(home):
            await ready(running)
            assert running.process is launcher
            launcher.terminate()
            assert launcher.wait(30) == 0


FAILING = """
import socket
import uvicorn
from service.commands import workers
from service.commands.base import CommandError
workers.FIRST_PAUSE = workers.LONGEST_PAUSE = 0.01
with socket.create_server(("127.0.0.1", 0)) as taken:
    try:
        workers.Supervisor(uvicorn.Config("no.such:application", workers=2), [taken]).run()
    except CommandError as error:
        raise SystemExit(error.exit_code)
"""


def test_a_supervisor_that_gives_up_ends_with_another_status_than_0() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FAILING], cwd=ROOT, capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 1, done.stderr.decode()


def beats_once(_config: object, _sockets: object, beats: Connection) -> None:
    beats.send_bytes(b".")
    time.sleep(PATIENCE)


def never_beats(_config: object, _sockets: object, _beats: Connection) -> None:
    time.sleep(PATIENCE)


@pytest.mark.parametrize(("works", "ends"), [(never_beats, False), (beats_once, True)])
def test_a_worker_that_is_slow_to_start_is_no_silent_one(
    monkeypatch: pytest.MonkeyPatch, works: Callable[..., None], *, ends: bool
) -> None:
    monkeypatch.setattr(workers, "work", works)
    monkeypatch.setattr(workers, "SILENT_SECONDS", 0.0)
    worker = workers.Worker(uvicorn.Config("no.such:application"), [])
    with capture_logs() as told:
        began = time.monotonic()
        while time.monotonic() - began < (PATIENCE if ends else 1) and not told:
            worker.look()
    worker.stop()
    worker.join(PATIENCE)
    assert [(each["status"], each["failures"]) for each in told] == [(-9, 0)] * ends


@pytest.mark.parametrize("failures", [1, 2, 5, 100, 1_000_000])
def test_pauses_between_starts_grow_and_are_capped(failures: int) -> None:
    assert workers.FIRST_PAUSE <= workers.pause(failures) <= workers.LONGEST_PAUSE
    assert workers.pause(failures) <= workers.pause(failures + 1)
