"""What a test does and looks at on the page of the queue."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Final, Literal

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, Route, ViewportSize, expect


async def shown(page: Page) -> str:
    """The id of the comment in focus, when it is there."""
    article = page.locator("#focus article")
    await article.wait_for()
    return await article.get_attribute("data-id") or ""


async def ready(page: Page) -> None:
    """Wait until the next comments are fetched and claimed, and what is shown can be meant."""
    await page.wait_for_load_state("networkidle")
    await seen(page)


async def seen(page: Page) -> None:
    """Wait until what came up has been there for long enough to be decided about."""
    await expect(page.locator("[data-new]")).to_have_count(0)


async def press(page: Page, key: str) -> None:
    """Press a key as who has seen what came up."""
    await seen(page)
    await page.keyboard.press(key)


async def turn_to(page: Page, tab: Literal["seat", "side"]) -> None:
    """Press the tab of the comment or of the list, where a window has no room for both."""
    await page.locator(".panes label", has=page.locator(f"#pane-{tab}")).click()


async def calm(page: Page) -> None:
    """Wait until what follows a comment's showing has been done."""
    await ready(page)
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")


async def settled(page: Page) -> None:
    """Wait until every decision has been answered."""
    await expect(page.locator("#last .state", has_text=re.compile("."))).to_have_count(0)


_WCAG: Final = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


WORDS: Final = """
(node) => {
    const copy = node.cloneNode(true);
    for (const tag of copy.querySelectorAll(".tag")) tag.remove();
    return copy.textContent;
}
"""
"""Reads a body without the labels' names that stand between its words."""


async def violations(page: Page) -> list[str]:
    """What axe-core finds wrong, with where."""
    found = (await Axe().run(page, options=_WCAG)).response["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


_CONTROLS: Final = frozenset(
    {
        *("button", "link", "checkbox", "radio", "combobox", "listbox", "textbox", "searchbox"),
        *("spinbutton", "slider", "DisclosureTriangle", "dialog", "navigation", "region"),
    }
)
"""Roles of what is found by its name."""

_WORD: Final = re.compile(r"\w")
_SIGN: Final = re.compile("[\N{BLACK DOWN-POINTING SMALL TRIANGLE}⋯↷✓✕→\N{MULTIPLICATION SIGN}]")


async def ill_named(page: Page) -> list[str]:
    """Controls whose names are no words for who hears them: none, or signs to look at."""
    tools = await page.context.new_cdp_session(page)
    nodes = (await tools.send("Accessibility.getFullAXTree"))["nodes"]
    await tools.detach()
    told = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node["ignored"] and node["role"]["value"] in _CONTROLS
    ]
    assert told
    return [
        f"{role}: {name}" for role, name in told if not _WORD.search(name) or _SIGN.search(name)
    ]


@dataclass
class HeldUp:
    """Calls that go no further until they are released."""

    count: int = 0
    _gate: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """Let them go on, and those that come."""
        self._gate.set()

    async def hold(self, route: Route) -> None:
        """Count a call, and have it wait."""
        self.count += 1
        await self._gate.wait()
        await route.continue_()


async def held_up(page: Page, pattern: str) -> HeldUp:
    """Hold up what a page asks for from now on, as a slow network does."""
    held = HeldUp()
    await page.route(pattern, held.hold)
    return held


def size(width: int) -> ViewportSize:
    """A window of this width."""
    return {"width": width, "height": 800}


async def too_wide(page: Page) -> list[str]:
    """What makes the page wider than its window, if it is."""
    found: list[str] = await page.evaluate("""
        () => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return [];
            return [...document.querySelectorAll("body *")]
                .filter((node) => node.getBoundingClientRect().right > width + 0.5)
                .map((node) => `${node.localName}.${node.className} ${node.innerText ?? ""}`)
                .map((text) => text.slice(0, 80)).reverse().slice(0, 8);
        }
    """)
    return found
