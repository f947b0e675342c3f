"""`python -m tests.load.desk_walk`: 200 held comments of mixed kinds, worked as a person does.

Who works them reads each to its end, by Space where it is longer than the window, opens the author
where the scores leave it open, and decides. It is counted what that takes a comment: keys that
decide or look, and scrolls. Seconds are the page's own, since a script needs none to read.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.async_api import Page, expect

from tests.support.comments import waiting
from tests.support.queue import shown
from tests.support.queue_stage import stage_alone

COMMENTS: Final = 200
_MOST_SCROLLS: Final = 20
_READ: Final = """
() => {
    const frame = document.querySelector(".foot").getBoundingClientRect();
    const text = document.querySelector("#focus .words").getBoundingClientRect();
    return text.bottom <= Math.min(frame.top, innerHeight) + 1;
}
"""
"""Whether the end of the comment has been seen."""

_SEEN: Final = """
() => ({
    why: document.querySelector("#focus .because")?.textContent ?? "",
    over: document.querySelectorAll("#focus .scores tr.violation").length,
})
"""


@dataclass
class Walk:
    """What working the queue took."""

    keys: Counter[str] = field(default_factory=Counter)
    scrolls: int = 0
    decided: int = 0

    async def press(self, page: Page, key: str) -> None:
        """Press a key, and count it."""
        self.keys[key] += 1
        await page.keyboard.press(key)

    async def read(self, page: Page) -> None:
        """Scroll to the end of the comment in focus."""
        for _ in range(_MOST_SCROLLS):
            if await page.evaluate(_READ):
                return
            self.scrolls += 1
            await page.keyboard.press("Space")
            await page.wait_for_timeout(50)  # the browser glides
        raise SystemExit("a comment has no end: the figures mean nothing")

    async def decide(self, page: Page) -> None:
        """Look at the author where the scores leave it open; then reject or approve."""
        seen = await page.evaluate(_SEEN)
        if not seen["over"] and "Flagged" in seen["why"]:
            await self.press(page, "g")
            await page.locator("#drawer[open]").wait_for()
            await self.press(page, "g")
            await expect(page.locator("#drawer")).to_be_hidden()
        before = await shown(page)
        await self.press(page, "1" if seen["over"] or "Flagged" in seen["why"] else "a")
        self.decided += 1
        gone = f'#focus article[data-id="{before}"]'
        await page.locator(gone).wait_for(state="detached")


def _made(number: int, comment: dict[str, Any]) -> dict[str, Any]:
    """A comment of the queue; every tenth is longer than a window."""
    body = f"{comment['body']} "
    return {**comment, "body": (body * 200)[:6_000]} if number % 10 == 0 else comment


async def _work(page: Page) -> Walk:
    walk = Walk()
    while walk.decided < COMMENTS:
        await shown(page)
        await walk.read(page)
        await walk.decide(page)
    await expect(page.locator("#last .state", has_text="sending")).to_have_count(0)
    return walk


async def _walk() -> dict[str, object]:
    async with stage_alone() as stage:
        await stage.post([_made(number, each) for number, each in enumerate(waiting(COMMENTS))])
        size = {"width": 1280, "height": 800}
        page = await stage.moderator(viewport=size, reduced_motion="reduce")
        began = time.monotonic()
        walk = await _work(page)
        seconds = time.monotonic() - began
    keys = walk.keys.total()
    return {
        "comments": walk.decided,
        "keys_per_comment": round(keys / walk.decided, 2),
        "scrolls_per_comment": round(walk.scrolls / walk.decided, 2),
        "keys": dict(walk.keys),
        "seconds_per_comment": round(seconds / walk.decided, 2),
    }


def main() -> None:
    """Walk through the queue, and print what it took as JSON."""
    sys.stdout.write(json.dumps(asyncio.run(_walk())) + "\n")


if __name__ == "__main__":
    main()
