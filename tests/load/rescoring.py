"""What readers' posts notice of an archive that is rescored beside them, over real connections.

Posts come at half of the highest rate, in rounds without and with `python -m service rescore`, in
turns. The client is a process of its own; the run is broken off behind each round, as a machine
that is lost breaks it off, and goes on in the next one; with `--whole` once more to its end, with
nobody beside it. The archive is that of `tests/load/archive.py`.
"""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import uvloop

from service.accounts import accounts
from service.accounts.secrets import load_secrets
from service.db.embedded import server as embedded
from service.db.migrate import migrate
from service.db.pool import connect
from service.settings import Settings
from tests.load import archive as kept
from tests.load import texts
from tests.load.flood import headers, line
from tests.support.client import Measured, load, request
from tests.support.servers import ROOT, Port, processor_seconds, service

_CONNECTIONS: Final = 32
_WARM: Final = 1_000
_BEGIN_SECONDS: Final = 120  # a busy machine takes long to open the bundle


@dataclass(frozen=True, slots=True)
class Archive:
    """Where the comments are, the website's key, and the version that they are scored by."""

    dsn: str
    data_dir: Path
    key: str
    version: str

    def rows(self) -> int:
        """How many are scored by now."""
        return asyncio.run(self._rows())

    async def _rows(self) -> int:
        connection = await connect(self.dsn)
        try:
            return int(await connection.fetchval("select count(*) from rescored"))
        finally:
            await connection.close()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: an archive of so many, there already or to be made, and how to rescore."""

    rows: int
    rounds: int
    seconds: int
    encoder: bool
    whole: bool
    keep: Path | None


def main(wanted: Wanted) -> None:
    """Fill, measure, and say what was found."""
    with tempfile.TemporaryDirectory(prefix="rescoring_") as folder:
        data_dir = wanted.keep or Path(folder)
        data_dir.chmod(0o711)
        with embedded.running(data_dir, kept.SERVER) as dsn, _client() as client:
            settings = {"MODERATION_SECOND_OPINION_MS": "0"}
            with service(dsn, data_dir, **settings) as port:
                archive = asyncio.run(_prepared(dsn, data_dir))
                if wanted.keep is None:
                    client.submit(_load, port, _posts(archive.key, kept.POSTED, 1)).result()
                    asyncio.run(kept.grow(dsn, range(1, wanted.rows // kept.POSTED)))
                warming = _posts(archive.key, _WARM, _seed())
                highest = client.submit(_load, port, warming).result().rate
                _say(f"at most {highest:.0f} posts/s; at half of that, {wanted.seconds} s each:")
                for _ in range(wanted.rounds):
                    for found in _round(client, port, archive, highest / 2, wanted):
                        _say(found)
                if wanted.whole:
                    _say(_to_the_end(archive, wanted))


def _round(
    client: ProcessPoolExecutor, port: Port, archive: Archive, rate: float, wanted: Wanted
) -> Iterator[str]:
    """Measure without and with; yield a line of each."""
    count = int(rate * wanted.seconds)
    for name in ("without", "with"):
        posts = _posts(archive.key, count, _seed())
        if name == "without":
            yield f"  without  {line(client.submit(_load, port, posts, rate).result())}"
            continue
        with _rescored(archive, wanted) as pid:
            before, began, spent = archive.rows(), time.monotonic(), processor_seconds(pid)
            found = client.submit(_load, port, posts, rate).result()
            spent = processor_seconds(pid) - spent
            done, seconds = archive.rows() - before, time.monotonic() - began
        cost = spent / max(done, 1) * 1e6
        each = f"{done / seconds:.0f} rows/s are rescored, {cost:.0f} µs of a core"
        yield f"  with     {line(found)}; {each}"


def _to_the_end(archive: Archive, wanted: Wanted) -> str:
    before, began = archive.rows(), time.monotonic()
    started = _started(archive, wanted)
    _, status, used = os.wait4(started.pid, 0)
    if status:
        raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), started.args)
    done, seconds = archive.rows() - before, time.monotonic() - began
    spent, memory = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    return (
        f"  the rest {done} in {seconds:.0f} s: {done / seconds:.0f} rows/s with starting and sums,"
        f" {spent / max(done, 1) * 1e6:.0f} µs of a core each, {memory:.0f} MiB"
    )


def _started(archive: Archive, wanted: Wanted) -> "subprocess.Popen[bytes]":
    env = {"DATABASE_URL": archive.dsn, "MODERATION_DATA_DIR": str(archive.data_dir)}
    if not wanted.encoder:
        env["MODERATION_SECOND_OPINION_MS"] = "0"
    return subprocess.Popen(
        [sys.executable, "-m", "service", "rescore", "--model", archive.version],
        cwd=ROOT,
        env={**os.environ, **env},
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def _rescored(archive: Archive, wanted: Wanted) -> Iterator[int]:
    """Rescore for as long as the block runs, from when the first rows are there; give its id."""
    before, started = archive.rows(), _started(archive, wanted)
    try:
        deadline = time.monotonic() + _BEGIN_SECONDS
        while archive.rows() == before and time.monotonic() < deadline:
            time.sleep(0.1)
        yield started.pid
        if started.poll() is not None:
            _say("  (all was rescored before the end of the round)")
    finally:
        started.send_signal(signal.SIGKILL)
        started.wait()


async def _prepared(dsn: str, data_dir: Path) -> Archive:
    await migrate(dsn)
    secrets = load_secrets(Settings.read({"MODERATION_DATA_DIR": str(data_dir)}))
    connection = await connect(dsn)
    try:
        site = await accounts.add_site(connection, secrets, f"readers-{_seed()}")
        active = "select version from model_version where state = 'active'"
        return Archive(dsn, data_dir, site.key, await connection.fetchval(active))
    finally:
        await connection.close()


def _posts(key: str, count: int, seed: int) -> list[bytes]:
    return [
        request("POST", "/v1/comments", headers(key), each) for each in texts.comments(count, seed)
    ]


def _seed() -> int:
    """Another one at each time, so that none of a kept archive comes once more."""
    return int(time.time()) % 1_000_000


def _client() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def _load(port: int, requests: Sequence[bytes], rate: float | None = None) -> Measured:
    return uvloop.run(load(port, requests, _CONNECTIONS, rate=rate))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, help="comments that are kept before")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=20, help="of a round")
    parser.add_argument("--encoder", action="store_true", help="rescore with second opinions")
    parser.add_argument("--whole", action="store_true", help="go on to the end after the rounds")
    parser.add_argument("--keep", type=Path, help="what `tests.load.size --keep` left: no new one")
    main(Wanted(**vars(parser.parse_args())))
