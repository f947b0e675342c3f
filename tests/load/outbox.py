"""Five thousand decisions while receivers fail, hang, redirect, are gone or away for an hour.

`python -m tests.load.outbox`: the service runs as `serve` does and delivers; readers post to
another website meanwhile, at a rate that is held, and their 99th percentile is that of before.
"""

import asyncio
import random
import sys
import tempfile
from pathlib import Path
from typing import Final

import uvloop

from service.accounts import accounts
from service.accounts.secrets import Secrets, load_secrets
from service.db.embedded import server as embedded
from service.db.migrate import migrate
from service.db.pool import Pool, open_pool
from service.settings import Settings
from tests.load import texts
from tests.load.flood import headers, line
from tests.support.client import Measured, load, request
from tests.support.ill_receivers import ILLS, Found, Ill
from tests.support.servers import service

_COMMENTS, _CHANGES = 210, 4  # of each of six websites: 5,040 decisions
_RATE: Final = 40.0
_SECONDS: Final = 30
_CONNECTIONS: Final = 16


def main() -> None:
    """Measure, and print what was found."""
    with tempfile.TemporaryDirectory(prefix="outbox_") as folder:
        data_dir = Path(folder)
        data_dir.chmod(0o711)
        with embedded.running(data_dir) as dsn:
            asyncio.run(migrate(dsn))
            secrets = load_secrets(Settings.read({"MODERATION_DATA_DIR": str(data_dir)}))
            with service(dsn, data_dir) as port:
                uvloop.run(_measure(dsn, port, secrets))


async def _measure(dsn: str, port: int, secrets: Secrets) -> None:
    pool = await open_pool(dsn, size=6)
    async with pool.acquire() as connection:
        key = (await accounts.add_site(connection, secrets, "readers")).key
    await load(port, _posts(key, 300, 1), _CONNECTIONS)  # a warm-up
    before = await _post(port, key, 2)
    _say(f"POST before      {line(before)}")
    async with asyncio.TaskGroup() as group:
        ill = group.create_task(_run(pool, secrets))
        posting = group.create_task(_post_until(ill, port, key))
    for number, during in enumerate(posting.result()):
        _say(f"POST beside, {number + 1}   {line(during)}")
    found = ill.result()
    _say(
        f"{found.decisions} decisions of {len(ILLS) + 1} websites, {found.attempts} attempts,"
        f" {found.missed} comments not told all in order; in its hour away one was tried"
        f" {found.probes} times (an hour that passes in twelve steps), the one that was gone got"
        f" {found.most_on_gone}; after their return all was told in {found.seconds:.0f} s"
    )
    await pool.close()
    if found.missed:
        sys.exit(1)


async def _run(pool: Pool, secrets: Secrets) -> Found:
    return await Ill(pool, secrets, random.Random(4)).run(_COMMENTS, _CHANGES)


async def _post_until(done: "asyncio.Task[Found]", port: int, key: str) -> list[Measured]:
    found: list[Measured] = []
    while not done.done():
        found.append(await _post(port, key, len(found) + 3))
    return found


async def _post(port: int, key: str, seed: int) -> Measured:
    posts = _posts(key, int(_RATE * _SECONDS), seed)
    return await load(port, posts, _CONNECTIONS, rate=_RATE)


def _posts(key: str, count: int, seed: int) -> list[bytes]:
    bodies = texts.comments(count, seed)
    return [request("POST", "/v1/comments", headers(key), body) for body in bodies]


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
