"""`python -m tests.load.desk_walk`: 200 held comments of mixed kinds, worked as a person does.

Who works them reads each to its end, by Space where it is longer than the window, opens the author
of what they are in doubt about, and decides. It is counted what that takes a comment: keys that
decide or look, and scrolls. Seconds are the page's own: a script needs none to read, and the moment
in which nothing that came up is decided is the reader's.

A page without a drawer for authors, as that of release 0.1.0, is asked as one asked it: by a search
for the name, and back. Where Space scrolls nothing, a wheel does. The script and `stage_alone`,
copied into a checkout of that release, work its page.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.async_api import Page, expect

from tests.support.comments import waiting
from tests.support.queue import shown
from tests.support.queue_stage import stage_alone

COMMENTS: Final = 200
SIZE: Final = {"width": 1280, "height": 800}
_MOST_SCROLLS: Final = 40
_TURN: Final = 300
"""How far a hand turns the wheel, in pixels: somewhat less than the text's part of the window."""

_REJECTED: Final = {"Mikkel", "best-deals-24", "Zoë", "k\u202eelgoog", "Old Harbour Pete"}
_DOUBTED: Final = {"Zoë", "Павел", "ناصر الحربي", "k\u202eelgoog"}
"""Whose comments leave it open; a person looks what else is from them."""

_READ: Final = """
() => {
    const frame = document.querySelector(".foot").getBoundingClientRect();
    const text = document.querySelector("#focus .words").getBoundingClientRect();
    return text.bottom <= Math.min(frame.top, innerHeight) + 1;
}
"""
"""Whether the end of the comment has been seen."""

_PLACE: Final = '() => document.querySelector("#focus .words").getBoundingClientRect().top'


@dataclass
class Walk:
    """What working the queue took."""

    page: Page
    keys: Counter[str] = field(default_factory=Counter)
    scrolls: int = 0
    looked: float = 0.0
    decided: int = 0

    async def press(self, key: str) -> None:
        """Press a key, and count it."""
        self.keys[key] += 1
        began = time.monotonic()
        await expect(self.page.locator("[data-new]")).to_have_count(0)
        self.looked += time.monotonic() - began
        await self.page.keyboard.press(key)

    async def read(self) -> None:
        """Scroll to the end of the comment in focus."""
        for _ in range(_MOST_SCROLLS):
            if await self.page.evaluate(_READ):
                return
            before = await self.page.evaluate(_PLACE)
            self.scrolls += 1
            await self.page.keyboard.press("Space")
            await self.page.wait_for_timeout(50)  # the browser glides
            if await self.page.evaluate(_PLACE) == before:
                await self.page.locator("#focus .words").hover()
                await self.page.mouse.wheel(0, _TURN)
                await self.page.wait_for_timeout(50)
        raise SystemExit("a comment has no end: the figures mean nothing")

    async def look(self, id_: str, name: str) -> None:
        """See what else is from the author, and come back."""
        drawer = self.page.locator("#drawer")
        if await drawer.count():
            await self.press("g")
            await self.page.locator("#drawer[open]").wait_for()
            await self.press("g")
            await expect(drawer).to_be_hidden()
            return
        await self.page.wait_for_url(f"**comment={id_}**")
        await self.press("/")
        for letter in name:
            self.keys["letter of a name"] += 1
            await self.page.keyboard.insert_text(letter)
        await self.press("Enter")
        await self.page.wait_for_url("**q=**")
        await self.page.locator("#desk.at-work").wait_for()
        self.keys["back"] += 1
        await self.page.go_back()  # no window, no key of the browser's own
        await self.page.wait_for_url(f"**comment={id_}**")
        await self.page.locator("#desk.at-work").wait_for()

    async def decide(self, id_: str, name: str) -> None:
        """Look at the author where one is in doubt; then reject or approve."""
        if name in _DOUBTED:
            await self.look(id_, name)
        await self.press("1" if name in _REJECTED else "a")
        self.decided += 1
        await self.page.locator(f'#focus article[data-id="{id_}"]').wait_for(state="detached")


def _made(number: int, comment: dict[str, Any]) -> dict[str, Any]:
    """A comment of the queue; every tenth is longer than a window."""
    body = f"{comment['body']} "
    return {**comment, "body": (body * 200)[:6_000]} if number % 10 == 0 else comment


async def _work(page: Page, names: Mapping[str, str]) -> Walk:
    walk = Walk(page)
    while walk.decided < COMMENTS:
        id_ = await shown(page)
        await walk.read()
        await walk.decide(id_, names[id_])
    await expect(page.locator("#last .state", has_text="sending")).to_have_count(0)
    return walk


async def _walk() -> dict[str, object]:
    async with stage_alone() as stage:
        comments = [_made(number, each) for number, each in enumerate(waiting(COMMENTS))]
        ids = await stage.post(comments)
        names = {id_: each["name"] for id_, each in zip(ids, comments, strict=True)}
        page = await stage.moderator(viewport=SIZE, reduced_motion="reduce")
        began = time.monotonic()
        walk = await _work(page, names)
        seconds = time.monotonic() - began - walk.looked
    return {
        "comments": walk.decided,
        "keys_per_comment": round(walk.keys.total() / walk.decided, 2),
        "scrolls_per_comment": round(walk.scrolls / walk.decided, 2),
        "keys": dict(walk.keys),
        "seconds_per_comment": round(seconds / walk.decided, 2),
    }


def main() -> None:
    """Walk through the queue, and print what it took as JSON."""
    sys.stdout.write(json.dumps(asyncio.run(_walk()), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
