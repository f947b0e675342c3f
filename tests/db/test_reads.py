"""A real streaming replica: what is read there, what is not, and who is followed when it leads."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from service.db.migrate import migrate
from service.db.pool import connect
from service.models import shipping
from service.settings import Settings
from tests.support.database import with_database
from tests.support.replica import Server, streaming
from tests.support.service import Service, client, living, running
from tests.support.waiting import until

PAGE = "https://news.example/articles/1"
NUMBERS = count()
SECONDS = 60  # a busy machine is no failure


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the replica all the time that it takes, so that no read falls back for slowness."""
    monkeypatch.setattr("service.db.reads.SECONDS", SECONDS)


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Server, Server]]:
    """A primary whose first database has the whole schema, and its replica."""
    with tempfile.TemporaryDirectory(prefix="replica_") as folder:
        Path(folder).chmod(0o711)
        with streaming(Path(folder)) as (primary, replica):
            asyncio.run(_fill(primary.dsn))
            yield primary, replica


async def _fill(dsn: str) -> None:
    await migrate(dsn)
    connection = await connect(dsn)
    await shipping.ensure_shipped(connection)
    await connection.close()


@asynccontextmanager
async def reading(
    servers: tuple[Server, Server], data_dir: Path, **settings: str
) -> AsyncIterator[tuple[Service, dict[str, str]]]:
    """The service on a database of its own, and the settings that it has."""
    primary, replica = servers
    name = f"test_{next(NUMBERS)}"
    admin = await connect(primary.dsn)
    await admin.execute(f"create database {name} template postgres")
    await admin.close()
    hosts = f"postgresql://postgres@/{name}?host={primary.folder},{replica.folder}"
    settings = {
        "DATABASE_URL": hosts,
        "DATABASE_READ_URL": with_database(replica.dsn, name),
        "MODERATION_SECOND_OPINION_MS": "0",
        "MODERATION_DATA_DIR": str(data_dir),
        **settings,
    }
    connection = await connect(with_database(primary.dsn, name))
    async with running(hosts, connection, data_dir, **settings) as service:
        yield service, settings
    await connection.close()


async def shown(http: httpx.AsyncClient, service: Service) -> list[str]:
    """What the page shows, however many answers that takes."""
    bodies: list[str] = []
    params = {"page": PAGE}
    while True:
        answer = await http.get("/v1/comments", params=params, headers=service.as_site)
        assert answer.status_code == 200
        bodies += [comment["body"] for comment in answer.json()["comments"]]
        if answer.json()["next"] is None:
            return bodies
        params["cursor"] = answer.json()["next"]


async def change(connection: "asyncpg.Connection[Any]", body: str) -> None:
    """Change every text behind the service's back, so that it shows where a text was read."""
    await connection.execute("update comment set body = $1", body)


async def replay(replica: Server, function: str) -> None:
    """Let the replica's state stand still, or go on."""
    there = await connect(replica.dsn)
    await there.execute(f"select pg_wal_replay_{function}()")
    await there.close()


async def caught_up(service: Service) -> None:
    """Wait until the replica has what the first site wrote, and the service knows it."""
    site = await service.connection.fetchval("select id from site")
    reads = service.app.state.parts.threads.reads

    async def trusts() -> bool:
        found: bool = reads._freshness.trusts(site, time.monotonic())
        return found

    await until(trusts, SECONDS)


async def test_a_site_reads_at_the_replica_and_misses_no_write_of_its_own(
    servers: tuple[Server, Server], tmp_path: Path
) -> None:
    lag = {"MODERATION_REPLICA_LAG_SECONDS": "300"}
    async with reading(servers, tmp_path, **lag) as (service, settings):
        assert (await service.post(body="Thanks for one.")).status_code == 201
        assert await shown(service.http, service) == ["Thanks for one."]
        await caught_up(service)
        await replay(servers[1], "pause")
        await change(service.connection, "Changed.")
        assert await shown(service.http, service) == ["Thanks for one."]
        assert (await service.post(body="Thanks for two.")).status_code == 201
        assert await shown(service.http, service) == ["Changed.", "Thanks for two."]
        await replay(servers[1], "resume")
        await caught_up(service)
        await replay(servers[1], "pause")
        await change(service.connection, "Changed again.")
        assert await shown(service.http, service) == ["Changed.", "Thanks for two."]
        other = Settings.read(settings)
        async with living(other, settings["DATABASE_URL"]) as app, client(app) as http:
            elsewhere = replace(service, app=app, http=http)
            answer = await elsewhere.post(
                body="Thanks, this was a helpful article.", email="a@b.example"
            )
        assert answer.json()["status"] == "approved"

        async def sees_it() -> bool:
            return len(await shown(service.http, service)) == 3

        await until(sees_it, SECONDS)
        await replay(servers[1], "resume")


async def test_a_replica_that_lags_or_is_gone_is_not_read_and_one_that_is_promoted_is_followed(
    servers: tuple[Server, Server], tmp_path: Path
) -> None:
    primary, replica = servers
    async with reading(servers, tmp_path, MODERATION_REPLICA_LAG_SECONDS="1") as (service, _):
        await service.post(body="Thanks for one.")
        await caught_up(service)
        await replay(replica, "pause")
        await change(service.connection, "Changed.")
        assert await shown(service.http, service) == ["Thanks for one."]

        async def is_new() -> bool:
            return await shown(service.http, service) == ["Changed."]

        await until(is_new, SECONDS)
        await replay(replica, "resume")
        await caught_up(service)
        replica.stop()
        assert await shown(service.http, service) == ["Changed."]
        replica.start()
        await caught_up(service)
        await _synchronous(service)
        kept: list[str] = []
        enough = asyncio.Event()

        async def kept_more_than(before: int) -> None:
            async def are() -> bool:
                return len(kept) >= before + 10

            await until(are, SECONDS)

        async with asyncio.TaskGroup() as group:
            group.create_task(_post(service, kept, enough))
            await kept_more_than(0)
            await asyncio.to_thread(primary.stop)
            before = len(kept)
            await asyncio.to_thread(replica.promote)
            await kept_more_than(before)
            enough.set()
        assert sorted(await shown(service.http, service)) == sorted(["Changed.", *kept])


async def _synchronous(service: Service) -> None:
    """Have nothing acknowledged that the replica does not hold."""
    name = await service.connection.fetchval("select current_database()")
    await service.connection.execute("alter system set synchronous_standby_names = '*'")
    await service.connection.execute("select pg_reload_conf()")
    await service.connection.execute(f"alter database {name} set synchronous_commit = on")
    await service.app.state.parts.threads.pool.expire_connections()


async def _post(service: Service, kept: list[str], enough: asyncio.Event) -> None:
    """Post comments as a website does until there are enough, each again until it is taken."""
    for number in count():
        if enough.is_set():
            return
        body, email = f"Thanks, this was helpful, part {number}.", f"{number}@b.example"
        headers = {"Idempotency-Key": body}

        async def taken(body: str = body, email: str = email, headers: Any = headers) -> bool:
            answer = await service.post(headers, body=body, email=email)
            assert answer.status_code in {200, 201, 503}
            return answer.status_code != 503

        await until(taken, SECONDS)
        kept.append(body)
