"""The embedded PostgreSQL whatever happens to a process: kill -9, stale files, company."""

import asyncio
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from service.db.embedded import postmaster, watchdog
from service.db.embedded import server as embedded
from service.db.embedded.runner import EmbeddedError
from tests.support.database import FAST

ROOT = Path(__file__).resolve().parents[2]
_USER = """
import sys
from pathlib import Path
from service.db.embedded import server as embedded
with embedded.running(Path(sys.argv[1]), dict(pair.split("=") for pair in sys.argv[2:])) as dsn:
    print(dsn, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def data_dir(reachable: Path) -> Path:
    return reachable


@contextmanager
def user(data_dir: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that uses the server until its stdin closes; it prints the address."""
    options = [f"{name}={value}" for name, value in FAST.items()]
    with subprocess.Popen(
        [sys.executable, "-c", _USER, str(data_dir), *options],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def server(data_dir: Path) -> postmaster.Postmaster | None:
    return postmaster.alive(data_dir.resolve() / "postgres" / "cluster")


def pid_of_server(data_dir: Path) -> int:
    found = server(data_dir)
    assert found is not None
    return found.pid


def stopped(data_dir: Path) -> bool:
    return postmaster.until(lambda: server(data_dir) is None, 30)


def folders(above: Path) -> set[str]:
    return {str(folder) for folder in above.iterdir()}


async def ask(dsn: str, sql: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_it_runs_for_the_block_and_the_data_stay(data_dir: Path) -> None:
    with embedded.running(data_dir, FAST) as dsn:
        await ask(dsn, "create table kept as select 42 as answer")
        assert str(await ask(dsn, "show listen_addresses")) == ""
    assert server(data_dir) is None
    with embedded.running(data_dir, FAST) as dsn:
        assert await ask(dsn, "select answer from kept") == 42


async def test_a_second_process_joins_and_may_outlast_the_first(data_dir: Path) -> None:
    with user(data_dir) as other:
        with embedded.running(data_dir, FAST) as dsn:
            assert address(other) == dsn
            first = pid_of_server(data_dir)
        assert pid_of_server(data_dir) == first
        assert await ask(dsn, "select 1") == 1
        other.communicate("")
    assert stopped(data_dir)


async def test_kill_9_of_its_user_stops_it_and_the_next_start_has_the_data(data_dir: Path) -> None:
    with user(data_dir) as other:
        await ask(address(other), "create table kept as select 42 as answer")
        other.kill()
    assert stopped(data_dir)
    with embedded.running(data_dir, FAST) as dsn:
        assert await ask(dsn, "select answer from kept") == 42


async def test_kill_9_of_the_server_itself_brings_it_up_again(data_dir: Path) -> None:
    with embedded.running(data_dir, FAST) as dsn:
        first = pid_of_server(data_dir)
        os.kill(first, signal.SIGKILL)
        assert postmaster.until(lambda: ready_again(data_dir, first), 60)
        assert await ask(dsn, "select 1") == 1


async def test_a_backend_that_computes_on_keeps_no_server_away(
    data_dir: Path,
) -> None:
    """PostgreSQL refuses to start while one of the last server's is at work, which may be long."""
    with embedded.running(data_dir, FAST) as dsn:
        busy = await asyncpg.connect(dsn)
        work = asyncio.create_task(
            busy.fetchval("select count(*) from generate_series(1, 100000000000) n")
        )
        await asyncio.sleep(0.3)
        first = pid_of_server(data_dir)
        os.kill(first, signal.SIGKILL)
        with pytest.raises((asyncpg.PostgresConnectionError, OSError)):
            await work
        assert postmaster.until(lambda: ready_again(data_dir, first), 30)
        assert await ask(dsn, "select 1") == 1


async def test_it_is_tried_again_for_as_long_as_somebody_needs_it(data_dir: Path) -> None:
    """Whatever keeps the server from starting, its end is noticed: here more than six tries."""
    with embedded.running(data_dir, FAST) as dsn:
        version = data_dir / "postgres" / "cluster" / "PG_VERSION"
        content, owner = version.read_text(), version.stat()
        version.write_text("nonsense")
        first = pid_of_server(data_dir)
        os.kill(first, signal.SIGKILL)
        log = data_dir / "postgres" / "server.log"
        assert postmaster.until(lambda: log.read_text().count(watchdog.ENDED) > 6, 60)
        version.write_text(content)
        os.chown(version, owner.st_uid, owner.st_gid)
        assert postmaster.until(lambda: ready_again(data_dir, first), 30)
        assert await ask(dsn, "select 1") == 1


@pytest.mark.parametrize("failures", [1, 2, 7, 1_000_000])
def test_pauses_grow_and_are_capped(failures: int) -> None:
    assert watchdog.FIRST_PAUSE <= watchdog.pause(failures) <= watchdog.LONGEST_PAUSE
    assert watchdog.pause(failures) <= watchdog.pause(failures + 1)


def test_a_first_start_that_cannot_succeed_says_why(data_dir: Path) -> None:
    with embedded.running(data_dir, FAST):
        pass
    control = data_dir / "postgres" / "cluster" / "global" / "pg_control"
    control.write_bytes(b"nonsense")
    with (
        pytest.raises(EmbeddedError, match=r"does not start: .*pg_control"),
        embedded.running(data_dir, FAST),
    ):
        pass


async def test_a_watchdog_that_is_killed_is_replaced_while_the_server_is_used(
    data_dir: Path,
) -> None:
    with embedded.running(data_dir, FAST) as dsn:
        first = pid_of_server(data_dir)
        os.kill(_parent(first), signal.SIGKILL)
        assert postmaster.until(lambda: ready_again(data_dir, first), 30)
        second = pid_of_server(data_dir)
        os.kill(second, signal.SIGKILL)
        assert postmaster.until(lambda: ready_again(data_dir, second), 30)
        assert await ask(dsn, "select 1") == 1


def ready_again(data_dir: Path, before: int) -> bool:
    """Whether another server than the one of before takes connections."""
    found = server(data_dir)
    return found is not None and found.ready and found.pid != before


async def test_a_stale_pid_file_with_the_number_of_a_living_process(data_dir: Path) -> None:
    with embedded.running(data_dir, FAST):
        file = data_dir / "postgres" / "cluster" / "postmaster.pid"
        content = file.read_text().split("\n")
    stale = "\n".join([str(os.getpid()), *content[1:]])
    file.write_text(stale)
    os.chown(file, file.parent.stat().st_uid, file.parent.stat().st_gid)
    with embedded.running(data_dir, FAST) as dsn:
        assert await ask(dsn, "select 1") == 1


async def test_a_server_that_nobody_watches_any_more_is_replaced(data_dir: Path) -> None:
    """Whoever kills the watchdog too leaves an orphan behind."""
    with user(data_dir) as other:
        address(other)
        orphan = pid_of_server(data_dir)
        watchdog = _parent(orphan)
        other.send_signal(signal.SIGSTOP)  # or it may look after the server once more
        os.kill(watchdog, signal.SIGKILL)
        _await_end(watchdog)
        other.kill()
    # Threads of a killed process may outlive the one that it shows, and hold its locks meanwhile.
    assert postmaster.until(lambda: _is_free(data_dir / "postgres" / "watchdog.lock"), 30)
    assert pid_of_server(data_dir) == orphan
    with embedded.running(data_dir, FAST) as dsn:
        assert pid_of_server(data_dir) != orphan
        assert await ask(dsn, "select 1") == 1


def _is_free(lock: Path) -> bool:
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _parent(pid: int) -> int:
    return int(_shown("ppid=", pid))


def _await_end(pid: int) -> None:
    """Wait until a killed process holds nothing any more: gone, or kept for its parent alone."""
    deadline = time.monotonic() + 10
    while _shown("stat=", pid).strip()[:1] not in {"", "Z"}:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _shown(column: str, pid: int) -> str:
    command = ["ps", "-o", column, "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


async def test_a_path_too_long_for_a_socket(data_dir: Path) -> None:
    deep = data_dir / "/".join(["a folder of thirty characters"] * 5)
    deep.mkdir(parents=True)
    for folder in [deep, *deep.relative_to(data_dir).parents]:
        (data_dir / folder).chmod(0o711)
    with embedded.running(deep, FAST) as dsn:
        assert await ask(dsn, "select 1") == 1
        (sockets,) = parse_qs(urlsplit(dsn).query)["host"]
        assert sockets in folders(Path("/tmp"))
    assert sockets not in folders(Path("/tmp"))


def test_neither_root_nor_open_to_others(data_dir: Path) -> None:
    with embedded.running(data_dir, FAST):
        owner = Path(f"/proc/{pid_of_server(data_dir)}").stat().st_uid
        cluster = (data_dir / "postgres" / "cluster").stat()
        assert owner == cluster.st_uid
        assert owner != 0
        assert cluster.st_mode & 0o077 == 0


def test_data_of_another_major_version_are_refused_and_left_alone(data_dir: Path) -> None:
    with embedded.running(data_dir, FAST):
        pass
    version = data_dir / "postgres" / "cluster" / "PG_VERSION"
    version.write_text("17\n")
    with (
        pytest.raises(EmbeddedError, match="made by PostgreSQL 17"),
        embedded.running(data_dir, FAST),
    ):
        pass
    assert version.read_text() == "17\n"
