"""kill -9 of the process that lets a month go, under load: another goes on, nobody is refused."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import asyncpg
import httpx

from service.accounts import accounts, members
from service.accounts.secrets import load_secrets
from service.db import months as db
from service.ids import LAST
from service.settings import Settings
from tests.support import months
from tests.support.commands import ROOT, environment
from tests.support.serving import serving_process
from tests.support.waiting import until

PAGE: Final = "https://news.example/a"
COUNT: Final = 6000
FILL: Final = """
with made as (
    insert into comment (id, site_id, page, page_key, name, body, fingerprint, status, submitted_at,
                         decided_at)
    select overlay(gen_random_uuid()::text placing left(
               first_id($2::timestamptz + make_interval(secs => n))::text, 13) from 1 for 13)::uuid,
           $1, 'https://x/' || n % 700, sha256((n % 700)::text::bytea), 'a', 'b',
           sha256(n::text::bytea), 'approved', $2, $2
    from generate_series(1, $3::integer) n
    returning id
)
insert into decision (comment_id, version, to_status, action, actor, at)
select id, 1, 'approved', 'submit', 'system', $2 from made
"""


@contextmanager
def started(env: dict[str, str], out: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A service, not awaited; ended for sure."""
    command = [sys.executable, "-m", "service", "serve", "--port", "0"]
    with out.open("w") as log:
        process = subprocess.Popen(
            command, env=environment(**env), cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@dataclass
class Traffic:
    """A website and a moderator, until they are told to stop."""

    http: httpx.AsyncClient
    site: dict[str, str]
    staff: dict[str, str]
    posted: list[str] = field(default_factory=list)
    longest: float = 0.0
    stopping: bool = False

    async def work(self, ask: Callable[[], Awaitable[httpx.Response]]) -> None:
        """Ask again and again; whatever is refused fails the test."""
        while not self.stopping:
            begun = time.monotonic()
            answer = await ask()
            self.longest = max(self.longest, time.monotonic() - begun)
            assert answer.status_code < 400, answer.text
            await asyncio.sleep(0.05)

    async def post(self) -> httpx.Response:
        """Post a comment."""
        comment = {
            "name": "Kim",
            "email": f"{uuid4().hex}@example.org",
            "body": f"Thanks, this helped me a lot: {len(self.posted)}.",
            "page": PAGE,
        }
        answer = await self.http.post("/v1/comments", json=comment, headers=self.site)
        assert answer.status_code == 201, answer.text
        self.posted.append(answer.json()["id"])
        return answer

    async def decide(self) -> httpx.Response:
        """Post a comment and reject it."""
        id_ = (await self.post()).json()["id"]
        decision = {"action": "reject", "reason": "spam", "version": 1}
        path = f"/v1/review/{id_}/decision"
        return await self.http.post(path, json=decision, headers=self.staff)

    async def read(self) -> httpx.Response:
        """Read a page."""
        return await self.http.get("/v1/comments", params={"page": PAGE}, headers=self.site)

    async def queue(self) -> httpx.Response:
        """Look at the queue."""
        return await self.http.get("/v1/review", headers=self.staff)


async def test_who_is_killed_midway_leaves_the_rest_to_the_next_and_nobody_is_refused(
    dsn: str, connection: "asyncpg.Connection[Any]", tmp_path: Path
) -> None:
    env = {
        "DATABASE_URL": dsn,
        "MODERATION_DATA_DIR": str(tmp_path / "data"),
        "MODERATION_KEEP_MONTHS": "2",
        "MODERATION_SECOND_OPINION_MS": "0",
    }
    secrets = load_secrets(Settings.read(env))
    site = await accounts.add_site(connection, secrets, "first")
    staff = await members.add_staff(connection, secrets, "Mo", "moderator", 60)
    await months.begin_earlier(connection, 3)
    with serving_process(env | {"MODERATION_KEEP_MONTHS": "3"}, tmp_path / "one") as (port, _):
        begins = (await db.listed(connection))[0].begins
        assert begins
        first = await accounts.find_site(connection, "first")
        await connection.execute(FILL, first.id, begins + timedelta(days=3), COUNT)
        await connection.execute("delete from recount")
        month = await db.due(connection, 2)
        assert month
        as_site, as_staff = ({"Authorization": f"Bearer {key}"} for key in (site.key, staff.token))

        async def events() -> int:
            asked = "select count(*) from event where comment_id < $1"
            return int(await connection.fetchval(asked, month.until))

        async def has_begun() -> bool:
            return await events() < COUNT

        async def is_over() -> bool:
            left = "select to_regclass($1) is not null or exists (select from leaving)"
            return not await connection.fetchval(left, month.part)

        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
            traffic = Traffic(http, as_site, as_staff)
            async with asyncio.TaskGroup() as group:
                for ask in (traffic.post, traffic.decide, traffic.read, traffic.queue):
                    group.create_task(traffic.work(ask))
                with started(env, tmp_path / "two") as process:
                    await until(has_begun, seconds=120)
                    process.kill()
                assert not await is_over()
                with started(env, tmp_path / "three"):
                    await until(is_over, seconds=240)
                traffic.stopping = True
    assert traffic.longest < 5, "somebody was held up"
    assert not any((await months.about(connection, month.first, month.until)).values())
    kept = await months.about(connection, month.until, LAST)
    assert len(kept["comment"]) == len(traffic.posted)
    assert len(kept["event"]) == len(kept["decision"])
    assert "month_detached" in (tmp_path / "three").read_text() + (tmp_path / "two").read_text()
    counted = "select coalesce(sum(count), 0) from page_shown"
    shown = "select count(*) from comment where status = 'approved'"
    assert await connection.fetchval(counted) == await connection.fetchval(shown)
