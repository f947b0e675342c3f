"""A promotion and a rollback reach two running processes within seconds, and no request fails."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from tests.support.bundles import MakeBundle
from tests.support.commands import Run
from tests.support.servers import service as served
from tests.support.waiting import until

PATIENCE = 60.0
"""Seconds: five are promised, and a machine that has no time takes longer to open two bundles."""

COMMENT = {
    "name": "Reader",
    "email": "reader@example.org",
    "page": "https://news.example/a",
}


class Caller:
    """Posts to two processes in turn until told to stop; keeps what was answered."""

    def __init__(self, ports: tuple[int, int], key: str) -> None:
        self.http = httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"})
        self.ports, self.stop, self.statuses = ports, False, list[int]()

    async def run(self) -> None:
        """Post one comment after the other."""
        number = 0
        while not self.stop:
            number += 1
            url = f"http://127.0.0.1:{self.ports[number % 2]}/v1/comments"
            answer = await self.http.post(url, json=COMMENT | {"body": f"A fair point, {number}."})
            self.statuses.append(answer.status_code)

    async def all_serve(self, version: str) -> bool:
        """Say whether both processes score by a version."""
        urls = [f"http://127.0.0.1:{port}/health/ready" for port in self.ports]
        found = [(await self.http.get(url)).json()["checks"]["model"] for url in urls]
        return found == [version, version]


@pytest.fixture
def key(run: Run) -> str:
    """The key of a site that may post without end."""
    made = json.loads(run("sites", "add", "blog", "--json").stdout)
    run("sites", "set", "blog", "--author-per-minute", "100000", "--origin-per-minute", "100000")
    return str(made["key"])


async def test_a_promotion_reaches_every_process_and_no_request_fails(
    run: Run, dsn: str, key: str, bundle_folder: MakeBundle, tmp_path: Path
) -> None:
    with served(dsn, tmp_path) as one, served(dsn, tmp_path) as two:
        caller = Caller((one, two), key)
        calls = asyncio.create_task(caller.run())
        before = (await caller.http.get(f"http://127.0.0.1:{one}/health/ready")).json()
        for command in (("add", str(bundle_folder("next"))), ("promote", "next")):
            assert (await asyncio.to_thread(run, "models", *command)).returncode == 0
        await until(lambda: caller.all_serve("next"), PATIENCE)
        assert (await asyncio.to_thread(run, "models", "rollback")).returncode == 0
        await until(lambda: caller.all_serve(before["checks"]["model"]), PATIENCE)
        caller.stop = True
        await calls
        await caller.http.aclose()
    assert len(caller.statuses) > 20
    assert set(caller.statuses) == {201}
