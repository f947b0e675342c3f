"""The queue as it is heard: what happened is said once, where it can be heard, in words."""

import re
from typing import Final

import pytest
from playwright.async_api import Page, expect

from tests.support.queue import press, ready, seen, settled
from tests.support.queue_stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

LISTEN: Final = """
() => {
    window.heard = [];
    new MutationObserver((changes) => {
        for (const { target } of changes) {
            const at = target instanceof Element ? target : target.parentElement;
            const live = at?.closest("[role=status], [role=alert], [aria-live]");
            const text = live?.textContent.trim();
            if (text) window.heard.push(text);
        }
    }).observe(document, { subtree: true, childList: true, characterData: true });
}
"""
"""Notes what a screen reader would be told of by itself."""

KEEPS_NOTHING: Final = """
Object.defineProperty(window, "localStorage", {
    get() { throw new DOMException("not kept", "SecurityError"); },
});
"""


async def heard(page: Page) -> list[str]:
    return list(await page.evaluate("window.heard"))


async def test_a_decision_and_its_undoing_are_each_said_once(stage: Stage) -> None:
    await stage.fill(3)
    page = await stage.moderator()
    await ready(page)
    await page.evaluate(LISTEN)
    await press(page, "a")
    await settled(page)
    (decided,) = await heard(page)
    assert decided.startswith("Approved: ")
    await press(page, "u")
    await settled(page)
    await expect(page.locator("#said")).to_contain_text("waits again")
    _, undone = await heard(page)
    assert undone.startswith("Undone. ")


async def test_what_fails_in_a_drawer_is_said_in_the_drawer(stage: Stage) -> None:
    """What lies behind an open dialog is heard by nobody."""
    await stage.fill(1)
    page = await stage.moderator()
    await ready(page)
    await page.keyboard.press("g")
    drawer = page.get_by_role("dialog")
    await drawer.get_by_role("button", name="Trust").wait_for()
    await seen(page)
    await page.route("**/authors/*/standing", lambda route: route.abort())
    await drawer.get_by_role("button", name="Trust").click()
    await expect(drawer.locator(".told-in")).to_have_text("That did not work; open it again.")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator("#focus")).to_be_focused()


async def test_what_was_skipped_is_told_in_a_word(stage: Stage) -> None:
    """And no longer, when it is shown again by whoever skipped it."""
    first, _ = await stage.fill(2)
    page = await stage.moderator()
    await ready(page)
    entry = page.locator(f'.entry[data-id="{first}"]')
    await press(page, "s")
    await expect(entry.get_by_role("link", name=re.compile("skipped"))).to_be_visible()
    await page.reload()
    await expect(entry.get_by_role("link", name=re.compile("skipped"))).to_be_visible()
    await ready(page)
    await entry.get_by_role("link").click()
    await expect(entry.get_by_role("link", name=re.compile("skipped"))).to_have_count(0)


async def test_a_browser_that_keeps_nothing_has_the_keys_too(stage: Stage) -> None:
    await stage.fill(2)
    page = await stage.moderator()
    await page.add_init_script(KEEPS_NOTHING)
    await page.reload()
    await ready(page)
    await press(page, "a")
    await settled(page)
    assert sorted((await stage.statuses()).values()) == ["approved", "pending"]
    await page.keyboard.press("?")
    await page.get_by_label("Keys without Ctrl or Alt work on this page").uncheck()
    await page.keyboard.press("Escape")
    await press(page, "a")
    await expect(page.locator("#focus article")).to_be_visible()
    assert sorted((await stage.statuses()).values()) == ["approved", "pending"]


async def test_how_long_a_colleague_still_has_a_comment_stays_true(stage: Stage) -> None:
    """On a clock of the test's, without any news from the service."""
    first, _ = await stage.fill(2)
    bob = await stage.moderator("Bob", 1)
    await ready(bob)
    ann = await stage.moderator("Ann", 0, path=f"/queue?order=oldest&comment={first}")
    left = ann.locator("#taken .left")
    await expect(left).to_have_text(re.compile(r"\d minutes more"))
    await ann.route("**/v1/review/changes*", lambda route: route.abort())
    await ann.clock.install()
    await ann.reload()
    await expect(left).to_have_text(re.compile(r"\d minutes more"))
    before = minutes(str(await left.text_content()))
    await ann.clock.run_for(150_000)
    assert minutes(str(await left.text_content())) < before


async def test_how_long_the_oldest_waits_stays_true_while_nothing_changes(stage: Stage) -> None:
    """As the page came, and as the service told it: on a clock of the test's."""
    await stage.fill(1)
    page = await stage.moderator()
    await page.clock.install()
    async with page.expect_response("**/v1/review/changes*"):
        await page.reload()
    await ready(page)
    await page.route("**/v1/review/changes*", lambda route: route.abort())
    oldest = page.locator("#oldest")
    before = minutes(str(await oldest.text_content()))
    await page.clock.run_for(150_000)
    assert minutes(str(await oldest.text_content())) > before


def minutes(text: str) -> int:
    found = re.search(r"(\d+) minute", text)
    return int(found[1]) if found else 0
