"""A real streaming replica: what is read there, and what is not."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from service.db.pool import connect
from service.db.reads import why_unread
from service.settings import Settings
from tests.support.database import with_database
from tests.support.replica import Server, fill, reading, streaming
from tests.support.service import Service, client, living
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
            asyncio.run(fill(primary.dsn))
            yield primary, replica


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


async def test_a_replica_that_lags_or_is_gone_is_not_read(
    servers: tuple[Server, Server], tmp_path: Path
) -> None:
    replica = servers[1]
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


async def test_a_replica_of_another_database_is_not_read(
    servers: tuple[Server, Server], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """It answers with whatever it has, and its log may well be further than ours."""
    other = {"DATABASE_READ_URL": servers[1].dsn}
    async with reading(servers, tmp_path, **other) as (service, _):
        reads = service.app.state.parts.threads.reads

        async def is_known() -> bool:
            return bool(reads._is_other)

        await until(is_known, SECONDS)
        await service.post(body="Thanks for one.")
        assert await shown(service.http, service) == ["Thanks for one."]
        assert not reads._freshness.trusts(None, time.monotonic())
        assert not await reads.look()
    assert capfd.readouterr().out.count("replica_of_another") == 1


async def test_an_admin_is_told_why_nothing_is_read_there(
    servers: tuple[Server, Server], tmp_path: Path
) -> None:
    primary, replica = servers
    async with reading(servers, tmp_path) as (service, settings):
        name = await service.connection.fetchval("select current_database()")
        there = with_database(primary.dsn, name)

        async def is_there() -> bool:
            told = await why_unread(service.connection, settings["DATABASE_READ_URL"])
            return told != "it does not let us in (InvalidCatalogNameError)"

        await until(is_there, SECONDS)  # the replica has yet to hear of the database
        for address, why in (
            (settings["DATABASE_READ_URL"], None),
            (there, "it is no replica"),
            (replica.dsn, "it is of another database than DATABASE_URL's"),
            (with_database(replica.dsn, "none"), "(InvalidCatalogNameError)"),
            ("postgresql://replica@127.0.0.1:1/x", "(ConnectionRefusedError)"),
        ):
            told = await why_unread(service.connection, address)
            assert told == why or (why and why in (told or ""))
