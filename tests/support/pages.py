"""The pages in the test's own event loop: browsers of people with a session, forms as they send."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from litestar import Litestar

from service.accounts import members
from service.accounts.secrets import Secrets, load_secrets
from service.domain.accounts import Role
from service.settings import Settings
from tests.support.rows import Rows
from tests.support.service import client, living

CSRF = re.compile(r'<meta name="csrf" content="([^"]+)">')
HTML = {"Accept": "text/html,application/xhtml+xml"}
_LISTED = re.compile(r'<span class="line"><bdi class="name">(.*?)</bdi>')


def listed(html: str) -> list[str]:
    """Return the names in a desk's list, in its order, without marks of what was searched."""
    return [re.sub(r"<[^>]+>", "", name) for name in _LISTED.findall(html)]


@dataclass
class Browser:
    """What a person's browser does; `csrf` is that of the session."""

    http: httpx.AsyncClient
    csrf: str = ""

    async def get(self, path: str, expected: int = 200, /, **query: Any) -> str:
        """The page's HTML."""
        answer = await self.http.get(path, params=query or None)
        assert answer.status_code == expected, answer.text
        return answer.text

    async def send(self, path: str, **fields: Any) -> httpx.Response:
        """A form's answer, not followed."""
        return await self.http.post(path, data={"csrf": self.csrf, **fields})

    async def done(self, path: str, **fields: Any) -> str:
        """The page that a form which was accepted leads to."""
        answer = await self.send(path, **fields)
        assert answer.status_code == 303, answer.text
        followed = await self.http.get(answer.headers["location"])
        assert followed.status_code == 200, followed.text
        return followed.text


@dataclass
class Site:
    """A running application, with what a test needs to look at its pages."""

    app: Litestar
    connection: "asyncpg.Connection[Any]"
    secrets: Secrets
    rows: Rows
    stack: AsyncExitStack
    people: dict[str, Browser] = field(default_factory=dict)

    async def browser(self) -> Browser:
        """A browser without a session."""
        return Browser(await self.stack.enter_async_context(client(self.app, headers=HTML)))

    async def person(self, name: str, role: Role = "moderator") -> Browser:
        """The browser of somebody new who has signed in by link."""
        new = await members.add_staff(self.connection, self.secrets, name, role, 60)
        self.rows.known[name] = new.staff.id
        browser = await self.browser()
        signed_in = await browser.http.post("/sign-in/link", json={"secret": new.link})
        assert signed_in.status_code == 200
        found = CSRF.search(await browser.get("/password"))
        assert found
        browser.csrf = found[1]
        self.people[name] = browser
        return browser


async def running_with(
    env: dict[str, str], dsn: str, connection: "asyncpg.Connection[Any]", folder: Path
) -> AsyncIterator[Site]:
    """The application with settings that differ."""
    settings = Settings.read({"MODERATION_DATA_DIR": str(folder), **env})
    async with living(settings, dsn) as app, AsyncExitStack() as stack:
        yield Site(app, connection, load_secrets(settings), Rows(connection), stack)


@pytest.fixture
async def site(
    dsn: str, connection: "asyncpg.Connection[Any]", tmp_path: Path
) -> AsyncIterator[Site]:
    """The application with the shipped model, the demo on."""
    async for made in running_with({}, dsn, connection, tmp_path):
        yield made


@pytest.fixture
async def without_second(
    dsn: str, connection: "asyncpg.Connection[Any]", tmp_path: Path
) -> AsyncIterator[Site]:
    """The application without second opinions."""
    async for made in running_with(
        {"MODERATION_SECOND_OPINION_MS": "0"}, dsn, connection, tmp_path
    ):
        yield made


@pytest.fixture
async def moderators_erase(
    dsn: str, connection: "asyncpg.Connection[Any]", tmp_path: Path
) -> AsyncIterator[Site]:
    """The application where moderators may erase for good."""
    async for made in running_with({"MODERATION_ERASE": "moderator"}, dsn, connection, tmp_path):
        yield made


@pytest.fixture
async def without_demo(
    dsn: str, connection: "asyncpg.Connection[Any]", tmp_path: Path
) -> AsyncIterator[Site]:
    """The application with the demo off."""
    async for made in running_with({"MODERATION_DEMO": "off"}, dsn, connection, tmp_path):
        yield made
