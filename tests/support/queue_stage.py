"""Two processes of the real service on one database, and moderators in a real browser.

The processes and the browser stay for all tests of a worker; each test begins with empty tables.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from playwright.async_api import Browser, BrowserContext, Page

from classifier.types import LABELS
from service.accounts import accounts, members
from service.accounts.secrets import Secrets, load_secrets
from service.db import accounts as db
from service.db.embedded import server as embedded
from service.db.migrate import migrate
from service.db.pool import connect
from service.domain.accounts import Role
from service.models import shipping
from service.settings import Settings
from tests.support.browser import PATIENCE_MS, browser
from tests.support.comments import waiting
from tests.support.database import Databases
from tests.support.servers import service
from tests.support.waiting import until

IN_DOUBT = "What a load of rubbish. The council are clowns and liars, and the mayor is a fool."
PATIENT = {"MODERATION_SECOND_OPINION_MS": "5000"}  # however busy the machine is
PASSWORD = "a long password of a test"

_EMPTY = """
truncate comment, comment_contact, decision, claim, label, shadow_score, outbox, session,
         failed_attempt, sign_in_link, staff_token, staff, site_key, site cascade
"""


@dataclass
class Stage:
    """A running service, with what a test needs to fill it and to look at it."""

    browser: Browser
    addresses: tuple[str, str]
    connection: "asyncpg.Connection[Any]"
    secrets: Secrets
    key: str = ""
    contexts: list[BrowserContext] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    async def begin(self) -> None:
        """Empty the tables and make one website, which holds everything."""
        await self._empty()
        self.key = (await accounts.add_site(self.connection, self.secrets, "news")).key
        await accounts.change_site(self.connection, "news", {"hold_everything": True})

    async def _empty(self) -> None:
        """Empty the tables; what the service still reads may hold some in another order."""
        for _ in range(20):
            try:
                await self.connection.execute(_EMPTY)
            except asyncpg.DeadlockDetectedError:
                await asyncio.sleep(0.05)
            else:
                return
        raise TimeoutError("the tables are held all the time")

    async def post(self, comments: list[dict[str, Any]], key: str = "") -> list[str]:
        """Post comments as their website does; their ids."""
        ids = []
        headers = {"Authorization": f"Bearer {key or self.key}"}
        async with httpx.AsyncClient(base_url=self.addresses[0], headers=headers) as http:
            for comment in comments:
                answer = await http.post("/v1/comments", json=comment)
                assert answer.status_code == 201, answer.text
                ids.append(answer.json()["id"])
        return ids

    async def in_doubt(self) -> str:
        """A comment of another website that both models leave to people; its id."""
        made = await accounts.add_site(self.connection, self.secrets, "paper")
        wide = {label: {"approve_below": 1.0, "reject_at": 1.0} for label in LABELS}
        wide["toxicity"]["approve_below"] = 0.01
        await accounts.change_site(self.connection, "paper", {"bands": wide})
        await until(self.can_ask)
        (id_,) = await self.post([{**waiting(1)[0], "body": IN_DOUBT}], made.key)
        return id_

    async def can_ask(self) -> bool:
        """Say whether the process that takes comments can ask for second opinions by now."""
        async with httpx.AsyncClient(base_url=self.addresses[0]) as http:
            ready = (await http.get("/health/ready")).json()
        return bool(ready["checks"]["second_opinion"] == "ready")

    async def fill(self, count: int) -> list[str]:
        """So many comments in the queue, oldest first."""
        return await self.post(waiting(count))

    async def hire(self, name: str, role: Role = "moderator") -> str:
        """Add a person with the password of these tests; the secret of a one-time link."""
        made = await members.add_staff(self.connection, self.secrets, name, role, 60)
        await db.set_password(self.connection, made.staff.id, _hashed())
        return made.link

    async def window(self, at: int = 0, **options: Any) -> Page:
        """A browser of its own, on the sign-in page of one of the two processes."""
        context = await self.browser.new_context(base_url=self.addresses[at], **options)
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.trouble.append(f"error: {error}"))
        page.on("console", self._heard)
        return page

    async def moderator(
        self, name: str = "Ann", at: int = 0, path: str = "/queue?order=oldest", **options: Any
    ) -> Page:
        """A new moderator's page, signed in by a link: that takes no page and no password."""
        secret = await self.hire(name)
        page = await self.window(at, **options)
        signed_in = await page.request.post("/sign-in/link", data={"secret": secret})
        assert signed_in.ok
        await page.goto(path)
        await page.locator("#desk.at-work").wait_for()
        return page

    async def publish(self, ids: list[str]) -> None:
        """Have comments approved by a moderator of before."""
        person = await members.add_staff(self.connection, self.secrets, "Before", "moderator", 60)
        headers = {"Authorization": f"Bearer {person.token}"}
        asked = {"action": "approve", "items": [{"id": id_, "version": 1} for id_ in ids]}
        async with httpx.AsyncClient(base_url=self.addresses[0], headers=headers) as http:
            answer = await http.post("/v1/review/decisions", json=asked)
        assert all(each["ok"] for each in answer.json()["results"])

    async def statuses(self) -> dict[str, str]:
        """The status of every comment by its id."""
        rows = await self.connection.fetch("select id::text, status::text from comment order by id")
        return {row["id"]: row["status"] for row in rows}

    async def all_are(self, status: str) -> bool:
        """Say whether every comment has this status."""
        return set((await self.statuses()).values()) == {status}

    async def end(self) -> None:
        """Close the browsers; whatever a script or the policy complained about is a failure."""
        for context in self.contexts:
            await context.close()
        self.contexts.clear()
        trouble, self.trouble = self.trouble, []
        assert trouble == []

    def _heard(self, message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.trouble.append(message.text)


@asynccontextmanager
async def stage_alone() -> AsyncIterator[Stage]:
    """The stage with one process and a database of its own: for programs that are no test."""
    with _folder() as data_dir, embedded.running(data_dir) as dsn:
        await migrate(dsn)
        connection = await connect(dsn)
        await shipping.ensure_shipped(connection)
        secrets = load_secrets(Settings.read({"MODERATION_DATA_DIR": str(data_dir)}))
        with service(dsn, data_dir, **PATIENT) as port:
            async with browser() as started:
                address = f"http://127.0.0.1:{port}"
                made = Stage(started, (address, address), connection, secrets)
                await made.begin()
                yield made
                await made.end()
        await connection.close()


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that PostgreSQL gets into: as root, it runs as another user."""
    with tempfile.TemporaryDirectory(prefix="stage_") as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


@cache
def _hashed() -> str:
    return PasswordHasher().hash(PASSWORD)


async def sign_in(page: Page, name: str) -> None:
    """Fill in the sign-in form and send it."""
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.locator("#desk.at-work").wait_for()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """The two processes and the browser."""
    data_dir: Path = tmp_path_factory.mktemp("pages")
    secrets = load_secrets(Settings.read({"MODERATION_DATA_DIR": str(data_dir)}))
    with ExitStack() as stack:
        dsn = stack.enter_context(databases.clone())
        connection = await connect(dsn)
        ports = [stack.enter_context(service(dsn, data_dir, **PATIENT)) for _ in range(2)]
        first, second = (f"http://127.0.0.1:{port}" for port in ports)
        async with browser() as started:
            yield Stage(started, (first, second), connection, secrets)
        await connection.close()


@pytest_asyncio.fixture(loop_scope="session")
async def stage(running: Stage) -> AsyncIterator[Stage]:
    """The stage, empty but for one website."""
    await running.begin()
    yield running
    await running.end()
