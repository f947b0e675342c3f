"""The real application on a real database, called in the test's own event loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import asyncpg
import httpx
import pytest
from litestar import Litestar

from classifier import Bundle
from classifier.shipped import shipped_bundle
from service.accounts import accounts, members
from service.accounts.secrets import Secrets, load_secrets
from service.app import create_app
from service.domain.accounts import Role
from service.models.scoring import OPENED
from service.settings import Settings
from tests.support.waiting import until

_ENDED: list[Litestar] = []
"""Applications of tests before: their routes take longer to make than all the rest of one."""

SLOW = {"MODERATION_SECOND_OPINION_MS": "10000"}  # so that no test depends on the machine's speed


@dataclass
class Service:
    """A running application, with what a test needs to call it."""

    app: Litestar
    http: httpx.AsyncClient
    connection: "asyncpg.Connection[Any]"
    secrets: Secrets
    site_key: str
    calls: int = 0

    async def staff(self, name: str, role: Role = "moderator") -> dict[str, str]:
        """The headers of a new member of staff."""
        new = await members.add_staff(self.connection, self.secrets, name, role, 60)
        return {"Authorization": f"Bearer {new.token}"}

    async def site(self, name: str) -> dict[str, str]:
        """The headers of a new site."""
        new = await accounts.add_site(self.connection, self.secrets, name)
        return {"Authorization": f"Bearer {new.key}"}

    @property
    def as_site(self) -> dict[str, str]:
        """The headers of the first site."""
        return {"Authorization": f"Bearer {self.site_key}"}

    async def post(self, headers: dict[str, str] | None = None, **fields: Any) -> httpx.Response:
        """Post a comment; fields left out have ordinary values, None leaves one away."""
        self.calls += 1
        whole = {
            "name": "Reader",
            "email": f"reader{self.calls}@example.org",
            "body": "Thanks, this was a helpful article.",
            "page": "https://news.example/articles/1",
        } | fields
        comment = {name: value for name, value in whole.items() if value is not None}
        return await self.http.post(
            "/v1/comments", json=comment, headers=self.as_site | (headers or {})
        )

    async def hold(self) -> None:
        """Have the first site hold everything."""
        await accounts.change_site(self.connection, "first", {"hold_everything": True})


@cache
def shipped_open() -> Bundle:
    """The shipped bundle, opened once in a process: every application of it finds it open."""
    bundle = shipped_bundle()
    OPENED[bundle.version, bundle.digest] = bundle
    return bundle


@asynccontextmanager
async def living(settings: Settings, dsn: str) -> AsyncIterator[Litestar]:
    """The application on a database, with the shipped bundle open; every part of it is new."""
    shipped_open()
    app = create_app(settings, dsn=dsn, routes=_ENDED.pop() if _ENDED else None)
    async with _lifespan_in_task(app):
        yield app
    _ENDED.append(app)


def client(app: Litestar, **options: Any) -> httpx.AsyncClient:
    """Calls the application without a network; what it does not catch is raised in the test."""
    transport = httpx.ASGITransport(cast("Any", app), raise_app_exceptions=True)
    return httpx.AsyncClient(transport=transport, base_url="http://service.test", **options)


@asynccontextmanager
async def _lifespan_in_task(app: Litestar) -> AsyncIterator[None]:
    """Run the application's lifespan in one task: a fixture's two halves run in different ones."""
    started, ended = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            started.set()
            await ended.wait()

    task = asyncio.create_task(live())
    waiting = asyncio.create_task(started.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        waiting.cancel()
        await task
    yield
    ended.set()
    await task


@asynccontextmanager
async def running(
    dsn: str, connection: "asyncpg.Connection[Any]", data_dir: Path, **given: str
) -> AsyncIterator[Service]:
    """Run the application with the shipped model, one site, and settings that differ."""
    settings = Settings.read({"MODERATION_DATA_DIR": str(data_dir), **given})
    secrets = load_secrets(settings)
    new = await accounts.add_site(connection, secrets, "first")
    async with living(settings, dsn) as app, client(app) as http:
        yield Service(app, http, connection, secrets, new.key)


@pytest.fixture
async def service(
    dsn: str, connection: "asyncpg.Connection[Any]", tmp_path: Path
) -> AsyncIterator[Service]:
    """The application with the shipped model and one site.

    Without second opinions, so that no verdict hangs on the time; `asking` has them.
    """
    async with running(dsn, connection, tmp_path, MODERATION_SECOND_OPINION_MS="0") as made:
        yield made


@pytest.fixture
async def without_model(
    dsn: str, connection: "asyncpg.Connection[Any]", tmp_path: Path
) -> AsyncIterator[Service]:
    """The application where no model version is active."""
    await connection.execute("update model_version set state = 'retired'")
    async with running(dsn, connection, tmp_path) as made:
        yield made


@pytest.fixture
async def asking(
    dsn: str, connection: "asyncpg.Connection[Any]", tmp_path: Path
) -> AsyncIterator[Service]:
    """The application with second opinions as they are by default."""
    async with running(dsn, connection, tmp_path) as made:
        yield made


@pytest.fixture
async def patient(
    dsn: str, connection: "asyncpg.Connection[Any]", tmp_path: Path
) -> AsyncIterator[Service]:
    """The application with an open encoder, and so much time that no test depends on speed."""
    async with running(dsn, connection, tmp_path, **SLOW) as made:
        await opened(made)
        yield made


async def opened(service: Service) -> None:
    """Wait until the service can ask: the encoder opens beside the first requests."""

    async def ready() -> bool:
        found: str = service.app.state.parts.scoring.second_opinion_state
        return found == "ready"

    await until(ready)
