"""Five thousand decisions while receivers fail, hang, redirect, are gone or away for an hour.

`python -m tests.load.outbox`: the service runs as `serve` does and delivers; readers post to
another website meanwhile, at a rate that is held. Decisions and receivers are in a process of their
own, so that their work is not taken for the service's; it takes the same cores all the same.
"""

import asyncio
import random
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import uvloop

from service.accounts import accounts
from service.accounts.secrets import Secrets, load_secrets
from service.db.embedded import server as embedded
from service.db.migrate import migrate
from service.db.pool import connect, open_pool
from service.settings import Settings
from tests.load import texts
from tests.load.flood import headers, line
from tests.support.client import Measured, load, request
from tests.support.ill_receivers import ILLS, Found, Ill
from tests.support.servers import service

_COMMENTS, _CHANGES = 210, 4  # of each of six websites: 5,040 decisions
_RATE: Final = 40.0
_SECONDS: Final = 15
_CONNECTIONS: Final = 16


def main() -> None:
    """Measure, and print what was found."""
    with tempfile.TemporaryDirectory(prefix="outbox_") as folder:
        data_dir = Path(folder)
        data_dir.chmod(0o711)
        with embedded.running(data_dir) as dsn:
            key = asyncio.run(_prepare(dsn, data_dir))
            with service(dsn, data_dir) as port:
                missed = _measure(dsn, data_dir, port, key)
    sys.exit(missed > 0)


async def _prepare(dsn: str, data_dir: Path) -> str:
    await migrate(dsn)
    connection = await connect(dsn)
    try:
        return (await accounts.add_site(connection, _secrets(data_dir), "readers")).key
    finally:
        await connection.close()


def _measure(dsn: str, data_dir: Path, port: int, key: str) -> int:
    _load(port, _posts(key, 300, 1))  # a warm-up
    for seed in (2, 3):
        _say(f"POST before   {line(_load(port, _posts(key, int(_RATE * _SECONDS), seed), _RATE))}")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as beside:
        ill, seed = beside.submit(_ill, dsn, data_dir), 4
        while not ill.done():
            posts = _posts(key, int(_RATE * _SECONDS), seed)
            _say(f"POST beside   {line(_load(port, posts, _RATE))}")
            seed += 1
    found = ill.result()
    _say(
        f"{found.decisions} decisions of {len(ILLS) + 1} websites, {found.attempts} attempts,"
        f" {found.missed} comments not told all in order; in its hour away, which passes in twelve"
        f" steps, one was tried {found.probes} times; the one that was gone got"
        f" {found.most_on_gone}; after their return all was told in {found.seconds:.0f} s"
    )
    return found.missed


def _ill(dsn: str, data_dir: Path) -> Found:
    async def run() -> Found:
        pool = await open_pool(dsn, size=4)
        try:
            return await Ill(pool, _secrets(data_dir), random.Random(4)).run(_COMMENTS, _CHANGES)
        finally:
            await pool.close()

    return uvloop.run(run())


def _secrets(data_dir: Path) -> Secrets:
    return load_secrets(Settings.read({"MODERATION_DATA_DIR": str(data_dir)}))


def _load(port: int, requests: list[bytes], rate: float | None = None) -> Measured:
    return uvloop.run(load(port, requests, _CONNECTIONS, rate=rate))


def _posts(key: str, count: int, seed: int) -> list[bytes]:
    bodies = texts.comments(count, seed)
    return [request("POST", "/v1/comments", headers(key), body) for body in bodies]


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
