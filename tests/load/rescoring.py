"""What readers' posts notice of an archive that is rescored beside them, over real connections.

Posts come at half of the highest rate, in rounds without and with `python -m service rescore`, in
turns. The client is a process of its own; the run is broken off behind each round and goes on in
the next one.
"""

import asyncio
import os
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
from tests.load import texts
from tests.load.flood import headers, line
from tests.support.client import Measured, load, request
from tests.support.servers import ROOT, service

_SERVER: Final = {"shared_buffers": "1GB", "max_wal_size": "8GB"}
_CONNECTIONS: Final = 32
_WARM: Final = 1_000
_SECONDS: Final = 20
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


def main(rows: int, rounds: int) -> None:
    """Fill, measure, and say what was found."""
    with tempfile.TemporaryDirectory(prefix="rescoring_") as folder:
        data_dir = Path(folder)
        data_dir.chmod(0o711)
        with embedded.running(data_dir, _SERVER) as dsn, _client() as client:
            settings = {"MODERATION_SECOND_OPINION_MS": "0"}
            with service(dsn, data_dir, **settings) as port:
                archive = asyncio.run(_prepared(dsn, data_dir))
                client.submit(_load, port, _posts(archive.key, rows, 1)).result()
                highest = client.submit(_load, port, _posts(archive.key, _WARM, 2)).result().rate
                _say(f"{rows} comments kept; at most {highest:.0f} posts/s, at half of that:")
                for number in range(rounds):
                    for found in _round(client, port, archive, highest / 2, number):
                        _say(found)


def _round(
    client: ProcessPoolExecutor, port: int, archive: Archive, rate: float, number: int
) -> Iterator[str]:
    """Measure without and with; yield a line of each."""
    count = int(rate * _SECONDS)
    for name in ("without", "with"):
        posts = _posts(archive.key, count, 10 + 2 * number + (name == "with"))
        if name == "without":
            yield f"  without  {line(client.submit(_load, port, posts, rate).result())}"
            continue
        with _rescored(archive):
            before, began = archive.rows(), time.monotonic()
            found = client.submit(_load, port, posts, rate).result()
            done = (archive.rows() - before) / (time.monotonic() - began)
        yield f"  with     {line(found)}; {done:.0f} rows/s are rescored"


@contextmanager
def _rescored(archive: Archive) -> Iterator[None]:
    """Rescore for as long as the block runs, from when the first rows are there."""
    env = {"DATABASE_URL": archive.dsn, "MODERATION_DATA_DIR": str(archive.data_dir)}
    started = subprocess.Popen(
        [sys.executable, "-m", "service", "rescore", "--model", archive.version],
        cwd=ROOT,
        env={**os.environ, **env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        before, deadline = archive.rows(), time.monotonic() + _BEGIN_SECONDS
        while archive.rows() == before and time.monotonic() < deadline:
            time.sleep(0.1)
        yield
        if started.poll() is not None:
            _say("  (all was rescored before the end of the round)")
    finally:
        started.terminate()
        started.wait()


async def _prepared(dsn: str, data_dir: Path) -> Archive:
    await migrate(dsn)
    secrets = load_secrets(Settings.read({"MODERATION_DATA_DIR": str(data_dir)}))
    connection = await connect(dsn)
    try:
        site = await accounts.add_site(connection, secrets, "archive")
        active = "select version from model_version where state = 'active'"
        return Archive(dsn, data_dir, site.key, await connection.fetchval(active))
    finally:
        await connection.close()


def _posts(key: str, count: int, seed: int) -> list[bytes]:
    return [
        request("POST", "/v1/comments", headers(key), each) for each in texts.comments(count, seed)
    ]


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
    given = parser.parse_args()
    main(given.rows, given.rounds)
