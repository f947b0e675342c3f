"""An author is erased while others post and somebody still reads what was: nothing is left then."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from service.accounts import accounts
from service.accounts.secrets import load_secrets
from service.comments.author_rights import AuthorRights
from service.comments.moderation import Moderation
from service.db import scrub
from service.db.migrate import migrate
from service.db.pool import connect, open_pool
from service.domain.states import Actor
from service.settings import Settings
from tests.support.leavings import dumped, holding, server
from tests.support.service import Service, client, living

WORD, OTHER = "Xyzzyplugh", "Frobnicate"
EMAIL = f"{WORD}@gone.example"
WRITERS = 3


@asynccontextmanager
async def serving(dsn: str, data_dir: Path) -> AsyncIterator[Service]:
    """The service on a server of its own, with a site."""
    given = {"MODERATION_DATA_DIR": str(data_dir), "MODERATION_SECOND_OPINION_MS": "0"}
    settings = Settings.read(given)
    await migrate(dsn)
    connection = await connect(dsn)
    try:
        secrets = load_secrets(settings)
        key = (await accounts.add_site(connection, secrets, "first")).key
        wide = {"author_per_minute": 1000}
        await accounts.change_site(connection, "first", wide)
        async with living(settings, dsn) as app, client(app) as http:
            yield Service(app, http, connection, secrets, key)
    finally:
        await connection.close()


async def said(service: Service, number: int) -> str:
    """A comment of who is to be erased, in every field that a comment has; its id."""
    body = f"{WORD} says {number}. " + " ".join(f"{WORD}{number}x{n}" for n in range(300))
    posted = await service.post(
        name=f"{WORD} {number}",
        email=EMAIL,
        body=body if number % 2 else f"{WORD} says {number}",
        website=f"https://{WORD}.example/{number}",
        ip="192.0.2.77",
        user_agent=f"{WORD}/1.0",
    )
    assert posted.status_code == 201, posted.text
    return str(posted.json()["id"])


async def everything_is_said(service: Service) -> None:
    """The author posts, edits and is reported; moderators search and decide, others answer."""
    staff = await service.staff("Eva")
    ids = [await said(service, number) for number in range(8)]
    for number, id_ in enumerate(ids):
        await service.http.patch(
            f"/v1/comments/{id_}",
            json={"body": f"{WORD} says {number} otherwise."},
            headers=service.as_site,
        )
        report = {"reason": "spam", "reporter": f"r{number}"}
        url = f"/v1/comments/{id_}/reports"
        await service.http.post(url, json=report, headers=service.as_site)
        await service.http.get("/v1/review", params={"q": WORD}, headers=staff)
        item = (await service.http.get(f"/v1/review/{id_}", headers=staff)).json()
        decision = {"action": "reject", "reason": "spam", "version": item["version"]}
        url = f"/v1/review/{id_}/decision"
        await service.http.post(url, json=decision, headers=staff)
    await service.post(parent_id=ids[0], name=OTHER, body=f"{OTHER} answers.")


async def others_post(service: Service, stop: asyncio.Event) -> list[str]:
    """Post until it is enough; the ids of what was taken."""
    taken = []
    while not stop.is_set():
        posted = await service.post(name=OTHER, body=f"{OTHER} says {service.calls} things.")
        if posted.status_code == 201:
            taken.append(str(posted.json()["id"]))
        await service.http.get(
            "/v1/comments",
            params={"page": "https://news.example/articles/1"},
            headers=service.as_site,
        )
    return taken


async def forgotten(dsn: str, service: Service) -> int:
    """Erase the author; how many comments they had."""
    pool = await open_pool(dsn, size=2)
    try:
        rights = AuthorRights(pool, service.secrets, Moderation(pool))
        return (await rights.erase(EMAIL, Actor("system"))).comments
    finally:
        await pool.close()


async def scrubbed(dsn: str) -> None:
    """What the command does, on a connection of its own."""
    connection = await connect(dsn)
    try:
        await scrub.tables(connection)
        await scrub.logs(connection)
    finally:
        await connection.close()


async def test_nothing_is_left_of_an_author_who_is_erased_under_load(tmp_path: Path) -> None:
    """It takes a server of its own, whose folder is searched; what is erased is long and short.

    Somebody reads meanwhile in a transaction that began before, as a replica's reader does.
    """
    with server() as (folder, dsn):
        async with serving(dsn, tmp_path / "data") as service:
            await everything_is_said(service)
            await service.connection.execute("checkpoint")
            assert holding(folder, WORD.encode())
            stop = asyncio.Event()
            others = [asyncio.create_task(others_post(service, stop)) for _ in range(WRITERS)]
            reader: Any = await connect(dsn)
            try:
                reading = reader.transaction(isolation="repeatable_read")
                await reading.start()
                await reader.fetchval("select 1")  # without a lock on what is written anew
                assert await forgotten(dsn, service) == 8
                with pytest.raises(scrub.StillReadError):
                    await scrub.tables(service.connection, patience=0)
                work = asyncio.create_task(scrubbed(dsn))
                await reading.rollback()
                await work
            finally:
                stop.set()
                taken = [id_ for ids in await asyncio.gather(*others) for id_ in ids]
                await reader.close()
            await service.connection.execute("checkpoint")
            assert WORD.lower().encode() not in dumped(dsn).lower()
            assert holding(folder, WORD.encode()) == []
            assert holding(tmp_path, WORD.encode()) == []
            kept = await service.connection.fetch("select id::text from comment where name <> ''")
            assert set(taken) <= {row["id"] for row in kept}
            assert taken
