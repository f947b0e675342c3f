"""The real service with a month of comments, and signed-in windows of a real Chromium."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import asyncpg
import httpx
from playwright.async_api import Browser, Page

from classifier import shipped_files
from service.accounts import members
from service.accounts.secrets import Secrets, load_secrets
from service.db.pool import connect
from service.domain.accounts import Role
from service.models import registry, rescoring, shipping
from service.models.rescoring import Rescoring
from service.settings import Settings
from tests.support import curves
from tests.support.browser import PATIENCE_MS, browser
from tests.support.rows import Rows
from tests.support.service import shipped_open
from tests.support.serving import serving
from tests.support.village import fill

Scheme = Literal["light", "dark"]


@dataclass
class Stage:
    """What a test needs to look at pages.

    `comment` was decided by a person, about `asked` a second opinion was given.
    """

    address: str
    browser: Browser
    connection: "asyncpg.Connection[Any]"
    secrets: Secrets
    comment: UUID
    asked: UUID
    author: UUID

    async def window(
        self, scheme: Scheme = "light", width: int = 1280, language: str = "en-GB"
    ) -> Page:
        """A browser's window of its own, whose person reads a language."""
        context = await self.browser.new_context(
            base_url=self.address,
            color_scheme=scheme,
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",
            locale=language,
        )
        context.set_default_timeout(PATIENCE_MS)
        return await context.new_page()

    async def signed_in(self, name: str, role: Role, page: Page) -> None:
        """Sign somebody new in, by a one-time link."""
        new = await members.add_staff(self.connection, self.secrets, name, role, 60)
        await page.goto(f"/sign-in#{new.link}")
        await page.wait_for_url("**/password**")

    @property
    def pages(self) -> dict[str, str]:
        """Every page by the name of its picture."""
        return {
            "decided": "/decided?status=rejected",
            "comment": f"/comments/{self.comment}",
            "asked": f"/comments/{self.asked}",
            "second": "/decided?reason=second_opinion",
            "author": f"/authors/{self.author}",
            "dashboard": "/dashboard",
            "quality": "/quality",
            "bands": "/quality/bands?site=harbour-post&label=toxicity",
            "models": "/models",
            "model": f"/models/{shipped_files()[1]['version']}",
            "sites": "/sites",
            "site": "/sites/harbour-post",
            "keys": "/sites/harbour-post/keys",
            "words": "/sites/harbour-post/words",
            "staff": "/staff",
            "acts": "/acts",
            "demo": "/demo",
            "password": "/password",
            "account": "/account",
            "error": "/nothing-here",
        }


@asynccontextmanager
async def stage(dsn: str, folder: Path) -> AsyncIterator[Stage]:
    """The service on a migrated database of its own, filled."""
    env = {"MODERATION_DATA_DIR": str(folder), "DATABASE_URL": dsn, "MODERATION_DEMO": "on"}
    connection = await connect(dsn)
    rows = Rows(connection)
    made = await fill(rows, ("Ann", "Ben"))
    taught = await connection.fetchval("select id from site where name = 'harbour-post'")
    await curves.fitted(connection, taught, "1+a", {"points": curves.POINTS, "more": curves.MORE})
    await shipping.ensure_shipped(connection)
    model, card = shipped_files()
    await registry.add(connection, card | {"version": "candidate.1"}, model, by="Dana")
    await registry.shadow(connection, "candidate.1", by="Dana")
    await connection.execute("update comment set model_version = $1", card["version"])
    await Rescoring(shipped_open(), asks=False, share=1).run(connection, lambda *_: None)
    await rescoring.summarise(connection, card["version"])
    served = serving(env, folder / "out")
    address = await asyncio.to_thread(served.__enter__)
    try:
        async with browser() as started:
            secrets = load_secrets(Settings.read(env))
            decided = await connection.fetchval(
                "select comment_id from decision where staff_id is not null order by at limit 1"
            )
            asked = await connection.fetchval(
                "select id from comment where linear_scores is not null order by id desc limit 1"
            )
            await asyncio.to_thread(httpx.get, f"{address}/demo")  # made when first asked for
            author = await connection.fetchval("select id from author limit 1")
            yield Stage(address, started, connection, secrets, decided or made[0], asked, author)
    finally:
        await asyncio.to_thread(served.__exit__, None, None, None)
        await connection.close()
