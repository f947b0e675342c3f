"""The primary is killed while a website posts and people decide, and its replica takes over."""

import asyncio
import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from service.db.pool import connect
from tests.support.replica import Server, fill, reading, streaming
from tests.support.service import Service
from tests.support.waiting import until

SECONDS = 60  # a busy machine is no failure
ENOUGH = 10  # comments and decisions before the end of the primary, and as many behind it


@pytest.fixture
def servers() -> Iterator[tuple[Server, Server]]:
    """A primary whose first database has the whole schema, and its replica."""
    with tempfile.TemporaryDirectory(prefix="failover_") as folder:
        Path(folder).chmod(0o711)
        with streaming(Path(folder)) as (primary, replica):
            asyncio.run(fill(primary.dsn))
            yield primary, replica


class Load:
    """A website that posts, and a moderator who approves: each again until it is taken."""

    def __init__(self, service: Service, moderator: dict[str, str]) -> None:
        self._service = service
        self._moderator = moderator
        self.kept: list[str] = []
        self.approved: list[str] = []
        self.enough = asyncio.Event()

    async def post(self) -> None:
        """Post until it is enough."""
        for number in count():
            if self.enough.is_set():
                return
            body, email = f"Thanks, this was helpful, part {number}.", f"{number}@b.example"
            key = {"Idempotency-Key": body}
            answer = await taken(lambda: self._service.post(key, body=body, email=email))  # noqa: B023 - awaited here
            assert answer.status_code in {200, 201}
            self.kept.append(answer.json()["id"])

    async def approve(self) -> None:
        """Approve one after the other until it is enough."""
        while not self.enough.is_set():
            if len(self.approved) == len(self.kept):
                await asyncio.sleep(0.01)
                continue
            id_ = self.kept[len(self.approved)]
            answer = await taken(lambda: approve(self._service, self._moderator, id_))  # noqa: B023 - awaited here
            assert answer.status_code == 200, answer.text
            self.approved.append(id_)

    async def go_on(self) -> None:
        """Wait until some more of both was answered."""
        posts, decisions = len(self.kept) + ENOUGH, len(self.approved) + ENOUGH

        async def are() -> bool:
            return len(self.kept) >= posts and len(self.approved) >= decisions

        await until(are, SECONDS)


async def taken(call: Any) -> httpx.Response:
    """Call until the service can do it."""
    answers: list[httpx.Response] = []

    async def is_taken() -> bool:
        answers.append(await call())
        return answers[-1].status_code != 503

    await until(is_taken, SECONDS)
    return answers[-1]


async def approve(service: Service, moderator: dict[str, str], id_: str) -> httpx.Response:
    """Approve a comment that waits."""
    body = {"action": "approve", "version": 1}
    return await service.http.post(f"/v1/review/{id_}/decision", json=body, headers=moderator)


async def statuses(dsn: str) -> dict[str, str]:
    """The status of each comment, by its id."""
    connection = await connect(dsn)
    rows = await connection.fetch("select id::text, status::text from comment")
    await connection.close()
    return dict(rows)


async def set_synchronous(primary: Server) -> None:
    """Have nothing acknowledged that the replica does not hold."""
    connection = await connect(primary.dsn)
    await connection.execute("alter system set synchronous_standby_names = '*'")
    await connection.execute("alter system set synchronous_commit = on")
    await connection.execute("select pg_reload_conf()")

    async def is_waited_for() -> bool:
        states = "select array_agg(sync_state) from pg_stat_replication"
        return bool(await connection.fetchval(states) == ["sync"])

    await until(is_waited_for, SECONDS)
    await connection.close()


async def test_with_a_replica_that_is_waited_for_nothing_acknowledged_is_lost(
    servers: tuple[Server, Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    primary, replica = servers
    monkeypatch.setattr("service.db.pool.STATEMENT_SECONDS", 2)
    async with reading(servers, tmp_path) as (service, settings):
        await service.hold()
        moderator = await service.staff("ann")
        await set_synchronous(primary)
        name = await service.connection.fetchval("select current_database()")
        await service.connection.execute(f"alter database {name} set synchronous_commit = on")
        await service.app.state.parts.threads.pool.expire_connections()
        await asyncio.to_thread(replica.stop)
        key = {"Idempotency-Key": "while the replica is away"}
        first = {"body": "Thanks for one.", "email": "one@b.example"}
        assert (await service.post(key, **first)).status_code == 503

        async def is_in_the_primary_alone() -> bool:
            return bool(await service.connection.fetchval("select count(*) from comment"))

        await until(is_in_the_primary_alone, SECONDS)
        assert (await service.post(key, **first)).status_code == 503
        await asyncio.to_thread(replica.start)
        assert (await taken(lambda: service.post(key, **first))).status_code == 200
        load = Load(service, moderator)
        async with asyncio.TaskGroup() as group:
            for work in (load.post(), load.approve()):
                group.create_task(work)
            await load.go_on()
            await asyncio.to_thread(primary.kill)
            await asyncio.to_thread(replica.promote)
            await load.go_on()
            load.enough.set()
        found = await statuses(settings["DATABASE_URL"])
    assert set(load.kept) <= found.keys()
    assert {found[id_] for id_ in load.approved} == {"approved"}


async def test_without_waiting_what_the_replica_had_not_received_is_lost_and_no_more(
    servers: tuple[Server, Server], tmp_path: Path
) -> None:
    primary, replica = servers
    async with reading(servers, tmp_path) as (service, _):
        await service.hold()
        moderator = await service.staff("ann")
        received = (await service.post(body="Thanks for one.")).json()["id"]
        name = await service.connection.fetchval("select current_database()")
        there = f"postgresql://postgres@/{name}?host={replica.folder}"

        async def is_there() -> bool:
            with suppress(asyncpg.InvalidCatalogNameError):  # that has not come over yet either
                return received in await statuses(there)
            return False

        await until(is_there, SECONDS)
        sender = await service.connection.fetchval("select pid from pg_stat_replication")
        os.kill(sender, signal.SIGSTOP)
        key = {"Idempotency-Key": "lost"}
        last = {"body": "Thanks for two.", "email": "two@b.example"}
        assert (await service.post(key, **last)).status_code == 201
        assert (await approve(service, moderator, received)).status_code == 200
        killed = asyncio.create_task(asyncio.to_thread(primary.kill))
        os.kill(sender, signal.SIGKILL)
        await killed
        await asyncio.to_thread(replica.promote)
        answer = await taken(lambda: service.post(body="Thanks for three."))
        assert answer.status_code == 201
        assert await statuses(there) == {received: "pending", answer.json()["id"]: "pending"}
        again = await service.post(key, **last)
        assert (again.status_code, (await approve(service, moderator, received)).status_code) == (
            201,
            200,
        )
        assert (await statuses(there))[received] == "approved"
