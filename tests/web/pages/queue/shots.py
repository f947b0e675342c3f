"""`python -m tests.web.pages.queue.shots`: pictures of the queue's page in /.shots."""

import asyncio
import sys
from typing import Final

from playwright.async_api import Page

from tests.support.queue import press
from tests.support.queue_stage import Stage, stage_alone
from tests.support.servers import ROOT

_FOLDER: Final = ROOT / ".shots"
_WIDTHS: Final = {360: 780, 1280: 800, 2560: 1440}


async def _take() -> None:
    async with stage_alone() as stage:
        ids = await stage.fill(30)
        await stage.connection.execute(
            "update comment set submitted_at = now() - random() * interval '3 days'"
        )
        await _answered(stage, ids)
        bob = await stage.moderator("Bob", path="/queue?order=newest")
        page = await stage.moderator("Ann", path="/queue")
        await press(page, "a")
        await press(page, "1")
        await press(bob, "a")
        await page.wait_for_timeout(5000)
        asked = await stage.in_doubt()
        for width, height in _WIDTHS.items():
            await _both(page, width, height)
        await _some(page)
        await _asked(page, asked)


async def _some(page: Page) -> None:
    """What the first comment does not show: a disguise, Arabic, the keys, a lost connection."""
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size({"width": 1440, "height": 900})
    for name, text in (("disguise", "elgoog"), ("arabic", "ناصر"), ("thread", "Harbour Pete")):
        await page.locator("#list a", has_text=text).first.click()
        await page.wait_for_timeout(700)
        await page.screenshot(path=_FOLDER / f"queue-{name}.png")
    await press(page, "?")
    await page.screenshot(path=_FOLDER / "queue-keys.png")
    await press(page, "Escape")
    await page.context.set_offline(offline=True)
    await press(page, "3")
    await page.wait_for_timeout(700)
    await page.screenshot(path=_FOLDER / "queue-lost.png")
    await page.context.set_offline(offline=False)
    await page.wait_for_timeout(3000)


async def _asked(page: Page, id_: str) -> None:
    """A comment that had a second opinion."""
    for width, height in _WIDTHS.items():
        await page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            await page.goto(f"/queue?site=paper&comment={id_}")
            await page.wait_for_timeout(700)
            path = _FOLDER / f"queue-second-{width}-{scheme}.png"
            await page.screenshot(path=path, full_page=width < 500)


async def _answered(stage: Stage, ids: list[str]) -> None:
    """A published thread around one comment of the queue."""
    await stage.connection.execute(
        "update comment set parent_id = $1 where id = $2", ids[2], ids[8]
    )


async def _both(page: Page, width: int, height: int) -> None:
    _FOLDER.mkdir(exist_ok=True)
    await page.set_viewport_size({"width": width, "height": height})
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        await page.wait_for_timeout(300)  # until colours have faded over
        path = _FOLDER / f"queue-{width}-{scheme}.png"
        await page.screenshot(path=path)
        sys.stdout.write(f"{path}\n")
    if width < 500:
        await page.screenshot(path=_FOLDER / f"queue-{width}-whole.png", full_page=True)


if __name__ == "__main__":
    asyncio.run(_take())
