"""kill -9 of the whole service under load: what was answered 2xx is there, once."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import httpx

from service.db.embedded import server as embedded
from tests.support.ports import free_port
from tests.support.waiting import until

ROOT = Path(__file__).parent.parent.parent
CALLERS = 8


@contextmanager
def served(data_dir: Path, port: int, out: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`serve` as its users start it, ended for sure."""
    env = os.environ | {"MODERATION_DATA_DIR": str(data_dir), "MODERATION_PORT": str(port)}
    with out.open("wb") as stdout:
        process = subprocess.Popen(
            [sys.executable, "-m", "service", "serve"], cwd=ROOT, env=env, stdout=stdout
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


async def ready(url: str) -> None:
    async with asyncio.timeout(300), httpx.AsyncClient() as http:
        while True:
            try:
                if (await http.get(f"{url}/health/ready")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)


async def caller(url: str, key: str, number: int, answered: list[str]) -> None:
    """Post until the service is gone; remember what it answered for."""
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"}, timeout=60) as http:
        for n in range(10_000):
            comment = {
                "name": "Reader",
                "email": f"reader{number}.{n}@example.org",
                "body": f"Remark {n} of {number}",
                "page": "https://news.example/a",
            }
            try:
                answer = await http.post(f"{url}/v1/comments", json=comment)
            except httpx.TransportError:
                return
            assert answer.status_code == 201, answer.text
            answered.append(answer.json()["id"])


async def test_what_was_answered_survives_a_kill(reachable: Path) -> None:
    port = free_port()
    url, out, answered = f"http://127.0.0.1:{port}", reachable / "out", list[str]()
    with served(reachable / "data", port, out) as process:
        await ready(url)
        found = re.search(r"cmsite_\w{12}_[\w-]{43}", out.read_text())
        assert found

        async def are_answered() -> bool:
            return len(answered) > CALLERS

        calls = [asyncio.create_task(caller(url, found[0], n, answered)) for n in range(CALLERS)]
        await until(are_answered, seconds=120)
        os.kill(process.pid, signal.SIGKILL)
        await asyncio.gather(*calls)
    with served(reachable / "data", port, reachable / "again"):
        await ready(url)
        with embedded.running(reachable / "data") as dsn:
            connection = await asyncpg.connect(dsn)
            rows = await connection.fetch("select id::text as id, body from comment")
            await connection.close()
    kept = [row["id"] for row in rows]
    assert set(answered) <= set(kept)
    assert len({row["body"] for row in rows}) == len(rows)
